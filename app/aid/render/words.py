"""What kinds, states and ways of aid are called, for forms, pages and lists."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.aid.rules.words import (
    BoxState,
    DropState,
    Fill,
    LocationKind,
    MoveKind,
    PickupState,
    PledgeState,
    PointKind,
    PointReportKind,
    PointState,
    Priority,
    StopOutcome,
    Unit,
    Visibility,
    WorkplaceState,
)

DROP_STATE_NAMES: Final = {
    DropState.DRAFT: _l("Draft"),
    DropState.ANNOUNCED: _l("Announced"),
    DropState.OPEN: _l("Open"),
    DropState.PAUSED: _l("Paused"),
    DropState.CLOSING: _l("Last days"),
    DropState.COLLECTING: _l("Being fetched"),
    DropState.DEPARTED: _l("On its way"),
    DropState.DELIVERED: _l("Delivered"),
    DropState.REPORTED: _l("Told what became of it"),
    DropState.ARCHIVED: _l("Archived"),
    DropState.CANCELLED: _l("Cancelled"),
}
DROP_STATE_TONES: Final = {
    DropState.DRAFT: "neutral",
    DropState.ANNOUNCED: "info",
    DropState.OPEN: "good",
    DropState.PAUSED: "wait",
    DropState.CLOSING: "wait",
    DropState.COLLECTING: "info",
    DropState.DEPARTED: "info",
    DropState.DELIVERED: "good",
    DropState.REPORTED: "good",
    DropState.ARCHIVED: "neutral",
    DropState.CANCELLED: "bad",
}
PRIORITY_NAMES: Final = {
    Priority.URGENT: _l("Urgent"),
    Priority.NEEDED: _l("Needed"),
    Priority.WELCOME: _l("Welcome"),
    Priority.NOT_WANTED: _l("Please do not bring"),
}
PRIORITY_TONES: Final = {
    Priority.URGENT: "bad",
    Priority.NEEDED: "wait",
    Priority.WELCOME: "good",
    Priority.NOT_WANTED: "neutral",
}
POINT_KIND_NAMES: Final = {
    PointKind.HOME: _l("A home"),
    PointKind.SHOP: _l("Shop or café"),
    PointKind.FAITH: _l("Mosque, church or other house of faith"),
    PointKind.CAMPUS: _l("School or university"),
    PointKind.OFFICE: _l("Office"),
    PointKind.COMMUNITY: _l("Community centre"),
    PointKind.DEPOT: _l("Depot"),
}
POINT_STATE_NAMES: Final = {
    PointState.APPLIED: _l("Address not confirmed"),
    PointState.EMAIL_CONFIRMED: _l("Waits for a decision"),
    PointState.UNDER_REVIEW: _l("Being checked"),
    PointState.APPROVED: _l("Approved, not open yet"),
    PointState.REJECTED: _l("Rejected"),
    PointState.LIVE: _l("On the site"),
    PointState.PAUSED: _l("Paused"),
    PointState.FULL: _l("Full up"),
    PointState.DISPUTED: _l("In doubt"),
    PointState.CLOSED: _l("Closed"),
}
POINT_STATE_TONES: Final = {
    PointState.APPLIED: "neutral",
    PointState.EMAIL_CONFIRMED: "wait",
    PointState.UNDER_REVIEW: "wait",
    PointState.APPROVED: "info",
    PointState.REJECTED: "neutral",
    PointState.LIVE: "good",
    PointState.PAUSED: "wait",
    PointState.FULL: "bad",
    PointState.DISPUTED: "bad",
    PointState.CLOSED: "neutral",
}
VISIBILITY_NAMES: Final = {
    Visibility.PUBLIC: _l("Everybody sees where it is"),
    Visibility.AREA_ONLY: _l("Everybody sees the area alone"),
    Visibility.PRIVATE: _l("On no list: the host invites people"),
}
FILL_NAMES: Final = {
    Fill.EMPTY: _l("Room for much"),
    Fill.HALF: _l("Half full"),
    Fill.NEARLY: _l("Nearly full"),
    Fill.FULL: _l("Full up"),
}
FILL_TONES: Final = {
    Fill.EMPTY: "good",
    Fill.HALF: "good",
    Fill.NEARLY: "wait",
    Fill.FULL: "bad",
}
REPORT_KIND_NAMES: Final = {
    PointReportKind.WAS_SHUT: _l("It was shut"),
    PointReportKind.WRONG_DETAILS: _l("Something on the page is wrong"),
    PointReportKind.NOT_THERE: _l("There is no such place"),
    PointReportKind.UNSAFE: _l("I did not feel safe"),
    PointReportKind.NOT_THE_HOST: _l("Whoever lives or works there knows nothing of it"),
    PointReportKind.OTHER: _l("Something else"),
}
WORKPLACE_STATE_NAMES: Final = {
    WorkplaceState.PLEDGED: _l("Address not confirmed"),
    WorkplaceState.CONFIRMED: _l("Confirmed"),
    WorkplaceState.RUNNING: _l("Running"),
    WorkplaceState.HANDED_OVER: _l("Handed over"),
    WorkplaceState.THANKED: _l("Thanked"),
    WorkplaceState.WITHDRAWN: _l("Taken back"),
}
WORKPLACE_STATE_TONES: Final = {
    WorkplaceState.PLEDGED: "neutral",
    WorkplaceState.CONFIRMED: "info",
    WorkplaceState.RUNNING: "good",
    WorkplaceState.HANDED_OVER: "good",
    WorkplaceState.THANKED: "good",
    WorkplaceState.WITHDRAWN: "neutral",
}
PLEDGE_NAMES: Final = {
    PledgeState.NONE: _l("No point chosen"),
    PledgeState.ASKED: _l("Host asked"),
    PledgeState.ACCEPTED: _l("Host said yes"),
    PledgeState.DECLINED: _l("Host said no"),
}
UNIT_NAMES: Final = {
    Unit.BAG: _l("bags"),
    Unit.BOX: _l("boxes"),
    Unit.EACH: _l("pieces"),
    Unit.GRAM: _l("grams"),
}
LOCATION_NAMES: Final = {
    LocationKind.WORLD_IN: _l("Brought by people"),
    LocationKind.POINT: _l("Collection point"),
    LocationKind.WORKPLACE: _l("Workplace"),
    LocationKind.VEHICLE: _l("Vehicle"),
    LocationKind.STORE: _l("Store"),
    LocationKind.BOX: _l("Box"),
    LocationKind.DESTINATION: _l("Destination"),
    LocationKind.GIVEN: _l("Given away here"),
    LocationKind.LOST: _l("Lost"),
    LocationKind.DISCARDED: _l("Thrown away"),
    LocationKind.ADJUST: _l("Counted or sorted anew"),
}
MOVE_NAMES: Final = {
    MoveKind.DROP_OFF: _l("Brought"),
    MoveKind.HAND_OVER: _l("Handed over"),
    MoveKind.PICK_UP: _l("Picked up"),
    MoveKind.UNLOAD: _l("Unloaded"),
    MoveKind.TRANSFER: _l("Moved"),
    MoveKind.SORT: _l("Sorted"),
    MoveKind.PACK: _l("Packed"),
    MoveKind.UNPACK: _l("Unpacked"),
    MoveKind.LOAD: _l("Loaded"),
    MoveKind.DELIVER: _l("Delivered"),
    MoveKind.GIVE: _l("Given away"),
    MoveKind.LOSE: _l("Lost"),
    MoveKind.FIND: _l("Found again"),
    MoveKind.DISCARD: _l("Thrown away"),
    MoveKind.COUNT: _l("Counted anew"),
    MoveKind.REVERSAL: _l("Taken back"),
}
BOX_STATE_NAMES: Final = {
    BoxState.OPEN: _l("Open"),
    BoxState.SEALED: _l("Sealed"),
    BoxState.LOADED: _l("Loaded"),
    BoxState.IN_TRANSIT: _l("On its way"),
    BoxState.DELIVERED: _l("Delivered"),
    BoxState.SHORT: _l("Something was missing"),
    BoxState.DAMAGED: _l("Damaged"),
    BoxState.LOST: _l("Lost"),
    BoxState.VOID: _l("Label no longer used"),
}
PICKUP_STATE_NAMES: Final = {
    PickupState.OPEN: _l("Waits"),
    PickupState.PLANNED: _l("Planned"),
    PickupState.DONE: _l("Fetched"),
    PickupState.WITHDRAWN: _l("Taken back"),
}
OUTCOME_NAMES: Final = {
    StopOutcome.PENDING: _l("Still to come"),
    StopOutcome.COLLECTED: _l("Collected"),
    StopOutcome.PARTIAL: _l("Collected in part"),
    StopOutcome.CLOSED_NO_ACCESS: _l("Shut, no way in"),
    StopOutcome.NOTHING_THERE: _l("Nothing there"),
    StopOutcome.SKIPPED: _l("Left out"),
}
