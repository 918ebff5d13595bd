"""The forms of a donor's own page, of correcting an address and of asking for one's links."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField

from app.appeals.forms.giving import amount_sentence
from app.appeals.models.regular import RegularDonation
from app.appeals.rules import giving as giving_rules
from app.lib.errors import UserError
from app.lib.money import Money, decimal_text, parse_money, zero
from app.web.forms import PublicForm
from app.web.guarded import SlipForm


class DoneForm(PublicForm):
    """The button that does what the page says."""


class AmountForm(PublicForm):
    """Another sum for a regular gift, from the next collection on."""

    amount = StringField(_l("How much each time?"))
    covers_fee = BooleanField(_l("Add a little to cover the card fee"))
    #: Sent by the page that shows the whole sum.
    confirmed = HiddenField()

    def __init__(self, regular: RegularDonation, **values: Any) -> None:  # noqa: ANN401
        data = {
            "amount": decimal_text(regular.amount),
            "covers_fee": regular.covered_fee_minor > 0,
        }
        super().__init__(data=data, **values)
        self.currency = regular.currency
        self.sum: Money = regular.amount

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and read the sum."""
        is_valid = super().validate(extra_validators)
        try:
            self.sum = parse_money(self.amount.data or "", self.currency)
            giving_rules.check_amount(self.sum)
        except UserError as error:
            self.amount.errors = [*self.amount.errors, amount_sentence(error)]
            return False
        return is_valid

    @property
    def covered_fee(self) -> Money:
        """What is added to cover the fee; call it on a valid form only."""
        covers = self.covers_fee.data and giving_rules.may_cover_fee(self.currency)
        return giving_rules.covered_fee(self.sum) if covers else zero(self.currency)


class CorrectAddressForm(SlipForm):
    """The right address, in place of the one that was mistyped."""


class LinksForm(SlipForm):
    """Whose links are to be sent."""
