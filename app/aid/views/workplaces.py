"""Signing up a collection at work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.aid.flows import workplaces as flows
from app.aid.forms.workplaces import SignUpForm, tell
from app.aid.models.drops import Drop
from app.aid.queries import drops as drop_reads
from app.aid.render import workplaces as render
from app.aid.rules.workplaces import SIGN_UP_STATES
from app.aid.service import workplaces
from app.lib import clock
from app.lib.errors import UserError
from app.web.locale import current_locale
from app.web.pages import render as show_page

bp = Blueprint("workplaces", __name__)

#: The button that leads from the last look back to the form.
CHANGE = "change"


@bp.get("/aid/<slug>/workplaces/new")
def ask(slug: str) -> Response:
    """Ask for what a collection at work needs."""
    drop = drop_reads.get_public(slug)
    if drop.state not in SIGN_UP_STATES:
        return show_page("aid/workplaces/closed.html", drop=drop)
    return _form_page(drop, SignUpForm(drop, formdata=None, data=_usual(drop)))


def _usual(drop: Drop) -> dict[str, Any]:
    """The days that a form begins with: from today, or from the first of the round."""
    today = clock.day_in(drop.zone, clock.utcnow())
    return {"from_on": max(today, drop.opens_on), "until_on": drop.closes_on}


@bp.post("/aid/<slug>/workplaces/new")
def sign_up(slug: str) -> ResponseReturnValue:
    """Show everything once more with the points near by; then keep it and send the mail."""
    drop = drop_reads.get_public(slug)
    if drop.state not in SIGN_UP_STATES:
        return show_page("aid/workplaces/closed.html", status=422, drop=drop)
    form = SignUpForm(drop)
    if not form.validate():
        return _form_page(drop, form, status=422 if form.problems() else 200)
    if CHANGE in request.form:
        return _form_page(drop, form)
    try:
        if not form.confirmed.data:
            workplaces.check(drop, form.content(), now=clock.utcnow())
            return _check_page(drop, form)
        _keep(slug, form)
    except UserError as error:
        tell(form, error)
        return _form_page(drop_reads.get_public(slug), form, status=error.status)
    return redirect(url_for("workplaces.sent", slug=slug), 303)


@bp.get("/aid/<slug>/workplaces/sent")
def sent(slug: str) -> Response:
    """Say that a link is under way by mail; the same for everybody."""
    return show_page("aid/workplaces/sent.html", drop=drop_reads.get_public(slug))


def _keep(slug: str, form: SignUpForm) -> None:
    flows.sign_up(
        slug,
        form.content(),
        form.steward(current_locale()),
        point_slug=form.point.data or None,
        nonce=form.nonce,
        address=request.remote_addr,
        now=clock.utcnow(),
    )


def _form_page(drop: Drop, form: SignUpForm, *, status: int = 200) -> Response:
    form.confirmed.data = ""
    return show_page("aid/workplaces/new.html", status=status, is_packed=True, form=form, drop=drop)


def _check_page(drop: Drop, form: SignUpForm) -> Response:
    content = form.content()
    choices = render.choices_near(drop, content)
    form.point.choices = render.choice_labels(choices)
    return show_page(
        "aid/workplaces/check.html",
        form=form,
        drop=drop,
        rows=render.check_rows(content, form.steward("en")),
        choices=choices,
        sent=_sent_values(form),
    )


def _sent_values(form: SignUpForm) -> dict[str, str]:
    """What was typed, as hidden fields of the page that shows it once more."""
    left_out = {"csrf_token", "fax_number", "confirmed", "point", "take"}
    values = {name: request.form.get(name, "") for name in form.data if name not in left_out}
    # Whatever was meant by the address is asked only once.
    values |= {"email": form.email.data or "", "seen": form.email.data or ""}
    return {name: value for name, value in values.items() if value}
