"""Column types: instants, enums with a named check, texts in two languages, JSON."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.lib import cipher
from app.lib.text import Translated
from app.settings import settings

_ENUM_LENGTH = 40


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Aware values go in and come out; SQLite keeps UTC without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Turn into UTC; raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Say that it is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WallDateTime(TypeDecorator[datetime]):
    """A date and time as clocks on the wall show it; its zone stands in a column beside it."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Take it as it is; raises ValueError for an instant."""
        if value is not None and value.tzinfo is not None:
            raise ValueError("a wall time has no zone of its own")
        return value


class EncryptedText(TypeDecorator[str]):
    """A text that nobody can read in the table; it cannot be searched for or sorted by."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Close it with the present secret."""
        return None if value is None else cipher.encrypt(settings().secret_key, value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> str | None:
        """Open it; raises CipherError where the secret is gone from the settings."""
        return None if value is None else cipher.decrypt(settings().secrets, value)


def json_type() -> TypeEngine[Any]:
    """JSON as each database keeps it best; None is NULL."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class JsonValue(TypeDecorator[Any]):
    """Plain JSON. Changes inside a value are not seen: put a new value in its place."""

    impl = json_type()
    cache_ok = True


class TranslatedText(TypeDecorator[Translated]):
    """A text in several languages with its language of origin."""

    impl = json_type()
    cache_ok = True

    def process_bind_param(self, value: Translated | None, _dialect: Dialect) -> Any:  # noqa: ANN401 - JSON
        """As {"origin": "en", "texts": {"en": "…"}}."""
        if value is None:
            return None
        return {"origin": value.origin, "texts": dict(value.texts)}

    def process_result_value(
        self, value: Mapping[str, Any] | None, _dialect: Dialect
    ) -> Translated | None:
        """Back from JSON."""
        return None if value is None else Translated(value["texts"], value["origin"])


def str_enum(enum: type[StrEnum], *, name: str) -> Enum:
    """A column type for an enum's values, kept as text under a CHECK of that name."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
        length=_ENUM_LENGTH,
    )
