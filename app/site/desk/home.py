"""The desk puts things first on the home page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError
from app.site.forms.pins import PinForm
from app.site.queries import pins as reads
from app.site.render import home as render
from app.site.rules.pins import Shift
from app.site.service import pins
from app.web.forms import ActionForm
from app.web.pages import render as show_page

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp: Blueprint = desk_blueprint("home_desk", __name__, url_prefix="/desk/site/home")


@bp.get("")
@requires(Permission.SITE_EDIT)
def index() -> ResponseReturnValue:
    """Show what stands first on the home page, and offer to add to it."""
    return _page(_form(is_sent=False))


@bp.post("")
@requires(Permission.SITE_EDIT)
def add() -> ResponseReturnValue:
    """Put something first."""
    form = _form()
    if not form.validate():
        return _page(form, status=422)
    kind, thing_id = form.wanted()
    try:
        with transaction():
            until, now = form.ends_at(), clock.utcnow()
            pins.pin(kind, thing_id, until=until, now=now, by=current_actor())
    except UserError as error:
        form.add_problem(error)
        return _page(form, status=error.status)
    flash(_("Saved."), "good")
    return redirect(url_for("home_desk.index"), 303)


@bp.post("/<int:pin_id>/<any(up, down, remove):step>")
@requires(Permission.SITE_EDIT)
def change(pin_id: int, step: str) -> ResponseReturnValue:
    """Let something stand earlier or later, or where it would stand by itself."""
    check(Permission.SITE_EDIT, reads.get_pin(pin_id, groups_with(Permission.SITE_EDIT)).group_id)
    if ActionForm().validate():
        with transaction():
            now, by = clock.utcnow(), current_actor()
            if step == "remove":
                pins.unpin(pin_id, now=now, by=by)
            else:
                pins.move(pin_id, Shift(step), now=now, by=by)
    return redirect(url_for("home_desk.index"), 303)


def _form(*, is_sent: bool = True) -> PinForm:
    choices = reads.list_choices(groups_with(Permission.SITE_EDIT), clock.utcnow())
    return PinForm(choices) if is_sent else PinForm(choices, formdata=None)


def _page(form: PinForm, *, status: int = 200) -> ResponseReturnValue:
    now = clock.utcnow()
    return show_page(
        "site/desk/home.html",
        status=status,
        form=form,
        pins=[(each, render.tile(each, now)) for each in reads.list_pins(now) if each.thing],
        mine=groups_with(Permission.SITE_EDIT),
        last_day=lambda until: until - timedelta(seconds=1),
        act=ActionForm(formdata=None),
    )
