"""What an organiser does with a regular gift because the donor asked her to."""

from __future__ import annotations

from datetime import datetime

from app.appeals.models.regular import RegularDonation
from app.appeals.queries import regular as regular_reads
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import transaction
from app.lib.money import Money
from app.payments.errors import PlanEndedError
from app.payments.flows import plans
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import PlanChangeKind, PlanChangeState


def stop(public_id: str, *, reason: str, now: datetime, by: Actor) -> PlanChangeState:
    """Stop it for good; raises NotFoundError, PlanEndedError."""
    asked_by = _begin(public_id, PlanChangeKind.STOP, reason, now=now, by=by)
    return plans.stop(public_id, asked_by=asked_by, reason=reason, now=now)


def pause(
    public_id: str, *, until: datetime, reason: str, now: datetime, by: Actor
) -> PlanChangeState:
    """Collect nothing that falls due before an instant; raises NotFoundError, PlanEndedError."""
    asked_by = _begin(public_id, PlanChangeKind.PAUSE, reason, now=now, by=by)
    return plans.pause(public_id, until=until, asked_by=asked_by, reason=reason, now=now)


def resume(public_id: str, *, reason: str, now: datetime, by: Actor) -> PlanChangeState:
    """Collect again from the next date on; raises NotFoundError, PlanEndedError."""
    asked_by = _begin(public_id, PlanChangeKind.RESUME, reason, now=now, by=by)
    return plans.resume(public_id, asked_by=asked_by, reason=reason, now=now)


def change_amount(
    public_id: str, *, amount: Money, covered_fee: Money, reason: str, now: datetime, by: Actor
) -> PlanChangeState:
    """Collect another sum from the next time on; `amount` is the whole, the covered fee in it.

    Raises NotFoundError, PlanEndedError, UncollectableAmountError.
    """
    asked_by = _begin(public_id, PlanChangeKind.AMOUNT, reason, now=now, by=by)
    return plans.change_amount(
        public_id,
        amount=amount,
        covered_fee=covered_fee,
        asked_by=asked_by,
        reason=reason,
        now=now,
    )


def _begin(public_id: str, kind: PlanChangeKind, reason: str, *, now: datetime, by: Actor) -> str:
    """Note who asks for what, and why, before anything is asked of Stripe."""
    if plan_reads.get_plan(public_id).is_ended:
        raise PlanEndedError
    with transaction():
        regular: RegularDonation = regular_reads.get_regular(public_id)
        audit.record(
            by,
            "regular.wish_asked",
            f"regular:{regular.id}",
            now=now,
            group_id=regular.appeal.group_id,
            detail={"kind": kind.value, "reason": reason},
        )
    return f"account:{by.account_id}"
