"""Tables of source codes: which link, poster or article brought a gift."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.appeals.models.appeals import Appeal
from app.appeals.rules.words import SourceKind
from app.db.base import Base
from app.db.types import UtcDateTime, str_enum
from app.lib.money import Money


class SourceCode(Base):
    """A short word in an appeal's address that says what brought a visitor."""

    __tablename__ = "source_code"
    __table_args__ = (
        Index("uq_source_code_appeal_id_code", "appeal_id", "code", unique=True),
        CheckConstraint("code = lower(code) AND length(code) BETWEEN 2 AND 30", name="code_shape"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    code: Mapped[str] = mapped_column(String(30))
    kind: Mapped[SourceKind] = mapped_column(str_enum(SourceKind, name="source_kind"))
    #: What organisers call it.
    label: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: A retired code counts no new gifts and keeps its old ones.
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The gifts that it brought and that are here, covered fees left out; written with payments.
    received_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    gift_count: Mapped[int] = mapped_column(default=0)

    appeal: Mapped[Appeal] = relationship()

    @property
    def received(self) -> Money:
        """What the gifts that it brought come to."""
        return Money(self.received_minor, self.appeal.currency)
