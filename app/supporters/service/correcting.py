"""Putting right what is known of somebody: by herself, after her mailbox was proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.audit import queries as audit_reads
from app.audit import service as audit
from app.audit.facts import Actor, changes
from app.lib import ids
from app.lib.errors import NotFoundError, StaleError
from app.supporters.errors.rights import AddressTakenError
from app.supporters.models.people import Consent, Supporter
from app.supporters.queries import finding
from app.supporters.queries import people as people_reads
from app.supporters.queries import rights as reads
from app.supporters.queries.consents import overruled
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.service import people

#: What the record of changes calls it.
CORRECTED = "supporter.corrected"

_on_move: list[Callable[[int], None]] = []


def set_move_listeners(*tell: Callable[[int], None]) -> None:
    """Name who above this package ends links of a supporter whose mailbox is another now."""
    _on_move[:] = tell


@dataclass(frozen=True, kw_only=True)
class Details:
    """What somebody says of herself."""

    name: str | None
    phone: str | None
    postcode: str | None
    locale: str


def correct(email: str, details: Details, *, seen_version: int, now: datetime, by: Actor) -> None:
    """Write down what she is called, how to reach her and what she reads.

    Raises NotFoundError, or StaleError where somebody changed it after her page was made.
    """
    supporter = _lock(email)
    if supporter.version != seen_version:
        raise StaleError
    before, after = _as_it_stands(supporter), vars(details)
    changed = sorted(changes(before, after))
    if not changed:
        return
    supporter.name, supporter.phone = details.name, details.phone
    supporter.postcode, supporter.locale = details.postcode, details.locale
    supporter.version += 1
    # Which fields, never what they said: the record of changes outlives her.
    audit.record(by, CORRECTED, _subject(supporter), now=now, detail={"what": changed})


def _as_it_stands(supporter: Supporter) -> dict[str, object]:
    return {name: getattr(supporter, name) for name in ("name", "phone", "postcode", "locale")}


def move(email: str, new_email: str, *, now: datetime, by: Actor) -> None:
    """Give a supporter the new address that she has proven; a repeated press changes nothing.

    Raises NotFoundError, or AddressTakenError where the new one belongs to another row.
    """
    other = reads.lock_supporter(new_email)
    supporter = reads.lock_supporter(email)
    if supporter is None and other is not None:
        return
    if supporter is None:
        raise NotFoundError
    if other is not None:
        raise AddressTakenError
    supporter.email = new_email
    supporter.version += 1
    # Whoever reads the old mailbox holds links to her pages: they open nothing from now on.
    supporter.public_id = ids.public_id()
    for tell in _on_move:
        tell(supporter.id)
    audit.record(by, CORRECTED, _subject(supporter), now=now, detail={"what": ["email"]})


def has_moved(supporter_id: int, *, since: datetime) -> bool:
    """Whether somebody has another mailbox than she had at an instant."""
    return any(
        each.at > since and "email" in (each.detail or {}).get("what", ())
        for each in audit_reads.list_for(f"supporter:{supporter_id}")
        if each.action == CORRECTED
    )


@dataclass(frozen=True)
class Wish:
    """One box of the page of preferences: may this group write about this?"""

    group_id: int
    purpose: ConsentPurpose
    is_wanted: bool


def choose(supporter_id: int, wishes: list[Wish], *, locale: str, now: datetime, by: Actor) -> None:
    """Give and withdraw consents as the boxes of her own page say.

    What only a file said of her is hers once she leaves its box ticked, and stays when it goes.
    """
    # Held before her consents are: erasing takes them in this order, too.
    supporter = finding.lock_supporter(supporter_id)
    ended = overruled(supporter.id)
    for wish in wishes:
        standing = people_reads.find_live_consent(supporter.id, wish.group_id, wish.purpose)
        is_hers = (
            standing is not None
            and standing.source is not ConsentSource.IMPORT
            and standing.id not in ended
        )
        if wish.is_wanted and not is_hers:
            people.give_consent(
                supporter,
                group_id=wish.group_id,
                purpose=wish.purpose,
                locale=locale,
                source=ConsentSource.PREFERENCES,
                now=now,
                by=by,
            )
        elif not wish.is_wanted:
            withdraw_all_of(supporter.id, wish, now=now, by=by)
            people.remember_no(supporter.id, wish.group_id, wish.purpose, now=now)


def withdraw_all_of(supporter_id: int, wish: Wish, *, now: datetime, by: Actor) -> None:
    """Withdraw every consent that stands for a group and purpose: two wordings may."""
    for consent in reads.list_consents(supporter_id):
        if (consent.group_id, consent.purpose) == (wish.group_id, wish.purpose):
            people.withdraw_consent(consent, now=now, by=by)


def withdraw_everything(supporter_id: int, *, now: datetime, by: Actor) -> int:
    """Withdraw every consent that stands; returns how many."""
    live: list[Consent] = [
        each for each in reads.list_consents(supporter_id) if each.withdrawn_at is None
    ]
    for consent in live:
        people.withdraw_consent(consent, now=now, by=by)
    return len(live)


def _lock(email: str) -> Supporter:
    supporter = reads.lock_supporter(email)
    if supporter is None:
        raise NotFoundError
    return supporter


def _subject(supporter: Supporter) -> str:
    return f"supporter:{supporter.id}"
