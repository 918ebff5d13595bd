"""What narrows the desk's lists of points and of what was brought, and what goes into a file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from app.aid.models.drops import Drop
from app.aid.queries.brought import BroughtFilter
from app.aid.queries.point_lists import PointFilter
from app.aid.render.words import FILL_NAMES, POINT_KIND_NAMES, POINT_STATE_NAMES, VISIBILITY_NAMES
from app.aid.rules.points import WAITING
from app.aid.rules.words import Fill, PointKind, PointState, Visibility
from app.lib.clock import start_of_day
from app.lib.text import clean_line
from app.settings import settings
from app.web.filters import plain
from app.web.forms import DeskForm, Form

_FIRST_YEAR, _LAST_YEAR = 2000, 2200
#: Two words for several states or fills at once.
WAITS, FILLING = "waiting", "filling"
_LONGEST: Final = 100


class ListForm(Form):
    """Search and filter; it stands in the address, so it needs no token."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    drop = SelectField(_l("Round"), choices=[], validate_choice=False)

    def __init__(self, drops: Sequence[Drop], formdata: Any) -> None:  # noqa: ANN401
        super().__init__(formdata=formdata)
        self.drops = drops
        self.drop.choices = [("", _l("All"))] + [
            (each.public_id, plain(each.title)) for each in drops
        ]

    @property
    def chosen(self) -> Drop | None:
        """The round that was chosen, if any."""
        return next((each for each in self.drops if each.public_id == self.drop.data), None)

    @property
    def drop_ids(self) -> list[int]:
        """The rounds to look at."""
        return [each.id for each in ([self.chosen] if self.chosen else self.drops)]


class PointFilterForm(ListForm):
    """What narrows the list of points."""

    q = StringField(_l("Name of the point or its host"))
    area = StringField(_l("District or town"))
    state = SelectField(_l("State"), choices=[], validate_choice=False)
    kind = SelectField(_l("Kind"), choices=[], validate_choice=False)
    fill = SelectField(_l("How full"), choices=[], validate_choice=False)
    visibility = SelectField(_l("Who sees where it is"), choices=[], validate_choice=False)
    sort = SelectField(_l("Order"), choices=[], validate_choice=False)

    def __init__(self, drops: Sequence[Drop], formdata: Any) -> None:  # noqa: ANN401
        super().__init__(drops, formdata)
        self.state.choices = [
            ("", _l("All")),
            (WAITS, _l("Waits for a decision or is being checked")),
            *((state.value, name) for state, name in POINT_STATE_NAMES.items()),
        ]
        self.kind.choices = _choices(POINT_KIND_NAMES)
        self.fill.choices = [
            ("", _l("All")),
            (FILLING, _l("Full or nearly full")),
            *((fill.value, name) for fill, name in FILL_NAMES.items()),
        ]
        self.visibility.choices = _choices(VISIBILITY_NAMES)
        self.sort.choices = [("", _l("The latest first")), ("oldest", _l("The oldest first"))]

    def wanted(self, people_of: Collection[int]) -> PointFilter:
        """The filter; what nobody knows narrows nothing."""
        return PointFilter(
            drop_ids=self.drop_ids,
            people_of=people_of,
            states=self._states(),
            kind=_one(PointKind, self.kind.data),
            fills=self._fills(),
            visibility=_one(Visibility, self.visibility.data),
            area=_words(self.area),
            words=_words(self.q),
            oldest_first=self.sort.data == "oldest",
        )

    def _states(self) -> frozenset[PointState]:
        if self.state.data == WAITS:
            return WAITING
        state = _one(PointState, self.state.data)
        return frozenset({state}) if state else frozenset()

    def _fills(self) -> frozenset[Fill]:
        if self.fill.data == FILLING:
            return frozenset({Fill.NEARLY, Fill.FULL})
        fill = _one(Fill, self.fill.data)
        return frozenset({fill}) if fill else frozenset()

    @property
    def narrows(self) -> bool:
        """Whether more than words and the round narrow the list."""
        fields = (self.state, self.kind, self.fill, self.visibility, self.sort, self.area)
        return any(field.data for field in fields)

    def address(self) -> dict[str, str]:
        """The filter as the values of an address, without what narrows nothing."""
        fields = (
            *(self.drop, self.state, self.kind, self.fill, self.visibility, self.sort),
            *(self.q, self.area),
        )
        return {field.name: clean_line(field.data)[:_LONGEST] for field in fields if field.data}


class BroughtFilterForm(ListForm):
    """What narrows the list of what was brought."""

    q = StringField(_l("Name of the point"))
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Up to and with"), [Optional()])

    def validate_since(self, field: DateField) -> None:
        """Refuse days so far away that no clock counts to them; raises ValidationError."""
        if field.data is not None and not _FIRST_YEAR <= field.data.year <= _LAST_YEAR:
            raise ValidationError(gettext("Please choose a day between 2000 and 2200."))

    validate_until = validate_since

    def wanted(self, people_of: Collection[int], *, point_id: int | None) -> BroughtFilter:
        """The filter; call it on a valid form only. Days are days where we are."""
        since, until = self._edges()
        return BroughtFilter(
            drop_ids=self.drop_ids,
            people_of=people_of,
            point_id=point_id,
            words=_words(self.q),
            since=since,
            until=until,
        )

    def _edges(self) -> tuple[datetime | None, datetime | None]:
        zone = settings().timezone
        first, last = self.since.data, self.until.data
        return (
            start_of_day(zone, first) if first else None,
            start_of_day(zone, last + timedelta(days=1)) if last else None,
        )

    def address(self) -> dict[str, str]:
        """The filter as the values of an address, without what narrows nothing."""
        days = {"since": self.since.data, "until": self.until.data}
        texts = {
            field.name: clean_line(field.data)[:_LONGEST]
            for field in (self.drop, self.q)
            if field.data
        }
        return texts | {name: day.isoformat() for name, day in days.items() if day}


class ExportForm(DeskForm):
    """What goes into a file; making one is written down."""

    drop = SelectField(_l("Round"), validate_choice=True)
    with_addresses = BooleanField(_l("With the addresses of hidden places"))

    def __init__(self, drops: Sequence[Drop], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.drops = drops
        self.drop.choices = [(each.public_id, plain(each.title)) for each in drops]

    @property
    def chosen(self) -> Drop:
        """The round whose rows are written; call it on a valid form only."""
        return next(each for each in self.drops if each.public_id == self.drop.data)


def _choices(names: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
    return [("", _l("All")), *((each.value, name) for each, name in names.items())]


def _one(kind: Any, text: str | None) -> Any:  # noqa: ANN401
    return kind(text) if text in {each.value for each in kind} else None


def _words(field: StringField) -> str:
    return clean_line(field.data or "")[:_LONGEST]
