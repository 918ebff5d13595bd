"""Money that moves for a donation, the whole way through the pretend Stripe."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.appeals.flows import giving as giving_flows
from app.appeals.flows.giving import Addresses, Pledge
from app.appeals.models.donations import Donation
from app.appeals.rules.giving import Gift
from app.audit.facts import Actor
from app.db.session import db
from app.lib import clock, ids
from app.payments.flows import sync
from app.payments.queries import orders as order_reads
from app.payments.rules.events import Doorbell
from app.rehearsal.cards import Card
from app.rehearsal.core import Rehearsal


@dataclass
class Giver:
    """Lets people give to one appeal, and Stripe move the money."""

    stripe: Rehearsal
    appeal_id: int

    def begin(self, gift: Gift) -> str:
        """Keep a gift and open its payment page; returns the public id."""
        pledge = Pledge(appeal_id=self.appeal_id, gift=gift, nonce=ids.token(16))
        onward = giving_flows.give(
            pledge, addresses_of=addresses, now=clock.utcnow(), by=Actor.visitor()
        )
        assert onward.checkout_url is not None
        self.last_session = onward.checkout_url.rsplit("/", 1)[-1]
        return onward.public_id

    def give(self, gift: Gift) -> str:
        """Give and pay at once; returns the public id."""
        public_id = self.begin(gift)
        self.stripe.pay(self.last_session, Card.SUCCESS)
        sync.pull(public_id, now=clock.utcnow())
        return public_id

    def refund(self, public_id: str, minor: int) -> None:
        """Give some of it back at Stripe's desk, and hear of it."""
        payment = order_reads.list_payments(public_id)[0]
        assert payment.charge_id is not None
        assert payment.intent_id is not None
        intent_id, account = payment.intent_id, payment.payment_account
        self.stripe.refund(payment.charge_id, amount=minor)
        sync.look(account, Doorbell.INTENT, intent_id, now=clock.utcnow())


def addresses(public_id: str) -> Addresses:
    """Where the payment page leads back to."""
    address = f"http://localhost/thanks/{public_id}"
    return Addresses(success_url=address, cancel_url=address)


def donation_of(public_id: str) -> Donation:
    """The donation as it stands in the database now."""
    db.session.expire_all()
    return db.session.scalars(select(Donation).where(Donation.public_id == public_id)).one()
