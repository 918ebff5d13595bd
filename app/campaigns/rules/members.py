"""Where a member stands, what somebody tells who joins, and how long it is kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.groups.rules import GroupKind
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.offers import Offer, read_offer

#: What the private links are signed for: proving a mailbox, and a member's own page.
JOIN_LINK: Final = "join"
MEMBER_LINK: Final = "member"
#: Whoever does not prove the mailbox in this time is forgotten.
UNPROVEN_LIFE: Final = timedelta(days=7)
#: Longer than any burst, shorter than any use against people.
NETWORK_KEPT: Final = timedelta(days=1)
#: That somebody was in a group is known so long after she left.
LEFT_KEPT: Final = timedelta(days=365)
#: So many addresses one network may leave at one group in a day.
A_DAY_FROM_A_NETWORK: Final = 20
#: One seal for all days: nobody has a second share after midnight.
SEAL_DAY: Final = date(2000, 1, 1)
NAME_LENGTH: Final = 120
POSTCODE_LENGTH: Final = 12
WELCOME_LENGTH: Final = 4000
_SOURCE_WORD: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")


class MemberState(StrEnum):
    """Where a member stands."""

    #: Typed an address; the mailbox is not proven.
    ASKED = "asked"
    MEMBER = "member"
    LEFT = "left"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody tells who joins."""

    email: str
    name: str | None = None
    postcode: str | None = None
    offer: Offer = field(default_factory=Offer)
    purposes: frozenset[ConsentPurpose] = frozenset()
    campaign_ids: frozenset[int] = frozenset()


def may_join(kind: GroupKind) -> bool:
    """Whether a group takes members here; a partner has a site of its own."""
    return kind is not GroupKind.PARTNER


def read_source_word(typed: str | None) -> str | None:
    """The word in a link that says what led somebody here; None where it is none of ours."""
    return typed if typed and _SOURCE_WORD.fullmatch(typed) else None


def close(wish: Wish) -> str:
    """What is kept closed until the mailbox is proven: all but the name and the address."""
    return json.dumps(
        {
            "postcode": wish.postcode,
            "offer": wish.offer.to_json(),
            "purposes": sorted(each.value for each in wish.purposes),
            "campaigns": sorted(wish.campaign_ids),
        }
    )


def reopen(kept: str | None, *, email: str, name: str | None) -> Wish:
    """What somebody told, from what was kept closed."""
    told = json.loads(kept or "{}")
    purposes = {each.value: each for each in ConsentPurpose}
    return Wish(
        email=email,
        name=name,
        postcode=told.get("postcode"),
        offer=read_offer(told.get("offer", {})),
        purposes=frozenset(purposes[each] for each in told.get("purposes", ()) if each in purposes),
        campaign_ids=frozenset(map(int, told.get("campaigns", ()))),
    )
