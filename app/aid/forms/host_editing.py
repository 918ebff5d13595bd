"""The form with which a host changes her point, with fields of the form that offered it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField

from app.aid.forms.hours import HoursFields
from app.aid.forms.points import ALL, SOME, PointFields
from app.aid.models.points import CollectionPoint
from app.aid.queries.hours import rows_of
from app.aid.service.host_editing import HostEdit
from app.aid.service.point_content import wanted_items
from app.events.rules.words import Answer
from app.web.filters import plain
from app.web.forms import PublicForm, version_in


class HostEditForm(HoursFields, PublicForm):
    """Hours, things, days, and how one gets in."""

    takes: Any = PointFields.takes
    items: Any = PointFields.items
    max_boxes: Any = PointFields.max_boxes
    from_on: Any = PointFields.from_on
    until_on: Any = PointFields.until_on
    access_note: Any = PointFields.access_note
    step_free: Any = PointFields.step_free
    van_note: Any = PointFields.van_note
    version = HiddenField()

    def __init__(self, point: CollectionPoint, **values: Any) -> None:  # noqa: ANN401
        super().__init__(data=_values_of(point), **values)
        wanted = wanted_items(point.drop)
        self.items.choices = [(str(item.id), plain(item.name)) for item in wanted]
        self.fill(rows_of(point))
        self.point = point

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, then the hours against the days."""
        is_valid = super().validate(extra_validators)
        if self.step_free.data not in set(Answer):
            self.step_free.data = Answer.UNKNOWN.value
        drop = self.point.drop
        first, last = self.from_on.data or drop.opens_on, self.until_on.data or drop.closes_on
        return is_valid and self.hours.check_days(first, last)

    def edit(self) -> HostEdit:
        """What the host wishes; call it on a valid form only."""
        ticked = {int(value) for value, _name in self._things() if value in (self.items.data or ())}
        takes_all = self.takes.data != SOME
        return HostEdit(
            hours=self.rows(),
            takes_all=takes_all,
            item_ids=frozenset() if takes_all else frozenset(ticked),
            access_note=(self.access_note.data or "").strip(),
            step_free=Answer(self.step_free.data),
            van_note=(self.van_note.data or "").strip(),
            max_boxes=self.max_boxes.data,
            from_on=self.from_on.data,
            until_on=self.until_on.data,
        )

    @property
    def seen_version(self) -> int:
        """The version of the point that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)

    def _things(self) -> list[tuple[str, str]]:
        return [(str(item.id), plain(item.name)) for item in wanted_items(self.point.drop)]


def _values_of(point: CollectionPoint) -> dict[str, Any]:
    return {
        "takes": ALL if point.takes_all else SOME,
        "items": [str(each.item_id) for each in point.takes],
        "from_on": point.from_on,
        "until_on": point.until_on,
        "max_boxes": point.max_boxes,
        "access_note": point.access_note,
        "step_free": point.step_free.value,
        "van_note": point.van_note or "",
    }
