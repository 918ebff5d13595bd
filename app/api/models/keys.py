"""The table of keys for other programs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db.base import Base
from app.db.types import JsonValue


class ApiKey(Base):
    """A key with which a program of one group reads what a visitor may not."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    #: What it is for, in the organisers' words.
    label: Mapped[str] = mapped_column(String(120))
    #: Of the key, which is shown once; the key itself is nowhere.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    #: The first letters, so that one can be told from another.
    hint: Mapped[str] = mapped_column(String(12))
    #: Values of `rules.scopes.Scope`.
    scopes: Mapped[list[str]] = mapped_column(JsonValue)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    #: Ends by itself; every key does.
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    created_by: Mapped[User | None] = relationship()
