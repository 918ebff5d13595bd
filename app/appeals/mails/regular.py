"""The mails about a regular gift: what failed, what changed, what comes next."""

from __future__ import annotations

from datetime import datetime

from app.appeals.mails import about
from app.appeals.models.regular import RegularDonation
from app.appeals.rules.regular import Anniversary
from app.appeals.rules.words import RegularState
from app.lib.money import Money
from app.mail.service import outbox as mail
from app.payments.facts import InvoiceFailed, PlanChanged
from app.payments.rules.plans import PlanChangeKind

FAILED = "appeals/collection_failed"
DONOR = "donor"


def collection_failed(regular: RegularDonation, fact: InvoiceFailed, *, now: datetime) -> None:
    """Tell what did not go through, what happens next and when, and where it is put right."""
    values = {
        "collected": fact.amount,
        "needs_action": fact.needs_action,
        "next_try_at": fact.next_try_at,
        "is_stopped": regular.state is RegularState.STOPPED,
    }
    key = f"dunning:{fact.invoice_id}:{fact.attempt_count}"
    about.put(FAILED, key, regular, values, now=now)


def say_that_it_stopped(invoice_id: int, attempt_count: int) -> bool:
    """Let the mail about the last failure say that the gift has stopped, if it is not sent yet."""
    return mail.amend(FAILED, f"dunning:{invoice_id}:{attempt_count}", {"is_stopped": True})


def stopped(
    regular: RegularDonation, *, now: datetime, asked_by: str = "", is_unpaid: bool = False
) -> None:
    """Confirm that nothing more is collected; told once, whoever stopped it."""
    values = {
        "stopped_at": regular.stopped_at or now,
        "is_unpaid": is_unpaid,
        "is_asked": bool(asked_by),
        "is_by_donor": asked_by == DONOR,
    }
    about.put("appeals/regular_stopped", f"stopped:{regular.public_id}", regular, values, now=now)


def changed(regular: RegularDonation, fact: PlanChanged, *, now: datetime) -> None:
    """Confirm another amount, a pause, or that it goes on."""
    values = {
        "what": fact.kind.value,
        "is_by_donor": fact.asked_by == DONOR,
        "next_at": regular.next_at,
        "paused_until": regular.paused_until,
        **_new_sums(regular, fact),
    }
    key = f"{fact.kind.value}:{regular.public_id}:{fact.at.isoformat()}"
    about.put("appeals/regular_changed", key, regular, values, now=now)


def _new_sums(regular: RegularDonation, fact: PlanChanged) -> dict[str, Money]:
    """What is collected from now on, as it was asked for: the plan may not have told us yet."""
    if fact.kind is not PlanChangeKind.AMOUNT:
        return {}
    total = Money(int(fact.params["amount_minor"]), regular.currency)
    fee = Money(int(fact.params.get("covered_fee_minor", 0)), regular.currency)
    return {"total": total, "covered_fee": fee, "amount": total - fee}


def change_refused(regular: RegularDonation, fact: PlanChanged, *, now: datetime) -> None:
    """Say honestly that a wish could not be carried out and that all is as it was."""
    values = {"what": fact.kind.value, "next_at": regular.next_at}
    key = f"refused:{fact.kind.value}:{regular.public_id}:{fact.at.isoformat()}"
    about.put("appeals/change_refused", key, regular, values, now=now)


def yearly_notice(regular: RegularDonation, next_at: datetime, *, now: datetime) -> None:
    """Tell the donor of a yearly gift of the collection that comes, in time to stop it."""
    values = {"next_at": next_at, "years": 0, "given": None, "count": 0}
    key = f"notice:{regular.public_id}:{next_at.date().isoformat()}"
    about.put("appeals/regular_notice", key, regular, values, now=now)


def monthly_notice(
    regular: RegularDonation, day: Anniversary, *, given: Money, count: int, now: datetime
) -> None:
    """Tell the donor of a monthly gift once a year what she gives, what it came to, how to stop."""
    values = {"next_at": regular.next_at, "years": day.years, "given": given, "count": count}
    key = f"notice:{regular.public_id}:{day.years}"
    about.put("appeals/regular_notice", key, regular, values, now=now)
