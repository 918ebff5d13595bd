"""Which of all that can be done is shown, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from app.actions.rules.choosing import arrange, rank
from app.actions.rules.words import ActionKind as Kind


@dataclass(frozen=True)
class Some:
    """Something to do."""

    kind: Kind
    name: str = ""
    is_urgent: bool = False


GO, GIVE, BRING, JOIN = (Some(each) for each in (Kind.GO, Kind.GIVE, Kind.BRING, Kind.JOIN_GROUP))
LATER = Some(Kind.GO, "later")
SOON = Some(Kind.GO, "soon", is_urgent=True)
LAST_DAYS = Some(Kind.BRING, "last days", is_urgent=True)
FOR_AN_AIM = Some(Kind.JOIN_CAMPAIGN)


@pytest.mark.parametrize(
    ("found", "limit", "shown"),
    [
        ([], 4, []),
        ([JOIN, BRING, GIVE, GO], 4, [GO, GIVE, BRING, JOIN]),
        ([GO, LATER, GIVE, JOIN], 3, [GO, GIVE, JOIN]),
        ([GO, LATER, GIVE], 4, [GO, GIVE, LATER]),
        ([GO, SOON, GIVE], 3, [SOON, GIVE, GO]),
        ([GO, GIVE, LAST_DAYS], 3, [LAST_DAYS, GO, GIVE]),
        ([JOIN, FOR_AN_AIM, GO], 2, [GO, JOIN]),
        ([GO], 0, []),
    ],
)
def test_one_of_each_before_any_comes_twice(
    found: list[Some], limit: int, shown: list[Some]
) -> None:
    assert arrange(found, limit) == shown


def test_every_kind_has_its_place() -> None:
    assert {rank(each) for each in Kind} == set(range(8))
