"""What kinds, statuses and states of events are called, for forms, pages and lists."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.events.rules.words import (
    EventKind,
    EventState,
    HostPolicy,
    HowChecked,
    PlaceShown,
    ReportKind,
    Status,
)

KIND_NAMES = {
    EventKind.STATIC_PROTEST: _l("Protest"),
    EventKind.MARCH: _l("March"),
    EventKind.VIGIL: _l("Vigil"),
    EventKind.SCREENING: _l("Film screening"),
    EventKind.MEETING: _l("Meeting"),
    EventKind.STALL: _l("Stall"),
    EventKind.TRAINING: _l("Training"),
    EventKind.ONLINE: _l("Online event"),
}
STATUS_NAMES = {
    Status.TENTATIVE: _l("Not certain yet"),
    Status.CONFIRMED: _l("Takes place"),
    Status.POSTPONED: _l("Postponed"),
    Status.RESCHEDULED: _l("New time"),
    Status.MOVED_ONLINE: _l("Moved online"),
    Status.CANCELLED: _l("Cancelled"),
}
STATUS_TONES = {
    Status.TENTATIVE: "wait",
    Status.CONFIRMED: "good",
    Status.POSTPONED: "wait",
    Status.RESCHEDULED: "info",
    Status.MOVED_ONLINE: "info",
    Status.CANCELLED: "bad",
}
STATE_NAMES = {
    EventState.DRAFT: _l("Draft"),
    EventState.UNCONFIRMED: _l("Address not confirmed"),
    EventState.PENDING: _l("Waits for a decision"),
    EventState.PUBLISHED: _l("On the site"),
    EventState.HIDDEN: _l("Out of sight"),
    EventState.REJECTED: _l("Not shown"),
    EventState.MERGED: _l("Part of another event"),
    EventState.WITHDRAWN: _l("Taken off the site"),
}
STATE_TONES = {
    EventState.DRAFT: "neutral",
    EventState.UNCONFIRMED: "wait",
    EventState.PENDING: "wait",
    EventState.PUBLISHED: "good",
    EventState.HIDDEN: "bad",
    EventState.REJECTED: "neutral",
    EventState.MERGED: "info",
    EventState.WITHDRAWN: "neutral",
}
PLACE_SHOWN_NAMES = {
    PlaceShown.PUBLIC: _l("Everybody"),
    PlaceShown.ACCEPTED: _l("Only people who said that they come"),
    PlaceShown.AREA: _l("Nobody: the site shows the town alone"),
    PlaceShown.RELEASED: _l("Everybody, from a moment on"),
}
HOST_POLICY_NAMES = {
    HostPolicy.APPROVAL: _l("Anybody may offer one; you check each"),
    HostPolicy.CLOSED: _l("Nobody: you enter them yourselves"),
}
HOW_CHECKED_NAMES = {
    HowChecked.KNOWN_PERSON: _l("I know the host in person"),
    HowChecked.CALL: _l("I rang a number that I found elsewhere than in the form"),
    HowChecked.VISIT: _l("Somebody of us was there"),
    HowChecked.VOUCHED: _l("A group that we know vouches for it"),
    HowChecked.OWN_PAGE: _l("The host’s group announces it on its own known page"),
}
REPORT_KIND_NAMES = {
    ReportKind.NOT_HAPPENING: _l("It does not take place"),
    ReportKind.WRONG_DETAILS: _l("Time, place or something else is wrong"),
    ReportKind.NOT_THE_HOST: _l("It is not by whom it says"),
    ReportKind.UNSAFE: _l("People may not be safe there"),
    ReportKind.SPAM: _l("It is advertising or abuse"),
    ReportKind.OTHER: _l("Something else"),
}
