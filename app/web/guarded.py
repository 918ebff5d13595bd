"""Forms of strangers: what only programs fill in, and an address that looks like a slip."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from app.lib.emails import suggest
from app.settings import settings
from app.web.fields import EmailField, required_text
from app.web.forms import PublicForm


class GuardedForm(PublicForm):
    """A form behind which money moves: it has a field nobody sees, and nobody is that fast.

    Whoever is caught by mistake, by a browser that fills in everything, is asked to send the form
    again and finds all that she typed.
    """

    #: Whether what is sent may lead on to Stripe or to a mail; a look at it costs nothing.
    is_last_step = True
    #: Hidden from eyes, keyboards and screen readers; what fills it in is a program.
    fax_number = StringField(_l("Leave this field empty"))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, then whether a person can have sent them."""
        is_valid = super().validate(extra_validators)
        if self.fax_number.data:
            self.fax_number.data = ""
            self.form_errors.append(
                _("Your browser filled in a field that is to stay empty. Please send it once more.")
            )
            return False
        return is_valid and self._took_a_moment()

    def _took_a_moment(self) -> bool:
        if not self.is_last_step or self.age >= timedelta(seconds=settings().gift_form_seconds):
            return True
        self.form_errors.append(
            _("That was very quick. Please look it over and press the button once more.")
        )
        return False


class SlipForm(PublicForm):
    """A form with one address that asks once whether a likely slip was meant."""

    email = EmailField(
        _l("Your e-mail address"),
        [required_text(_l("Enter an e-mail address, like name@example.org."))],
    )
    #: The address for which we have asked already.
    seen = HiddenField()
    #: The offered address, where its button was pressed.
    take = HiddenField()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        #: What was probably meant, while we ask.
        self.slip: str | None = None
        if self.take.data:
            self.email.data = self.seen.data = self.take.data

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check the address; the first time that it looks like a slip it is asked about."""
        typed = self.email.data or ""
        is_valid = super().validate(extra_validators)
        if (is_valid or self.email.errors) and self.seen.data != self.email.data:
            self.slip = suggest(typed)
            self.seen.data = self.email.data
        return is_valid and self.slip is None
