"""Tables of events, their seats, programme, safety and what was said of them on the day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.appeals.models.appeals import Appeal
from app.campaigns.models.campaigns import Campaign
from app.db.base import Base
from app.db.types import EncryptedText, JsonValue, WallDateTime, str_enum
from app.events.models.mobilisations import Mobilisation
from app.events.rules.words import (
    CountShown,
    EventKind,
    EventState,
    LinkShown,
    Mode,
    Nation,
    PlaceShown,
    ProgrammeKind,
    RsvpMode,
    SafetyContactKind,
    Status,
    Way,
)
from app.files.models import StoredFile
from app.groups.models import Group
from app.lib.text import Translated
from app.places.models import Place


class EventSeries(Base):
    """A rule by which events come again; each occurrence is an event of its own."""

    __tablename__ = "event_series"
    __table_args__ = (CheckConstraint("version > 0", name="version_is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    #: `events.rules.series.Rule` as JSON.
    rule: Mapped[dict[str, object]] = mapped_column(JsonValue)
    #: The last local day of the series; nothing: it goes on.
    until: Mapped[date | None]
    #: Occurrences exist up to this local day.
    made_until: Mapped[date]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Event(Base):
    """One gathering at one time."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_local > starts_local", name="ends_after_starts"),
        CheckConstraint("ends_at > starts_at", name="ends_after_starts_utc"),
        CheckConstraint("version > 0", name="version_is_positive"),
        CheckConstraint("sequence >= 0", name="sequence_is_not_negative"),
        CheckConstraint("party_max BETWEEN 1 AND 10", name="party_is_small"),
        CheckConstraint("retention_days BETWEEN 0 AND 90", name="retention_is_short"),
        CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_another"
        ),
        CheckConstraint("merged_into_id != id", name="not_merged_into_itself"),
        CheckConstraint(
            "(place_shown = 'released') = (place_released_at IS NOT NULL)",
            name="released_at_a_time",
        ),
        CheckConstraint(
            "(rsvp_mode = 'external') = (external_url IS NOT NULL)", name="external_has_an_address"
        ),
        CheckConstraint("mode = 'online' OR place_id IS NOT NULL", name="in_person_has_a_place"),
        Index("ix_event_group_id_starts_at", "group_id", "starts_at"),
        Index("ix_event_state_starts_at", "state", "starts_at"),
        Index("ix_event_mobilisation_id_state", "mobilisation_id", "state"),
        Index("ix_event_purged_at_ends_at", "purged_at", "ends_at"),
        UniqueConstraint("series_id", "series_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Unguessable name outside the database; the calendar's UID is made of it and never reused.
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: The present address; earlier ones are in `EventSlug`.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    #: Whose event it is on the desk; of an offered one, the mobilisation's group.
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), index=True)
    mobilisation_id: Mapped[int | None] = mapped_column(ForeignKey("mobilisation.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("event_series.id"))
    #: The local day that the series foresaw, so that none is made twice.
    series_day: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)

    kind: Mapped[EventKind] = mapped_column(str_enum(EventKind, name="event_kind"))
    title: Mapped[Translated]
    summary: Mapped[Translated]
    #: Markdown.
    body: Mapped[Translated]
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    picture_alt: Mapped[Translated | None]
    #: Languages spoken there, as codes.
    languages: Mapped[list[str]] = mapped_column(JsonValue)
    called_by: Mapped[str] = mapped_column(String(200), default="")
    #: One body a line.
    supported_by: Mapped[str] = mapped_column(Text, default="")
    #: At whom it is aimed, and why.
    aimed_at: Mapped[Translated | None]
    aimed_why: Mapped[Translated | None]

    #: The truth of when: wall time and zone. The instants are derived from them in one place.
    starts_local: Mapped[datetime] = mapped_column(WallDateTime)
    ends_local: Mapped[datetime] = mapped_column(WallDateTime)
    zone: Mapped[str] = mapped_column(String(64))
    #: The wall shows the time of the start twice that night, and the second time is meant.
    starts_fold: Mapped[bool] = mapped_column(default=False)
    ends_fold: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    #: Whole days: starts at 00:00, ends at 00:00 of the day after the last.
    is_all_day: Mapped[bool] = mapped_column(default=False)
    #: Nobody said when it ends; the end is three hours on, and not shown.
    is_end_open: Mapped[bool] = mapped_column(default=False)

    mode: Mapped[Mode] = mapped_column(str_enum(Mode, name="event_mode"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    place_shown: Mapped[PlaceShown] = mapped_column(
        str_enum(PlaceShown, name="place_shown"), default=PlaceShown.PUBLIC
    )
    place_released_at: Mapped[datetime | None] = mapped_column(index=True)
    #: The release was written into lists and feeds.
    is_place_out: Mapped[bool] = mapped_column(default=False)
    #: Where exactly people meet, and where it ends; as precise as the place, and hidden with it.
    meeting_point: Mapped[Translated | None]
    dispersal_point: Mapped[Translated | None]
    online_url: Mapped[str | None] = mapped_column(EncryptedText)
    online_shown: Mapped[LinkShown] = mapped_column(
        str_enum(LinkShown, name="link_shown"), default=LinkShown.PUBLIC
    )
    #: What is known of each point of `rules.access.POINTS`: {"step_free": ["yes", "note"]}.
    access: Mapped[dict[str, list[str]]] = mapped_column(JsonValue)

    state: Mapped[EventState] = mapped_column(
        str_enum(EventState, name="event_state"), default=EventState.DRAFT
    )
    status: Mapped[Status] = mapped_column(
        str_enum(Status, name="event_status"), default=Status.CONFIRMED
    )
    status_note: Mapped[Translated | None]
    #: When it would have been, before it was moved or postponed.
    previous_starts_local: Mapped[datetime | None] = mapped_column(WallDateTime)
    #: Raised whenever time, place or status changes: calendars take the higher one.
    sequence: Mapped[int] = mapped_column(default=0)

    rsvp_mode: Mapped[RsvpMode] = mapped_column(
        str_enum(RsvpMode, name="rsvp_mode"), default=RsvpMode.OPEN
    )
    external_url: Mapped[str | None] = mapped_column(String(500))
    party_max: Mapped[int] = mapped_column(default=10)
    #: A place where seats are short is confirmed by mail.
    confirms_by_mail: Mapped[bool] = mapped_column(default=True)
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    count_shown: Mapped[CountShown] = mapped_column(
        str_enum(CountShown, name="count_shown"), default=CountShown.ROUNDED
    )
    #: Everything that people told for this event goes so many days after its end.
    retention_days: Mapped[int] = mapped_column(default=14)

    # What keeps people safe; telephone numbers are `SafetyContact`s.
    safety: Mapped[Translated | None]
    what_to_bring: Mapped[Translated | None]
    has_legal_observers: Mapped[bool | None]
    has_first_aid: Mapped[bool | None]
    has_welfare: Mapped[bool | None]

    # A march: the law asks for notice. Nothing is kept of whoever gives it.
    nation: Mapped[Nation | None] = mapped_column(str_enum(Nation, name="nation"))
    route: Mapped[Translated | None]
    expected_count: Mapped[int | None]
    notice_given_on: Mapped[date | None]

    # A screening.
    film_title: Mapped[str | None] = mapped_column(String(200))
    film_director: Mapped[str | None] = mapped_column(String(200))
    film_year: Mapped[int | None]
    film_minutes: Mapped[int | None]
    film_certificate: Mapped[str | None] = mapped_column(String(20))
    film_subtitles: Mapped[str | None] = mapped_column(String(120))
    #: Who holds the licence to show it and under which number; for the desk alone.
    film_licence: Mapped[str | None] = mapped_column(String(200))
    venue_agrees: Mapped[bool | None]

    # Afterwards.
    headcount: Mapped[int | None]
    report: Mapped[Translated | None]
    reported_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]
    #: Attendances were deleted; these sums are what is left of them.
    purged_at: Mapped[datetime | None]
    rsvp_count: Mapped[int | None]
    people_count: Mapped[int | None]
    checked_in_count: Mapped[int | None]

    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    #: When anything that a calendar shows changed last.
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[Group] = relationship(lazy="joined")
    place: Mapped[Place | None] = relationship(lazy="joined")
    picture: Mapped[StoredFile | None] = relationship(lazy="joined")
    campaign: Mapped[Campaign | None] = relationship(lazy="select")
    appeal: Mapped[Appeal | None] = relationship(lazy="select")
    mobilisation: Mapped[Mobilisation | None] = relationship(lazy="select")
    series: Mapped[EventSeries | None] = relationship(lazy="select")
    merged_into: Mapped[Event | None] = relationship(remote_side="Event.id", lazy="select")
    seats: Mapped[list[EventSeats]] = relationship(back_populates="event", lazy="selectin")
    programme: Mapped[list[ProgrammeItem]] = relationship(
        back_populates="event", order_by="ProgrammeItem.position"
    )
    notes: Mapped[list[EventNote]] = relationship(
        back_populates="event", order_by="EventNote.posted_at.desc(), EventNote.id.desc()"
    )

    @property
    def releases_at(self) -> datetime | None:
        """From when on everybody may see the precise place; never while it is called off."""
        is_off = self.status in {Status.CANCELLED, Status.POSTPONED}
        return None if is_off else self.place_released_at


class EventSlug(Base):
    """An address that an event had; it leads on to the present one."""

    __tablename__ = "event_slug"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)


class EventSeats(Base):
    """How many seats one way of attending has, and how many are promised."""

    __tablename__ = "event_seats"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity_is_positive"),
        CheckConstraint("taken >= 0 AND held >= 0 AND held <= taken", name="held_is_part"),
        CheckConstraint("ceiling IS NULL OR taken <= ceiling", name="never_one_too_many"),
        CheckConstraint("(capacity IS NULL) = (ceiling IS NULL)", name="ceiling_with_capacity"),
        CheckConstraint("ceiling >= capacity", name="ceiling_is_not_below"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    way: Mapped[Way] = mapped_column(str_enum(Way, name="way"), primary_key=True)
    #: Nothing: as many as come.
    capacity: Mapped[int | None]
    #: The capacity, or what was promised already when somebody lowered it below that.
    ceiling: Mapped[int | None]
    #: People whose RSVP holds a seat (`HOLDS_SEATS`).
    taken: Mapped[int] = mapped_column(default=0)
    #: Those of them whose mailbox is not proven.
    held: Mapped[int] = mapped_column(default=0)

    event: Mapped[Event] = relationship(back_populates="seats")


class ProgrammeItem(Base):
    """One part of what happens."""

    __tablename__ = "programme_item"
    __table_args__ = (
        UniqueConstraint("event_id", "position"),
        CheckConstraint("minutes > 0", name="minutes_are_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int]
    kind: Mapped[ProgrammeKind] = mapped_column(str_enum(ProgrammeKind, name="programme_kind"))
    title: Mapped[Translated]
    starts_local: Mapped[datetime | None] = mapped_column(WallDateTime)
    minutes: Mapped[int | None]
    #: Who speaks or plays: name and what they are, one a line, as they wish to be named in public.
    people: Mapped[str] = mapped_column(Text, default="")

    event: Mapped[Event] = relationship(back_populates="programme")


class EventNote(Base):
    """A short line from the day itself, on top of the page."""

    __tablename__ = "event_note"
    __table_args__ = (Index("ix_event_note_event_id_posted_at", "event_id", "posted_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    text: Mapped[Translated]
    #: Mailed to everybody who left an address.
    is_important: Mapped[bool] = mapped_column(default=False)
    posted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship(back_populates="notes")


class SafetyContact(Base):
    """A number to ring in trouble: of a group, for all it does, or of one event instead."""

    __tablename__ = "safety_contact"
    __table_args__ = (
        CheckConstraint("length(phone) > 2", name="phone_is_there"),
        Index("ix_safety_contact_group_id_event_id", "group_id", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[SafetyContactKind] = mapped_column(
        str_enum(SafetyContactKind, name="safety_contact_kind")
    )
    name: Mapped[str] = mapped_column(String(120))
    #: Public on purpose: it stands on posters and cards.
    phone: Mapped[str] = mapped_column(String(40))
    #: When, and in which languages, somebody answers.
    note: Mapped[Translated | None]
    #: The day somebody rang it and it was right.
    checked_on: Mapped[date]
    position: Mapped[int] = mapped_column(default=0)
