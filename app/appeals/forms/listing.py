"""What narrows the desk's list of donations."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from app.appeals.models.appeals import Appeal
from app.appeals.queries.donations import DonationFilter
from app.appeals.rules.words import DonationState
from app.lib.clock import start_of_day
from app.settings import settings
from app.web.filters import plain
from app.web.forms import DeskForm, Form

FIRST_YEAR, LAST_YEAR = 2000, 2200

STATE_NAMES = {
    DonationState.RECEIVED: _l("Received"),
    DonationState.ON_ITS_WAY: _l("On its way"),
    DonationState.PART_RETURNED: _l("Partly returned"),
    DonationState.RETURNED: _l("Returned"),
    DonationState.NOT_PAID: _l("Not paid"),
}

#: What each state means for whoever keeps the books.
STATE_HINTS = {
    DonationState.RECEIVED: _l("The money came and is ours to spend on what it is for."),
    DonationState.ON_ITS_WAY: _l("The donor paid; her bank takes some days. Do not spend it yet."),
    DonationState.PART_RETURNED: _l("The money came, and some of it went back to the donor."),
    DonationState.RETURNED: _l("The money came, and all of it went back to the donor."),
    DonationState.NOT_PAID: _l("She decided to give, but no money came."),
}


def likely_day(_form: Form, field: DateField) -> None:
    """Refuse days so far away that no clock counts to them; raises ValidationError."""
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(gettext("Please choose a day between 2000 and 2200."))


class DonationFilterForm(Form):
    """Search and filter; it stands in the address, so it needs no token."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    q = StringField(_l("Name, e-mail or reference"))
    appeal = SelectField(_l("Appeal"), choices=[], validate_choice=False)
    state = SelectField(_l("State"), choices=[], validate_choice=False)
    since = DateField(_l("From"), [Optional(), likely_day])
    until = DateField(_l("Up to and with"), [Optional(), likely_day])

    def __init__(self, appeals: Collection[Appeal], formdata: Any) -> None:  # noqa: ANN401
        super().__init__(formdata=formdata)
        self.appeal_ids = {str(each.id) for each in appeals}
        self.appeal.choices = [("", _l("All"))] + [
            (str(each.id), plain(each.title)) for each in appeals
        ]
        self.state.choices = [("", _l("All"))] + [
            (state.value, name) for state, name in STATE_NAMES.items()
        ]

    def wanted(self, group_ids: Collection[int], people_of: Collection[int]) -> DonationFilter:
        """The filter; call it on a valid form only. Days are days where we are."""
        state, (since, until) = self.state.data, _edges(self.since, self.until)
        appeal = self.appeal.data if self.appeal.data in self.appeal_ids else None
        return DonationFilter(
            group_ids=group_ids,
            people_of=people_of,
            words=(self.q.data or "").strip(),
            appeal_id=int(appeal) if appeal else None,
            state=DonationState(state) if state in set(DonationState) else None,
            since=since,
            until=until,
        )

    @property
    def narrows(self) -> bool:
        """Whether more than words narrow the list, or something about that is wrong."""
        fields = (self.appeal, self.state, self.since, self.until)
        return any(field.data or field.errors for field in fields)

    def address(self) -> dict[str, str]:
        """The filter as the values of an address, without what narrows nothing."""
        values = {"q": self.q.data, "appeal": self.appeal.data, "state": self.state.data}
        given = {name: value for name, value in values.items() if value}
        return given | _days(self.since, self.until)


class MoneyFilterForm(Form):
    """The days whose money is listed; it stands in the address, so it needs no token."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    since = DateField(_l("From"), [Optional(), likely_day])
    until = DateField(_l("Up to and with"), [Optional(), likely_day])

    def edges(self) -> tuple[datetime | None, datetime | None]:
        """The first instant that is shown, and the first that is not any more."""
        return _edges(self.since, self.until)

    def address(self) -> dict[str, str]:
        """The days as the values of an address."""
        return _days(self.since, self.until)


def _edges(since: DateField, until: DateField) -> tuple[datetime | None, datetime | None]:
    """The instants of two days where we are: of the first the beginning, of the last the end."""
    zone = settings().timezone
    return (
        start_of_day(zone, since.data) if since.data else None,
        start_of_day(zone, until.data + timedelta(days=1)) if until.data else None,
    )


def _days(since: DateField, until: DateField) -> dict[str, str]:
    values = {"since": since.data, "until": until.data}
    return {name: day.isoformat() for name, day in values.items() if day}


class ExportForm(DeskForm):
    """The button that writes a file of the donations shown."""
