"""Notice of marches, points of access, moves of a status, numbers to ring, parts of an event."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.events.errors.editing import (
    ContentError,
    NoEventPictureTextError,
    NoExternalAddressError,
    NoPlaceError,
    NoReleaseTimeError,
    NoRoomAddressError,
    NoTitleError,
    OutOfRangeError,
    TextTooLongError,
)
from app.events.rules import access, contacts, march, statuses
from app.events.rules.access import Fact
from app.events.rules.content import (
    Basics,
    Content,
    Joining,
    Part,
    Picture,
    Programme,
    Safety,
    Where,
)
from app.events.rules.march import NoticeStanding
from app.events.rules.statuses import Move
from app.events.rules.words import (
    Answer,
    EventKind,
    Mode,
    Nation,
    PlaceShown,
    ProgrammeKind,
    RsvpMode,
    Status,
    Way,
)
from app.lib.text import Translated

MARCH_DAY = date(2026, 12, 5)
TEXT = Translated.of(en="Words", ar="كلمات")


@pytest.mark.parametrize(
    ("nation", "last"),
    [
        # Six full days lie between the 28th and the 5th.
        (Nation.ENGLAND_WALES, date(2026, 11, 28)),
        (Nation.SCOTLAND, date(2026, 11, 7)),
        (Nation.NORTHERN_IRELAND, date(2026, 11, 7)),
        (Nation.ELSEWHERE, None),
        (None, None),
    ],
)
def test_notice_of_a_march_is_given_by(nation: Nation | None, last: date | None) -> None:
    assert march.give_by(nation, MARCH_DAY) == last


@pytest.mark.parametrize(
    ("march_of", "given", "today", "standing", "reminds"),
    [
        ((EventKind.VIGIL, Nation.SCOTLAND), None, MARCH_DAY, NoticeStanding.NONE, False),
        ((EventKind.MARCH, None), None, MARCH_DAY, NoticeStanding.LOOK_IT_UP, False),
        (
            (EventKind.MARCH, Nation.ENGLAND_WALES),
            None,
            date(2026, 11, 1),
            NoticeStanding.DUE,
            False,
        ),
        (
            (EventKind.MARCH, Nation.ENGLAND_WALES),
            None,
            date(2026, 11, 14),
            NoticeStanding.DUE,
            True,
        ),
        (
            (EventKind.MARCH, Nation.ENGLAND_WALES),
            None,
            date(2026, 11, 28),
            NoticeStanding.DUE,
            True,
        ),
        (
            (EventKind.MARCH, Nation.ENGLAND_WALES),
            None,
            date(2026, 11, 29),
            NoticeStanding.LATE,
            True,
        ),
        (
            (EventKind.MARCH, Nation.ENGLAND_WALES),
            date(2026, 11, 20),
            date(2026, 12, 4),
            NoticeStanding.GIVEN,
            False,
        ),
    ],
)
def test_how_the_notice_stands(
    march_of: tuple[EventKind, Nation | None],
    given: date | None,
    today: date,
    standing: NoticeStanding,
    reminds: bool,
) -> None:
    found = march.notice(*march_of, MARCH_DAY, given_on=given, today=today)
    assert found.standing is standing
    assert march.needs_reminder(found, today) is reminds


def test_what_nobody_answered_is_said_to_be_unknown() -> None:
    kept = {"step_free": ["yes", "By the side door"], "seating": ["nonsense"], "old_point": ["yes"]}
    found = {fact.point: fact for fact in access.facts(kept, Mode.IN_PERSON)}
    assert set(found) == set(access.POINTS)
    assert found["step_free"] == Fact("step_free", Answer.YES, "By the side door")
    assert found["seating"].answer is Answer.UNKNOWN
    assert found["captions"].answer is Answer.UNKNOWN
    assert "step_free" not in {fact.point for fact in access.facts(kept, Mode.ONLINE)}


def test_unknown_points_are_not_kept_but_their_notes_are() -> None:
    facts = [
        Fact("step_free", Answer.YES),
        Fact("seating", Answer.UNKNOWN),
        Fact("parking", Answer.UNKNOWN, "We are asking"),
        Fact("nonsense", Answer.YES),
    ]
    assert access.to_row(facts) == {
        "step_free": ["yes", ""],
        "parking": ["unknown", "We are asking"],
    }


@pytest.mark.parametrize(
    ("status", "mode", "is_over", "moves"),
    [
        (Status.TENTATIVE, Mode.IN_PERSON, False, "confirm postpone reschedule move-online cancel"),
        (Status.CONFIRMED, Mode.IN_PERSON, False, "postpone reschedule move-online cancel"),
        (Status.CONFIRMED, Mode.ONLINE, False, "postpone reschedule cancel"),
        (Status.POSTPONED, Mode.IN_PERSON, False, "reschedule cancel reinstate"),
        (Status.POSTPONED, Mode.IN_PERSON, True, "reschedule cancel reinstate"),
        (Status.CANCELLED, Mode.IN_PERSON, False, "reinstate"),
        (Status.CANCELLED, Mode.IN_PERSON, True, ""),
        (Status.CONFIRMED, Mode.IN_PERSON, True, ""),
        (Status.MOVED_ONLINE, Mode.ONLINE, False, "postpone reschedule cancel reinstate"),
    ],
)
def test_what_can_become_of_an_event(status: Status, mode: Mode, is_over: bool, moves: str) -> None:
    assert statuses.moves_from(status, mode, is_over=is_over) == [Move(x) for x in moves.split()]


@pytest.mark.parametrize(
    ("status", "previous", "online", "becomes"),
    [
        (Status.CANCELLED, None, False, Status.CONFIRMED),
        (Status.CANCELLED, "2026-05-01T14:00", False, Status.POSTPONED),
        (Status.CANCELLED, "2026-04-01T14:00", False, Status.RESCHEDULED),
        (Status.CANCELLED, None, True, Status.MOVED_ONLINE),
        (Status.POSTPONED, "2026-05-01T14:00", False, Status.CONFIRMED),
        (Status.MOVED_ONLINE, None, True, Status.CONFIRMED),
    ],
)
def test_what_an_event_becomes_when_the_last_word_is_taken_back(
    status: Status, previous: str | None, online: bool, becomes: Status
) -> None:
    found = statuses.status_before(
        status,
        starts_local=datetime.fromisoformat("2026-05-01T14:00"),
        previous_starts_local=datetime.fromisoformat(previous) if previous else None,
        was_moved_online=online,
    )
    assert found is becomes


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("020 7946 0000", True),
        ("+44 (0)20 7946-0000", True),
        ("999", True),
        ("12", False),
        ("", False),
        ("ring Ana", False),
        ("0" * 16, False),
        ("020 7946 0000<script>", False),
        ("1" + " " * 60 + "23", False),
    ],
)
def test_what_can_be_rung(number: str, is_one: bool) -> None:
    assert contacts.is_number(number) is is_one


@pytest.mark.parametrize(("day", "is_stale"), [(date(2026, 9, 6), False), (date(2026, 9, 5), True)])
def test_a_number_is_rung_again_after_ninety_days(day: date, is_stale: bool) -> None:
    assert contacts.is_stale(day, date(2026, 12, 5)) is is_stale


def basics(**changes: object) -> Basics:
    values = {"kind": EventKind.VIGIL, "title": TEXT, "summary": TEXT, "body": TEXT, **changes}
    return Basics(**values)  # type: ignore[arg-type]


LONG = Translated.of(en="x" * 10_000)


@pytest.mark.parametrize(
    ("content", "error", "part"),
    [
        (basics(title=Translated.of(en="")), NoTitleError, "title"),
        (basics(title=LONG), TextTooLongError, "title"),
        (basics(title=Translated.of(en="Short", ar="و" * 10_000)), TextTooLongError, "title"),
        (basics(summary=LONG), TextTooLongError, "summary"),
        (basics(supported_by="x" * 1001), TextTooLongError, "supported_by"),
        (Picture(picture_id=1, picture_alt=None), NoEventPictureTextError, "picture_alt"),
        (Where(mode=Mode.IN_PERSON), NoPlaceError, "locality"),
        (Where(mode=Mode.ONLINE), NoRoomAddressError, "online_url"),
        (Where(mode=Mode.HYBRID, place_id=1), NoRoomAddressError, "online_url"),
        (
            Where(mode=Mode.IN_PERSON, place_id=1, place_shown=PlaceShown.RELEASED),
            NoReleaseTimeError,
            "released_on",
        ),
        (Joining(rsvp_mode=RsvpMode.EXTERNAL, seats={}), NoExternalAddressError, "external_url"),
        (Joining(party_max=11, seats={}), OutOfRangeError, "party_max"),
        (Joining(retention_days=91, seats={}), OutOfRangeError, "retention_days"),
        (Joining(seats={Way.IN_PERSON: 0}), OutOfRangeError, "seats_in_person"),
        (Joining(seats={Way.ONLINE: 10**7}), OutOfRangeError, "seats_online"),
        (
            Safety(access=(Fact("seating", Answer.YES, "x" * 201),)),
            TextTooLongError,
            "seating_note",
        ),
        (Programme(film_year=1066), OutOfRangeError, "film_year"),
        (
            Programme(parts=(Part(kind=ProgrammeKind.QA, title=TEXT, minutes=0),)),
            OutOfRangeError,
            "minutes",
        ),
    ],
)
def test_each_part_of_an_event_knows_what_is_wrong_with_it(
    content: Content, error: type[ContentError], part: str
) -> None:
    with pytest.raises(error) as refused:
        content.check()
    assert refused.value.part == part


def test_a_whole_part_is_fine() -> None:
    basics().check()
    Where(mode=Mode.ONLINE, online_url="https://meet.example.org/x").check()
    Joining(seats={Way.IN_PERSON: 60, Way.ONLINE: None}).check()
