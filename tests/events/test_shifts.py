"""Shifts: made, taken, decided about, moved with their event, reminded of, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.audit.facts import Actor
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.events.errors.shifts import (
    HasShiftThenError,
    HasThisShiftError,
    HelperNotAdultError,
    ManyShiftsError,
    NoShiftChosenError,
    ShiftClosedError,
    ShiftFarOffError,
    ShiftLengthError,
    ShiftOfOtherEventError,
    ShiftsOverlapError,
    ShiftTimeMissingError,
    TooManySignupsError,
)
from app.events.models.events import Event
from app.events.models.shifts import Shift, ShiftSignup
from app.events.queries import shifts as reads
from app.events.rules import shifts as rules
from app.events.rules import times
from app.events.rules.shifts import Helper, ShiftContent
from app.events.rules.words import (
    EntrySource,
    EventState,
    PlaceShown,
    RoleKind,
    SignupState,
    Status,
)
from app.events.service import retention, shift_reminding, shifts, signups, telling
from app.lib import clock
from app.lib.errors import StaleError
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState
from tests.factories.events import make_event, make_shift, make_signup

if TYPE_CHECKING:
    from flask import Flask

BY = Actor.system()
NOON = datetime.fromisoformat("2026-12-05T12:00")


@dataclass(frozen=True)
class Span:
    """Something that lasts."""

    starts_local: datetime
    ends_local: datetime


def at(hour: int, lasts: int = 1) -> Span:
    """From an hour of the day on."""
    starts = NOON.replace(hour=hour)
    return Span(starts, starts + timedelta(hours=lasts))


def content(**changes: object) -> ShiftContent:
    """Two stewards from noon to two unless told otherwise."""
    values: dict[str, object] = {
        "role": RoleKind.STEWARD,
        "starts_local": NOON,
        "ends_local": NOON + timedelta(hours=2),
        "needed": 2,
    }
    return ShiftContent(**values | changes)  # type: ignore[arg-type]


# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "is_refused"),
    [
        ([at(10), at(11)], False),
        ([at(10, 2), at(11)], True),
        ([at(11), at(10, 2)], True),
        ([at(10, 5), at(16), at(12)], True),
        ([at(10)], False),
        ([], False),
    ],
)
def test_nobody_is_in_two_places(spans: list[Span], is_refused: bool) -> None:
    assert (rules.overlapping(spans) is not None) is is_refused


@pytest.mark.parametrize(
    ("role", "trusted", "place", "is_decided"),
    [
        (RoleKind.STEWARD, False, PlaceShown.PUBLIC, False),
        (RoleKind.STEWARD, True, PlaceShown.PUBLIC, True),
        (RoleKind.FIRST_AID, False, PlaceShown.PUBLIC, True),
        (RoleKind.STEWARD, False, PlaceShown.ACCEPTED, True),
        (RoleKind.STEWARD, False, PlaceShown.AREA, False),
    ],
)
def test_about_whom_an_organiser_decides(
    role: RoleKind, trusted: bool, place: PlaceShown, is_decided: bool
) -> None:
    assert rules.is_decided(role, trusted=trusted, place=place) is is_decided


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"ends_local": NOON}, ShiftLengthError),
        ({"ends_local": NOON - timedelta(hours=1)}, ShiftLengthError),
        ({"ends_local": NOON + timedelta(hours=25)}, ShiftLengthError),
        (
            {
                "starts_local": NOON - timedelta(days=4),
                "ends_local": NOON - timedelta(days=4, hours=-1),
            },
            ShiftFarOffError,
        ),
        (
            {"starts_local": NOON.replace(year=2062), "ends_local": NOON.replace(2062, hour=13)},
            ShiftFarOffError,
        ),
    ],
)
def test_times_that_cannot_be_meant(changes: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        rules.check_times(content(**changes), at(12, 2), "Europe/London")


def test_a_time_that_no_clock_shows() -> None:
    gap = datetime.fromisoformat("2026-03-29T01:30")
    typed = content(starts_local=gap, ends_local=gap + timedelta(hours=3))
    with pytest.raises(ShiftTimeMissingError):
        rules.check_times(typed, Span(gap, gap + timedelta(hours=3)), "Europe/London")


def test_three_shifts_of_two_hours() -> None:
    made = rules.in_turn(content(), 3)
    assert [(f"{each.starts_local:%H}", f"{each.ends_local:%H}") for each in made] == [
        ("12", "14"),
        ("14", "16"),
        ("16", "18"),
    ]
    for count in (0, -1, 25):
        with pytest.raises(ManyShiftsError):
            rules.in_turn(content(), count)


@pytest.mark.parametrize(
    ("hours_before", "reminded", "signed_up_days", "is_due"),
    [
        (25, False, 5, False),
        (24, False, 5, True),
        (1, False, 5, True),
        (1, True, 5, False),
        (0, False, 5, False),
        (2, False, 0, False),
    ],
)
def test_when_somebody_is_reminded(
    hours_before: int, reminded: bool, signed_up_days: int, is_due: bool
) -> None:
    starts = datetime(2026, 12, 5, 12, tzinfo=UTC)
    found = rules.reminder_is_due(
        starts,
        reminded_for=starts if reminded else None,
        signed_up_at=starts - timedelta(days=signed_up_days, hours=3),
        now=starts - timedelta(hours=hours_before),
    )
    assert found is is_due


def test_every_role_has_its_words() -> None:
    assert set(rules.ROLE_NAMES) == set(rules.ROLE_HINTS) == set(RoleKind)


# --- services -------------------------------------------------------------------------------------


@pytest.fixture
def event(app: Flask) -> Event:
    """A vigil in a week."""
    with transaction():
        return make_event()


def planned(event: Event, **changes: object) -> ShiftContent:
    """Two stewards for the whole event."""
    values: dict[str, object] = {
        "starts_local": event.starts_local,
        "ends_local": event.ends_local,
    }
    return content(**values | changes)


def helper(**changes: object) -> Helper:
    """Somebody grown up."""
    values: dict[str, object] = {
        "name": "Samir",
        "email": "samir@example.org",
        "is_adult": True,
    }
    return Helper(**values | changes)  # type: ignore[arg-type]


def made(event: Event, **changes: object) -> Shift:
    with transaction():
        return make_shift(event, **changes)


def take(event: Event, *chosen: Shift, nonce: str = "form", **changes: object) -> None:
    invited = changes.pop("invited", None)
    network = changes.pop("network", None)
    with transaction():
        signups.take(
            event,
            [each.public_id for each in chosen],
            helper(**changes),
            nonce=nonce,
            network=network,  # type: ignore[arg-type]
            invited=invited,  # type: ignore[arg-type]
            now=clock.utcnow(),
        )


def everybody() -> Sequence[ShiftSignup]:
    db.session.expire_all()
    return db.session.scalars(select(ShiftSignup).order_by(ShiftSignup.id)).all()


def mails(template: str | None = None) -> Sequence[OutboxMail]:
    db.session.expire_all()
    found = select(OutboxMail).order_by(OutboxMail.id)
    if template is not None:
        found = found.where(OutboxMail.template == f"events/shift_{template}")
    return db.session.scalars(found).all()


def taken_of(shift: Shift) -> int:
    db.session.expire_all()
    return db.session.get_one(Shift, shift.id).taken


def recount() -> bool:
    """Whether the kept numbers are those of the rows."""
    db.session.expire_all()
    return all(
        shift.taken == sum(each.state is SignupState.TAKEN for each in shift.signups)
        for shift in db.session.scalars(select(Shift))
    )


def test_shifts_are_made_edited_and_removed_once_seen(event: Event) -> None:
    now = clock.utcnow()
    with transaction():
        rows = shifts.make_shifts(event, planned(event), 3, now=now, by=BY)
        first = rows[0]
    assert [each.starts_local for each in reads.list_shifts(event.id)] == [
        event.starts_local + timedelta(hours=2 * place) for place in range(3)
    ]
    with transaction():
        shifts.edit_shift(first, planned(event, needed=5), version=1, now=now, by=BY)
    assert (first.needed, first.version) == (5, 2)
    with pytest.raises(StaleError), transaction():
        shifts.edit_shift(first, planned(event, needed=6), version=1, now=now, by=BY)
    with pytest.raises(StaleError), transaction():
        shifts.remove_shift(first, version=1, now=now, by=BY)
    with transaction():
        shifts.remove_shift(first, version=2, now=now, by=BY)
    assert reads.count_shifts(event.id) == 2
    actions = [each.action for each in db.session.scalars(select(AuditEntry))]
    assert {"shift.made", "shift.edited", "shift.removed"} <= set(actions)
    short = planned(event, ends_local=event.starts_local + timedelta(minutes=15))
    for count in (24, 24, 24, 6):
        with transaction():
            shifts.make_shifts(event, short, count, now=now, by=BY)
    with pytest.raises(ManyShiftsError), transaction():
        shifts.make_shifts(event, short, 1, now=now, by=BY)


def test_one_form_is_one_sign_up_and_one_mail(event: Event) -> None:
    one, other = (
        made(event),
        made(
            event,
            starts_local=event.ends_local,
            ends_local=event.ends_local + timedelta(hours=1),
            role=RoleKind.SETTING_UP,
        ),
    )
    take(event, one, other)
    take(event, one, other)
    assert [each.state for each in everybody()] == [SignupState.TAKEN] * 2
    assert (taken_of(one), taken_of(other)) == (1, 1)
    (mail,) = mails()
    assert mail.to == "samir@example.org"
    assert {each["role_name"] for each in mail.values["shifts"]} == {
        "Steward",
        "Setting up and clearing away",
    }


def test_more_may_come_than_are_needed(event: Event) -> None:
    shift = made(event, needed=1)
    for place in range(3):
        take(event, shift, nonce=f"form{place}", email=f"p{place}@example.org")
    assert taken_of(shift) == 3


def test_a_stranger_learns_nothing_about_an_address(event: Event) -> None:
    shift = made(event)
    take(event, shift, nonce="hers")
    take(event, shift, nonce="a-stranger-s", name="Nobody")
    assert [each.name for each in everybody()] == ["Samir"]
    assert len(mails()) == 1
    later = made(event, role=RoleKind.WELFARE)
    take(event, later, nonce="another")
    assert len(everybody()) == 2  # it overlaps: the desk sees it, the form does not say so


def test_what_a_form_refuses(event: Event) -> None:
    shift, beside = made(event), made(event, role=RoleKind.WELFARE)
    with transaction():
        elsewhere = make_shift(make_event())
        trusted = make_shift(event, is_trusted=True)
    for chosen, changes, error in (
        ([], {}, NoShiftChosenError),
        ([shift], {"is_adult": False}, HelperNotAdultError),
        ([shift, beside], {}, ShiftsOverlapError),
        ([elsewhere], {}, ShiftClosedError),
        ([trusted], {}, ShiftClosedError),
        ([trusted], {"invited": shift.public_id}, ShiftClosedError),
    ):
        with pytest.raises(error):
            take(event, *chosen, **changes)
    assert everybody() == []
    assert mails() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.CANCELLED},
        {"status": Status.POSTPONED},
        {"state": EventState.HIDDEN},
        {"state": EventState.DRAFT},
        {"starts_in": timedelta(days=-2)},
    ],
    ids=str,
)
@pytest.mark.one_database
def test_shifts_that_nobody_can_take(app: Flask, changes: dict[str, object]) -> None:
    with transaction():
        event = make_event(**changes)  # type: ignore[arg-type]
        shift = make_shift(event)
    with pytest.raises(ShiftClosedError):
        take(event, shift)


def test_a_network_cannot_take_everything(event: Event) -> None:
    shift = made(event)
    for place in range(rules.NETWORK_A_DAY):
        take(event, shift, nonce=f"f{place}", email=f"p{place}@example.org", network="net")
    with pytest.raises(TooManySignupsError):
        take(event, shift, nonce="last", email="last@example.org", network="net")
    take(event, shift, nonce="else", email="else@example.org", network="another")


def test_an_address_is_not_flooded_with_mail(app: Flask) -> None:
    with transaction():
        events = [make_event() for _ in range(rules.ADDRESS_A_DAY + 3)]
        rows = [make_shift(each) for each in events]
    for place, (event, shift) in enumerate(zip(events, rows, strict=True)):
        take(event, shift, nonce=f"f{place}")
    assert len(mails()) == rules.ADDRESS_A_DAY


def test_who_was_invited_asks_and_an_organiser_decides(event: Event) -> None:
    now = clock.utcnow()
    shift = made(event, role=RoleKind.CHIEF_STEWARD, is_trusted=True, needed=1)
    take(event, shift, invited=shift.public_id)
    (asked,) = everybody()
    assert (asked.state, taken_of(shift)) == (SignupState.ASKED, 0)
    assert [each.public_id for each in reads.list_asked(now=now)] == [asked.public_id]
    with transaction():
        signups.accept(asked, now=now, by=BY)
    assert (asked.state, asked.accepted_at, taken_of(shift)) == (SignupState.TAKEN, now, 1)
    with transaction():
        signups.undecide(asked, now=now, by=BY)
    assert (asked.state, asked.accepted_at, taken_of(shift)) == (SignupState.ASKED, None, 0)
    assert [each.state for each in mails("accepted")] == [MailState.WITHDRAWN]
    with transaction():
        signups.decline(asked, now=now, by=BY)
    assert (asked.state, taken_of(shift)) == (SignupState.DECLINED, 0)
    assert [each.state for each in mails("declined")] == [MailState.WAITING]
    assert recount()


def test_somebody_gives_a_shift_back_and_thinks_again(event: Event) -> None:
    now, shift = clock.utcnow(), made(event)
    take(event, shift)
    (signup,) = everybody()
    for _ in range(2):
        with transaction():
            signups.withdraw(signup, now=now, by=BY)
    assert (signup.state, taken_of(shift)) == (SignupState.WITHDRAWN, 0)
    for _ in range(2):
        with transaction():
            signups.take_back(signup, now=now, by=BY)
    assert (signup.state, taken_of(shift)) == (SignupState.TAKEN, 1)


def test_what_was_asked_for_is_asked_for_again(event: Event) -> None:
    now, shift = clock.utcnow(), made(event, role=RoleKind.FIRST_AID)
    take(event, shift)
    (signup,) = everybody()
    with transaction():
        signups.withdraw(signup, now=now, by=BY)
    with transaction():
        signups.take_back(signup, now=now, by=BY)
    assert (signup.state, taken_of(shift)) == (SignupState.ASKED, 0)


def test_an_organiser_enters_and_moves_people(event: Event) -> None:
    now = clock.utcnow()
    shift, beside = made(event), made(event, role=RoleKind.FIRST_AID)
    after = made(
        event,
        starts_local=event.ends_local,
        ends_local=event.ends_local + timedelta(hours=1),
    )
    with transaction():
        rang = signups.enter(
            shift, helper(email=None, name="Nadia"), EntrySource.PHONE, now=now, by=BY
        )
    assert (rang.state, rang.source, taken_of(shift)) == (SignupState.TAKEN, EntrySource.PHONE, 1)
    assert mails() == []
    for target, error in ((shift, HasThisShiftError), (beside, HasShiftThenError)):
        with pytest.raises(error), transaction():
            signups.enter(
                target, helper(email=None, name="NADIA"), EntrySource.PAPER, now=now, by=BY
            )
    with pytest.raises(HelperNotAdultError), transaction():
        signups.enter(after, helper(is_adult=False), EntrySource.PAPER, now=now, by=BY)
    with transaction():
        signups.move(rang, beside, now=now, by=BY)
    assert (taken_of(shift), taken_of(beside), rang.shift_id) == (0, 1, beside.id)
    with transaction():
        elsewhere = make_shift(make_event())
    with pytest.raises(ShiftOfOtherEventError), transaction():
        signups.move(rang, elsewhere, now=now, by=BY)
    with transaction():
        signups.mark_came(rang, came=True, now=now, by=BY)
    assert rang.came_at == now
    with transaction():
        signups.mark_came(rang, came=False, now=now, by=BY)
    assert everybody()[0].came_at is None
    assert recount()


def test_who_was_entered_for_a_decided_role_has_it(event: Event) -> None:
    shift = made(event, role=RoleKind.FIRST_AID)
    with transaction():
        entered = signups.enter(shift, helper(), EntrySource.PHONE, now=clock.utcnow(), by=BY)
    assert (entered.state, taken_of(shift)) == (SignupState.TAKEN, 1)
    assert len(mails("taken")) == 1


def test_a_removed_shift_is_told_and_its_people_are_deleted(event: Event) -> None:
    shift = made(event)
    take(event, shift)
    with transaction():
        shifts.remove_shift(shift, version=1, now=clock.utcnow(), by=BY)
    assert everybody() == []
    (mail,) = mails("cancelled")
    assert mail.values["is_event_off"] is False


def test_another_time_of_a_shift_is_told_once_and_other_numbers_are_not(event: Event) -> None:
    now, shift = clock.utcnow(), made(event)
    take(event, shift)
    with transaction():
        shifts.edit_shift(shift, planned(event, needed=9), version=1, now=now, by=BY)
    assert mails("changed") == []
    earlier = planned(event, starts_local=event.starts_local - timedelta(hours=1))
    with transaction():
        shifts.edit_shift(shift, earlier, version=2, now=now, by=BY)
    (mail,) = mails("changed")
    assert mail.values["shifts"][0]["from_hour"] == f"{earlier.starts_local:%H:%M}"


def moved(event: Event, **changes: object) -> None:
    """Change an event as a service does."""
    now = clock.utcnow()
    with transaction():
        before = telling.snapshot(event)
        for name, value in changes.items():
            setattr(event, name, value)
        event.starts_at = times.instant(event.starts_local, event.zone)
        event.ends_at = times.instant(event.ends_local, event.zone)
        event.sequence += 1
        db.session.flush()
        shifts.move_shifts(event, before, now=now)
        shifts.move_shifts(event, telling.snapshot(event), now=now)


def test_shifts_move_with_their_event_by_the_same_time_on_the_wall(app: Flask) -> None:
    with transaction():
        event = make_event(
            starts_at=datetime(2030, 3, 30, 12, tzinfo=UTC), lasts=timedelta(hours=2)
        )
        shift = make_shift(event, starts_local=datetime.fromisoformat("2030-03-30T10:00"))
        make_signup(shift)
        make_signup(shift, email="other@example.org", state=SignupState.WITHDRAWN)
    # The clocks go forward in the night between; people come at ten on the wall all the same.
    moved(
        event,
        starts_local=event.starts_local + timedelta(days=1),
        ends_local=event.ends_local + timedelta(days=1),
    )
    db.session.expire_all()
    assert shift.starts_local == datetime.fromisoformat("2030-03-31T10:00")
    assert times.instant(shift.starts_local, event.zone).hour == 9
    assert [each.to for each in mails("changed")] == ["samir@example.org"]


def test_helpers_hear_that_an_event_is_off(event: Event) -> None:
    take(event, made(event))
    moved(event, status=Status.CANCELLED)
    (mail,) = mails("cancelled")
    assert mail.values["is_event_off"] is True
    assert mails("changed") == []


def test_words_alone_are_told_to_nobody(event: Event) -> None:
    take(event, made(event))
    moved(event, called_by="Somebody")
    assert [each.template for each in mails()] == ["events/shift_taken"]


def test_helpers_are_reminded_once_for_each_start(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        event = make_event(starts_in=timedelta(hours=20))
        long_ago = now - timedelta(days=4)
        first = make_signup(make_shift(event), created_at=long_ago)
        make_signup(make_shift(event, role=RoleKind.WELFARE), created_at=long_ago)
        make_signup(make_shift(event), email="new@example.org")
        make_signup(
            make_shift(
                event,
                starts_local=event.starts_local + timedelta(days=2),
                ends_local=event.ends_local + timedelta(days=2),
            ),
            email="later@example.org",
            created_at=long_ago,
        )
        off = make_event(starts_in=timedelta(hours=20), status=Status.CANCELLED)
        make_signup(make_shift(off), email="off@example.org", created_at=long_ago)
    for _ in range(2):
        with transaction():
            assert shift_reminding.remind(now=now, after_id=0, limit=50) is None
    (mail,) = mails("reminder")
    assert mail.to == "samir@example.org"
    assert len(mail.values["shifts"]) == 2
    moved(
        event,
        starts_local=event.starts_local + timedelta(hours=1),
        ends_local=event.ends_local + timedelta(hours=1),
    )
    with transaction():
        shift_reminding.remind(now=now, after_id=0, limit=50)
    assert len(mails("reminder")) == 2
    assert first.reminded_for == event.starts_at


def test_shifts_short_of_people_wait_for_organisers(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        near, far = make_event(starts_in=timedelta(days=3)), make_event(starts_in=timedelta(20))
        short = make_shift(near, needed=2)
        make_signup(short)
        enough = make_shift(near, needed=1)
        make_signup(enough)
        make_shift(far)
        make_shift(make_event(starts_in=timedelta(days=2), status=Status.CANCELLED))
    found = reads.list_short(now=now, until=now + rules.SHORT_WITHIN)
    assert [each.public_id for each in found] == [short.public_id]


def test_who_helped_is_forgotten_and_what_was_needed_stays(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        event = make_event(starts_in=timedelta(days=-20))
        asked = make_signup(make_shift(event), state=SignupState.ASKED)
        signups.decline(asked, now=now, by=BY)
    with transaction():
        assert retention.purge_one(now=now)
    assert everybody() == []
    assert reads.count_shifts(event.id) == 1
    assert [each.values for each in mails()] == [{}]
