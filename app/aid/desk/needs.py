"""The desk keeps the list of needs of a round, and looks again at what is old."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import current_actor, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk.drops import bp, get_drop
from app.aid.errors.drops import StaleDropError
from app.aid.errors.needs import NeedNotFoundError
from app.aid.forms.needs import EditNeedForm, NewNeedForm
from app.aid.models.drops import Drop, DropNeed
from app.aid.queries import needs as reads
from app.aid.render import drop_desk as render
from app.aid.service import needs as service
from app.audit.facts import Actor
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.panels import WaitingKind, WaitingSource

__all__ = ["bp"]

Act = Callable[[int, int, datetime, Actor], None]
#: What is done to a line by pressing one button, as it stands in the address.
ACTS: Final[dict[str, Act]] = {
    "enough": lambda drop, need, now, by: service.fulfil(
        drop, need, is_enough=True, now=now, by=by
    ),
    "more": lambda drop, need, now, by: service.fulfil(drop, need, is_enough=False, now=now, by=by),
    "right": lambda drop, need, now, by: service.look_at(drop, {need}, now=now, by=by),
    "up": lambda drop, need, now, by: service.move_up(drop, need, now=now, by=by),
    "remove": lambda drop, need, now, by: service.remove(drop, need, now=now, by=by),
}


@bp.get("/stale")
@requires(Permission.AID_EDIT)
def stale() -> ResponseReturnValue:
    """List what nobody has looked at for too long, round by round."""
    now = clock.utcnow()
    found = reads.list_stale(groups_with(Permission.AID_EDIT), now)
    return show_page(
        "aid/desk/drops/stale.html", rounds=render.by_drop(found, now=now), act=ActionForm()
    )


@bp.post("/<public_id>/needs/right")
@requires(Permission.AID_EDIT)
def all_right(public_id: str) -> ResponseReturnValue:
    """Note that everything old on a list was looked at, and is still right."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    if ActionForm().validate():
        with transaction():
            now = clock.utcnow()
            old = reads.list_stale([drop.group_id], now)
            ids = {each.id for each in old if each.drop_id == drop.id}
            service.look_at(drop.id, ids, now=now, by=current_actor())
        flash(_("Saved."), "good")
    return redirect(url_for("drops_desk.stale"), 303)


@bp.get("/<public_id>/needs")
@requires(Permission.AID_EDIT)
def edit_needs(public_id: str) -> ResponseReturnValue:
    """Show the list of needs, to be kept."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    return _list_page(drop, NewNeedForm(reads.list_addable(drop), formdata=None))


@bp.post("/<public_id>/needs")
@requires(Permission.AID_EDIT)
def add_need(public_id: str) -> ResponseReturnValue:
    """Put a thing on the list."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    form = NewNeedForm(reads.list_addable(drop))
    if not form.validate():
        return _list_page(drop, form, status=422)
    try:
        with transaction():
            content = form.content(form.item_id)
            service.add(drop.id, content, now=clock.utcnow(), by=current_actor())
    except UserError as error:
        form.add_problem(error)
        return _list_page(get_drop(public_id), form, status=error.status)
    return _back(public_id)


@bp.get("/<public_id>/needs/<int:need_id>")
@requires(Permission.AID_EDIT)
def edit_need(public_id: str, need_id: int) -> ResponseReturnValue:
    """Show a line of the list, to be changed."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    need = _get(drop, need_id)
    return _need_page(drop, need, EditNeedForm(need, formdata=None))


@bp.post("/<public_id>/needs/<int:need_id>")
@requires(Permission.AID_EDIT)
def save_need(public_id: str, need_id: int) -> ResponseReturnValue:
    """Change a line; 409 with both texts when somebody else did in between."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    need = _get(drop, need_id)
    form = EditNeedForm(need)
    if not form.validate():
        return _need_page(drop, need, form, status=422)
    try:
        with transaction():
            content, seen = form.content(need.item_id), form.seen.data or ""
            now, by = clock.utcnow(), current_actor()
            service.edit(drop.id, need_id, content, seen=seen, now=now, by=by)
    except StaleDropError as error:
        form.add_problem(error)
        need = _get(get_drop(public_id), need_id)
        form.seen.data = need.checked_at.isoformat()
        found = differences(EditNeedForm(need, formdata=None), form)
        return _need_page(need.drop, need, form, status=409, found=found)
    except UserError as error:
        form.add_problem(error)
        return _need_page(get_drop(public_id), _get(drop, need_id), form, status=error.status)
    return _back(public_id)


@bp.post(f"/<public_id>/needs/<int:need_id>/<any({', '.join(sorted(ACTS))}):act>")
@requires(Permission.AID_EDIT)
def change_need(public_id: str, need_id: int, act: str) -> ResponseReturnValue:
    """Say that enough has come or that it is needed again, look at a line, move it, take it off."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    if ActionForm().validate():
        with transaction():
            ACTS[act](drop.id, need_id, clock.utcnow(), current_actor())
    return _back(public_id)


def _get(drop: Drop, need_id: int) -> DropNeed:
    found = reads.find_need(drop.id, need_id)
    if found is None:
        raise NeedNotFoundError
    return found


def _back(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("drops_desk.edit_needs", public_id=public_id), 303)


def _list_page(drop: Drop, form: NewNeedForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "aid/desk/drops/needs.html",
        status=status,
        drop=drop,
        form=form,
        rows=render.need_rows(reads.list_by_urgency(drop.id), now=clock.utcnow()),
        act=ActionForm(),
    )


def _need_page(
    drop: Drop,
    need: DropNeed,
    form: EditNeedForm,
    *,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/drops/need.html",
        status=status,
        drop=drop,
        need=need,
        form=form,
        differences=found,
    )


WAITING = WaitingSource(
    WaitingKind(
        key="stale_needs",
        name=_l("Lists of needs that nobody has looked at for long"),
        advice=_l("Look at each line, and say that it is still right or change it."),
        endpoint="drops_desk.stale",
        permission=Permission.AID_EDIT,
        order=70,
    ),
    find=reads.waiting,
)
