"""The desk's drop-offs: as they come, entered for somebody who rang, taken back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.errors.stock import KeyUsedError
from app.aid.forms.desk_lists import BroughtFilterForm, PointFilterForm
from app.aid.forms.tally import OPEN, TakeBackForm, TallyForm
from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.models.stock import DropOff
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import brought as reads
from app.aid.queries import drops as drop_reads
from app.aid.queries import point_lists
from app.aid.queries.brought import BroughtFilter
from app.aid.render import desk_lists as render
from app.aid.service import drop_offs, tallying
from app.db.session import retry_deadlocks, transaction
from app.lib import clock, ids
from app.lib.clock import day_in
from app.lib.errors import NotFoundError, UserError
from app.web.pages import render as show_page
from app.web.paging import read_key

bp: Blueprint = desk_blueprint("drop_offs_desk", __name__, url_prefix="/desk/drop-offs")

#: What is shown of a filter that cannot be understood: not everything, as if it were no filter.
NOTHING = BroughtFilter(drop_ids=())

Place = CollectionPoint | WorkplaceCollection


@bp.get("/")
@requires(Permission.AID_SEE)
def index() -> ResponseReturnValue:
    """List what was brought, the latest written down first."""
    drops = drop_reads.list_of_groups(groups_with(Permission.AID_SEE))
    form, people_of = BroughtFilterForm(drops, request.args), groups_with(Permission.AID_SEE_PEOPLE)
    point = _point_wanted(drops)
    is_valid = form.validate()
    wanted = form.wanted(people_of, point_id=point.id if point else None) if is_valid else NOTHING
    page = reads.list_brought(wanted, read_key(request.args.get("after")))
    address = form.address() | ({"point": point.public_id} if point else {})
    return show_page(
        "aid/desk/drop_offs/index.html",
        status=200 if is_valid else 422,
        form=form,
        address=address,
        point=render.name_of(point, people_of) if point else None,
        rows=render.brought_rows(page.rows, people_of),
        next_key=page.next_key,
        may_enter=bool(groups_with(Permission.AID_STOCK)),
        stock_of=groups_with(Permission.AID_STOCK),
    )


def _point_wanted(drops: Sequence[Drop]) -> CollectionPoint | None:
    public_id = request.args.get("point")
    return reads.find_point(public_id, [each.id for each in drops]) if public_id else None


# --- for somebody who rang, or from paper ---------------------------------------------------------


@bp.get("/enter")
@requires(Permission.AID_STOCK)
def choose() -> ResponseReturnValue:
    """Find the point where things were brought."""
    form = PointFilterForm(_drops(), request.args)
    wanted = form.wanted(groups_with(Permission.AID_SEE_PEOPLE))
    wanted = replace(wanted, states=wanted.states or tallying.POINT_STATES)
    page = point_lists.list_points(wanted, read_key(request.args.get("after")))
    return show_page(
        "aid/desk/drop_offs/choose.html",
        form=form,
        address=form.address(),
        rows=render.point_rows(page.rows, wanted.people_of),
        next_key=page.next_key,
    )


@bp.get("/enter/<public_id>")
@requires(Permission.AID_STOCK)
def new(public_id: str) -> ResponseReturnValue:
    """Show an empty sheet for a point or a collection at work."""
    place = _place(public_id)
    return _sheet_page(place, _form(place))


@bp.post("/enter/<public_id>")
@requires(Permission.AID_STOCK)
def enter(public_id: str) -> ResponseReturnValue:
    """Write the lines of a sheet down, all of them or none."""
    place = _place(public_id)
    form = _form(place)
    if not form.validate():
        return _sheet_page(place, form, status=422)
    try:
        count = _write(public_id, form)
    except UserError as error:
        form.add_problem(error)
        if isinstance(error, KeyUsedError):
            # Whoever went back to an old sheet and wrote something else may send that next.
            form.nonce.data = ids.token()
        return _sheet_page(_place(public_id), form, status=error.status)
    flash(
        ngettext("%(num)s line is written down.", "%(num)s lines are written down.", count), "good"
    )
    return redirect(url_for("drop_offs_desk.new", public_id=public_id), 303)


def _write(public_id: str, form: TallyForm) -> int:
    written: list[DropOff] = []

    def work() -> None:
        with transaction():
            written[:] = tallying.enter(
                _place(public_id), form.keyed(), now=clock.utcnow(), by=current_actor()
            )

    retry_deadlocks(work)
    return len(written)


def _form(place: Place) -> TallyForm:
    today = day_in(place.drop.zone, clock.utcnow())
    return TallyForm(today=today, begins_on=tallying.begins_on(place.drop))


def _sheet_page(place: Place, form: TallyForm, *, status: int = 200) -> ResponseReturnValue:
    people_of = groups_with(Permission.AID_SEE_PEOPLE)
    wanted = BroughtFilter(
        drop_ids=[place.drop_id],
        point_id=place.id if isinstance(place, CollectionPoint) else None,
    )
    last = [] if isinstance(place, WorkplaceCollection) else reads.list_brought(wanted, None).rows
    return show_page(
        "aid/desk/drop_offs/enter.html",
        status=status,
        form=form,
        place=place,
        name=render.name_of(place, people_of),
        takes=tallying.takes_entries(place),
        last=render.brought_rows(last[:OPEN], people_of),
    )


# --- taken back -----------------------------------------------------------------------------------


@bp.get("/<public_id>/take-back")
@requires(Permission.AID_STOCK)
def ask_take_back(public_id: str) -> ResponseReturnValue:
    """Show what would be taken back, and ask why."""
    return _take_back_page(_drop_off(public_id), TakeBackForm())


@bp.post("/<public_id>/take-back")
@requires(Permission.AID_STOCK)
def take_back(public_id: str) -> ResponseReturnValue:
    """Say that something was written down by mistake."""
    form = TakeBackForm()
    if not form.validate():
        return _take_back_page(_drop_off(public_id), form, status=422)
    try:
        retry_deadlocks(lambda: _take_back(public_id, form))
    except UserError as error:
        form.add_problem(error)
        return _take_back_page(_drop_off(public_id), form, status=error.status)
    flash(_("It is taken back."), "good")
    return redirect(url_for("drop_offs_desk.index"), 303)


def _take_back(public_id: str, form: TakeBackForm) -> None:
    with transaction():
        drop_offs.take_back(
            _drop_off(public_id),
            reason=form.reason.data or "",
            client_key=f"back:{form.nonce.data}",
            now=clock.utcnow(),
            by=current_actor(),
        )


def _take_back_page(
    drop_off: DropOff, form: TakeBackForm, *, status: int = 200
) -> ResponseReturnValue:
    people_of = groups_with(Permission.AID_SEE_PEOPLE)
    return show_page(
        "aid/desk/drop_offs/take_back.html",
        status=status,
        form=form,
        drop_off=drop_off,
        row=render.brought_rows([drop_off], people_of)[0],
    )


# --- rows -----------------------------------------------------------------------------------------


def _drops() -> list[Drop]:
    return [*drop_reads.list_of_groups(groups_with(Permission.AID_STOCK))]


def _drop_off(public_id: str) -> DropOff:
    found = reads.get_drop_off(public_id, groups_with(Permission.AID_SEE))
    check(Permission.AID_STOCK, found.drop.group_id)
    return found


def _place(public_id: str) -> Place:
    drops = drop_reads.list_of_groups(groups_with(Permission.AID_SEE))
    drop_ids = [each.id for each in drops]
    found = reads.find_point(public_id, drop_ids) or reads.find_workplace(public_id, drop_ids)
    if found is None:
        raise NotFoundError
    check(Permission.AID_STOCK, found.drop.group_id)
    return found
