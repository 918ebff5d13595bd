"""What came to the demo without a card: cash of two stalls, cheques, transfers; open promises."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.appeals.queries import appeals as appeal_reads
from app.appeals.rules.entering import Arrival, Entry
from app.appeals.rules.giving import Gift
from app.appeals.rules.words import DonationSource, PayingBy
from app.appeals.service import entering, giving, promises
from app.audit.facts import Actor
from app.db.session import transaction
from app.demo.people import read_texts
from app.lib import ids
from app.lib.money import Money
from app.payments.rules.guard import Visitor

BY = Actor.cli("demo")


def enter_all(*, now: datetime) -> None:
    """Enter all of it as the treasurer would; call outside a transaction."""
    texts = read_texts("offline")
    for one in texts["came"]:
        _enter(one, at=now - timedelta(days=one["days_ago"]))
    for one in texts["promised"]:
        _promise(one, at=now - timedelta(days=one["days_ago"]))


def _enter(one: dict[str, Any], *, at: datetime) -> None:
    amount, paying_by = Money(one["minor"], "GBP"), PayingBy(one["by"])
    entry = Entry(
        amount=amount,
        source=DonationSource(one["told"]),
        locale="en",
        paying_by=paying_by,
        email=one.get("email"),
        name=one.get("name"),
    )
    arrival = Arrival(
        amount=amount,
        paying_by=paying_by,
        received_at=at,
        bank_reference=one.get("reference"),
        note=one.get("note"),
    )
    with transaction():
        appeal = appeal_reads.find_appeal(one["appeal"])
        if appeal is not None:
            entering.enter(appeal, entry, arrival, nonce=ids.token(16), now=at, by=BY)


def _promise(one: dict[str, Any], *, at: datetime) -> None:
    amount = Money(one["minor"], "GBP")
    gift = Gift(amount=amount, email=one["email"], locale="en", name=one["name"])
    visitor, by = Visitor(network=f"demo {ids.token(6)}"), Actor.visitor()
    with transaction():
        appeal = appeal_reads.find_appeal(one["appeal"])
        if appeal is not None:
            donation = giving.pledge(appeal, gift, nonce=ids.token(16), now=at, by=by)
            promises.promise(donation, PayingBy(one["by"]), visitor=visitor, now=at, by=by)
