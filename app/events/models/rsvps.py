"""Tables of attendances."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import EncryptedText, str_enum
from app.events.models.events import Event
from app.events.rules.words import EntrySource, Paper, RsvpState, Way
from app.lib.ids import fingerprint


class Rsvp(Base):
    """One attendance of one or more people; the whole row goes some days after the event."""

    __tablename__ = "rsvp"
    __table_args__ = (
        CheckConstraint("party_size BETWEEN 1 AND 10", name="party_is_small"),
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        CheckConstraint(
            "(state = 'offered') = (offer_ends_at IS NOT NULL)", name="offer_has_a_deadline"
        ),
        CheckConstraint(
            "(state = 'unconfirmed') = (lapses_at IS NOT NULL)", name="unconfirmed_lapses"
        ),
        CheckConstraint("state != 'unconfirmed' OR email IS NOT NULL", name="mail_to_confirm"),
        CheckConstraint(
            "checked_in_size IS NULL OR checked_in_size BETWEEN 1 AND 10", name="came_in_a_party"
        ),
        CheckConstraint("NOT wants_updates OR email IS NOT NULL", name="updates_need_an_address"),
        CheckConstraint("new_email = lower(new_email)", name="new_email_is_lowercase"),
        CheckConstraint(
            "(state = 'released') = (released_from IS NOT NULL)", name="released_from_a_state"
        ),
        UniqueConstraint("event_id", "code"),
        Index("ix_rsvp_event_id_state_waits_since", "event_id", "state", "waits_since", "id"),
        Index("ix_rsvp_state_lapses_at", "state", "lapses_at"),
        Index("ix_rsvp_state_offer_ends_at", "state", "offer_ends_at"),
        Index("ix_rsvp_email_event_id", "email", "event_id"),
        Index("ix_rsvp_event_id_network", "event_id", "network"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    #: One form, sent twice, is one RSVP.
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    way: Mapped[Way] = mapped_column(str_enum(Way, name="rsvp_way"))
    #: The one she chose, while the event does not take place in that way.
    way_wished: Mapped[Way | None] = mapped_column(str_enum(Way, name="rsvp_way_wished"))
    state: Mapped[RsvpState] = mapped_column(str_enum(RsvpState, name="rsvp_state"))
    party_size: Mapped[int]
    #: Six signs without look-alikes, unique in its event: for the door.
    code: Mapped[str] = mapped_column(String(6))
    #: As she wishes to be called; need not be her name.
    name: Mapped[str | None] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    #: What she told the organisers about access; for them alone.
    needs: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(10))
    source: Mapped[EntrySource] = mapped_column(str_enum(EntrySource, name="rsvp_source"))
    #: The kind of paper that led her here, where she followed its code; never which sheet.
    came_from: Mapped[Paper | None] = mapped_column(str_enum(Paper, name="rsvp_came_from"))
    #: Reminders and news of this event only.
    wants_reminders: Mapped[bool] = mapped_column(default=False)
    #: Ticked by herself: news of the group. Becomes a consent once the mailbox is proven.
    wants_updates: Mapped[bool] = mapped_column(default=False)
    updates_wording: Mapped[int | None]
    #: Which private links still count.
    link_version: Mapped[int] = mapped_column(default=1)
    #: A keyed hash of the network; deleted after a day.
    network: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    #: The mailbox was proven.
    confirmed_at: Mapped[datetime | None]
    lapses_at: Mapped[datetime | None]
    #: Her place in the line; kept while an offer stands.
    waits_since: Mapped[datetime | None]
    offer_ends_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    #: What she was reminded of last: the start of the event, as an instant.
    reminded_for: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    checked_in_size: Mapped[int | None]
    #: Rows released in one step carry the same name, so that they come back in one step.
    released_batch: Mapped[str | None] = mapped_column(String(20), index=True)
    #: How it stood before that.
    released_from: Mapped[RsvpState | None] = mapped_column(
        str_enum(RsvpState, name="rsvp_released_from")
    )
    #: Where she wishes her mails to go; takes the place of the other once it is proven.
    new_email: Mapped[str | None] = mapped_column(String(254))
    #: An organiser said yes to this person; only then is she shown what is for accepted ones.
    accepted_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship(lazy="joined")

    @property
    def fingerprint(self) -> str:
        """Names what an organiser decides about; whoever changed it since is another guest."""
        return fingerprint(
            self.email, self.name, self.needs, self.party_size, self.way, self.link_version
        )
