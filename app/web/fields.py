"""Fields that read money, e-mail addresses and texts in several languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from wtforms import Field, StringField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import TextInput

from app.lib.emails import normalise_email, suggest
from app.lib.errors import UserError
from app.lib.money import AmountError, AmountProblem, Money, decimal_text, parse_money
from app.lib.text import N_, Translated, isolate
from app.settings import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

AMOUNT_SENTENCES = {
    AmountProblem.EMPTY: N_("Enter an amount, like 10 or 12.50."),
    AmountProblem.NOT_A_NUMBER: N_("Enter the amount in figures, like 10 or 12.50."),
    AmountProblem.TOO_PRECISE: N_("The amount has too many decimals. Enter it like 10 or 12.50."),
    AmountProblem.NEGATIVE: N_("Enter an amount above nothing, like 10 or 12.50."),
    AmountProblem.TOO_LARGE: N_("That amount is larger than we can take here."),
}


class MoneyField(Field):
    """An amount as people write it; `data` is Money, what was typed is kept in `raw_data`."""

    widget = TextInput()
    data: Money | None

    def __init__(
        self, label: Any = None, validators: Any = None, *, currency: str = "GBP", **kw: Any
    ) -> None:
        super().__init__(label, validators, **kw)
        self.currency = currency

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return decimal_text(self.data) if self.data else ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the text; an empty one is nothing, for a validator to judge."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = parse_money(valuelist[0], self.currency)
        except AmountError as error:
            raise ValueError(gettext(AMOUNT_SENTENCES[error.reason])) from error


class EmailField(StringField):
    """An e-mail address, normalised; a wrong one keeps what was typed."""

    def post_validate(self, _form: Any, validation_stopped: bool) -> None:  # noqa: FBT001
        """Replace the address by its normal form."""
        if validation_stopped or not self.data:
            return
        try:
            self.data = normalise_email(self.data)
        except UserError as error:
            sentence, meant = gettext(error.sentence, **error.params), suggest(self.data)
            if meant is not None:
                sentence += " " + gettext("Did you mean %(address)s?", address=isolate(meant))
            # Not StopValidation: WTForms lets that one escape from post_validate.
            raise ValidationError(sentence) from error


class TranslatedField(Field):
    """One text in each language of the site: inputs `<name>-en`, `<name>-ar` and so on.

    `data` is a Translated or None; the language of origin is the first one that was filled.
    Its inputs are drawn by the component `translated_field`, which reads `parts()`.
    """

    data: Translated | None

    def __init__(
        self, label: Any = None, validators: Any = None, *, is_long: bool = False, **kw: Any
    ) -> None:
        super().__init__(label, validators, **kw)
        self.is_long = is_long
        self.typed: dict[str, str] = {}

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002
        """Take the text of each language from the form, or from the row."""
        self.process_errors = []
        self.data = data if isinstance(data, Translated) else None
        self.typed = dict(self.data.texts) if self.data else {}
        self.object_data = self.data
        if formdata is None or not any(
            f"{self.name}-{each}" in formdata for each in settings().locales
        ):
            return
        cleaned = {
            each: self._filtered(formdata.get(f"{self.name}-{each}", ""))
            for each in settings().locales
        }
        self.typed = cleaned
        filled = {each: text for each, text in cleaned.items() if text}
        self.raw_data = list(filled.values())
        self.data = Translated(filled, origin=next(iter(filled))) if filled else None

    def _filtered(self, text: str) -> str:
        for each in self.filters:
            text = each(text)
        return text.strip()

    @property
    def required(self) -> Translated:
        """What it says, where it must say something; raises ValueError where it does not."""
        if self.data is None:
            raise ValueError("the form is not valid")
        return self.data

    def parts(self) -> list[tuple[str, str, str]]:
        """(input name, locale, text) for each language of the site."""
        return [
            (f"{self.name}-{each}", each, self.typed.get(each, "")) for each in settings().locales
        ]


def required_text(message: str) -> Any:
    """A validator: the field must hold something; the sentence says what."""

    def check(_form: Any, field: Field) -> None:
        if not field.data:
            field.errors = [*field.errors]
            raise StopValidation(message)

    check.field_flags = {"required": True}  # type: ignore[attr-defined]
    return check


def one_of_these(message: str) -> Any:
    """A validator of a field with `validate_choice=False`: one of its choices must be chosen.

    The library's own sentence, "Not a valid choice", says nobody what to do.
    """

    def check(_form: Any, field: Any) -> None:
        if field.data not in {value for value, *_ in field.iter_choices()}:
            raise StopValidation(message)

    check.field_flags = {"required": True}  # type: ignore[attr-defined]
    return check
