"""A small application with pages of its own, to try what every page gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Blueprint, redirect, request, session
from flask_babel import gettext
from wtforms import StringField

from app.factory import create_app
from app.lib.errors import StaleError, UserError
from app.settings import Settings
from app.web.csrf import machine_route
from app.web.fields import EmailField, MoneyField, TranslatedField, required_text
from app.web.forms import DeskForm, PublicForm
from app.web.limits import limit_body
from tests.support.apps import dispose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from flask.typing import ResponseReturnValue


class AskForm(PublicForm):
    """A visitor's form."""

    name = StringField("Name", validators=[required_text("Enter a name.")])
    email = EmailField("E-mail")
    amount = MoneyField("Amount")


class OtherForm(PublicForm):
    """Another visitor's form: tokens of one do not open the other."""


class TitleForm(DeskForm):
    """An organiser's form with a text in each language."""

    title = TranslatedField("Title")


bp = Blueprint("try", __name__)


@bp.route("/try/ask", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    form = AskForm()
    if form.validate_on_submit():
        return {"nonce": form.nonce, "name": form.name.data, "email": form.email.data}
    status = 422 if request.method == "POST" else 200
    return {
        "token": form.csrf_token.current_token,
        "problems": form.problems(),
        "name": form.name.data,
        "amount": form.amount._value(),
        "email": form.email.data,
    }, status


@bp.get("/try/other")
def other() -> ResponseReturnValue:
    return {"token": OtherForm().csrf_token.current_token}


@bp.route("/desk/try/title", methods=["GET", "POST"])
def title() -> ResponseReturnValue:
    form = TitleForm()
    if form.validate_on_submit():
        given = form.title.data
        return {"texts": dict(given.texts), "origin": given.origin} if given else {}
    return {"token": form.csrf_token.current_token}


@bp.get("/try/links/")
def links() -> ResponseReturnValue:
    return {"said": gettext("Give"), "here": _url("try.links"), "desk": "/desk/"}


def _url(endpoint: str) -> str:
    from flask import url_for  # noqa: PLC0415

    return url_for(endpoint)


@bp.post("/try/machine")
@machine_route
@limit_body(10)
def machine() -> ResponseReturnValue:
    return request.get_data(as_text=True)


@bp.get("/try/stale")
def stale() -> ResponseReturnValue:
    raise StaleError("Somebody else changed this page meanwhile.")


@bp.get("/try/refused")
def refused() -> ResponseReturnValue:
    raise UserError("This cannot be done today.")


@bp.get("/try/broken")
def broken() -> ResponseReturnValue:
    raise ZeroDivisionError("a secret detail")


@bp.get("/try/session")
def use_session() -> ResponseReturnValue:
    session["seen"] = True
    return redirect("/try/links/")


@pytest.fixture
def web_app(test_settings: Settings) -> Iterator[Flask]:
    """An application with the pages above."""
    app = create_app(test_settings)
    app.register_blueprint(bp)
    yield app
    dispose(app)


@pytest.fixture
def web(web_app: Flask) -> FlaskClient:
    """A visitor of that application."""
    return web_app.test_client()
