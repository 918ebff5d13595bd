"""The outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import JsonValue, str_enum
from app.mail.rules.outbox import MailState


class OutboxMail(Base):
    """One mail to one person."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        UniqueConstraint("template", "key"),
        Index(None, "state", "next_try_at"),
        Index(None, "state", "finished_at"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: A folder below templates/mail, such as "appeals/receipt".
    template: Mapped[str] = mapped_column(String(80))
    #: What it is about: the same mail is never put twice.
    key: Mapped[str] = mapped_column(String(200))
    #: The public id of what it is about, so that its page can say what became of the mail.
    about: Mapped[str | None] = mapped_column(String(40), index=True)
    to: Mapped[str] = mapped_column(String(254), index=True)
    locale: Mapped[str] = mapped_column(String(16))
    #: What the template shows, frozen; emptied after a while.
    values: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    reply_to: Mapped[str | None] = mapped_column(String(254))
    sender_name: Mapped[str | None] = mapped_column(String(120))
    #: The same on every try, so that a repeated mail is recognised as one.
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    state: Mapped[MailState] = mapped_column(str_enum(MailState, name="state"))
    tries: Mapped[int]
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    #: When the worker that has it in hand took it.
    taken_at: Mapped[datetime | None]
    #: When it was sent or given up.
    finished_at: Mapped[datetime | None]
    #: What the server said, without addresses.
    last_error: Mapped[str | None] = mapped_column(String(300))
    purged_at: Mapped[datetime | None]
    #: When a server said that it cannot be delivered, at once or in a report, and of which kind.
    bounced_at: Mapped[datetime | None] = mapped_column(index=True)
    bounce_reason: Mapped[str | None] = mapped_column(String(300))
    #: When somebody said that nothing more is to be done about it.
    bounce_seen_at: Mapped[datetime | None]
    #: Names the mail in the address to which bounces go; only what is signed for it counts.
    bounce_key: Mapped[str | None] = mapped_column(String(20), unique=True)
