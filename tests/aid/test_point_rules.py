"""Who sees where a point is, what it is called, how states follow each other: as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from app.aid.rules import bringing, places, points
from app.aid.rules.places import Shown
from app.aid.rules.point_reports import disputes
from app.aid.rules.words import (
    POINT_MOVES,
    SHOWN_STATES,
    BringState,
    DropState,
    Fill,
    PointChecked,
    PointKind,
    PointState,
    Visibility,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "visibility", "state", "shown"),
    [
        (PointKind.SHOP, Visibility.PUBLIC, PointState.LIVE, Shown.SPOT),
        (PointKind.SHOP, Visibility.PUBLIC, PointState.CLOSED, Shown.SPOT),
        (PointKind.HOME, Visibility.PUBLIC, PointState.LIVE, Shown.SPOT),
        (PointKind.HOME, Visibility.PUBLIC, PointState.CLOSED, Shown.AREA),
        (PointKind.SHOP, Visibility.PUBLIC, PointState.DISPUTED, Shown.NOTHING),
        (PointKind.SHOP, Visibility.PUBLIC, PointState.APPROVED, Shown.NOTHING),
        (PointKind.HOME, Visibility.AREA_ONLY, PointState.LIVE, Shown.AREA),
        (PointKind.HOME, Visibility.AREA_ONLY, PointState.FULL, Shown.AREA),
        (PointKind.HOME, Visibility.AREA_ONLY, PointState.APPLIED, Shown.NOTHING),
    ],
)
def test_what_the_public_sees(
    kind: PointKind, visibility: Visibility, state: PointState, shown: Shown
) -> None:
    assert places.to_public(kind, visibility, state) is shown


def test_a_private_point_shows_nothing_whatever_it_is() -> None:
    for kind, state in product(PointKind, PointState):
        assert places.to_public(kind, Visibility.PRIVATE, state) is Shown.NOTHING
        assert not places.is_listed(Visibility.PRIVATE, state)


def test_only_whoever_was_accepted_sees_a_hidden_door() -> None:
    hidden = (Visibility.AREA_ONLY, Visibility.PRIVATE)
    for visibility, state, bring in product(hidden, PointState, BringState):
        shown = places.to_bringer(PointKind.HOME, visibility, state, bring)
        may = bring is BringState.ACCEPTED and state in places.REACHED_STATES
        assert (shown is Shown.SPOT) is may, (visibility, state, bring)


def test_fewer_people_see_less() -> None:
    private, area, public = Visibility.PRIVATE, Visibility.AREA_ONLY, Visibility.PUBLIC
    assert [places.is_narrower(new, area) for new in (private, area, public)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("visibility", "typed", "name", "slug"),
    [
        (Visibility.PUBLIC, "St Mark’s Hall", "St Mark’s Hall", "st-marks-hall-k7m2xp"),
        (Visibility.PUBLIC, "", "E17", "e17-k7m2xp"),
        (Visibility.PUBLIC, "قاعة", "قاعة", "قاعة-k7m2xp"),
        (Visibility.AREA_ONLY, "12 Acacia Avenue", "E17", "e17-k7m2xp"),
        (Visibility.PRIVATE, "12 Acacia Avenue", "K7M2XP", "k7m2xp0000"),
    ],
)
def test_names_and_addresses_of_pages(
    visibility: Visibility, typed: str, name: str, slug: str
) -> None:
    public_id = "k7m2xp0000"
    called = points.published_name(
        visibility, typed, district="E17", town="London", public_id=public_id
    )
    assert called == name
    assert points.slug_for(visibility, called, public_id) == slug


def test_every_state_of_a_point_leads_to_an_end() -> None:
    ends = {PointState.CLOSED, PointState.REJECTED}
    for start in PointState:
        seen, waiting = set(), [start]
        while waiting:
            state = waiting.pop()
            seen.add(state)
            waiting += [each for each in POINT_MOVES[state] if each not in seen]
        assert seen & ends, start
    shown = {state for state, to in POINT_MOVES.items() if PointState.LIVE in to}
    assert shown <= {PointState.APPROVED, *SHOWN_STATES, PointState.DISPUTED}


def test_a_home_needs_more_than_a_call() -> None:
    assert [how for how in PointChecked if not points.proves_a_home(how)] == [PointChecked.CALL]


@pytest.mark.parametrize(
    ("visibility", "state", "fill", "drop", "takes"),
    [
        (Visibility.AREA_ONLY, PointState.LIVE, Fill.EMPTY, DropState.OPEN, True),
        (Visibility.PRIVATE, PointState.LIVE, Fill.NEARLY, DropState.CLOSING, True),
        (Visibility.PRIVATE, PointState.LIVE, Fill.EMPTY, DropState.ANNOUNCED, True),
        (Visibility.PUBLIC, PointState.LIVE, Fill.EMPTY, DropState.OPEN, False),
        (Visibility.AREA_ONLY, PointState.LIVE, Fill.FULL, DropState.OPEN, False),
        (Visibility.AREA_ONLY, PointState.PAUSED, Fill.EMPTY, DropState.OPEN, False),
        (Visibility.AREA_ONLY, PointState.LIVE, Fill.EMPTY, DropState.PAUSED, False),
        (Visibility.AREA_ONLY, PointState.LIVE, Fill.EMPTY, DropState.COLLECTING, False),
    ],
)
def test_when_people_can_ask(
    visibility: Visibility, state: PointState, fill: Fill, drop: DropState, takes: bool
) -> None:
    assert bringing.takes_requests(visibility, state, fill, drop) is takes


def test_nobody_waits_for_ever() -> None:
    day = date(2026, 11, 22)
    assert [bringing.is_over(day, day + DAY * n) for n in range(5)] == [False] * 3 + [True] * 2


@pytest.mark.parametrize(
    ("asked", "right", "is_old"),
    [
        (None, None, False),
        (NOW - 9 * DAY, None, False),
        (NOW - 11 * DAY, None, True),
        (NOW - 11 * DAY, NOW - 20 * DAY, True),
        (NOW - 11 * DAY, NOW - 10 * DAY, False),
    ],
)
def test_whose_word_is_old(asked: datetime | None, right: datetime | None, is_old: bool) -> None:
    assert points.is_unconfirmed(asked, right, NOW) is is_old


@pytest.mark.parametrize(
    ("networks", "is_immune", "of_network", "lately", "does"),
    [
        (1, False, 1, 0, False),
        (2, False, 1, 0, True),
        (9, True, 1, 0, False),
        (2, False, 4, 0, False),
        (2, False, 1, 5, False),
    ],
)
def test_when_reports_dispute_a_point(
    networks: int, is_immune: bool, of_network: int, lately: int, does: bool
) -> None:
    assert (
        disputes(
            networks=networks, is_immune=is_immune, of_network=of_network, disputed_lately=lately
        )
        is does
    )


@pytest.mark.parametrize("typed", ["k7m2 xp01", "K7M2-XPOL", " k7m2xpoi. "])
def test_a_code_is_read_as_it_was_meant(typed: str) -> None:
    assert points.clean_code(typed) == "k7m2xp01"
