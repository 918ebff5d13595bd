"""Checks of parameters: what Stripe refuses is refused with Stripe's words and codes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from app.rehearsal.encoding import Raw
from app.rehearsal.problems import ProblemError, not_modelled

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
MAX_METADATA = 50
MAX_METADATA_KEY = 40
MAX_METADATA_VALUE = 500


class Check(Protocol):
    """Reads one raw parameter; raises ProblemError."""

    def read(self, raw: Raw, path: str) -> object:
        """The value of the parameter at the path."""


def refuse(message: str, path: str, code: str | None = None) -> ProblemError:
    """A refusal of a parameter, before the call begins."""
    return ProblemError(message, code=code, param=path, is_kept=False)


def _text(raw: Raw, path: str) -> str:
    if not isinstance(raw, str):
        raise refuse(f"Invalid string: {path}", path)
    return raw


@dataclass(frozen=True)
class Text:
    """A text; an empty one only where it unsets something."""

    longest: int = 5000
    may_be_empty: bool = False

    def read(self, raw: Raw, path: str) -> str:
        """The text; raises ProblemError."""
        text = _text(raw, path)
        if not text and not self.may_be_empty:
            raise refuse(
                f"You passed an empty string for '{path}'. We assume empty values are an attempt "
                f"to unset a parameter; however '{path}' cannot be unset. You should remove "
                f"'{path}' from your request or supply a non-empty value.",
                path,
                "parameter_invalid_empty",
            )
        if len(text) > self.longest:
            raise refuse(
                f"Invalid string: {text[:10]}...{text[-4:]}; must be at most {self.longest} "
                "characters",
                path,
            )
        return text


@dataclass(frozen=True)
class Email(Text):
    """An e-mail address."""

    def read(self, raw: Raw, path: str) -> str:
        """The address; raises ProblemError."""
        text = super().read(raw, path)
        if not EMAIL.fullmatch(text):
            raise refuse(f"Invalid email address: {text}", path, "email_invalid")
        return text


@dataclass(frozen=True)
class Address(Text):
    """An absolute http or https address."""

    def read(self, raw: Raw, path: str) -> str:
        """The address; raises ProblemError."""
        text = super().read(raw, path)
        try:
            parts = urlsplit(text)
            is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            is_good = False
        if not is_good or any(character.isspace() for character in text):
            raise refuse("Not a valid URL", path, "url_invalid")
        return text


@dataclass(frozen=True)
class Integer:
    """A whole number, 64 bits at most."""

    least: int | None = None
    most: int = 2**63 - 1

    def read(self, raw: Raw, path: str) -> int:
        """The number; raises ProblemError."""
        text = _text(raw, path)
        if not re.fullmatch(r"-?[0-9]{1,19}", text) or int(text) > self.most:
            raise refuse(f"Invalid integer: {text}", path, "parameter_invalid_integer")
        if self.least is not None and int(text) < self.least:
            message = f"This value must be greater than or equal to {self.least}."
            raise refuse(message, path, "parameter_invalid_integer")
        return int(text)


@dataclass(frozen=True)
class Boolean:
    """``true`` or ``false``."""

    def read(self, raw: Raw, path: str) -> bool:
        """The truth value; raises ProblemError."""
        text = _text(raw, path)
        if text not in {"true", "false"}:
            raise refuse(f"Invalid boolean: {text}", path)
        return text == "true"


@dataclass(frozen=True)
class Choice:
    """One of the values that Stripe lists; ``unplayed`` ones are known and not played here."""

    values: Sequence[str]
    unplayed: Sequence[str] = ()

    def read(self, raw: Raw, path: str) -> str:
        """The value; raises ProblemError."""
        text = _text(raw, path)
        if text in self.unplayed:
            raise not_modelled(f"{path}={text}", path)
        if text not in self.values:
            listed = ", ".join([*self.values, *self.unplayed])
            raise refuse(f"Invalid {path}: must be one of {listed}", path)
        return text


@dataclass(frozen=True)
class Metadata:
    """Our own keys and texts on one of Stripe's objects; an empty text removes a key."""

    def read(self, raw: Raw, path: str) -> dict[str, str]:
        """The pairs; raises ProblemError."""
        if raw == "":
            return {}
        if isinstance(raw, str):
            raise refuse("Invalid object", path)
        if len(raw) > MAX_METADATA:
            raise refuse(f"Metadata can have at most {MAX_METADATA} keys.", path)
        pairs = {}
        for key, value in raw.items():
            where = f"{path}[{key}]"
            if len(key) > MAX_METADATA_KEY:
                message = f"Metadata keys can be at most {MAX_METADATA_KEY} characters long."
                raise refuse(message, where)
            pairs[key] = Text(MAX_METADATA_VALUE, may_be_empty=True).read(value, where)
        return pairs


@dataclass(frozen=True)
class OrEmpty:
    """A value, or an empty text that unsets it."""

    of: Check

    def read(self, raw: Raw, path: str) -> object:
        """The value, None for an empty text; raises ProblemError."""
        return None if raw == "" else self.of.read(raw, path)


@dataclass(frozen=True)
class Many:
    """A list of values of one kind."""

    of: Check
    most: int = 100

    def read(self, raw: Raw, path: str) -> list[object]:
        """The values in order; raises ProblemError."""
        if isinstance(raw, str) or not all(key.isdecimal() for key in raw):
            raise refuse("Invalid array", path)
        if len(raw) > self.most:
            raise refuse(f"Array {path} exceeded maximum {self.most} allowed elements.", path)
        ordered = sorted(raw.items(), key=lambda pair: int(pair[0]))
        return [self.of.read(value, f"{path}[{index}]") for index, (_, value) in enumerate(ordered)]


@dataclass(frozen=True)
class Fields:
    """Named parameters: those known, those required, those known to Stripe but not played."""

    known: Mapping[str, Check]
    required: Sequence[str] = ()
    unplayed: Sequence[str] = field(default=())

    def read(self, raw: Raw, path: str = "") -> dict[str, object]:
        """The values by name; raises ProblemError (unknown first, then missing, then wrong)."""
        if isinstance(raw, str):
            raise refuse("Invalid object", path)
        self._refuse_unknown(raw, path)
        for name in self.required:
            if name not in raw:
                where = _inside(path, name)
                raise refuse(f"Missing required param: {where}.", where, "parameter_missing")
        return {name: self.known[name].read(raw[name], _inside(path, name)) for name in raw}

    def _refuse_unknown(self, raw: Mapping[str, Raw], path: str) -> None:
        for name in raw:
            if name in self.unplayed:
                raise not_modelled(f"the parameter {_inside(path, name)}", _inside(path, name))
        unknown = [_inside(path, name) for name in raw if name not in self.known]
        if unknown:
            noun = "parameter" if len(unknown) == 1 else "parameters"
            message = f"Received unknown {noun}: {', '.join(unknown)}"
            raise refuse(message, unknown[0], "parameter_unknown")


def _inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
