"""Visitors write to us: counted first, so that nobody floods the desk, then kept."""

from __future__ import annotations

from datetime import datetime

from app.accounts.flows.signing_in import spend_tries
from app.accounts.rules.sessions import TryKind, network_of
from app.audit.facts import Actor
from app.db.session import retry_deadlocks, transaction
from app.payments.rules.guard import Visitor, sealed
from app.settings import settings
from app.site.queries import contact as reads
from app.site.rules import contact as rules
from app.site.service import contact
from app.site.service.contact import Letter


def write(letter: Letter, *, nonce: str, address: str | None, now: datetime) -> None:
    """Keep what a visitor wrote; raises TooManyTriesError where one network writes too often."""
    if reads.find_by_nonce(nonce) is not None:
        return
    spend_tries({TryKind.CONTACT_ADDRESS: network_of(address)}, now=now)
    visitor = Visitor.at(address)
    network = sealed(settings().secret_key, "contact", visitor.network, rules.SEAL_DAY)

    def keep() -> None:
        with transaction():
            contact.keep(letter, nonce=nonce, network=network, now=now, by=Actor.visitor())

    retry_deadlocks(keep)
