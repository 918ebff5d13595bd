"""What the kinds, states and ways of events are called."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """What sort of gathering it is."""

    STATIC_PROTEST = "static_protest"
    MARCH = "march"
    VIGIL = "vigil"
    SCREENING = "screening"
    MEETING = "meeting"
    STALL = "stall"
    TRAINING = "training"
    ONLINE = "online"


class Mode(StrEnum):
    """How people can take part."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class Way(StrEnum):
    """How one person takes part; seats are counted for each."""

    IN_PERSON = "in_person"
    ONLINE = "online"


class PlaceShown(StrEnum):
    """To whom the precise place is shown; everybody else sees the area."""

    PUBLIC = "public"
    #: Never by us: the area is all there is.
    AREA = "area"
    #: To people whose RSVP was accepted, in their mail and on their page.
    ACCEPTED = "accepted"
    #: To everybody, from a moment on.
    RELEASED = "released"


class LinkShown(StrEnum):
    """To whom the address of an online room is shown."""

    PUBLIC = "public"
    ACCEPTED = "accepted"


class Status(StrEnum):
    """Whether it takes place."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    #: Not at the announced time; no new one yet.
    POSTPONED = "postponed"
    RESCHEDULED = "rescheduled"
    MOVED_ONLINE = "moved_online"
    CANCELLED = "cancelled"


class EventState(StrEnum):
    """Where an event stands on its way to the public."""

    #: Written on the desk, seen by nobody else.
    DRAFT = "draft"
    #: Offered by a host whose mail address is not proven yet.
    UNCONFIRMED = "unconfirmed"
    #: Waits for an organiser.
    PENDING = "pending"
    PUBLISHED = "published"
    #: Taken out of sight, by reports or by an organiser, until somebody looked.
    HIDDEN = "hidden"
    REJECTED = "rejected"
    #: Another event stands for it; its address leads there.
    MERGED = "merged"
    #: Taken back for good; the address says so.
    WITHDRAWN = "withdrawn"


class RsvpMode(StrEnum):
    """How people say that they come."""

    NONE = "none"
    OPEN = "open"
    #: An organiser accepts each.
    APPROVAL = "approval"
    #: On another site.
    EXTERNAL = "external"


class CountShown(StrEnum):
    """What the public page says about how many come."""

    HIDDEN = "hidden"
    ROUNDED = "rounded"
    EXACT = "exact"


class RsvpState(StrEnum):
    """How an attendance stands."""

    #: Holds its seats until the mailbox is proven, or lapses.
    UNCONFIRMED = "unconfirmed"
    #: Waits for an organiser; holds nothing.
    ASKED = "asked"
    GOING = "going"
    #: On the waiting list; holds nothing.
    WAITING = "waiting"
    #: A freed place is held for it until a deadline.
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"
    #: By an organiser.
    DECLINED = "declined"
    #: Not confirmed, or an offer not taken, in time.
    LAPSED = "lapsed"
    #: Taken away in one step with a burst of others; can be put back.
    RELEASED = "released"


#: In these states its seats are counted.
HOLDS_SEATS = frozenset({RsvpState.UNCONFIRMED, RsvpState.GOING, RsvpState.OFFERED})


class EntrySource(StrEnum):
    """How something reached us."""

    WEB = "web"
    #: Entered by an organiser for somebody who rang, wrote on paper, or stood there.
    PHONE = "phone"
    PAPER = "paper"
    DOOR = "door"


class Paper(StrEnum):
    """What was printed and leads to the page of an event; every sheet has the same code."""

    POSTER = "poster"
    FLYER = "flyer"


class HostPolicy(StrEnum):
    """Whether people may offer local events of a mobilisation."""

    CLOSED = "closed"
    APPROVAL = "approval"


class HowChecked(StrEnum):
    """How an organiser made sure that an offered event is what it says."""

    KNOWN_PERSON = "known_person"
    #: A call to a number that was found elsewhere than in the form.
    CALL = "call"
    VISIT = "visit"
    #: A group that we know vouches for it.
    VOUCHED = "vouched"
    #: The host's group announces it on its own known page.
    OWN_PAGE = "own_page"


class ReportKind(StrEnum):
    """What somebody says is wrong with a public event."""

    NOT_HAPPENING = "not_happening"
    WRONG_DETAILS = "wrong_details"
    NOT_THE_HOST = "not_the_host"
    UNSAFE = "unsafe"
    SPAM = "spam"
    OTHER = "other"


class ProgrammeKind(StrEnum):
    """What one part of a programme is."""

    FILM = "film"
    TALK = "talk"
    QA = "qa"
    MUSIC = "music"
    BREAK = "break"


class RoleKind(StrEnum):
    """What people do at an event."""

    STEWARD = "steward"
    CHIEF_STEWARD = "chief_steward"
    FIRST_AID = "first_aid"
    LEGAL_OBSERVER = "legal_observer"
    LEGAL_BACK_OFFICE = "legal_back_office"
    WELFARE = "welfare"
    ACCESS = "access"
    INTERPRETER = "interpreter"
    DRIVER = "driver"
    PHOTOGRAPHER = "photographer"
    MEDIA = "media"
    SETTING_UP = "setting_up"
    OTHER = "other"


class SignupState(StrEnum):
    """How an offer to take a shift stands."""

    #: For roles that need trust: an organiser decides.
    ASKED = "asked"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class SafetyContactKind(StrEnum):
    """Whose number it is."""

    LEGAL_SUPPORT = "legal_support"
    SOLICITOR = "solicitor"
    WELFARE = "welfare"
    STATION_SUPPORT = "station_support"


class Nation(StrEnum):
    """Under whose rules for marches an event falls."""

    ENGLAND_WALES = "england_wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"
    ELSEWHERE = "elsewhere"


class Answer(StrEnum):
    """What is known about one point of access."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    #: Shown as "not known", never left out.
    UNKNOWN = "unknown"
