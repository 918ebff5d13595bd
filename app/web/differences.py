"""What stands beside what was typed, after somebody else saved in between."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from wtforms import Field, Form, SelectField

from app.lib.text import Translated


@dataclass(frozen=True)
class Difference:
    """A field that says one thing in the table and another in a form."""

    label: str
    stands: str
    typed: str


def differences(stands: Form, typed: Form) -> list[Difference]:
    """Compare what stands with what was typed, field by field."""
    found = []
    for field in stands:
        mine = typed[field.name]
        pair = _words(field), _words(mine)
        if pair[0] != pair[1] and field.type not in {"CSRFTokenField", "HiddenField", "FileField"}:
            found.append(Difference(str(field.label.text), *pair))
    return found


def _words(field: Field) -> str:
    value = field.data
    if isinstance(value, Translated):
        return "\n".join(f"{locale}: {text}" for locale, text in sorted(value.texts.items()))
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    chosen = [str(each.label) for each in _choices(field) if each.selected]
    return chosen[0] if chosen else "" if value is None else str(value)


def _choices(field: Field) -> Iterable[Any]:
    """What a field lets one choose from, with the words it shows."""
    return field.iter_choices() if isinstance(field, SelectField) else ()
