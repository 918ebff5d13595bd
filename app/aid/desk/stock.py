"""The desk's goods: what lies where, every move of it, and how a mistake is taken back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.errors.stock import LabelError
from app.aid.forms.stock import ReasonForm
from app.aid.models.drops import Drop
from app.aid.models.stock import Box, StockLocation, StockMove
from app.aid.queries import drops as drop_reads
from app.aid.queries import stock as reads
from app.aid.queries import stores as place_reads
from app.aid.render import stock_desk as render
from app.aid.render.drops import days_of
from app.aid.rules import labels
from app.aid.rules import stock as rules
from app.aid.rules.words import DropState, LocationKind, MoveKind
from app.aid.service import carrying, drop_offs
from app.db.session import retry_deadlocks, transaction
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.paging import LARGEST_ID

bp: Blueprint = desk_blueprint("stock_desk", __name__, url_prefix="/desk/stock")

#: So many moves stand on one page.
_MOVES: int = 30
#: Rounds of which somebody looks at goods first.
_FIRST = (
    *(DropState.OPEN, DropState.CLOSING, DropState.COLLECTING, DropState.DEPARTED),
    *(DropState.PAUSED, DropState.DELIVERED, DropState.ANNOUNCED),
)


@bp.get("/")
@requires(Permission.AID_STOCK)
def index() -> ResponseReturnValue:
    """Say what of a round lies where; a label typed here leads to its box."""
    drops = list_drops()
    typed = request.args.get("label", "")
    if typed:
        return _to_box(typed)
    drop = _chosen(drops)
    return _index_page(drops, drop)


def _to_box(typed: str) -> ResponseReturnValue:
    try:
        box = find_box(typed)
    except LabelError as error:
        drops = list_drops()
        problem = _(error.sentence)
        return _index_page(drops, _chosen(drops), typed=typed, problem=problem, status=422)
    seal = request.args.get("seal", type=int)
    return redirect(url_for("boxes_desk.show", label=box.label, seal=seal))


def _index_page(
    drops: list[Drop],
    drop: Drop | None,
    *,
    typed: str = "",
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/stock/index.html",
        status=status,
        drops=drops,
        drop=drop,
        days_of=days_of,
        rows=render.place_rows(drop) if drop else [],
        ended=render.end_rows(drop) if drop else [],
        moves=render.move_rows(reads.list_moves(drop.id, limit=10)) if drop else [],
        typed=typed,
        problem=problem,
    )


def list_drops() -> list[Drop]:
    """The rounds whose goods she may move, drafts left out."""
    found = drop_reads.list_of_groups(groups_with(Permission.AID_STOCK))
    return [each for each in found if each.state is not DropState.DRAFT]


def _chosen(drops: list[Drop]) -> Drop | None:
    wanted = request.args.get("drop")
    if wanted:
        return get_drop(wanted)
    running = sorted(
        (each for each in drops if each.state in _FIRST), key=lambda each: _FIRST.index(each.state)
    )
    return next(iter([*running, *drops]), None)


# --- a place --------------------------------------------------------------------------------------


@bp.get("/<public_id>/places/<key>")
@requires(Permission.AID_STOCK)
def place(public_id: str, key: str) -> ResponseReturnValue:
    """Show what of a round lies in a place, what can be done with it, and how it came there."""
    drop, location = get_place(public_id, key)
    return place_page(drop, location)


def place_page(
    drop: Drop, location: StockLocation, *, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    """The page of a place."""
    before = row_before()
    moves = reads.list_moves(drop.id, location_id=location.id, before=before, limit=_MOVES)
    return show_page(
        "aid/desk/stock/place.html",
        status=status,
        drop=drop,
        location=location,
        problem=problem,
        act=ActionForm(),
        moves=render.move_rows(moves),
        older=moves[-1].id if len(moves) == _MOVES else None,
        deeds=rules.DEEDS.get(location.kind, ()) if drop.state not in rules.STILL else (),
        **render.place_values(drop, location),
    )


@bp.post("/<public_id>/places/<key>/depart")
@requires(Permission.AID_STOCK)
def depart(public_id: str, key: str) -> ResponseReturnValue:
    """Say that a loaded vehicle has left."""
    drop, location = get_place(public_id, key)
    if not ActionForm().validate() or location.kind is not LocationKind.VEHICLE:
        return place_page(drop, location, status=422)
    with transaction():
        drop, location = get_place(public_id, key)
        carrying.depart(location, drop, now=clock.utcnow(), by=current_actor())
    flash(_("The boxes in it are on their way."), "good")
    return back_to_place(drop, location)


def row_before() -> int | None:
    """Before which row the rest of a list begins; a number that no row has is none."""
    wanted = request.args.get("before", type=int)
    return wanted if wanted is not None and 0 < wanted <= LARGEST_ID else None


def back_to_place(drop: Drop, location: StockLocation) -> ResponseReturnValue:
    """Lead back to a place."""
    return redirect(
        url_for("stock_desk.place", public_id=drop.public_id, key=location.public_id), 303
    )


# --- a move ---------------------------------------------------------------------------------------


@bp.get("/moves/<public_id>")
@requires(Permission.AID_STOCK)
def move(public_id: str) -> ResponseReturnValue:
    """Show what a move moved, who wrote it down, and the form that takes it back."""
    return _move_page(get_move(public_id), ReasonForm())


@bp.post("/moves/<public_id>/take-back")
@requires(Permission.AID_STOCK)
def take_back(public_id: str) -> ResponseReturnValue:
    """Take a move back, with the reason."""
    row, form = get_move(public_id), ReasonForm()
    if not form.validate():
        return _move_page(row, form, status=422)

    def work() -> None:
        with transaction():
            drop_offs.take_back_move(
                get_move(public_id),
                client_key=f"desk:{form.nonce.data}",
                reason=form.reason.data or "",
                now=clock.utcnow(),
                by=current_actor(),
            )

    try:
        retry_deadlocks(work)
    except UserError as error:
        form.add_problem(error)
        return _move_page(get_move(public_id), form, status=error.status)
    flash(_("Taken back."), "good")
    return redirect(url_for("stock_desk.move", public_id=public_id), 303)


def _move_page(row: StockMove, form: ReasonForm, *, status: int = 200) -> ResponseReturnValue:
    reversal = reads.find_reversal(row.id)
    return show_page(
        "aid/desk/stock/move.html",
        status=status,
        form=form,
        drop=row.drop,
        row=render.move_rows([row])[0],
        move=row,
        reversal=reversal,
        may_take_back=reversal is None and row.kind is not MoveKind.REVERSAL,
        who=render.who_wrote(row),
    )


# --- rows -----------------------------------------------------------------------------------------


def get_drop(public_id: str) -> Drop:
    """The round of an address, if she may move its goods."""
    drop = drop_reads.get_for_desk(public_id, groups_with(Permission.AID_SEE))
    check(Permission.AID_STOCK, drop.group_id)
    return drop


def get_place(public_id: str, key: str) -> tuple[Drop, StockLocation]:
    """The same with one of the places where its goods may be."""
    drop = get_drop(public_id)
    location = place_reads.get_place(key, {drop.group_id})
    if location.drop_id not in {None, drop.id} or location.kind is LocationKind.BOX:
        raise NotFoundError
    return drop, location


def get_move(public_id: str) -> StockMove:
    """A move of a round whose goods she may move."""
    return reads.get_move(public_id, [each.id for each in list_drops()])


def find_box(typed: str) -> Box:
    """The box of a label that somebody typed; raises LabelError."""
    label = labels.read(typed)
    box = reads.find_box(label) if label else None
    if box is None or box.drop.group_id not in groups_with(Permission.AID_STOCK):
        raise LabelError
    return box
