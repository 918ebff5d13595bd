"""The desk's keys for other programs: made, shown once, ended."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import (
    check,
    current_actor,
    desk_blueprint,
    groups_with,
    requires,
    requires_proof,
)
from app.accounts.rules.permissions import Permission
from app.api.forms.keys import SCOPE_NAMES, KeyForm
from app.api.queries import keys as reads
from app.api.rules.scopes import Scope, is_live
from app.api.service import keys
from app.db.session import transaction
from app.groups import queries as groups
from app.lib import clock
from app.web.forms import ActionForm
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("keys_desk", __name__, url_prefix="/desk/keys")


@bp.get("/")
@requires(Permission.KEYS_MANAGE)
def index() -> ResponseReturnValue:
    """List the keys of her groups."""
    now = clock.utcnow()
    rows = reads.list_keys(groups_with(Permission.KEYS_MANAGE))
    return show_page(
        "api/desk/keys.html",
        rows=[
            {
                "key": row,
                "is_live": is_live(row.expires_at, row.ended_at, now),
                "opens": [SCOPE_NAMES[Scope(each)] for each in row.scopes],
            }
            for row in rows
        ],
        act=ActionForm(),
    )


@bp.get("/new")
@requires(Permission.KEYS_MANAGE)
@requires_proof
def new() -> ResponseReturnValue:
    """Ask what a key is for."""
    return _editor(_form())


@bp.post("/new")
@requires(Permission.KEYS_MANAGE)
@requires_proof
def create() -> ResponseReturnValue:
    """Make a key and show it, this once."""
    form = _form()
    if not form.validate():
        return _editor(form, status=422)
    group_id = int(form.group.data)
    check(Permission.KEYS_MANAGE, group_id)
    with transaction():
        _row, secret = keys.make_key(
            group_id,
            form.label.data or "",
            form.chosen,
            months=form.months.data,
            now=clock.utcnow(),
            by=current_actor(),
        )
    # Shown in the answer itself: an address that shows it again would have to keep it.
    return show_page("api/desk/made.html", secret=secret)


@bp.post("/<public_id>/end")
@requires(Permission.KEYS_MANAGE)
def end(public_id: str) -> ResponseReturnValue:
    """Let a key open nothing any more."""
    if not ActionForm().validate():
        return redirect(url_for("keys_desk.index"), 303)
    allowed = list(groups_with(Permission.KEYS_MANAGE))
    with transaction():
        keys.end_key(public_id, allowed, now=clock.utcnow(), by=current_actor())
    flash(_("The key opens nothing any more."))
    return redirect(url_for("keys_desk.index"), 303)


def _form() -> KeyForm:
    return KeyForm([groups.get_group_by_id(each) for each in groups_with(Permission.KEYS_MANAGE)])


def _editor(form: KeyForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page("api/desk/edit.html", status=status, form=form)
