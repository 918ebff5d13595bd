"""The class every model stands on."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase

from app.db.types import TranslatedText, UtcDateTime
from app.lib.text import Translated

# Each constraint has a name that can be foreseen, so that a migration can find it again.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """A mapped class. `int` is 64 bits wide on both databases, `datetime` is an instant in UTC."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        # SQLite numbers rows by itself only in a column called INTEGER.
        int: Integer().with_variant(BigInteger(), "postgresql"),
        datetime: UtcDateTime(),
        Translated: TranslatedText(),
    }
