"""The forms with which organisers find regular gifts, and change them because the donor asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.appeals.forms.giving import amount_sentence
from app.appeals.forms.listing import likely_day
from app.appeals.queries.regular import RegularFilter
from app.appeals.rules import giving as giving_rules
from app.appeals.rules.words import RegularState
from app.lib import clock
from app.lib.clock import day_in, start_of_day
from app.lib.errors import UserError
from app.lib.ids import fingerprint
from app.lib.money import Money, decimal_text, parse_money
from app.lib.text import clean_line
from app.settings import settings
from app.web.fields import required_text
from app.web.filters import plain
from app.web.forms import Form, LongForm

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from app.appeals.models.appeals import Appeal
    from app.appeals.models.regular import RegularDonation

STATE_NAMES = {
    RegularState.ACTIVE: _l("Runs"),
    RegularState.PAST_DUE: _l("Payment missing"),
    RegularState.PAUSED: _l("Rests"),
    RegularState.BEGINNING: _l("Not paid yet"),
    RegularState.STOPPED: _l("Stopped"),
}
STATE_HINTS = {
    RegularState.ACTIVE: _l("It is collected by itself until somebody stops it."),
    RegularState.PAST_DUE: _l("The last payment did not go through. She has a mail with a link."),
    RegularState.PAUSED: _l("Nothing is collected for a while, because somebody asked for that."),
    RegularState.BEGINNING: _l("She decided to give, but the first payment has not come."),
    RegularState.STOPPED: _l("Nothing is collected any more."),
}
REASON_LENGTH = 300
#: A gift that rests for longer is better stopped and begun anew.
LONGEST_REST = timedelta(days=366)


class RegularFilterForm(Form):
    """Search and filter; it stands in the address, so it needs no token."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    q = StringField(_l("Name, e-mail or reference"))
    appeal = SelectField(_l("Appeal"), choices=[], validate_choice=False)
    state = SelectField(_l("State"), choices=[], validate_choice=False)

    def __init__(self, appeals: Collection[Appeal], formdata: Any) -> None:  # noqa: ANN401
        super().__init__(formdata=formdata)
        self.appeal_ids = {str(each.id) for each in appeals}
        every = [("", _l("All"))]
        self.appeal.choices = every + [(str(each.id), plain(each.title)) for each in appeals]
        self.state.choices = every + [(state.value, name) for state, name in STATE_NAMES.items()]

    def wanted(self, group_ids: Collection[int], people_of: Collection[int]) -> RegularFilter:
        """The filter; what cannot be understood does not narrow it."""
        state = self.state.data
        appeal = self.appeal.data if self.appeal.data in self.appeal_ids else None
        return RegularFilter(
            group_ids=group_ids,
            people_of=people_of,
            words=(self.q.data or "").strip(),
            appeal_id=int(appeal) if appeal else None,
            state=RegularState(state) if state in set(RegularState) else None,
        )

    @property
    def narrows(self) -> bool:
        """Whether more than words narrow the list."""
        return bool(self.appeal.data or self.state.data)

    def address(self) -> dict[str, str]:
        """The filter as the values of an address, without what narrows nothing."""
        values = {"q": self.q.data, "appeal": self.appeal.data, "state": self.state.data}
        return {name: value for name, value in values.items() if value}


def seen_of(regular: RegularDonation) -> str:
    """Names what can be changed of a regular gift as it stands."""
    return fingerprint(
        regular.state.value, regular.amount_minor, regular.covered_fee_minor, regular.paused_until
    )


class WishForm(LongForm):
    """What a donor asked for by telephone, and that she did."""

    reason = StringField(
        _l("Why?"),
        [
            required_text(_l("Say why, such as: she rang on Monday.")),
            Length(max=REASON_LENGTH, message=_l("Please use at most %(max)d characters.")),
        ],
        filters=[lambda text: clean_line(text) if text else text],
        description=_l("It stays in the record of changes."),
    )
    seen = HiddenField()

    def __init__(self, regular: RegularDonation, **values: Any) -> None:  # noqa: ANN401
        super().__init__(data={"seen": seen_of(regular), **values})


class RestForm(WishForm):
    """Until when a regular gift rests."""

    until = DateField(
        _l("First day on which it may be collected again"),
        [DataRequired(_l("Enter the day.")), likely_day],
    )

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that the day lies ahead, within a year."""
        is_valid = super().validate(extra_validators)
        if not self.until.data or self.until.errors:
            return False
        today = day_in(settings().timezone, clock.utcnow())
        if not today < self.until.data <= today + LONGEST_REST:
            self.until.errors = [_("Enter a day from tomorrow on, within a year.")]
            return False
        return is_valid

    @property
    def until_at(self) -> datetime:
        """When that day begins; call it on a valid form only."""
        if self.until.data is None:
            raise ValueError("the form is not valid")
        return start_of_day(settings().timezone, self.until.data)


class AmountForm(WishForm):
    """What a regular gift collects from the next time on."""

    amount = StringField(
        _l("New amount"), [required_text(_l("Enter an amount, like 10 or 12.50."))]
    )

    def __init__(self, regular: RegularDonation) -> None:
        super().__init__(regular, amount=decimal_text(regular.amount))
        self.currency = regular.currency
        self.covers_fee = regular.covered_fee_minor > 0
        self.sum: Money | None = None

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and read the sum."""
        is_valid = super().validate(extra_validators)
        try:
            self.sum = parse_money(self.amount.data or "", self.currency)
            giving_rules.check_amount(self.sum)
        except UserError as error:
            self.amount.errors = [amount_sentence(error)]
            return False
        return is_valid

    def terms(self) -> tuple[Money, Money]:
        """The whole sum and the fee in it, which she covers if she did before."""
        if self.sum is None:
            raise ValueError("the form is not valid")
        nothing = Money(0, self.currency)
        fee = giving_rules.covered_fee(self.sum) if self.covers_fee else nothing
        return self.sum + fee, fee
