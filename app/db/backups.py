"""Which backups were made: a row for each that was opened again and found whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.session import db

#: Older than this, the last backup is a cause for worry: one night was missed.
FRESH_FOR: Final = timedelta(days=2)


class Backup(Base):
    """One backup that was verified."""

    __tablename__ = "backup"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The moment whose state it holds.
    made_at: Mapped[datetime] = mapped_column(index=True)
    #: Its name in the folder of backups; where that folder is, the settings say.
    name: Mapped[str] = mapped_column(String(200))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    #: Which Muster made it.
    version: Mapped[str] = mapped_column(String(40))
    #: Whether a database was made from it again; where the server allows no second one, it was
    #: only read to its end.
    is_opened: Mapped[bool]
    #: How many differences a recount of its books found.
    differences: Mapped[int]


def find_last_backup() -> Backup | None:
    """The newest backup that was verified."""
    return db.session.scalar(select(Backup).order_by(Backup.made_at.desc(), Backup.id).limit(1))


def is_fresh(backup: Backup | None, now: datetime) -> bool:
    """Whether a backup is young enough to sleep well."""
    return backup is not None and now - backup.made_at <= FRESH_FOR
