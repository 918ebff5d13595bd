"""Tables of the tests' own, in every test database; migrations never see them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.triggers import append_only
from app.db.types import JsonValue, str_enum
from app.lib.text import Translated


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    GREEN = "green"


class Counter(Base):
    """Something to count."""

    __tablename__ = "testing_counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class Sample(Base):
    """One column of each type of our own."""

    __tablename__ = "testing_sample"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime | None]
    title: Mapped[Translated | None]
    colour: Mapped[Colour | None] = mapped_column(str_enum(Colour, name="colour"))
    detail: Mapped[Any] = mapped_column(JsonValue, nullable=True)


class Stone(Base):
    """What is written in it stays."""

    __tablename__ = "testing_stone"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


append_only(Stone.__table__)
