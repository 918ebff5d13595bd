"""What narrows the desk's list of promises."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.appeals.queries.donations import DonationFilter
from app.appeals.queries.promises import PromiseFilter
from app.appeals.render.other_ways import PAYING_BY_NAMES
from app.appeals.rules.giving import PROMISE_OLD
from app.appeals.rules.words import PayingBy
from app.web.forms import ActionForm, Form


class PromiseFilterForm(Form):
    """Search and filter; it stands in the address, so it needs no token."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    q = StringField(_l("Name, e-mail or reference"))
    way = SelectField(
        _l("How it comes"),
        choices=[
            SelectChoice("", _l("All")),
            *(SelectChoice(each.value, name) for each, name in PAYING_BY_NAMES.items()),
        ],
        validate_choice=False,
    )
    age = SelectField(
        _l("Age"),
        choices=[SelectChoice("", _l("All")), SelectChoice("old", _l("Three weeks or more"))],
        validate_choice=False,
    )

    def __init__(self, formdata: Any) -> None:  # noqa: ANN401
        super().__init__(formdata=formdata)

    def wanted(
        self, group_ids: Collection[int], people_of: Collection[int], *, now: datetime
    ) -> PromiseFilter:
        """The filter; call it on a valid form only."""
        way = self.way.data
        return PromiseFilter(
            gifts=DonationFilter(
                group_ids=group_ids, people_of=people_of, words=(self.q.data or "").strip()
            ),
            paying_by=PayingBy(way) if way in set(PayingBy) else None,
            before=now - PROMISE_OLD if self.age.data == "old" else None,
        )

    def address(self) -> dict[str, str]:
        """The filter as the values of an address, without what narrows nothing."""
        values = {"q": self.q.data, "way": self.way.data, "age": self.age.data}
        return {name: value for name, value in values.items() if value}


class WithdrawForm(ActionForm):
    """The button that waits no longer for a promise."""
