"""The mails to people who take shifts. Where it is stands on their page, never in a mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.events.models.events import Event
from app.events.models.shifts import ShiftSignup
from app.events.rules.shifts import ROLE_NAMES
from app.events.rules.words import SignupState
from app.mail.service import outbox as mail

#: What the private links to a helper's own page are signed for.
SHIFT = "shift"
#: What an organiser decided is told when she had a moment to undo it.
SECOND_THOUGHTS = timedelta(minutes=2)


def shift_link(signup: ShiftSignup) -> dict[str, Any]:
    """The link to a helper's own page, as a mail keeps it."""
    return {
        "endpoint": "shifts.show",
        "purpose": SHIFT,
        "subject": signup.public_id,
        "version": signup.link_version,
    }


def decided_about(public_id: str) -> str:
    """Under which name the mails about what was decided are found, to take them back."""
    return f"decided:{public_id}"


def taken(signups: Sequence[ShiftSignup], *, now: datetime) -> None:
    """Tell somebody what she took or asked for with one form; one mail for the form."""
    form, _, _ = signups[0].nonce.partition(":")
    _put("events/shift_taken", f"taken:{form}", signups, now=now)


def accepted(signup: ShiftSignup, *, now: datetime) -> None:
    """Tell somebody that the shift she asked for is hers."""
    _decide("events/shift_accepted", signup, now=now)


def declined(signup: ShiftSignup, *, now: datetime) -> None:
    """Tell somebody that an organiser chose others."""
    _decide("events/shift_declined", signup, now=now)


def changed(signups: Sequence[ShiftSignup], mark: str, *, now: datetime) -> None:
    """Tell somebody of new times of her shifts; `mark` says which change it was."""
    _put("events/shift_changed", f"changed:{signups[0].public_id}:{mark}", signups, now=now)


def cancelled(signups: Sequence[ShiftSignup], mark: str, *, is_event: bool, now: datetime) -> None:
    """Tell somebody that her shifts are not needed, or that the whole event is off."""
    key = f"cancelled:{signups[0].public_id}:{mark}"
    _put("events/shift_cancelled", key, signups, now=now, values={"is_event_off": is_event})


def reminder(signups: Sequence[ShiftSignup], *, now: datetime) -> None:
    """Remind somebody of the shifts that are to begin."""
    key = f"reminder:{signups[0].public_id}:{signups[0].shift.starts_local:%Y%m%d%H%M}"
    _put("events/shift_reminder", key, signups, now=now)


def _decide(template: str, signup: ShiftSignup, *, now: datetime) -> None:
    key = f"{template}:{signup.public_id}:{now:%Y%m%d%H%M%S%f}"
    _put(
        template,
        key,
        [signup],
        now=now,
        about=decided_about(signup.public_id),
        not_before=now + SECOND_THOUGHTS,
    )


def _put(
    template: str,
    key: str,
    signups: Sequence[ShiftSignup],
    *,
    now: datetime,
    values: Mapping[str, Any] | None = None,
    about: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """Put a mail to one person about some shifts of one event; without an address to nobody."""
    first = signups[0]
    if first.email is None:
        return
    event = first.shift.event
    mail.put(
        template,
        key=key,
        to=first.email,
        locale=first.locale,
        now=now,
        about=about or first.public_id,
        reply_to=event.group.contact_email,
        not_before=not_before,
        values={**_about_the_event(event), **_about_the_shifts(signups), **(values or {})},
    )


def _about_the_event(event: Event) -> dict[str, Any]:
    return {
        "event_title": event.title,
        "group_name": event.group.name,
        "contact_email": event.group.contact_email,
        "kept_days": event.retention_days,
    }


def _about_the_shifts(signups: Sequence[ShiftSignup]) -> dict[str, Any]:
    return {
        "shifts": [_line(each) for each in signups],
        "links": {"shifts": shift_link(signups[0])},
    }


def _line(signup: ShiftSignup) -> dict[str, Any]:
    shift = signup.shift
    return {
        "role_name": ROLE_NAMES[shift.role],
        "day_on": shift.starts_local.date(),
        "from_hour": f"{shift.starts_local:%H:%M}",
        "until_hour": f"{shift.ends_local:%H:%M}",
        "note": shift.note,
        "is_asked": signup.state is SignupState.ASKED,
    }
