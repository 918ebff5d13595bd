"""A form's proof of origin: a signed token for visitors, who get no cookie, and an origin check.

The visitor's token is a nonce too: whoever stores what a form asked for stores the nonce under a
unique key, so that a double click, a resubmission or a retry finds the same row again.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, request
from flask_babel import gettext
from itsdangerous import URLSafeTimedSerializer
from wtforms import ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField

from app.lib import clock, ids
from app.settings import settings

if TYPE_CHECKING:
    from flask import Flask
    from wtforms.form import BaseForm

#: A page left open for longer is shown again with a fresh token and everything that was typed.
TOKEN_LIFETIME = timedelta(hours=12)
#: What Flask-WTF salts the session's token with.
_SESSION_SALT = "wtf-csrf-token"
UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})

View = TypeVar("View", bound=Callable[..., Any])


class StaleTokenError(ValidationError):
    """The token is ours but too old; the form may be shown again with a new one."""


class ForgedTokenError(ValidationError):
    """The token is missing or not ours."""


def _signature(secret: str, purpose: str, nonce: str, issued: str) -> str:
    text = f"form|{purpose}|{nonce}|{issued}".encode()
    return hmac.new(secret.encode(), text, "sha256").hexdigest()[:32]


def make_token(purpose: str) -> str:
    """A fresh token for one form: nonce, time of issue, signature."""
    nonce, issued = ids.token(16), str(clock.timestamp())
    return f"{nonce}~{issued}~{_signature(settings().secret_key, purpose, nonce, issued)}"


def read_nonce(purpose: str, token: str | None) -> str:
    """The nonce in a token; raises ForgedTokenError or StaleTokenError."""
    parts = (token or "").split("~")
    if len(parts) != 3 or not parts[1].isascii() or not parts[1].isdigit():
        raise ForgedTokenError(gettext("This form did not come from our page."))
    nonce, issued, signature = parts
    expected = (_signature(secret, purpose, nonce, issued) for secret in settings().secrets)
    if not any(hmac.compare_digest(one.encode(), signature.encode()) for one in list(expected)):
        raise ForgedTokenError(gettext("This form did not come from our page."))
    age = clock.timestamp() - int(issued)
    if not -60 <= age <= TOKEN_LIFETIME.total_seconds():
        raise StaleTokenError(
            gettext("This page was open for a long time. Please look it over and send it again.")
        )
    return nonce


def age_of(token: str | None) -> timedelta:
    """How long ago a token was made; ask it of a token that `read_nonce` accepted."""
    return timedelta(seconds=clock.timestamp() - int((token or "").split("~")[1]))


def is_session_token(token: str | None) -> bool:
    """Whether Flask-WTF made a desk form's token here, for whichever session and however long ago.

    That is no proof of origin; it only tells a session that ran out from a forged form.
    """
    makers = (URLSafeTimedSerializer(secret, salt=_SESSION_SALT) for secret in settings().secrets)
    return any(maker.loads_unsafe(token or "")[0] for maker in makers)


class SignedToken(CSRF):
    """Protects a form of a visitor who has no session; named in `Meta.csrf_class`."""

    purpose: str

    def setup_form(self, form: BaseForm) -> list[tuple[str, Any]]:
        """Bind the token to this one kind of form."""
        self.purpose = type(form).__name__
        fields: list[tuple[str, Any]] = super().setup_form(form)
        return fields

    def generate_csrf_token(self, _csrf_token_field: CSRFTokenField) -> str:
        """Make the token that a fresh page carries."""
        return make_token(self.purpose)

    def validate_csrf_token(self, _form: BaseForm, field: CSRFTokenField) -> None:
        """Accept a token of ours; it stays on the page, so that a second try is the same try."""
        read_nonce(self.purpose, field.data)
        field.current_token = field.data


def machine_route(view: View) -> View:
    """Mark a view that other machines post to; it proves itself by a signature or a key."""
    view._is_machine_route = True  # type: ignore[attr-defined]  # noqa: SLF001
    return view


def _refuse_foreign_posts() -> None:
    if request.method not in UNSAFE_METHODS or request.endpoint is None:
        return
    view = current_app.view_functions.get(request.endpoint)
    if getattr(view, "_is_machine_route", False):
        return
    # Browsers set both headers themselves; a page of another site cannot change them.
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        is_foreign = site not in {"same-origin", "none"}
    else:
        is_foreign = origin is not None and _host_of(origin) != request.host
    if is_foreign:
        abort(403)


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def init_app(app: Flask) -> None:
    """Refuse what another site's page posts to us."""
    app.before_request(_refuse_foreign_posts)
