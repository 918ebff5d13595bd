"""Organisers say that two rows are one person, and take it back."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import retry_deadlocks, transaction
from app.lib import clock
from app.lib.errors import UserError
from app.supporters.desk.people import bp, get_person
from app.supporters.errors.people import MergeGoneError
from app.supporters.models.people import Supporter
from app.supporters.queries import duplicates
from app.supporters.queries import finding as reads
from app.supporters.service import merging
from app.web.forms import ActionForm
from app.web.pages import render as show_page


@bp.get("/duplicates")
@requires(Permission.PEOPLE_EDIT)
def list_duplicates() -> ResponseReturnValue:
    """List who may be known twice."""
    pairs = duplicates.list_pairs(groups_with(Permission.PEOPLE_EDIT))
    return show_page("supporters/desk/duplicates.html", pairs=pairs)


@bp.get("/<public_id>/merge")
@requires(Permission.PEOPLE_EDIT)
def ask_merge(public_id: str) -> ResponseReturnValue:
    """Show two people beside each other."""
    kept, other = _pair(public_id, request.args.get("other", ""))
    return _merge_page(kept, other, ActionForm(formdata=None))


@bp.post("/<public_id>/merge")
@requires(Permission.PEOPLE_EDIT)
def merge(public_id: str) -> ResponseReturnValue:
    """Let one row stand for another."""
    other_id, form = request.form.get("other", ""), ActionForm()
    kept, other = _pair(public_id, other_id)
    if not form.validate():
        return _merge_page(kept, other, form, status=422)
    try:
        retry_deadlocks(lambda: _merge(public_id, other_id))
    except UserError as error:
        form.add_problem(error)
        return _merge_page(*_pair(public_id, other_id), form, status=error.status)
    flash(_("They are one person now. You can take it back below."), "good")
    return redirect(url_for("supporters_desk.show", public_id=public_id), 303)


def _merge(public_id: str, other_id: str) -> None:
    with transaction():
        kept, other = _pair(public_id, other_id)
        group_id = reads.group_that_knows([kept, other], groups_with(Permission.PEOPLE_EDIT))
        merging.merge(kept.id, other.id, group_id=group_id, now=clock.utcnow(), by=current_actor())


@bp.post("/<public_id>/merges/<int:merge_id>/undo")
@requires(Permission.PEOPLE_EDIT)
def undo_merge(public_id: str, merge_id: int) -> ResponseReturnValue:
    """Say that they are two people after all."""
    rows = reads.rows_of(get_person(public_id, Permission.PEOPLE_EDIT))
    found = [each for each in reads.list_merges([row.id for row in rows]) if each.id == merge_id]
    if ActionForm().validate():
        if found:
            check(Permission.PEOPLE_EDIT, found[0].group_id)
        try:
            retry_deadlocks(lambda: _undo(merge_id if found else 0))
        except MergeGoneError as error:
            flash(_(error.sentence), "bad")
        else:
            flash(_("It is taken back."), "good")
    return redirect(url_for("supporters_desk.show", public_id=public_id), 303)


def _undo(merge_id: int) -> None:
    with transaction():
        merging.undo(merge_id, now=clock.utcnow(), by=current_actor())


def _pair(public_id: str, other_id: str) -> tuple[Supporter, Supporter]:
    kept, other = (get_person(each, Permission.PEOPLE_EDIT) for each in (public_id, other_id))
    return kept, other


def _merge_page(
    kept: Supporter, other: Supporter, form: ActionForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page("supporters/desk/merge.html", status=status, kept=kept, other=other, form=form)


__all__ = ["bp"]
