"""The two base forms: for visitors, who get no cookie, and for signed-in organisers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import abort
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms.fields.core import UnboundField

from app.lib.text import clean_block
from app.web.csrf import SignedToken, StaleTokenError, age_of, is_session_token, read_nonce
from app.web.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

    from wtforms import Field

    from app.lib.errors import UserError


def _clean(value: object) -> object:
    """Take invisible and control characters off whatever text a person sent."""
    return clean_block(value) if isinstance(value, str) else value


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose texts are clean and whose problems can be listed above it."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Clean every field before its own filters see it; speak in our words."""

        def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Any:
            """Add the cleaning filter to fields that hold text."""
            kwargs = dict(unbound.kwargs)  # the class shares the original between all its forms
            filters = list(kwargs.pop("filters", ()))
            if not kwargs.pop("is_verbatim", False):
                filters.insert(0, _clean)
            own = UnboundField(unbound.field_class, *unbound.args, **kwargs)
            return own.bind(form=form, filters=filters, **options)

        def get_translations(self, _form: Any) -> Wording:
            """Let the library speak as we do."""
            return Wording()

    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, sentence) for each problem, in the order of the page."""
        found = [
            (field.id, str(sentence))
            for field in self
            if field.name != self.meta.csrf_field_name
            for sentence in _flat(field.errors)
        ]
        return [*found, *(("", str(sentence)) for sentence in self.form_errors)]

    def add_problem(self, error: UserError, field: Field | None = None) -> None:
        """Show a sentence that a service raised, at a field or above the form."""
        sentence = gettext(error.sentence, **error.params)
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field; answers 400 at once when the proof of origin is missing or forged."""
        is_valid: bool = super().validate(extra_validators=extra_validators)
        token = self._fields.get(self.meta.csrf_field_name)
        if token is None or not token.errors:
            return is_valid
        if not self._is_stale(token):
            abort(400)
        self.form_errors.append(
            gettext("This page was open for a long time. Please look it over and send it again.")
        )
        return False

    def _is_stale(self, _token: Field) -> bool:
        return False


def version_in(text: str | None) -> int:
    """The version of a row that a page was made from, as its form tells it; 0 when it does not."""
    # Nothing is saved a thousand million times; Python would not even read 5000 digits.
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0


def _flat(errors: Any) -> list[Any]:
    """The sentences of a field; a field made of fields keeps its own by name."""
    if isinstance(errors, dict):
        return [sentence for inner in errors.values() for sentence in inner]
    return list(errors)


class PublicForm(Form):
    """A form for somebody without an account: no cookie, a signed token instead."""

    class Meta(Form.Meta):
        """Protect by the signed token."""

        csrf_class = SignedToken
        csrf = True

    @property
    def nonce(self) -> str:
        """What is unique about the page this form came from; call it on a valid form only."""
        return read_nonce(type(self).__name__, self._fields[self.meta.csrf_field_name].data)

    @property
    def page_nonce(self) -> str:
        """The same of the page that shows this form: it comes back as `nonce` when it is sent."""
        token: str = self._fields[self.meta.csrf_field_name].current_token
        return token.partition("~")[0]

    @property
    def age(self) -> timedelta:
        """How long ago the page was made that this form came from; call it on a valid form only."""
        return age_of(self._fields[self.meta.csrf_field_name].data)

    def _is_stale(self, token: Field) -> bool:
        try:
            read_nonce(type(self).__name__, token.data)
        except StaleTokenError:
            return True
        except ValueError:
            return False
        return False


class DeskForm(Form):
    """A form for a signed-in organiser, protected by the session's token."""


class LongForm(DeskForm):
    """A form of the desk with words that took a while: they outlive the session they began in."""

    def _is_stale(self, token: Field) -> bool:
        # Signed by us, for a session that has ended meanwhile: shown again, and nothing is done.
        return is_session_token(token.data)


class ActionForm(DeskForm):
    """A form that is only a button."""
