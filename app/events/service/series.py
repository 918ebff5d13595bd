"""Events that come again: each occurrence is an event of its own, made some weeks ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from app.audit.facts import Actor
from app.db.session import db
from app.events.errors.editing import WrongStateError
from app.events.models.events import Event, EventSeries
from app.events.queries import events as reads
from app.events.rules import series as rules
from app.events.rules import times
from app.events.rules.content import Content, Where
from app.events.rules.series import Rule
from app.events.rules.statuses import STEPS, Step
from app.events.rules.times import When
from app.events.rules.words import EventState, Status
from app.events.service import changing, cloning, editing, statuses
from app.events.service.listing import relist
from app.events.service.rederiving import when_of
from app.lib.clock import day_in
from app.lib.text import Translated


def begin(
    event_id: int, rule: Rule, until: date | None, *, now: datetime, by: Actor
) -> EventSeries:
    """Let an event come again; raises BadRuleError, NoOccurrenceError, WrongStateError."""
    event = reads.lock_event(event_id)
    if event.series_id is not None or event.state not in _CAN_COME_AGAIN:
        raise WrongStateError
    rules.check(rule, until)
    first = event.starts_local.date()
    series = EventSeries(
        group_id=event.group_id, rule=rule.to_json(), until=until, made_until=first
    )
    db.session.add(series)
    db.session.flush()
    event.series_id, event.series_day = series.id, first
    db.session.flush()
    changing.note(event, "event.series_begun", now=now, by=by, detail={"series": series.id})
    extend(series.id, now=now, by=by)
    relist(event, now=now)
    return series


_CAN_COME_AGAIN = frozenset({EventState.DRAFT, EventState.PUBLISHED})


def extend(series_id: int, *, now: datetime, by: Actor) -> int:
    """Make the occurrences that are due; return how many. Twice makes none twice.

    A new one is like the last: published if that one is.
    """
    series = reads.lock_series(series_id)
    if series.ended_at is not None:
        return 0
    there = reads.list_of_series(series.id)
    pattern = _pattern(there)
    # What somebody hid is looked at before it comes again.
    if pattern is None or any(each.state is EventState.HIDDEN for each in there[-1:]):
        return 0
    known = {event.series_day for event in there}
    today = day_in(pattern.zone, now)
    rule = Rule.from_json(dict(series.rule))
    wanted = rules.next_days(rule, after=rule.first, until=series.until, today=today)
    made = [
        _make(series, pattern, day, now=now, by=by)
        for day in wanted
        if day not in known and day > series.made_until
    ]
    series.made_until = max([series.made_until, *wanted])
    db.session.flush()
    return len(made)


def extend_all(*, now: datetime) -> Sequence[int]:
    """The series that need new occurrences now; each is extended in a transaction of its own."""
    return reads.list_running_series(now + rules.AHEAD)


def edit_following(
    event_id: int, part: Content | When, *, seen_version: int | None, now: datetime, by: Actor
) -> int:
    """Change one part of an occurrence and of all that follow; return how many were changed.

    New hours go to each on its own day. What was cancelled stays as it was. Raises what
    `editing.edit_event` raises.
    """
    event = editing.edit_event(event_id, part, seen_version=seen_version, now=now, by=by)
    later = following(event)
    for each in later:
        editing.edit_event(each.id, _part_for(each, event, part), seen_version=None, now=now, by=by)
    return 1 + len(later)


def step_following(event_id: int, wanted: Step, *, now: datetime, by: Actor) -> int:
    """Publish (or withdraw ...) an occurrence and all that follow; return how many."""
    event = editing.step(event_id, wanted, now=now, by=by)
    if wanted is Step.WITHDRAW and event.series_id is not None:
        end(event.series_id, now=now, by=by)
    later = [each for each in following(event) if each.state in STEPS[wanted][0]]
    for each in later:
        editing.step(each.id, wanted, now=now, by=by)
    return 1 + len(later)


def end(series_id: int, *, now: datetime, by: Actor) -> None:
    """Let the series make no more; what is announced stays until it is cancelled."""
    series = reads.lock_series(series_id)
    if series.ended_at is not None:
        return
    series.ended_at = now
    series.version += 1
    last = _pattern(reads.list_of_series(series.id))
    if last is not None:
        changing.note(last, "event.series_ended", now=now, by=by, detail={"series": series.id})


def cancel_following(
    event_id: int, *, note: Translated | None = None, now: datetime, by: Actor
) -> int:
    """Cancel an occurrence and all that follow, and end the series; return how many."""
    event = reads.lock_event(event_id)
    if event.series_id is None:
        raise WrongStateError
    end(event.series_id, now=now, by=by)
    affected = [event, *following(event)]
    for each in affected:
        if each.state is EventState.PUBLISHED:
            statuses.cancel(each.id, note=note, now=now, by=by)
        elif each.state is EventState.DRAFT:
            editing.step(each.id, Step.WITHDRAW, now=now, by=by)
    return len(affected)


def count_occurrences(series_id: int) -> int:
    """How many occurrences there are, past ones too."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Event).where(Event.series_id == series_id)
        )
        or 0
    )


def _pattern(there: Sequence[Event]) -> Event | None:
    """The occurrence that new ones are like: the last one that nobody moved or called off."""
    standing = [each for each in there if each.state in _CAN_COME_AGAIN]
    usual = [each for each in standing if each.status in (Status.CONFIRMED, Status.TENTATIVE)]
    kept = [each for each in standing if each.status is not Status.CANCELLED]
    return next(iter([*usual[::-1], *kept[::-1]]), None)


def following(event: Event) -> list[Event]:
    """The occurrences after one that can still be changed."""
    if event.series_id is None or event.series_day is None:
        return []
    return [
        each
        for each in reads.list_of_series(event.series_id)
        if each.series_day is not None
        and each.series_day > event.series_day
        and each.status is not Status.CANCELLED
        and each.state in _CAN_COME_AGAIN
    ]


def _part_for(each: Event, event: Event, part: Content | When) -> Content | When:
    """The same part for another occurrence: times move to its own day."""
    if isinstance(part, Where) and part.place_released_at is not None:
        later = each.starts_at - event.starts_at
        return replace(part, place_released_at=part.place_released_at + later)
    if not isinstance(part, When) or event.series_day is None or each.series_day is None:
        return part
    shift = part.starts_local.date() - event.series_day
    return times.at_same_wall_time(part, each.series_day + shift)


def _make(series: EventSeries, pattern: Event, day: date, *, now: datetime, by: Actor) -> Event:
    made = cloning.copy_of(pattern, _when(pattern, day), now=now)
    made.group = pattern.group
    made.series_id, made.series_day = series.id, day
    made.state = pattern.state
    made.published_at = now if pattern.state is EventState.PUBLISHED else None
    made.slug = editing.free_slug(made)
    db.session.add(made)
    db.session.flush()
    cloning.copy_parts(made, pattern)
    changing.note(made, "event.created", now=now, by=by, detail={"series": series.id})
    relist(made, now=now)
    return made


def _when(pattern: Event, day: date) -> When:
    """The pattern's hours on another day; shifted as the pattern is from its own."""
    pattern = _before_the_gap(pattern)
    shift = timedelta(0)
    if pattern.series_day is not None and pattern.previous_starts_local is None:
        shift = pattern.starts_local.date() - pattern.series_day
    return times.at_same_wall_time(when_of(pattern), day + shift)


def _before_the_gap(pattern: Event) -> Event:
    """The occurrence whose hours are meant: one on a night without that hour began later."""
    if pattern.series_id is None or pattern.series_day is None:
        return pattern
    earlier = [
        each
        for each in reads.list_of_series(pattern.series_id)
        if each.series_day is not None and each.series_day < pattern.series_day
    ]
    if not earlier or earlier[-1].starts_local.time() == pattern.starts_local.time():
        return pattern
    moved = times.at_same_wall_time(when_of(earlier[-1]), pattern.series_day)
    return earlier[-1] if moved.starts_local == pattern.starts_local else pattern
