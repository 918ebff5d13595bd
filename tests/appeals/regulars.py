"""Regular gifts for tests of the desk, the whole way through the pretend Stripe."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.appeals.models.regular import RegularDonation
from app.appeals.rules.words import Frequency
from app.db.session import db
from app.groups import queries as groups
from app.payments.flows import mirror
from tests.appeals.money import Giver, donation_of
from tests.factories.appeals import make_gift

if TYPE_CHECKING:
    from app.rehearsal.core import Rehearsal


def begin_regular(stripe: Rehearsal, appeal_id: int, **changes: Any) -> RegularDonation:
    """A monthly gift of ten pounds whose first payment came."""
    values = {"frequency": Frequency.MONTHLY, "is_adult": True, **changes}
    public_id = Giver(stripe, appeal_id).give(make_gift(**values))
    regular = donation_of(public_id).regular
    assert regular is not None
    return regular


def renew(stripe: Rehearsal, **span: int) -> datetime:
    """Let a month pass, and hear of the newest demand."""
    stripe.advance(**(span or {"days": 32}))
    now = datetime.fromtimestamp(stripe.now(), UTC)
    invoice_id = stripe.objects("network", "invoice")[-1]["id"]
    mirror.sync_invoice(groups.get_payment_account("network"), invoice_id, now=now)
    db.session.expire_all()
    return now
