"""The field by which an editor chooses what a reader can do, in an order of her own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from wtforms import Field
from wtforms.validators import ValidationError

from app.actions.queries import actions as reads
from app.actions.queries.things import Action
from app.actions.render.actions import DEEDS, action_shown
from app.actions.rules.choosing import SHOWN
from app.actions.rules.words import ActionKind
from app.web.locale import current_locale

#: What an editor chose: a kind and the key of a row.
Pick = tuple[ActionKind, int]
#: So many can be chosen; the campaign's follow by themselves.
PLACES: Final = SHOWN
_LARGEST_ID: Final = 2**31 - 1


@dataclass(frozen=True)
class Option:
    """One line of the list that she chooses from."""

    value: str
    label: str


@dataclass(frozen=True)
class Family:
    """Everything of one kind."""

    name: str
    options: Sequence[Option]


class ActionsField(Field):
    """Some of what can be done, chosen one by one: a list to choose from for each place.

    `data` is a list of (kind, key) in order, or the rows that hold such. Call `offer` before the
    form is validated or shown. What was chosen before and is over stays until she takes it out.
    """

    data: list[Pick]

    def __init__(self, *given: Any, **kw: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*given, **kw)
        self.families: list[Family] = []
        self._allowed: set[Pick] = set()

    def process_data(self, value: Iterable[Any] | None) -> None:
        """Take pairs, or rows with a kind and a key."""
        self.data = [
            each if isinstance(each, tuple) else (each.kind, each.thing_id) for each in value or ()
        ]

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the places in their order; empty ones and repetitions are left out."""
        if not valuelist:
            return
        picked = [read_pick(each) for each in valuelist if each]
        if None in picked:
            self.data = [each for each in picked if each is not None]
            raise ValidationError(_("Please choose from what is offered."))
        self.data = [each for each in dict.fromkeys(picked) if each is not None]

    def offer(self, group_ids: Collection[int], now: datetime, kept: Iterable[Pick] = ()) -> None:
        """Let her choose among what some groups offer now, beside what was chosen before."""
        found = reads.choices(group_ids, now)
        self.families = families(found, now)
        known = {each.key for each in found}
        others = [each for each in dict.fromkeys(kept) if each not in known]
        if others:
            options = [Option(_value(each), _kept_label(each, now)) for each in others]
            self.families.append(Family(_("Chosen before"), options))
        self._allowed = known | set(others)

    def pre_validate(self, _form: object) -> None:
        """Refuse what is not offered."""
        if any(each not in self._allowed for each in self.data):
            raise ValidationError(_("Please choose from what is offered."))

    @property
    def places(self) -> list[tuple[str, str]]:
        """(id of the input, chosen value) for each place, empty ones behind."""
        chosen = [_value(each) for each in self.data]
        filled = chosen + [""] * max(1, PLACES - len(chosen))
        return [(f"{self.id}-{number}", value) for number, value in enumerate(filled)]


def families(found: Iterable[Action], now: datetime) -> list[Family]:
    """What can be done, kind by kind, as a list to choose from."""
    made: dict[ActionKind, list[Option]] = {}
    for each in found:
        made.setdefault(each.kind, []).append(Option(_value(each.key), _label(each, now)))
    joined: dict[str, list[Option]] = {}
    for kind, options in made.items():
        joined.setdefault(str(DEEDS[kind]), []).extend(options)
    return [Family(name, options) for name, options in joined.items()]


def read_pick(text: str) -> Pick | None:
    """What a value of the list means, or None."""
    kind, _colon, number = text.partition(":")
    is_key = number.isascii() and number.isdigit() and len(number) <= 10
    if kind not in set(ActionKind) or not is_key or not 0 < int(number) <= _LARGEST_ID:
        return None
    return (ActionKind(kind), int(number))


def _value(pick: Pick) -> str:
    return f"{pick[0].value}:{pick[1]}"


def _label(action: Action, now: datetime) -> str:
    """Its title with its day or place, so that two of a name can be told apart."""
    shown = action_shown(action, now=now)
    title = shown.title.pick(current_locale()).text
    return f"{title} ({shown.line})" if shown.line else title


def _kept_label(pick: Pick, now: datetime) -> str:
    """The same of something of another group, or with which nothing can be done any more."""
    deed, found = str(DEEDS[pick[0]]), reads.find(*pick, now)
    if found is not None:
        return f"{deed}: {_label(found, now)}"
    title = reads.find_title(*pick)
    name = title.pick(current_locale()).text if title else _("Not known")
    return str(_("%(name)s (not shown: over, full or hidden)", name=f"{deed}: {name}"))
