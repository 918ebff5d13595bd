"""What the short forms of an event's parts share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.events.errors.editing import ContentError
from app.events.forms.events import (
    SeenForm,
)
from app.events.models.events import Event
from app.events.rules.content import (
    Content,
)
from app.events.rules.times import When
from app.lib.errors import UserError

MARKDOWN: Final = _l("You can use Markdown: ## heading, **strong**, * list, [text](https://…).")
#: What is known of a yes or no: yes, no, or nothing.
KNOWN: Final = {"yes": _l("Yes"), "no": _l("No"), "": _l("Not known")}
KNOWN_CHOICES: Final = [SelectChoice(each, name) for each, name in KNOWN.items()]
KNOWN_VALUES: Final = {"yes": True, "no": False}
#: Empty rows below the parts of a programme.
SPARE_ROWS: Final = 3


class PartForm(SeenForm):
    """One part of an event."""

    #: Names that a service uses for what the form calls otherwise.
    at: ClassVar[Mapping[str, str]] = {}

    def __init__(self, event: Event, **values: Any) -> None:  # noqa: ANN401
        kept = self.values_of(event) | {"version": str(event.version)}
        super().__init__(data=kept, **values)
        self.event = event
        self.offer()

    def values_of(self, event: Event) -> dict[str, Any]:
        """The part as its form shows it."""
        return {name: getattr(event, name, None) for name in self.texts()}

    def texts(self) -> Sequence[str]:
        """The fields that are called as the columns are."""
        return ()

    def offer(self) -> None:
        """Fill in what can be chosen."""

    def content(self) -> Content | When:
        """What was decided; call it on a valid form only."""
        raise NotImplementedError

    def refuse(self, error: UserError) -> None:
        """Show what a service could not keep, beside the field it is about."""
        part = error.part if isinstance(error, ContentError) else None
        self.add_problem(error, self._fields.get(self.at.get(part or "", part or "")))


def lines(text: str | None) -> str:
    """Short lines without empty ones."""
    return "\n".join(each.strip() for each in (text or "").splitlines() if each.strip())


def known(answer: str | None) -> bool | None:
    """What was chosen among `KNOWN`."""
    return KNOWN_VALUES.get(answer or "")


def row_id(value: str | None) -> int | None:
    """The row that was chosen; None for none, and for what names no row."""
    return int(value) if value and value.isdecimal() and len(value) < 18 else None


def said(answer: bool | None) -> str:  # noqa: FBT001
    """A yes, a no or nothing as the choices of a form name it."""
    return "" if answer is None else "yes" if answer else "no"
