"""Which people are needed, from when to when; a moved event takes its shifts along."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete

from app.audit import service as audit
from app.audit.facts import Actor, changes
from app.db.session import db
from app.events.errors.shifts import ManyShiftsError
from app.events.facts import Snapshot
from app.events.mails import shifts as mails
from app.events.models.events import Event
from app.events.models.shifts import Shift, ShiftSignup
from app.events.queries import shifts as reads
from app.events.rules import shifts as rules
from app.events.rules.shifts import ShiftContent
from app.events.rules.words import EventState, Status
from app.events.service import telling
from app.events.service.listing import relist
from app.lib import ids
from app.lib.errors import StaleError
from app.queue import service as queue

#: The job that deletes what was mailed to people of a shift that is gone.
FORGET_MAILS = "events.forget_mails"


def make_shifts(
    event: Event, content: ShiftContent, count: int, *, now: datetime, by: Actor
) -> Sequence[Shift]:
    """Make shifts alike, one after the other; raises what the rules of shifts raise."""
    planned = rules.in_turn(content, count)
    if reads.count_shifts(event.id) + count > rules.SHIFTS_MOST:
        raise ManyShiftsError
    for each in planned:
        rules.check_times(each, event, event.zone)
    made = [
        Shift(public_id=ids.public_id(), event_id=event.id, **_values(each)) for each in planned
    ]
    db.session.add_all(made)
    db.session.flush()
    for shift in made:
        _record(by, "shift.made", shift, event, now=now)
    relist(event, now=now)
    return made


def edit_shift(
    shift: Shift, content: ShiftContent, *, version: int, now: datetime, by: Actor
) -> None:
    """Change a shift; its people hear of another time or role. Raises StaleError, what rules do."""
    if shift.version != version:
        raise StaleError
    rules.check_times(content, shift.event, shift.event.zone)
    before, after = _shown(shift), _values(content)
    for name, value in after.items():
        setattr(shift, name, value)
    shift.version += 1
    db.session.flush()
    if any(before[name] != after[name] for name in ("role", "starts_local", "ends_local")):
        _tell_people(
            [each for each in shift.signups if each.state in rules.LIVE],
            lambda theirs: mails.changed(theirs, f"{shift.public_id}:{shift.version}", now=now),
        )
    plain = {name: str(value) for name, value in before.items()}
    _record(
        by,
        "shift.edited",
        shift,
        shift.event,
        now=now,
        detail=changes(plain, {name: str(value) for name, value in after.items()}),
    )
    relist(shift.event, now=now)


def remove_shift(shift: Shift, *, version: int, now: datetime, by: Actor) -> None:
    """Take a shift away; whoever had it hears of it, and is deleted. Raises StaleError."""
    if shift.version != version:
        raise StaleError
    event, mark = shift.event, shift.public_id
    _tell_people(
        [each for each in shift.signups if each.state in rules.LIVE],
        lambda theirs: mails.cancelled(theirs, mark, is_event=False, now=now),
    )
    _record(by, "shift.removed", shift, event, now=now)
    names = [each.public_id for each in shift.signups]
    if names:
        # The mail that tells them goes first; its copy goes when all others do.
        queue.put(
            FORGET_MAILS,
            {"about": [*names, *map(mails.decided_about, names)]},
            now=now,
            run_at=event.ends_at + timedelta(days=event.retention_days),
            key=f"{FORGET_MAILS}:{mark}",
        )
    db.session.execute(delete(ShiftSignup).where(ShiftSignup.shift_id == shift.id))
    db.session.expire(shift, ["signups"])
    db.session.delete(shift)
    db.session.flush()
    relist(event, now=now)


def move_shifts(event: Event, before: Snapshot, *, now: datetime, is_told: bool = True) -> None:
    """Let the shifts of an event that was changed follow it, and tell their people.

    They move by the difference on the wall: who came an hour before the start still does. Call it
    beside `telling.tell_change`, after everything is changed and `sequence` was raised.
    """
    difference = event.starts_local - before.starts_local
    if difference:
        for shift in reads.lock_shifts_of(event.id):
            shift.starts_local += difference
            shift.ends_local += difference
            shift.version += 1
        db.session.flush()
    if is_told and before.state == EventState.PUBLISHED and event.ends_at > now:
        _tell_of_event(event, before, now=now)


def hand_over(
    source: Event,
    target: Event,
    public_ids: Collection[str] | None = None,
    *,
    mark: str,
    now: datetime,
) -> list[str]:
    """Let shifts belong to the event that stands for theirs, all or these; their people hear of it.

    Returns the public ids of the shifts that went.
    """
    moved = [
        shift
        for shift in reads.lock_shifts_of(source.id)
        if public_ids is None or shift.public_id in public_ids
    ]
    for shift in moved:
        shift.event_id, shift.event = target.id, target
        shift.version += 1
    db.session.flush()
    people = [each for shift in moved for each in shift.signups if each.state in rules.LIVE]
    _tell_people(people, lambda theirs: mails.changed(theirs, mark, now=now))
    return [shift.public_id for shift in moved]


def _tell_of_event(event: Event, before: Snapshot, *, now: datetime) -> None:
    mark, after = f"event:{event.sequence}", telling.snapshot(event)
    is_off = event.status is Status.CANCELLED or event.state is EventState.WITHDRAWN
    if is_off and before.status != Status.CANCELLED:
        _tell_people(
            reads.list_live(event.id),
            lambda theirs: mails.cancelled(theirs, mark, is_event=True, now=now),
        )
    elif not is_off and event.state is EventState.PUBLISHED and _is_another(before, after):
        _tell_people(reads.list_live(event.id), lambda theirs: mails.changed(theirs, mark, now=now))


def _is_another(before: Snapshot, after: Snapshot) -> bool:
    """Whether people who work there must know: when, where, and whether it takes place."""
    names = ("starts_local", "ends_local", "zone", "place_mark", "mode", "status")
    return any(getattr(before, name) != getattr(after, name) for name in names)


def _tell_people(
    signups: Sequence[ShiftSignup], tell: Callable[[Sequence[ShiftSignup]], None]
) -> None:
    """Tell each person once, of all her shifts among these."""
    by_address: dict[str, list[ShiftSignup]] = {}
    for each in signups:
        if each.email is not None:
            by_address.setdefault(each.email, []).append(each)
    for theirs in by_address.values():
        tell(theirs)


def _values(content: ShiftContent) -> dict[str, object]:
    return {
        "role": content.role,
        "starts_local": content.starts_local,
        "ends_local": content.ends_local,
        "needed": content.needed,
        "note": content.note,
        "is_trusted": rules.is_trusted(content.role, chosen=content.is_trusted),
    }


def _shown(shift: Shift) -> dict[str, object]:
    return {
        "role": shift.role,
        "starts_local": shift.starts_local,
        "ends_local": shift.ends_local,
        "needed": shift.needed,
        "note": shift.note,
        "is_trusted": shift.is_trusted,
    }


def _record(
    by: Actor,
    action: str,
    shift: Shift,
    event: Event,
    *,
    now: datetime,
    detail: dict[str, list[object]] | None = None,
) -> None:
    audit.record(
        by,
        action,
        f"shift:{shift.id}",
        now=now,
        group_id=event.group_id,
        detail=detail or {"role": shift.role.value},
    )
