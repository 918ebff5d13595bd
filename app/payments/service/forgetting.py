"""Letting go of somebody in what Stripe told us and was asked; the money itself stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import or_, select

from app.db.session import db
from app.lib.errors import NotFoundError
from app.payments.errors import PlanEndedError
from app.payments.models.collecting import CheckoutAttempt
from app.payments.models.inbox import StripeEvent
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import PlanChangeKind
from app.payments.service import changes
from app.payments.service.changes import Wish

#: What a checkout attempt asked Stripe for that names the payer.
_NAMES = frozenset({"customer_email", "customer"})


def forget(order_keys: Collection[str], email: str) -> int:
    """Take a payer out of attempts, and out of what Stripe told of her; returns how many rows.

    Stripe's messages are searched for the address, too: some are about nothing of ours.
    """
    attempts = db.session.scalars(
        select(CheckoutAttempt).where(CheckoutAttempt.order_key.in_(order_keys))
    ).all()
    named = [each for each in attempts if _NAMES & each.params.keys()]
    for attempt in named:
        attempt.params = {
            name: value for name, value in attempt.params.items() if name not in _NAMES
        }
    told = db.session.scalars(
        select(StripeEvent).where(
            StripeEvent.body.is_not(None),
            or_(
                StripeEvent.order_key.in_(order_keys),
                StripeEvent.body.icontains(email, autoescape=True),
            ),
        )
    ).all()
    for event in told:
        event.body = None
    return len(named) + len(told)


def stop(plan_keys: Iterable[str], *, now: datetime) -> int:
    """Ask Stripe to stop plans for a payer who erases herself; returns how many were running."""
    asked = 0
    for plan_key in plan_keys:
        for change in plan_reads.list_pending_changes(plan_key):
            if change.kind is PlanChangeKind.CONTACT:
                # It holds an address, and Stripe needs none for a plan that ends.
                changes.refuse(change.id, "erased", now=now)
        with suppress(NotFoundError, PlanEndedError):
            wish = Wish(kind=PlanChangeKind.STOP, asked_by="donor")
            changes.ask(plan_key, wish, now=now)
            asked += 1
    return asked
