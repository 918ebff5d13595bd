"""What the kinds, states and ways of aid are called, and how they may follow each other."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class DropState(StrEnum):
    """Where a round of collecting stands."""

    #: Written on the desk, seen by nobody else.
    DRAFT = "draft"
    #: Public; hosts and workplaces sign up; nothing is brought yet.
    ANNOUNCED = "announced"
    OPEN = "open"
    #: Stopped for a while; things stay where they are.
    PAUSED = "paused"
    #: The last days are told; points begin to close.
    CLOSING = "closing"
    #: Nobody brings any more; vans go round.
    COLLECTING = "collecting"
    DEPARTED = "departed"
    DELIVERED = "delivered"
    #: What became of it is told; the public numbers stay as they are.
    REPORTED = "reported"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


#: What may follow what; `paused` goes back to the state it came from.
DROP_MOVES: Final[dict[DropState, frozenset[DropState]]] = {
    DropState.DRAFT: frozenset({DropState.ANNOUNCED, DropState.CANCELLED}),
    DropState.ANNOUNCED: frozenset({DropState.OPEN, DropState.PAUSED, DropState.CANCELLED}),
    DropState.OPEN: frozenset({DropState.CLOSING, DropState.PAUSED, DropState.CANCELLED}),
    DropState.PAUSED: frozenset({DropState.ANNOUNCED, DropState.OPEN, DropState.CANCELLED}),
    DropState.CLOSING: frozenset({DropState.COLLECTING, DropState.CANCELLED}),
    DropState.COLLECTING: frozenset({DropState.DEPARTED, DropState.CANCELLED}),
    DropState.DEPARTED: frozenset({DropState.DELIVERED}),
    DropState.DELIVERED: frozenset({DropState.REPORTED}),
    DropState.REPORTED: frozenset({DropState.ARCHIVED}),
    DropState.ARCHIVED: frozenset(),
    DropState.CANCELLED: frozenset(),
}


class Priority(StrEnum):
    """How much a thing is wanted."""

    URGENT = "urgent"
    NEEDED = "needed"
    WELCOME = "welcome"
    #: Please do not bring it, and why.
    NOT_WANTED = "not_wanted"


class ItemCategory(StrEnum):
    """What sort of thing it is."""

    BEDDING = "bedding"
    CLOTHES = "clothes"
    BABY = "baby"
    HYGIENE = "hygiene"
    FOOD = "food"
    SHELTER = "shelter"
    TOOLS = "tools"
    SCHOOL = "school"
    #: Crutches, wheelchairs, dressings.
    MEDICAL_AID = "medical_aid"
    #: Refused everywhere: to export it needs a licence, for charities too.
    MEDICINE = "medicine"
    #: Not sorted yet.
    MIXED = "mixed"
    OTHER = "other"


class Hazard(StrEnum):
    """What a ferry or a border asks about."""

    NONE = "none"
    BATTERY = "battery"
    LIQUID = "liquid"
    AEROSOL = "aerosol"
    FLAMMABLE = "flammable"


class Unit(StrEnum):
    """In what goods are counted."""

    BAG = "bag"
    BOX = "box"
    EACH = "each"
    GRAM = "gram"


class PointKind(StrEnum):
    """What sort of place takes things in."""

    HOME = "home"
    SHOP = "shop"
    FAITH = "faith"
    CAMPUS = "campus"
    OFFICE = "office"
    COMMUNITY = "community"
    DEPOT = "depot"


class Visibility(StrEnum):
    """Who is shown where a point is."""

    PUBLIC = "public"
    #: The middle of the postcode district and how far it reaches.
    AREA_ONLY = "area_only"
    #: In no list at all; the host passes an invitation on.
    PRIVATE = "private"


class PointState(StrEnum):
    """Where a point stands on its way to the public and back."""

    #: Offered; the mailbox is not proven.
    APPLIED = "applied"
    EMAIL_CONFIRMED = "email_confirmed"
    UNDER_REVIEW = "under_review"
    #: Checked; waits until the drop is announced or the point is used again.
    APPROVED = "approved"
    REJECTED = "rejected"
    LIVE = "live"
    PAUSED = "paused"
    #: Takes no more; stays visible and says where the next one is.
    FULL = "full"
    #: Several people said that something is wrong; nobody is sent there until somebody looked.
    DISPUTED = "disputed"
    CLOSED = "closed"


#: What may follow what.
POINT_MOVES: Final[dict[PointState, frozenset[PointState]]] = {
    PointState.APPLIED: frozenset({PointState.EMAIL_CONFIRMED, PointState.REJECTED}),
    PointState.EMAIL_CONFIRMED: frozenset(
        {PointState.UNDER_REVIEW, PointState.APPROVED, PointState.REJECTED, PointState.CLOSED}
    ),
    PointState.UNDER_REVIEW: frozenset(
        {PointState.APPROVED, PointState.REJECTED, PointState.CLOSED}
    ),
    PointState.APPROVED: frozenset({PointState.LIVE, PointState.CLOSED}),
    PointState.REJECTED: frozenset({PointState.UNDER_REVIEW}),
    PointState.LIVE: frozenset(
        {PointState.PAUSED, PointState.FULL, PointState.DISPUTED, PointState.CLOSED}
    ),
    PointState.PAUSED: frozenset({PointState.LIVE, PointState.DISPUTED, PointState.CLOSED}),
    PointState.FULL: frozenset(
        {PointState.LIVE, PointState.PAUSED, PointState.DISPUTED, PointState.CLOSED}
    ),
    PointState.DISPUTED: frozenset({PointState.LIVE, PointState.CLOSED}),
    PointState.CLOSED: frozenset({PointState.APPROVED}),
}
#: In these states the public may see a point that is not private.
SHOWN_STATES: Final = frozenset(
    {PointState.LIVE, PointState.PAUSED, PointState.FULL, PointState.CLOSED}
)
#: In these states a host runs her point.
RUN_STATES: Final = frozenset(
    {PointState.LIVE, PointState.PAUSED, PointState.FULL, PointState.DISPUTED}
)


class Fill(StrEnum):
    """How full a point is, as its host says."""

    EMPTY = "empty"
    HALF = "half"
    NEARLY = "nearly"
    FULL = "full"


class HoursKind(StrEnum):
    """What one row of opening hours says."""

    OPEN = "open"
    CLOSED = "closed"
    BY_APPOINTMENT = "by_appointment"


class PointChecked(StrEnum):
    """How an organiser made sure that a point is what it says; a home never by mail alone."""

    KNOWN_PERSON = "known_person"
    VISIT = "visit"
    #: A call to a number that was found elsewhere than in the form.
    CALL = "call"
    #: A code sent by post to the address, told back to us.
    POSTED_CODE = "posted_code"


class BringState(StrEnum):
    """How a wish to bring something stands."""

    #: The mailbox is not proven; nobody is asked yet.
    UNCONFIRMED = "unconfirmed"
    #: Waits for the host or an organiser.
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    #: It was brought.
    BROUGHT = "brought"


#: These count against what one address may have open.
OPEN_BRINGS: Final = frozenset({BringState.UNCONFIRMED, BringState.ASKED, BringState.ACCEPTED})


class Discloser(StrEnum):
    """Who let a person see where a point is."""

    HOST = "host"
    ORGANISER = "organiser"
    #: The host's own choice: everyone who confirms.
    OWN_RULE = "own_rule"


class PointReportKind(StrEnum):
    """What somebody says is wrong with a point."""

    WAS_SHUT = "was_shut"
    WRONG_DETAILS = "wrong_details"
    NOT_THERE = "not_there"
    UNSAFE = "unsafe"
    NOT_THE_HOST = "not_the_host"
    OTHER = "other"


class AgainState(StrEnum):
    """What a host of an earlier round answered."""

    ASKED = "asked"
    SAME = "same"
    CHANGED = "changed"
    NOT_THIS_TIME = "not_this_time"


class WorkplaceState(StrEnum):
    """Where a collection at work stands."""

    #: Told to us; the mailbox is not proven.
    PLEDGED = "pledged"
    #: The mailbox is proven.
    CONFIRMED = "confirmed"
    RUNNING = "running"
    HANDED_OVER = "handed_over"
    THANKED = "thanked"
    WITHDRAWN = "withdrawn"


class PledgeState(StrEnum):
    """What the host of a point says to a workplace that wants to come."""

    NONE = "none"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class LocationKind(StrEnum):
    """Where goods can be; nowhere is a place too."""

    #: Where goods come from; the only one that goes below zero, besides what is adjusted.
    WORLD_IN = "world_in"
    POINT = "point"
    WORKPLACE = "workplace"
    VEHICLE = "vehicle"
    STORE = "store"
    #: Inside a box that has a label.
    BOX = "box"
    DESTINATION = "destination"
    GIVEN = "given"
    LOST = "lost"
    DISCARDED = "discarded"
    #: Counted differently, or sorted into something else.
    ADJUST = "adjust"


#: Goods are really there: never less than nothing.
PHYSICAL: Final = frozenset(
    {
        LocationKind.POINT,
        LocationKind.WORKPLACE,
        LocationKind.VEHICLE,
        LocationKind.STORE,
        LocationKind.BOX,
        LocationKind.DESTINATION,
    }
)


class MoveKind(StrEnum):
    """Why goods were moved."""

    DROP_OFF = "drop_off"
    HAND_OVER = "hand_over"
    PICK_UP = "pick_up"
    UNLOAD = "unload"
    TRANSFER = "transfer"
    SORT = "sort"
    PACK = "pack"
    UNPACK = "unpack"
    LOAD = "load"
    DELIVER = "deliver"
    GIVE = "give"
    LOSE = "lose"
    FIND = "find"
    DISCARD = "discard"
    COUNT = "count"
    #: Takes another move back.
    REVERSAL = "reversal"


class BoxState(StrEnum):
    """How a labelled box stands."""

    OPEN = "open"
    SEALED = "sealed"
    LOADED = "loaded"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    SHORT = "short"
    DAMAGED = "damaged"
    LOST = "lost"
    #: Emptied into other boxes; its label is no longer used.
    VOID = "void"


BOX_MOVES: Final[dict[BoxState, frozenset[BoxState]]] = {
    BoxState.OPEN: frozenset({BoxState.SEALED, BoxState.VOID}),
    BoxState.SEALED: frozenset({BoxState.OPEN, BoxState.LOADED, BoxState.LOST, BoxState.VOID}),
    BoxState.LOADED: frozenset({BoxState.SEALED, BoxState.IN_TRANSIT, BoxState.LOST}),
    BoxState.IN_TRANSIT: frozenset(
        {BoxState.DELIVERED, BoxState.SHORT, BoxState.DAMAGED, BoxState.LOST}
    ),
    #: Found again, it is where it was.
    BoxState.LOST: frozenset({BoxState.SEALED, BoxState.LOADED, BoxState.IN_TRANSIT}),
    BoxState.DELIVERED: frozenset(),
    BoxState.SHORT: frozenset(),
    BoxState.DAMAGED: frozenset(),
    BoxState.VOID: frozenset(),
}


class PickupState(StrEnum):
    """How a wish of a host to have things fetched stands."""

    OPEN = "open"
    PLANNED = "planned"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class RunState(StrEnum):
    """How a van's day stands."""

    DRAFT = "draft"
    #: The checker found nothing wrong.
    PLANNED = "planned"
    #: The driver has the sheet.
    SENT = "sent"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


RUN_MOVES: Final[dict[RunState, frozenset[RunState]]] = {
    RunState.DRAFT: frozenset({RunState.PLANNED, RunState.CANCELLED}),
    RunState.PLANNED: frozenset({RunState.DRAFT, RunState.SENT, RunState.CANCELLED}),
    RunState.SENT: frozenset({RunState.DRAFT, RunState.RUNNING, RunState.CANCELLED}),
    RunState.RUNNING: frozenset({RunState.FINISHED}),
    RunState.FINISHED: frozenset(),
    RunState.CANCELLED: frozenset(),
}


class StopOutcome(StrEnum):
    """What happened at one stop; every one but the first two says why."""

    PENDING = "pending"
    COLLECTED = "collected"
    PARTIAL = "partial"
    CLOSED_NO_ACCESS = "closed_no_access"
    NOTHING_THERE = "nothing_there"
    SKIPPED = "skipped"


class MessageSide(StrEnum):
    """Who wrote a message that we passed on."""

    HOST = "host"
    BRINGER = "bringer"
    STEWARD = "steward"
    ORGANISER = "organiser"
