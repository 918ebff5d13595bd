"""People take shifts and give them back; organisers accept, decline, enter and move them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.events.errors.shifts import (
    HasShiftThenError,
    HasThisShiftError,
    HelperNotAdultError,
    NoShiftChosenError,
    ShiftClosedError,
    ShiftLinkEndedError,
    ShiftOfOtherEventError,
    ShiftsOverlapError,
    TooManySignupsError,
)
from app.events.mails import shifts as mails
from app.events.models.events import Event
from app.events.models.shifts import Shift, ShiftSignup
from app.events.queries import shifts as reads
from app.events.rules import shifts as rules
from app.events.rules import times
from app.events.rules.shifts import Helper
from app.events.rules.words import EntrySource, EventState, SignupState, Status
from app.lib import ids
from app.lib.links import BadLinkError
from app.mail.service import outbox as mail

_DAY = timedelta(days=1)
#: Nobody can take a shift of these.
_OFF = frozenset({Status.CANCELLED, Status.POSTPONED})


def is_open(shift: Shift, *, now: datetime) -> bool:
    """Whether somebody can take it: it will take place, and is not over."""
    event = shift.event
    is_on = event.state is EventState.PUBLISHED and event.status not in _OFF
    return is_on and times.instant(shift.ends_local, event.zone) > now


def needs_decision(shift: Shift) -> bool:
    """Whether an organiser accepts each person for it."""
    return rules.is_decided(shift.role, trusted=shift.is_trusted, place=shift.event.place_shown)


def take(
    event: Event,
    chosen: Sequence[str],
    helper: Helper,
    *,
    nonce: str,
    network: str | None,
    invited: str | None = None,
    now: datetime,
) -> None:
    """Take shifts, or ask for those that organisers decide about; one form is worked in once.

    `invited` is the trusted shift whose own link she followed; no other one can be chosen.
    What an address has already stays as it is: the answer tells a stranger nothing about it.
    Raises NoShiftChosenError, ShiftClosedError, ShiftsOverlapError, HelperNotAdultError or
    TooManySignupsError.
    """
    if not helper.is_adult:
        raise HelperNotAdultError
    if not chosen:
        raise NoShiftChosenError
    shifts = _chosen(event, chosen, invited, now=now)
    if reads.is_nonce_used([f"{nonce}:{each.public_id}" for each in shifts]):
        return
    _check_budget(network, len(shifts), now=now)
    has_already = _had(event, helper)
    for shift in shifts:
        if shift.id not in has_already:
            _add(shift, helper, nonce=f"{nonce}:{shift.public_id}", network=network, now=now)
    _tell_taken(event, helper, now=now)
    touch(f"event:{event.id}")


def _chosen(
    event: Event, chosen: Sequence[str], invited: str | None, *, now: datetime
) -> Sequence[Shift]:
    shifts = reads.lock_shifts(set(chosen))
    is_known = len(shifts) == len(set(chosen)) and all(
        each.event_id == event.id
        and (not each.is_trusted or each.public_id == invited)
        and is_open(each, now=now)
        for each in shifts
    )
    if not is_known:
        raise ShiftClosedError
    pair = rules.overlapping(shifts)
    if pair is not None:
        first, second = (f"{one.starts_local:%H:%M}–{one.ends_local:%H:%M}" for one in pair)
        raise ShiftsOverlapError(first, second)
    return shifts


def _check_budget(network: str | None, count: int, *, now: datetime) -> None:
    if network is None:
        return
    if reads.count_of_network(network, since=now - _DAY) + count > rules.NETWORK_A_DAY:
        raise TooManySignupsError


def _had(event: Event, helper: Helper) -> set[int]:
    """What her address has or asks for at this event."""
    if helper.email is None:
        return set()
    theirs = reads.list_of_person(event.id, helper.email)
    return {each.shift_id for each in theirs if each.state in rules.LIVE}


def _add(
    shift: Shift, helper: Helper, *, nonce: str, network: str | None, now: datetime
) -> ShiftSignup:
    state = SignupState.ASKED if needs_decision(shift) else SignupState.TAKEN
    signup = ShiftSignup(
        public_id=ids.public_id(),
        shift_id=shift.id,
        nonce=nonce,
        state=state,
        name=helper.name,
        email=helper.email,
        phone=helper.phone,
        skills=helper.skills,
        locale=helper.locale,
        source=EntrySource.WEB,
        is_adult=helper.is_adult,
        network=network,
        created_at=now,
    )
    db.session.add(signup)
    db.session.flush()
    if state is SignupState.TAKEN:
        _count(shift.id, 1)
    return signup


def _tell_taken(event: Event, helper: Helper, *, now: datetime) -> None:
    """One mail with all she has now; an address for which very much was typed hears no more."""
    if helper.email is None:
        return
    if reads.count_of_address(helper.email, since=now - _DAY) > rules.ADDRESS_A_DAY:
        return
    theirs = reads.list_of_person(event.id, helper.email)
    live = [each for each in theirs if each.state in rules.LIVE]
    newest = sorted(live, key=lambda each: each.id, reverse=True)[:1]
    if newest:
        rest = [each for each in live if each is not newest[0]]
        mails.taken([*newest, *rest], now=now)


def _count(shift_id: int, step: int) -> None:
    db.session.execute(
        update(Shift)
        .where(Shift.id == shift_id)
        .values(taken=Shift.taken + step)
        .execution_options(synchronize_session="fetch")
    )


# --- what a helper does on her own page -----------------------------------------------------------


def open_signup(public_id: str, version: int) -> ShiftSignup:
    """Whose page a link opens; raises BadLinkError, ShiftLinkEndedError where it was deleted."""
    signup = reads.find_signup(public_id)
    if signup is None:
        # A link that we signed and whose row is gone: the event lies back.
        raise ShiftLinkEndedError
    if signup.link_version != version:
        raise BadLinkError
    return signup


def withdraw(signup: ShiftSignup, *, now: datetime, by: Actor) -> None:
    """Give a shift back; doing it twice is doing it once."""
    if signup.state not in rules.LIVE:
        return
    if signup.state is SignupState.TAKEN:
        _count(signup.shift_id, -1)
    signup.state = SignupState.WITHDRAWN
    _told(signup, "shift.withdrawn", now=now, by=by)


def take_back(signup: ShiftSignup, *, now: datetime, by: Actor) -> None:
    """Undo a withdrawal: as it was, where nothing else was begun at that time.

    Raises ShiftClosedError or HasShiftThenError.
    """
    if signup.state is not SignupState.WITHDRAWN:
        return
    if not is_open(signup.shift, now=now):
        raise ShiftClosedError
    _check_free(signup, signup.shift)
    was_hers = signup.accepted_at is not None or not needs_decision(signup.shift)
    signup.state = SignupState.TAKEN if was_hers else SignupState.ASKED
    if was_hers:
        _count(signup.shift_id, 1)
    _told(signup, "shift.taken_back", now=now, by=by)


# --- what organisers do ---------------------------------------------------------------------------


def accept(signup: ShiftSignup, *, now: datetime, by: Actor) -> None:
    """Give her the shift she asked for; raises ShiftClosedError or HasShiftThenError."""
    if signup.state is SignupState.TAKEN:
        return
    if not is_open(signup.shift, now=now):
        raise ShiftClosedError
    _check_free(signup, signup.shift)
    signup.state, signup.accepted_at = SignupState.TAKEN, now
    _count(signup.shift_id, 1)
    _forget_decision(signup, now=now)
    mails.accepted(signup, now=now)
    _told(signup, "shift.accepted", now=now, by=by)


def decline(signup: ShiftSignup, *, now: datetime, by: Actor) -> None:
    """Choose others."""
    if signup.state not in rules.LIVE:
        return
    if signup.state is SignupState.TAKEN:
        _count(signup.shift_id, -1)
    signup.state, signup.accepted_at = SignupState.DECLINED, None
    _forget_decision(signup, now=now)
    mails.declined(signup, now=now)
    _told(signup, "shift.declined", now=now, by=by)


def undecide(signup: ShiftSignup, *, now: datetime, by: Actor) -> None:
    """Undo a decision: she asks again, and what was not mailed yet is not."""
    is_decided = signup.state is SignupState.DECLINED or (
        signup.state is SignupState.TAKEN and signup.accepted_at is not None
    )
    if not is_decided:
        return
    if signup.state is SignupState.TAKEN:
        _count(signup.shift_id, -1)
    signup.state, signup.accepted_at = SignupState.ASKED, None
    _forget_decision(signup, now=now)
    _told(signup, "shift.undecided", now=now, by=by)


def _forget_decision(signup: ShiftSignup, *, now: datetime) -> None:
    if signup.email is not None:
        mail.withdraw([mails.decided_about(signup.public_id)], signup.email, now=now)


def enter(
    shift: Shift, helper: Helper, source: EntrySource, *, now: datetime, by: Actor
) -> ShiftSignup:
    """Write down somebody who rang, wrote on paper or stands here: the shift is hers.

    Raises HelperNotAdultError, HasThisShiftError or HasShiftThenError.
    """
    if not helper.is_adult:
        raise HelperNotAdultError
    theirs = [each for each in reads.list_live(shift.event_id) if _is_same(each, helper)]
    if any(each.shift_id == shift.id for each in theirs):
        raise HasThisShiftError
    if any(rules.overlap(each.shift, shift) for each in theirs):
        raise HasShiftThenError
    signup = _add(shift, replace(helper), nonce=ids.token(), network=None, now=now)
    if signup.state is SignupState.ASKED:
        _count(shift.id, 1)
    signup.state, signup.source, signup.accepted_at = SignupState.TAKEN, source, now
    db.session.flush()
    if signup.email is not None:
        mails.taken([signup], now=now)
    _told(signup, "shift.entered", now=now, by=by)
    return signup


def move(signup: ShiftSignup, target: Shift, *, now: datetime, by: Actor) -> None:
    """Give somebody another shift of the same event, and tell her.

    Raises ShiftOfOtherEventError, HasThisShiftError or HasShiftThenError.
    """
    if target.event_id != signup.shift.event_id or signup.state not in rules.LIVE:
        raise ShiftOfOtherEventError
    if target.id == signup.shift_id:
        return
    _check_free(signup, target)
    if signup.state is SignupState.TAKEN:
        _count(signup.shift_id, -1)
    _count(target.id, 1)
    signup.shift_id, signup.state, signup.accepted_at = target.id, SignupState.TAKEN, now
    signup.reminded_for = None
    db.session.flush()
    db.session.refresh(signup)
    mails.changed([signup], f"moved:{now:%Y%m%d%H%M%S%f}", now=now)
    _told(signup, "shift.moved", now=now, by=by)


def mark_came(signup: ShiftSignup, *, came: bool, now: datetime, by: Actor) -> None:
    """Note on the day whether she came; the same button takes it back."""
    if signup.state is not SignupState.TAKEN or (signup.came_at is not None) == came:
        return
    signup.came_at = now if came else None
    _told(signup, "shift.came" if came else "shift.not_come", now=now, by=by)


def _check_free(signup: ShiftSignup, target: Shift) -> None:
    """Refuse what she cannot do beside her other shifts; raises HasThisShiftError, …ThenError."""
    own = Helper(name=signup.name, email=signup.email)
    others = [
        each
        for each in reads.list_live(target.event_id)
        if each.id != signup.id and _is_same(each, own)
    ]
    if any(each.shift_id == target.id for each in others):
        raise HasThisShiftError
    if any(rules.overlap(each.shift, target) for each in others):
        raise HasShiftThenError


def _is_same(signup: ShiftSignup, helper: Helper) -> bool:
    """Whether two entries are one person: by address, by name where neither left one."""
    if signup.email or helper.email:
        return signup.email == helper.email
    return signup.name.casefold() == helper.name.casefold()


def _told(signup: ShiftSignup, action: str, *, now: datetime, by: Actor) -> None:
    event = signup.shift.event
    db.session.flush()
    audit.record(by, action, f"shift_signup:{signup.id}", now=now, group_id=event.group_id)
    touch(f"event:{event.id}")
