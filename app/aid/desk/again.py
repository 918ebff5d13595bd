"""The desk begins a round like an earlier one, and asks its hosts whether they do it again."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.guard import current_actor, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk.drops import back_to, bp, get_drop, get_to_move
from app.aid.forms.drops import CloneForm
from app.aid.models.drops import Drop
from app.aid.service import again, cloning
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError
from app.web.forms import ActionForm
from app.web.pages import render as show_page

__all__ = ["bp"]


@bp.get("/<public_id>/clone")
@requires(Permission.AID_EDIT)
def ask_clone(public_id: str) -> ResponseReturnValue:
    """Ask for the address and the days of the next round."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    return _page(drop, CloneForm(formdata=None))


@bp.post("/<public_id>/clone")
@requires(Permission.AID_EDIT)
def clone(public_id: str) -> ResponseReturnValue:
    """Begin a draft with the same texts and the same list."""
    drop, form = get_drop(public_id, Permission.AID_EDIT), CloneForm()
    if not form.validate():
        return _page(drop, form, status=422)
    try:
        made = _clone(drop.id, form)
    except UserError as error:
        form.refuse(error)
        return _page(get_drop(public_id), form, status=error.status)
    flash(_("Saved as a draft."), "good")
    return back_to(made)


def _clone(drop_id: int, form: CloneForm) -> str:
    first, last = form.opens_on.data, form.closes_on.data
    if first is None or last is None:
        raise ValueError("the form is not valid")
    with transaction():
        made = cloning.clone(
            drop_id,
            slug=form.slug.data or "",
            opens_on=first,
            closes_on=last,
            now=clock.utcnow(),
            by=current_actor(),
        )
        return made.public_id


def _page(drop: Drop, form: CloneForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page("aid/desk/drops/clone.html", status=status, drop=drop, form=form)


@bp.post("/<public_id>/ask-hosts")
@requires(Permission.AID_MODERATE)
def ask_hosts(public_id: str) -> ResponseReturnValue:
    """Send each host of the earlier round who may be asked one mail with one link."""
    drop = get_to_move(public_id)
    if ActionForm().validate():
        try:
            with transaction():
                count = again.ask_hosts(drop.id, now=clock.utcnow(), by=current_actor())
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
        else:
            flash(ngettext("%(num)s host is asked.", "%(num)s hosts are asked.", count), "good")
    return back_to(public_id, "again")
