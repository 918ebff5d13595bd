"""The forms with which organisers write gifts down for others, and put mistakes right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from app.appeals.forms.giving import amount_sentence
from app.appeals.forms.listing import likely_day
from app.appeals.rules import entering as rules
from app.appeals.rules import giving as giving_rules
from app.appeals.rules.entering import Arrival, Entry
from app.appeals.rules.words import DonationSource, PayingBy
from app.appeals.service.moving import Move
from app.lib import clock, ids
from app.lib.clock import day_in, start_of_day
from app.lib.errors import UserError
from app.lib.money import Money, parse_money
from app.lib.text import clean_line
from app.settings import settings
from app.web.fields import EmailField, required_text
from app.web.filters import plain
from app.web.forms import LongForm

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from app.appeals.models.appeals import Appeal
    from app.appeals.models.donations import Donation

WAY_NAMES = {
    PayingBy.CARD: _l("By card"),
    PayingBy.CASH: _l("Cash"),
    PayingBy.CHEQUE: _l("Cheque"),
    PayingBy.TRANSFER: _l("Bank transfer"),
    PayingBy.STANDING_ORDER: _l("Standing order"),
}
SOURCE_NAMES = {
    DonationSource.PHONE: _l("She rang, or told us"),
    DonationSource.PAPER: _l("She wrote on paper"),
}
REASON_LENGTH = 300
NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


def _line(text: str | None) -> str | None:
    return clean_line(text) or None if text else None


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


def today() -> date:
    """The day it is where we are."""
    return day_in(settings().timezone, clock.utcnow())


class _ArrivalForm(LongForm):
    """What is asked of money that came without a card."""

    amount = StringField(_l("Amount"), [required_text(_l("Enter an amount, like 10 or 12.50."))])
    received_on = DateField(
        _l("Day on which the money came"), [DataRequired(_l("Enter the day.")), likely_day]
    )
    bank_reference = StringField(
        _l("Reference on the bank statement, or number of the cheque"),
        [_at_most(rules.BANK_REFERENCE_LENGTH)],
        filters=[_line],
        description=_l("Whatever helps to find it again."),
    )
    note = StringField(
        _l("Note for the books"),
        [_at_most(rules.NOTE_LENGTH)],
        filters=[_line],
        description=_l("It stays in the books for good, so name nobody here."),
    )

    sum: Money | None = None

    def read_sum(self, currency: str) -> bool:
        """Read the amount in a currency; what is wrong with it stands beside it."""
        if not self.amount.data:
            return False  # said already
        try:
            self.sum = parse_money(self.amount.data or "", currency)
        except UserError as error:
            self.amount.errors = [amount_sentence(error)]
            return False
        if not self.sum:
            self.amount.errors = [_("The amount must be more than nothing.")]
        return bool(self.sum)

    @property
    def received_at(self) -> datetime:
        """When the day began on which the money came."""
        if self.received_on.data is None:
            raise ValueError("the form is not valid")
        return start_of_day(settings().timezone, self.received_on.data)

    def arrival(self, paying_by: PayingBy) -> Arrival:
        """The money that came; call it on a valid form only."""
        if self.sum is None:
            raise ValueError("the form is not valid")
        return Arrival(
            amount=self.sum,
            paying_by=paying_by,
            received_at=self.received_at,
            bank_reference=self.bank_reference.data,
            note=self.note.data,
        )


class EnterForm(_ArrivalForm):
    """A gift of somebody who rang or wrote."""

    appeal = SelectField(_l("Appeal"), choices=[])
    paying_by = RadioField(
        _l("How does she pay?"),
        [DataRequired(_l("Choose how the money came."))],
        choices=[
            SelectChoice(way.value, WAY_NAMES[way]) for way in (*rules.OFFLINE_WAYS, PayingBy.CARD)
        ],
    )
    source = RadioField(
        _l("How did she tell us?"),
        [DataRequired(_l("Choose how she told us."))],
        choices=[SelectChoice(source.value, name) for source, name in SOURCE_NAMES.items()],
    )
    name = StringField(
        _l("Her name"),
        [_at_most(giving_rules.NAME_LENGTH)],
        filters=[_line],
        description=_l("Our organisers see it; the public does not."),
    )
    email = EmailField(
        _l("Her e-mail address"),
        description=_l("The receipt goes there. Without one, you can print it."),
    )
    locale = SelectField(_l("Language of her mails and receipt"), choices=[])
    public_name = StringField(
        _l("Name to show in public"),
        [_at_most(giving_rules.PUBLIC_NAME_LENGTH)],
        filters=[_line],
        description=_l("Only if she asked for it. Left empty, the gift stays anonymous."),
    )
    message = TextAreaField(_l("Her message to us"), [_at_most(giving_rules.MESSAGE_LENGTH)])
    wants_updates = BooleanField(
        _l("She said yes to news by e-mail"),
        description=_l("Tick it only if you asked her and she said yes."),
    )
    nonce = HiddenField()

    OPTIONAL = ("public_name", "message", "wants_updates", "note")

    def __init__(
        self,
        appeals: Collection[Appeal],
        languages: Mapping[str, Any],
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(**values)
        self.appeals = {str(each.id): each for each in appeals}
        are_several = len({each.currency for each in appeals}) > 1
        self.appeal.choices = [
            (key, f"{plain(each.title)} ({each.currency})" if are_several else plain(each.title))
            for key, each in self.appeals.items()
        ]
        self.locale.choices = list(languages.items())
        if not NONCE.fullmatch(self.nonce.data or ""):
            self.nonce.data = ids.token(16)

    @property
    def shows_optional(self) -> bool:
        """Whether the optional part must be open: something in it is filled in or wrong."""
        return any(self[name].data or self[name].errors for name in self.OPTIONAL)

    @property
    def chosen(self) -> Appeal:
        """The appeal; call it on a valid form only."""
        return self.appeals[self.appeal.data]

    @property
    def way(self) -> PayingBy:
        """How she pays; call it on a valid form only."""
        return PayingBy(self.paying_by.data)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, read the sum, and what goes together."""
        if self.paying_by.data == PayingBy.CARD and not self.received_on.data:
            self.received_on.data = today()  # nothing came yet; no day is asked for
            self.received_on.raw_data = [self.received_on.data.isoformat()]
        is_valid = super().validate(extra_validators)
        if self.appeal.data in self.appeals:
            is_valid = self.read_sum(self.chosen.currency) and is_valid
        if self.received_on.data and self.received_on.data > today():
            self.received_on.errors = [_("Enter a day that is not in the future.")]
        if self.wants_updates.data and not self.email.data:
            self.wants_updates.errors = [_("News goes by e-mail: enter her address, too.")]
        return is_valid and not self.received_on.errors and not self.wants_updates.errors

    def entry(self) -> Entry:
        """What she told us; call it on a valid form only."""
        if self.sum is None:
            raise ValueError("the form is not valid")
        return Entry(
            amount=self.sum,
            source=DonationSource(self.source.data),
            locale=self.locale.data,
            paying_by=self.way,
            email=self.email.data or None,
            name=self.name.data,
            public_name=self.public_name.data,
            message=(self.message.data or "").strip() or None,
            wants_updates=self.wants_updates.data,
        )

    def sent(self) -> dict[str, str]:
        """Everything that was typed, for the check page to send again."""
        values = {each.name: each.data for each in self if each.name != "csrf_token"}
        shown = {name: "y" if value is True else value for name, value in values.items() if value}
        return shown | {"received_on": (self.received_on.data or today()).isoformat()}


class SeenForm(LongForm):
    """A form about a donation as it was when the page was made."""

    seen = HiddenField()

    def __init__(self, donation: Donation, **values: Any) -> None:  # noqa: ANN401
        super().__init__(data={"seen": donation.fingerprint, **values})


class ReceivedForm(_ArrivalForm, SeenForm):
    """The money of a gift that was promised came."""

    paying_by = RadioField(
        _l("How did it come?"),
        [DataRequired(_l("Choose how the money came."))],
        choices=[SelectChoice(way.value, WAY_NAMES[way]) for way in rules.OFFLINE_WAYS],
    )

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field; the sum is read by `read_sum`."""
        is_valid = super().validate(extra_validators)
        if self.received_on.data and self.received_on.data > today():
            self.received_on.errors = [_("Enter a day that is not in the future.")]
            return False
        return is_valid


class ReasonForm(SeenForm):
    """Something is put right, and why."""

    reason = StringField(
        _l("Why?"),
        [required_text(_l("Say why.")), _at_most(REASON_LENGTH)],
        filters=[_line],
        description=_l("It stays in the books and in the record of changes; name nobody here."),
    )


class AddressForm(ReasonForm):
    """The right address of a donor."""

    email = EmailField(
        _l("The right e-mail address"), [required_text(_l("Enter the e-mail address."))]
    )


class MoveForm(ReasonForm):
    """To which appeal a gift goes."""

    appeal = SelectField(_l("To which appeal?"), choices=[])
    donor_asked = BooleanField(_l("The donor asked for it"))
    coming = RadioField(
        _l("It is a regular gift. What moves?"),
        choices=[
            SelectChoice("this", _l("This collection only")),
            SelectChoice("all", _l("This one and all that come from now on")),
        ],
        default="this",
    )

    def __init__(self, donation: Donation, appeals: Collection[Appeal]) -> None:
        super().__init__(donation)
        self.appeals = {str(each.id): each for each in appeals}
        self.appeal.choices = [(key, plain(each.title)) for key, each in self.appeals.items()]

    def wish(self) -> Move:
        """Where the gift is to go; call it on a valid form only."""
        return Move(
            reason=self.reason.data or "",
            donor_asked=self.donor_asked.data,
            with_coming=self.coming.data == "all",
        )
