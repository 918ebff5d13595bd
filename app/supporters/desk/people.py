"""The desk's supporters: found, looked at, written down, corrected."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.supporters.errors.people import AddressKnownError, StaleSupporterError
from app.supporters.forms.people import EnterForm, PeopleFilterForm, PersonForm, TagForm
from app.supporters.models.people import Supporter
from app.supporters.queries import duplicates
from app.supporters.queries import finding as reads
from app.supporters.render import people as render
from app.supporters.service import people as service
from app.web.differences import Difference, differences
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.pages import render_block
from app.web.paging import read_key
from app.web.panels import panels

bp = desk_blueprint("supporters_desk", __name__, url_prefix="/desk/supporters")


@bp.get("/")
@requires(Permission.PEOPLE_SEE)
def index() -> ResponseReturnValue:
    """List the people of her groups, the latest first."""
    mine = own_groups(Permission.PEOPLE_SEE)
    form = PeopleFilterForm(mine, reads.count_tags([each.id for each in mine]), request.args)
    wanted = form.wanted
    page = reads.list_people(wanted, read_key(request.args.get("after")))
    return show_page(
        "supporters/desk/index.html",
        form=form,
        address=form.address(),
        rows=render.person_rows(page.rows, wanted.group_ids),
        next_key=page.next_key,
        count=reads.count_people(wanted),
        act=ActionForm(),
        may_edit=bool(groups_with(Permission.PEOPLE_EDIT)),
        may_move=bool(groups_with(Permission.PEOPLE_MOVE)),
    )


@bp.get("/<public_id>")
@requires(Permission.PEOPLE_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show what we know of somebody, and the doors by which she came."""
    stands = reads.rows_of(get_person(public_id), groups_with(Permission.PEOPLE_SEE))[0]
    if stands.public_id != public_id:
        return redirect(url_for("supporters_desk.show", public_id=stands.public_id), 303)
    return person_page(stands)


def person_page(
    supporter: Supporter, tag_form: TagForm | None = None, *, status: int = 200
) -> ResponseReturnValue:
    """The page of one person."""
    seen, editable = groups_with(Permission.PEOPLE_SEE), own_groups(Permission.PEOPLE_EDIT)
    rows = reads.rows_of(supporter, seen)
    blocks = [
        render_block(block)
        for row in rows
        for block in panels().person_blocks(row.email or "", {*seen})
    ]
    return show_page(
        "supporters/desk/person.html",
        status=status,
        person=render.person(rows, seen),
        merges=render.merges(rows),
        alike=duplicates.alike(rows, seen),
        blocks=blocks,
        editable=editable,
        tag_form=tag_form or TagForm(editable, formdata=None),
        act=ActionForm(),
    )


# --- written down and corrected -------------------------------------------------------------------


@bp.get("/new")
@requires(Permission.PEOPLE_EDIT)
def new() -> ResponseReturnValue:
    """Show the form for somebody who rang or filled in a paper."""
    return _enter_page(EnterForm(own_groups(Permission.PEOPLE_EDIT), formdata=None))


@bp.post("/new")
@requires(Permission.PEOPLE_EDIT)
def enter() -> ResponseReturnValue:
    """Write somebody down; her consents are entered on her page."""
    form = EnterForm(own_groups(Permission.PEOPLE_EDIT))
    if not form.validate():
        return _enter_page(form, status=422)
    try:
        public_id = _enter(form)
    except AddressKnownError as error:
        form.add_problem(error, form.email)
        return _enter_page(form, status=error.status)
    flash(_("Written down."), "good")
    return redirect(url_for("supporters_desk.show", public_id=public_id), 303)


def _enter(form: EnterForm) -> str:
    with transaction():
        return service.enter(
            form.email.data or "",
            form.content,
            group_id=form.chosen_group.id,
            now=clock.utcnow(),
            by=current_actor(),
        ).public_id


def _enter_page(form: EnterForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page("supporters/desk/enter.html", status=status, form=form)


@bp.get("/<public_id>/edit")
@requires(Permission.PEOPLE_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Show what is known of somebody, to be corrected."""
    supporter = get_person(public_id, Permission.PEOPLE_EDIT)
    return _edit_page(supporter, PersonForm(supporter, formdata=None))


@bp.post("/<public_id>/edit")
@requires(Permission.PEOPLE_EDIT)
def update(public_id: str) -> ResponseReturnValue:
    """Save a correction; 409 with both texts when somebody else saved in between."""
    supporter = get_person(public_id, Permission.PEOPLE_EDIT)
    form = PersonForm(supporter)
    if not form.validate():
        return _edit_page(supporter, form, status=422)
    try:
        with transaction():
            now, by = clock.utcnow(), current_actor()
            service.edit(supporter.id, form.content, seen_version=form.seen_version, now=now, by=by)
    except StaleSupporterError as error:
        form.add_problem(error)
        return _stale_page(get_person(public_id, Permission.PEOPLE_EDIT), form)
    flash(_("Saved."), "good")
    return redirect(url_for("supporters_desk.show", public_id=public_id), 303)


def _stale_page(supporter: Supporter, form: PersonForm) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    form.version.data = str(supporter.version)
    found = differences(PersonForm(supporter, formdata=None), form)
    return _edit_page(supporter, form, status=409, found=found)


def _edit_page(
    supporter: Supporter,
    form: PersonForm,
    *,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "supporters/desk/edit.html",
        status=status,
        supporter=supporter,
        form=form,
        differences=found,
    )


# --- rows -----------------------------------------------------------------------------------------


def own_groups(permission: Permission) -> list[Group]:
    """The groups in which somebody may do this, in the order of their names."""
    mine = groups_with(permission)
    return [group for group in groups.list_groups() if group.id in mine]


def get_person(public_id: str, permission: Permission = Permission.PEOPLE_SEE) -> Supporter:
    """Somebody whom one of her groups knows; raises SupporterNotFoundError."""
    return reads.get_person(public_id, groups_with(permission))


__all__ = ["bp", "get_person", "own_groups", "person_page"]
