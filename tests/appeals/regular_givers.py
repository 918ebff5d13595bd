"""Somebody who gives every month or every year, and the months that pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.appeals.models.regular import RegularDonation
from app.appeals.rules.words import Frequency, RegularState
from app.db.session import db
from app.groups import queries as groups
from app.lib.money import Money
from app.mail.models.outbox import OutboxMail
from app.payments.flows import mirror, sync
from app.rehearsal.core import Rehearsal
from tests.appeals.money import Giver
from tests.factories.appeals import make_gift


@dataclass
class RegularGiver:
    """Gives regularly to one appeal; Stripe collects as time passes."""

    stripe: Rehearsal
    appeal_id: int
    order_key: str = ""
    subscription: str = ""
    giver: Giver = field(init=False)

    def __post_init__(self) -> None:
        self.giver = Giver(self.stripe, self.appeal_id)

    def begin(self, card: str = "success", **changes: Any) -> RegularDonation:
        """Decide, pay the first time and come back to the page of thanks."""
        values = {"amount": Money(500, "GBP"), "frequency": Frequency.MONTHLY, "is_adult": True}
        self.order_key = self.giver.begin(make_gift(**(values | changes)))
        paid = self.stripe.pay(self.giver.last_session, card)
        self.subscription = str(paid["subscription"])
        sync.pull(self.order_key, now=self.now)
        return self.regular

    @property
    def now(self) -> datetime:
        """What time it is at Stripe, and so here."""
        return datetime.fromtimestamp(self.stripe.now(), UTC)

    @property
    def regular(self) -> RegularDonation:
        """The decision as it stands in the database now."""
        db.session.expire_all()
        return db.session.scalars(
            select(RegularDonation).order_by(RegularDonation.id.desc())
        ).all()[0]

    def state_now(self) -> RegularState:
        """How the decision stands in the database now."""
        return self.regular.state

    def pass_time(self, **span: int) -> None:
        """Let time pass and hear of the newest demand."""
        self.stripe.advance(**span)
        self.look()

    def look(self) -> None:
        """Hear of the newest demand and of the plan."""
        account = groups.get_payment_account("network")
        newest = str(self.stripe.objects("network", "invoice")[-1]["id"])
        mirror.sync_invoice(account, newest, now=self.now)

    @property
    def newest_invoice(self) -> str:
        """The newest demand at Stripe."""
        return str(self.stripe.objects("network", "invoice")[-1]["id"])


def mails(template: str = "") -> list[OutboxMail]:
    """The mails of a kind in the order they were put."""
    found = select(OutboxMail).where(OutboxMail.template.startswith(template))
    return list(db.session.scalars(found.order_by(OutboxMail.id)))
