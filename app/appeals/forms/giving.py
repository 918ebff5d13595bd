"""The form with which a donor gives."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from app.appeals.errors import AmountTooLargeError, AmountTooSmallError, NotAdultError
from app.appeals.models.appeals import Appeal
from app.appeals.render.giving import FREQUENCY_NAMES
from app.appeals.rules import giving as giving_rules
from app.appeals.rules.giving import Gift
from app.appeals.rules.words import Frequency
from app.lib.errors import UserError
from app.lib.money import AmountError, AmountProblem, Money, decimal_text, parse_money
from app.lib.text import N_, clean_line
from app.web.fields import AMOUNT_SENTENCES, EmailField, required_text
from app.web.filters import money as shown_money
from app.web.guarded import GuardedForm

#: Sent with a checked form to go back to it.
CHANGE = "change"


def _line(text: str | None) -> str | None:
    return clean_line(text) or None if text else None


def _at_most(length: int) -> Length:
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


class GiveForm(GuardedForm):
    """One gift: how much, from whom, and whatever else the donor likes to say."""

    amount = RadioField(_l("How much would you like to give?"), validate_choice=False)
    own_amount = StringField(_l("Another amount"))
    frequency = RadioField(
        _l("How often?"),
        choices=[SelectChoice(each.value, name) for each, name in FREQUENCY_NAMES.items()],
        default=Frequency.ONCE.value,
        validate_choice=False,
    )
    is_adult = BooleanField(_l("I am 18 or older"))
    email = EmailField(
        _l("Your e-mail address"),
        [required_text(_l("Enter your e-mail address, so that we can send you the receipt."))],
        description=_l("We send the receipt here, and nothing else unless you ask for it."),
    )
    name = StringField(
        _l("Your name"),
        [_at_most(giving_rules.NAME_LENGTH)],
        filters=[_line],
        description=_l("Our organisers see it; the public does not."),
    )
    public_name = StringField(
        _l("Name to show in public"),
        [_at_most(giving_rules.PUBLIC_NAME_LENGTH)],
        filters=[_line],
        description=_l("Leave this empty to stay anonymous."),
    )
    message = TextAreaField(
        _l("A message to the organisers"),
        [_at_most(giving_rules.MESSAGE_LENGTH)],
    )
    shows_message = BooleanField(
        _l("You may show my message on the page"),
        description=_l("Somebody of the group reads it first."),
    )
    covers_fee = BooleanField(_l("Add a little to cover the card fee"))
    wants_updates = BooleanField()
    #: The signed name of the donation that a donor came back to change.
    again = HiddenField()
    #: The code of the link, poster or article that brought her.
    came_from = HiddenField()

    #: What stands behind "Add your name or a message".
    OPTIONAL = ("name", "public_name", "message", "shows_message", "covers_fee", "wants_updates")

    def __init__(self, appeal: Appeal, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.currency = appeal.currency
        self.sum: Money | None = None
        self.amount.choices = [(decimal_text(each), shown_money(each)) for each in appeal.suggested]
        self._settle_amount(appeal.suggested)

    def _settle_amount(self, suggested: Sequence[Money]) -> None:
        """Tick the card of a suggested sum; any other goes into the box for another amount."""
        chosen = self.amount.data
        try:
            wanted = parse_money(chosen or "", self.currency)
        except AmountError:
            wanted = None
        if wanted in suggested and wanted is not None:
            self.amount.data = decimal_text(wanted)
        elif chosen and not self.own_amount.data:
            self.own_amount.data = chosen
            self.amount.data = None

    @property
    def typed_amount(self) -> str:
        """The sum as the donor typed it; a typed one counts before a chosen card."""
        return (self.own_amount.data or "").strip() or self.amount.data or ""

    @property
    def shows_optional(self) -> bool:
        """Whether the optional part must be open: something in it is filled in or wrong."""
        return any(self[name].data or self[name].errors for name in self.OPTIONAL)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and read the sum."""
        is_valid = super().validate(extra_validators)
        # Every check runs, so that each problem is shown at once.
        return all([self._read_sum(), self._knows_frequency(), is_valid])

    def _read_sum(self) -> bool:
        field = self.own_amount if self.own_amount.data or not self.amount.choices else self.amount
        try:
            self.sum = parse_money(self.typed_amount, self.currency)
            giving_rules.check_amount(self.sum)
        except UserError as error:
            field.errors = [*field.errors, amount_sentence(error)]
            return False
        return True

    def _knows_frequency(self) -> bool:
        if self.frequency.data not in set(Frequency):
            self.frequency.errors = [_("Choose how often you would like to give.")]
            return False
        if self.frequency.data != Frequency.ONCE and not self.is_adult.data:
            self.is_adult.errors = [_(NotAdultError().sentence)]
            return False
        return True

    def gift(self, locale: str) -> Gift:
        """What the donor decided; call it on a valid form only."""
        if self.sum is None:
            raise ValueError("the form is not valid")
        return Gift(
            amount=self.sum,
            email=self.email.data or "",
            locale=locale,
            frequency=Frequency(self.frequency.data or ""),
            is_adult=self.is_adult.data and self.frequency.data != Frequency.ONCE,
            covers_fee=self.covers_fee.data and giving_rules.may_cover_fee(self.currency),
            name=self.name.data,
            public_name=self.public_name.data,
            message=(self.message.data or "").strip() or None,
            shows_message=bool((self.message.data or "").strip()) and self.shows_message.data,
            came_from=self.came_from.data or None,
            wants_updates=self.wants_updates.data,
        )


def amount_sentence(error: UserError) -> str:
    """What is wrong with a sum, with limits written as the reader writes money."""
    match error:
        case AmountTooSmallError():
            sentence = N_("The smallest gift we can take by card is %(amount)s.")
        case AmountTooLargeError():
            sentence = N_(
                "The largest gift we can take by card is %(amount)s. "
                "To give more, please write to us."
            )
        case AmountError(reason=AmountProblem.EMPTY):
            sentence = N_("Choose an amount or type one, like 10 or 12.50.")
        case AmountError():
            sentence = AMOUNT_SENTENCES[error.reason]
        case _:
            sentence = error.sentence
    limit = getattr(error, "limit", None)
    return str(_(sentence, amount=shown_money(limit)) if limit else _(sentence, **error.params))


def values_of(gift: Gift) -> dict[str, Any]:
    """A gift as the fields of the form hold it."""
    return {
        "amount": decimal_text(gift.amount),
        "frequency": gift.frequency.value,
        "is_adult": gift.is_adult,
        "email": gift.email,
        "name": gift.name,
        "public_name": gift.public_name,
        "message": gift.message,
        "shows_message": gift.shows_message,
        "came_from": gift.came_from,
        "covers_fee": gift.covers_fee,
        "wants_updates": gift.wants_updates,
    }
