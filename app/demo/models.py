"""The mark that a database holds invented data."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import UtcDateTime


class DemoData(Base):
    """One row at most: since when this database holds demo data, and whether the filling ended."""

    __tablename__ = "demo_data"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Which edition of the demo filled it; another one is filled anew.
    edition: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: None while it is being filled, and for ever when that was killed.
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
