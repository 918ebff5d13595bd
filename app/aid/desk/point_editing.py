"""The desk's forms of a point: everything about it, and points of people who rang."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk.points import bp as points_bp
from app.aid.desk.points import get_point
from app.aid.errors.points import PointChangedError
from app.aid.forms.point_desk import EditPointForm, EnterPointForm
from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.queries import drops as drop_reads
from app.aid.render import places
from app.aid.service import point_editing, registering
from app.db.session import transaction
from app.events.rules.words import EntrySource
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.locale import current_locale
from app.web.pages import render as show_page

#: The pages of a point share a blueprint.
bp: Blueprint = points_bp


@bp.get("/<public_id>/edit")
@requires(Permission.AID_SEE_PEOPLE)
def edit(public_id: str) -> ResponseReturnValue:
    """Show everything about a point to be changed."""
    point = _point(public_id)
    return _editor(point, EditPointForm(point, formdata=None))


@bp.post("/<public_id>/edit")
@requires(Permission.AID_SEE_PEOPLE)
def save(public_id: str) -> ResponseReturnValue:
    """Change a point; fewer people see at once where it is."""
    point = _point(public_id)
    form = EditPointForm(point)
    if not form.validate():
        return _editor(point, form, status=422)
    try:
        with transaction():
            content, seen, by = form.content(), form.seen_version, current_actor()
            point_editing.edit(_point(public_id), content, seen=seen, now=clock.utcnow(), by=by)
    except PointChangedError:
        return _stale_editor(public_id, form)
    except UserError as error:
        form.refuse(error)
        return _editor(_point(public_id), form, status=error.status)
    flash(_("Saved."), "good")
    return redirect(url_for("points_desk.show", public_id=public_id), 303)


def _point(public_id: str) -> CollectionPoint:
    point = get_point(public_id, Permission.AID_SEE_PEOPLE)
    check(Permission.AID_MODERATE, point.drop.group_id)
    return point


def _editor(
    point: CollectionPoint,
    form: EditPointForm,
    *,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/points/edit.html",
        status=status,
        point=point,
        name=places.desk_name(point),
        form=form,
        differences=found,
    )


def _stale_editor(public_id: str, form: EditPointForm) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    point = _point(public_id)
    stands = EditPointForm(point, formdata=None)
    form.version.data = str(point.version)
    return _editor(point, form, status=409, found=differences(stands, form))


# --- people who rang ------------------------------------------------------------------------------


@bp.get("/new/<drop_id>")
@requires(Permission.AID_MODERATE)
def new(drop_id: str) -> ResponseReturnValue:
    """Show the form for a host who rang."""
    drop = _drop(drop_id)
    return _enter_page(drop, EnterPointForm(drop, formdata=None))


@bp.post("/new/<drop_id>")
@requires(Permission.AID_MODERATE)
def enter(drop_id: str) -> ResponseReturnValue:
    """Write down a point that somebody told us of; it waits for a decision."""
    drop = _drop(drop_id)
    form = EnterPointForm(drop)
    if not form.validate():
        return _enter_page(drop, form, status=422)
    try:
        public_id = _enter(drop_id, form)
    except UserError as error:
        form.refuse(error)
        return _enter_page(_drop(drop_id), form, status=error.status)
    flash(_("Written down."), "good")
    return redirect(url_for("points_desk.show", public_id=public_id), 303)


def _drop(public_id: str) -> Drop:
    return drop_reads.get_for_desk(public_id, groups_with(Permission.AID_MODERATE))


def _enter(drop_id: str, form: EnterPointForm) -> str:
    with transaction():
        made = registering.register(
            _drop(drop_id),
            form.content(),
            form.host(current_locale()),
            nonce=(form.nonce.data or "")[:60],
            source=EntrySource(form.source.data),
            network=None,
            now=clock.utcnow(),
            by=current_actor(),
        )
        if made is None:
            raise ValueError("what an organiser enters is kept")
        return made.point.public_id


def _enter_page(drop: Drop, form: EnterPointForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page("aid/desk/points/enter.html", status=status, drop=drop, form=form)
