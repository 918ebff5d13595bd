"""Events are written part by part, lead to the public, and keep their old addresses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit import queries as audit
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.events.errors.editing import (
    BadEventSlugError,
    EventGoneError,
    EventHiddenError,
    EventMovedError,
    EventNotFoundError,
    EventOverError,
    EventSlugTakenError,
    ForeignLinkError,
    NoNewTimeError,
    NoRoomAddressError,
    ReleaseTooLateError,
    StaleEventError,
    TextTooLongError,
    WrongStateError,
)
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.rules import times
from app.events.rules.content import Basics, Links, Part, Picture, Programme, Safety, Where
from app.events.rules.series import Repeat, Rule
from app.events.rules.statuses import Step
from app.events.rules.words import EventKind, EventState, Mode, PlaceShown, ProgrammeKind, Status
from app.events.service import cloning, editing, notes, rederiving, series, statuses
from app.lib import clock
from app.lib.text import Translated
from app.places.models import Place
from app.places.rules import Spot
from app.queue.models import Job
from app.search.models.index import SearchEntry
from tests.factories.appeals import make_network
from tests.factories.events import make_campaign, make_event, make_place
from tests.factories.groups import make_group

BY = Actor.account(1, "Amal Haddad")
TEXT = Translated.of(en="Words", ar="كلمات")


def now() -> datetime:
    return clock.utcnow()


def basics(**changes: Any) -> Basics:
    values = {"kind": EventKind.VIGIL, "title": TEXT, "summary": TEXT, "body": TEXT, **changes}
    return Basics(**values)


def when(local: str = "2030-05-01T18:00", zone: str = "Europe/London") -> times.When:
    starts = datetime.fromisoformat(local)
    return times.derive(starts, starts + timedelta(hours=2), zone)


def create(**changes: Any) -> Event:
    values: dict[str, Any] = {"basics": basics(), "when": when(), "now": now(), "by": BY, **changes}
    if "where" not in values:
        values["where"] = Where(mode=Mode.IN_PERSON, place_id=make_place().id)
    return editing.create_event(make_network(), **values)


def fresh(event_id: int) -> Event:
    db.session.expire_all()
    return reads.get_by_id(event_id)


def actions(event: Event) -> list[str]:
    return [entry.action for entry in audit.list_for(f"event:{event.id}")]


def told() -> list[dict[str, Any]]:
    """What the worker shall tell those who come."""
    jobs = db.session.scalars(select(Job).where(Job.kind == "events.tell_change").order_by(Job.id))
    return [dict(job.payload) for job in jobs]


# --- writing ------------------------------------------------------------------------------------


def test_an_event_begins_as_a_draft_that_nobody_finds(app: Flask) -> None:
    with transaction():
        event = create()
    assert (event.state, event.slug, event.version) == (EventState.DRAFT, "words", 1)
    assert event.starts_at == datetime(2030, 5, 1, 17, tzinfo=UTC)
    assert [seats.way for seats in event.seats] == ["in_person"]
    assert db.session.scalars(select(SearchEntry)).all() == []
    assert actions(event) == ["event.created"]
    with pytest.raises(EventNotFoundError):
        reads.get_published("words")


@pytest.mark.parametrize(
    ("title", "slugs"),
    [
        (Translated.of(en="Vigil: “with” lanterns!"), ["vigil-with-lanterns"]),
        (Translated.of(ar="وقفة"), ["vigil-2030-05-01"]),
        (Translated.of(ar="وقفة", en="A vigil"), ["a-vigil"]),
        (Translated.of(en="!!!"), ["vigil-2030-05-01"]),
        (Translated.of(en="Near"), ["near-2030-05-01"]),
        (Translated.of(en="x" * 150), ["x" * 60]),
    ],
)
def test_an_address_is_made_of_the_title(app: Flask, title: Translated, slugs: list[str]) -> None:
    with transaction():
        made = create(basics=basics(title=title))
        again = create(basics=basics(title=title))
        third = create(basics=basics(title=title))
    assert made.slug == slugs[0]
    assert len({made.slug, again.slug, third.slug}) == 3


def test_a_page_that_somebody_else_changed_meanwhile_is_stale(app: Flask) -> None:
    with transaction():
        event = create()
    with transaction():
        editing.edit_event(event.id, basics(called_by="A"), seen_version=1, now=now(), by=BY)
    with pytest.raises(StaleEventError), transaction():
        editing.edit_event(event.id, basics(called_by="B"), seen_version=1, now=now(), by=BY)
    assert fresh(event.id).called_by == "A"


def test_a_text_of_ten_thousand_signs_is_no_title(app: Flask) -> None:
    with pytest.raises(TextTooLongError), transaction():
        create(basics=basics(title=Translated.of(en="x" * 10_000)))
    assert db.session.scalars(select(Event)).all() == []


def test_an_event_belongs_only_to_what_is_its_group_s(app: Flask) -> None:
    with transaction():
        event = create()
        own = make_campaign()
        other = make_campaign(slug="other", group_id=make_group(slug="others").id)
    with transaction():
        editing.edit_event(event.id, Links(campaign_id=own.id), seen_version=None, now=now(), by=BY)
    with pytest.raises(ForeignLinkError), transaction():
        editing.edit_event(
            event.id, Links(campaign_id=other.id), seen_version=None, now=now(), by=BY
        )
    assert fresh(event.id).campaign_id == own.id


def test_a_place_that_nothing_is_at_any_more_is_forgotten(app: Flask) -> None:
    with transaction():
        event = make_event()
        copy = cloning.clone(event.id, event.starts_local.date() + timedelta(7), now=now(), by=BY)
        old, other = event.place_id, make_place(Spot(name="Town Hall"))
    for each, is_there in ((event, True), (copy, False)):
        with transaction():
            part = Where(mode=Mode.IN_PERSON, place_id=other.id)
            editing.edit_event(each.id, part, seen_version=None, now=now(), by=BY)
        db.session.expire_all()
        assert (db.session.get(Place, old) is not None) is is_there
    assert told()[0]["what"] == "changed"


def test_a_place_is_released_before_the_end(app: Flask) -> None:
    with transaction():
        event = make_event()
    part = Where(
        mode=Mode.IN_PERSON,
        place_id=event.place_id,
        place_shown=PlaceShown.RELEASED,
        place_released_at=event.ends_at,
    )
    with pytest.raises(ReleaseTooLateError), transaction():
        editing.edit_event(event.id, part, seen_version=None, now=now(), by=BY)


def test_a_programme_is_written_anew(app: Flask) -> None:
    part = Part(kind=ProgrammeKind.FILM, title=TEXT, minutes=90)
    with transaction():
        event = make_event(kind=EventKind.SCREENING)
    for parts in ((part, part), (part,)):
        with transaction():
            content = Programme(film_title="5 Broken Cameras", parts=parts)
            editing.edit_event(event.id, content, seen_version=None, now=now(), by=BY)
        assert [item.position for item in fresh(event.id).programme] == list(range(len(parts)))


@pytest.mark.parametrize(
    "content",
    [
        Safety(what_to_bring=TEXT, has_first_aid=True),
        Picture(picture_id=None, picture_alt=None),
        basics(called_by="Walthamstow for Peace"),
    ],
)
def test_what_calendars_do_not_show_raises_no_sequence(app: Flask, content: Any) -> None:
    with transaction():
        event = make_event()
    with transaction():
        editing.edit_event(event.id, content, seen_version=None, now=now(), by=BY)
    assert (fresh(event.id).sequence, told()) == (0, [])


# --- to the public and back ---------------------------------------------------------------------


def test_publishing_hiding_and_withdrawing(app: Flask) -> None:
    with transaction():
        event = create()
    for step, error in (
        (Step.PUBLISH, None),
        (Step.HIDE, EventHiddenError),
        (Step.SHOW, None),
        (Step.WITHDRAW, EventGoneError),
        (Step.PUBLISH, None),
    ):
        for _ in range(2):  # a double click
            with transaction():
                editing.step(event.id, step, now=now(), by=BY)
        db.session.expire_all()
        assert len(db.session.scalars(select(SearchEntry)).all()) == (0 if error else 1)
        if error:
            with pytest.raises(error):
                reads.get_published("words")
        else:
            assert reads.get_published("words").id == event.id
    assert len(actions(event)) == 6


def test_a_step_from_elsewhere_is_refused(app: Flask) -> None:
    with transaction():
        event = make_event(state=EventState.PENDING, published_at=None)
    for step in (Step.PUBLISH, Step.WITHDRAW, Step.HIDE, Step.SHOW):
        with pytest.raises(WrongStateError), transaction():
            editing.step(event.id, step, now=now(), by=BY)


def test_an_old_address_leads_on(app: Flask) -> None:
    with transaction():
        event = make_event(slug="first")
        make_event(slug="other")
    for slug in ("second", "third"):
        with transaction():
            editing.change_slug(event.id, slug, now=now(), by=BY)
    for old in ("first", "second"):
        with pytest.raises(EventMovedError) as moved:
            reads.get_published(old)
        assert moved.value.slug == "third"
    with transaction():  # back to an address of its own
        editing.change_slug(event.id, "first", now=now(), by=BY)
    assert reads.get_published("first").id == event.id
    with pytest.raises(EventMovedError):
        reads.get_published("third")
    for bad, error in (
        ("other", EventSlugTakenError),
        ("near", BadEventSlugError),
        ("../x", BadEventSlugError),
    ):
        with pytest.raises(error), transaction():
            editing.change_slug(event.id, bad, now=now(), by=BY)


def test_a_merged_event_leads_to_the_one_that_stands_for_it(app: Flask) -> None:
    with transaction():
        kept = make_event(slug="kept")
        make_event(slug="gone", state=EventState.MERGED, merged_into_id=kept.id)
    with pytest.raises(EventMovedError) as moved:
        reads.get_published("gone")
    assert moved.value.slug == "kept"


# --- statuses -----------------------------------------------------------------------------------


def test_postponed_then_rescheduled_keeps_what_was_announced(app: Flask) -> None:
    with transaction():
        event = make_event()
        announced = event.starts_local
    with transaction():
        statuses.postpone(event.id, note=TEXT, now=now(), by=BY)
    assert fresh(event.id).status is Status.POSTPONED
    with transaction():
        statuses.reschedule(event.id, when(), now=now(), by=BY)
    event = fresh(event.id)
    assert (event.status, event.previous_starts_local) == (Status.RESCHEDULED, announced)
    assert event.starts_local == datetime(2030, 5, 1, 18)  # noqa: DTZ001 - on the wall
    assert (event.sequence, event.status_note) == (2, None)
    assert [each["sequence"] for each in told()] == [1, 2]
    assert actions(event) == ["event.rescheduled", "event.postponed"]


def test_a_new_start_of_a_published_event_is_a_new_time(app: Flask) -> None:
    with transaction():
        event = make_event()
        announced = event.starts_local
    with transaction():
        editing.edit_event(event.id, when(), seen_version=1, now=now(), by=BY)
    event = fresh(event.id)
    assert (event.status, event.previous_starts_local) == (Status.RESCHEDULED, announced)
    assert told()[0]["what"] == "changed"


def test_moved_online_and_back(app: Flask) -> None:
    with transaction():
        event = make_event(mode=Mode.HYBRID, online_url="https://old.example/room")
    with transaction():
        statuses.move_online(event.id, now=now(), by=BY)
    event = fresh(event.id)
    assert (event.status, event.mode) == (Status.MOVED_ONLINE, Mode.ONLINE)
    with transaction():
        statuses.cancel(event.id, now=now(), by=BY)
    for status, mode in ((Status.MOVED_ONLINE, Mode.ONLINE), (Status.CONFIRMED, Mode.HYBRID)):
        with transaction():
            statuses.reinstate(event.id, now=now(), by=BY)
        event = fresh(event.id)
        assert (event.status, event.mode) == (status, mode)


def test_moving_online_needs_an_address(app: Flask) -> None:
    with transaction():
        event = make_event()
    with pytest.raises(NoRoomAddressError), transaction():
        statuses.move_online(event.id, now=now(), by=BY)


def test_a_cancelled_event_keeps_its_page_and_is_told_once(app: Flask) -> None:
    with transaction():
        event = make_event(slug="off")
    for _ in range(2):
        with transaction():
            statuses.cancel(event.id, note=TEXT, now=now(), by=BY)
    assert reads.get_published("off").status is Status.CANCELLED
    assert [each["what"] for each in told()] == ["cancelled"]
    with pytest.raises(WrongStateError), transaction():
        statuses.postpone(event.id, now=now(), by=BY)


def test_what_is_over_stays_as_it_was(app: Flask) -> None:
    with transaction():
        event = make_event(starts_in=timedelta(days=-2))
    with pytest.raises(EventOverError), transaction():
        statuses.cancel(event.id, now=now(), by=BY)


def test_moving_to_the_same_time_moves_nothing(app: Flask) -> None:
    with transaction():
        event = make_event()
    with pytest.raises(NoNewTimeError), transaction():
        statuses.reschedule(event.id, rederiving.when_of(event), now=now(), by=BY)


# --- zone data, notes, copies, series -----------------------------------------------------------


def test_new_zone_data_moves_coming_events_and_tells_nobody(app: Flask) -> None:
    hour = timedelta(hours=1)
    with transaction():
        made = [make_event(zone="Asia/Damascus") for _ in range(3)]
        for event in made[:2]:  # as kept before Syria gave summer time up
            event.starts_at, event.ends_at = event.starts_at + hour, event.ends_at + hour
    after: int | None = 0
    while after is not None:
        with transaction():
            after = rederiving.rederive(after_id=after, now=now(), limit=2)
    for each, sequence in zip(made, (1, 1, 0), strict=True):
        event = fresh(each.id)
        assert times.wall(event.starts_at, event.zone) == event.starts_local
        assert event.sequence == sequence
    assert told() == []
    assert [each.starts_at for each in db.session.scalars(select(SearchEntry))] == [
        event.starts_at for event in made
    ]


def test_a_note_stands_on_the_page_until_it_is_taken_back(app: Flask) -> None:
    with transaction():
        event = make_event()
    for _ in range(2):  # a double click
        with transaction():
            notes.post_note(event.id, TEXT, is_important=True, now=now(), by=BY)
    (note,) = reads.list_notes(event.id)
    mails = db.session.scalars(select(Job).where(Job.kind == "events.tell_note")).all()
    assert len(mails) == 1
    with transaction():
        notes.withdraw_note(event.id, note.id, now=now(), by=BY)
    assert reads.list_notes(event.id) == []


def test_nothing_is_noted_where_nobody_sees_it(app: Flask) -> None:
    with transaction():
        event = make_event(state=EventState.HIDDEN)
    with pytest.raises(WrongStateError), transaction():
        notes.post_note(event.id, TEXT, is_important=False, now=now(), by=BY)


def test_a_copy_is_a_draft_at_the_same_hours(app: Flask) -> None:
    with transaction():
        event = make_event(capacity=40, state=EventState.PUBLISHED)
        copy = cloning.clone(event.id, event.starts_local.date() + timedelta(7), now=now(), by=BY)
    assert (copy.state, copy.sequence, copy.title) == (EventState.DRAFT, 0, event.title)
    assert copy.starts_local == event.starts_local + timedelta(7)
    assert copy.slug != event.slug
    assert [(seats.capacity, seats.taken) for seats in copy.seats] == [(40, 0)]


def begin(event: Event, **changes: Any) -> list[Event]:
    rule = Rule(repeat=Repeat.WEEKLY, first=event.starts_local.date(), **changes)
    with transaction():
        made = series.begin(event.id, rule, None, now=now(), by=BY)
        series_id = made.id
    db.session.expire_all()
    return list(reads.list_of_series(series_id))


def test_a_series_is_made_of_real_events_eight_weeks_ahead(app: Flask) -> None:
    with transaction():
        event = make_event(slug="weekly")
    found = begin(event)
    assert len(found) >= 8
    assert len({each.slug for each in found}) == len(found)
    assert {each.starts_local.time() for each in found} == {event.starts_local.time()}
    assert found[-1].starts_at > now() + timedelta(weeks=7)
    assert {each.state for each in found} == {EventState.PUBLISHED}
    with transaction():
        assert series.extend(found[0].series_id or 0, now=now(), by=BY) == 0
    later = now() + timedelta(weeks=3)
    with transaction():
        assert list(series.extend_all(now=later)) == [found[0].series_id]
        assert series.extend(found[0].series_id or 0, now=later, by=Actor.system()) == 2


def test_this_one_or_this_and_all_that_follow(app: Flask) -> None:
    with transaction():
        event = make_event()
    found = begin(event)
    with transaction():
        editing.edit_event(
            found[2].id, basics(called_by="This"), seen_version=None, now=now(), by=BY
        )
    with transaction():
        series.edit_following(
            found[4].id, basics(called_by="From here"), seen_version=None, now=now(), by=BY
        )
    said = [fresh(each.id).called_by for each in found]
    assert said == ["", "", "This", "", *["From here"] * (len(found) - 4)]


def test_new_hours_go_to_each_on_its_own_day(app: Flask) -> None:
    with transaction():
        event = make_event()
    found = begin(event)
    days = [each.starts_local.date() for each in found]
    moved = found[3].starts_local.replace(hour=11, minute=15)
    with transaction():
        part = times.derive(moved, moved + timedelta(hours=1), found[3].zone)
        series.edit_following(found[3].id, part, seen_version=None, now=now(), by=BY)
    after = [fresh(each.id) for each in found]
    assert [each.starts_local.date() for each in after] == days
    assert {each.starts_local.hour for each in after[3:]} == {11}
    assert after[2].starts_local == found[2].starts_local


def test_one_is_cancelled_and_the_series_goes_on_until_it_ends(app: Flask) -> None:
    with transaction():
        event = make_event()
    found = begin(event)
    with transaction():
        statuses.cancel(found[1].id, now=now(), by=BY)
    with transaction():
        series.cancel_following(found[5].id, now=now(), by=BY)
    after = [fresh(each.id).status for each in found]
    assert after[1] is Status.CANCELLED
    assert set(after[2:5]) == {Status.CONFIRMED}
    assert set(after[5:]) == {Status.CANCELLED}
    with transaction():
        later = now() + timedelta(weeks=20)
        assert series.extend(found[0].series_id or 0, now=later, by=BY) == 0
