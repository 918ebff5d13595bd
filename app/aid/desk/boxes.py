"""The desk's labelled boxes: made, packed, closed, opened, lost and found, delivered, printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, desk_blueprint, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk.stock import find_box, get_drop, row_before
from app.aid.errors.stock import LabelError
from app.aid.forms.boxes import MakeForm, SealForm, box_form
from app.aid.forms.stock import KeyedForm
from app.aid.models.drops import Drop
from app.aid.models.stock import Box
from app.aid.queries import stock as reads
from app.aid.queries import stores as place_reads
from app.aid.render import labels as label_render
from app.aid.render import stock_desk as render
from app.aid.render.words import BOX_STATE_NAMES
from app.aid.rules import labels
from app.aid.rules.boxes import DEEDS_OF, BoxDeed
from app.aid.rules.words import BoxState, MoveKind
from app.aid.service import boxes, carrying, packing
from app.db.session import retry_deadlocks, transaction
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("boxes_desk", __name__, url_prefix="/desk/stock")

_DEEDS: Final = (
    "any(pack, unpack, split, merge, seal, open, give, discard, lose, find, deliver, drop)"
)


# --- all of a round -------------------------------------------------------------------------------


@bp.get("/<public_id>/boxes")
@requires(Permission.AID_STOCK)
def index(public_id: str) -> ResponseReturnValue:
    """List the labelled boxes of a round, and offer to make more."""
    drop = get_drop(public_id)
    return _list_page(drop, MakeForm(_stores(drop)))


@bp.post("/<public_id>/boxes")
@requires(Permission.AID_STOCK)
def make(public_id: str) -> ResponseReturnValue:
    """Make empty boxes with labels; the same form again makes none."""
    drop = get_drop(public_id)
    form = MakeForm(_stores(drop))
    if not form.validate():
        return _list_page(drop, form, status=422)

    def work() -> list[str]:
        with transaction():
            held = get_drop(public_id)
            made = boxes.make(
                held,
                place_reads.get_place(form.place.data, {held.group_id}),
                form.count.data or 0,
                client_key=f"desk:{form.nonce.data}",
                now=clock.utcnow(),
                by=current_actor(),
            )
            return [each.label for each in made]

    try:
        made = retry_deadlocks(work)
    except UserError as error:
        form.add_problem(error, form.count)
        return _list_page(get_drop(public_id), form, status=error.status)
    flash(_("The boxes are made. Print their labels now."), "good")
    return redirect(url_for("boxes_desk.print_labels", public_id=public_id, label=made), 303)


def _stores(drop: Drop) -> list[tuple[str, str]]:
    found = place_reads.list_stores({drop.group_id})
    return [(each.public_id, each.name or "") for each in found]


def _list_page(drop: Drop, form: MakeForm, *, status: int = 200) -> ResponseReturnValue:
    before = row_before()
    wanted = request.args.get("state", "")
    states = [each for each in BoxState if each.value == wanted]
    found = reads.list_boxes(drop.id, states, before=before, limit=_ROWS)
    return show_page(
        "aid/desk/stock/boxes.html",
        status=status,
        drop=drop,
        form=form,
        rows=render.box_rows(found),
        older=found[-1].id if len(found) == _ROWS else None,
        wanted=wanted,
        states=[(each.value, BOX_STATE_NAMES[each]) for each in BoxState],
    )


_ROWS: Final = 60


@bp.get("/<public_id>/labels")
@requires(Permission.AID_STOCK)
def print_labels(public_id: str) -> ResponseReturnValue:
    """Show labels on sheets of paper: those that are named, or those of all empty boxes."""
    drop = get_drop(public_id)
    typed = [each for each in map(labels.read, request.args.getlist("label")) if each]
    found = reads.list_boxes_by_label(drop.id, typed) if typed else reads.list_unpacked(drop.id)
    return show_page(
        "aid/desk/stock/labels.html", drop=drop, sheets=label_render.sheets(found), count=len(found)
    )


# --- one box --------------------------------------------------------------------------------------


@bp.get("/boxes/<label>")
@requires(Permission.AID_STOCK)
def show(label: str) -> ResponseReturnValue:
    """Show what is in a box, where it stands, and what can be done with it."""
    box = _box(label)
    seal = request.args.get("seal", type=int)
    return show_page(
        "aid/desk/stock/box.html",
        box=box,
        drop=box.drop,
        row=render.box_rows([box])[0],
        contents=render.things(reads.contents_of(box)),
        moves=render.move_rows(reads.list_moves(box.drop_id, box=box, limit=30)),
        deeds=DEEDS_OF[box.state],
        deed_names=render.BOX_DEED_NAMES,
        is_old_label=seal is not None and seal != box.seal_number,
        made_from=render.box_rows([box.made_from])[0] if box.made_from else None,
    )


@bp.get(f"/boxes/<label>/<{_DEEDS}:deed>")
@requires(Permission.AID_STOCK)
def deed(label: str, deed: str) -> ResponseReturnValue:
    """Show the form of something that is done with a box."""
    box, wanted = _asked(label, deed)
    return _deed_page(box, wanted, box_form(box, wanted))


@bp.post(f"/boxes/<label>/<{_DEEDS}:deed>")
@requires(Permission.AID_STOCK)
def do(label: str, deed: str) -> ResponseReturnValue:
    """Do something with a box; the same form again does it once."""
    box, wanted = _box(label), BoxDeed(deed)
    form = box_form(box, wanted)
    if not form.validate():
        return _deed_page(box, wanted, form, status=422)

    def work() -> str:
        with transaction():
            return _do(_box(label), wanted, form, now=clock.utcnow())

    try:
        shown = retry_deadlocks(work)
    except UserError as error:
        form.be_new_after(error)
        form.add_problem(error)
        return _deed_page(_box(label), wanted, form, status=error.status)
    flash(_("Written down."), "good")
    return redirect(url_for("boxes_desk.show", label=shown), 303)


def _do(box: Box, deed: BoxDeed, form: KeyedForm, *, now: datetime) -> str:
    """Do it; returns the label of the box to be shown next."""
    words: dict[str, Any] = {"now": now, "by": current_actor()}
    if deed in _BY_VERSION:
        _BY_VERSION[deed](box, form, words)
        return box.label
    words["client_key"] = f"desk:{form.nonce.data}"
    if deed is BoxDeed.SPLIT:
        return packing.split(box, form.goods(), **words).label
    if deed is BoxDeed.MERGE:
        into = find_box(form.into.data)
        packing.merge(box, into, **words)
        return into.label
    _DEEDS_WITH_KEY[deed](box, form, words)
    return box.label


def _reason(form: Any) -> str:  # noqa: ANN401 - each deed has a form of its own
    return (form.reason.data or "") if "reason" in form else ""


def _put_away(kind: MoveKind) -> Callable[[Box, Any, dict[str, Any]], object]:
    return lambda box, form, words: packing.put_away(box, kind, reason=_reason(form), **words)


_BY_VERSION: Final[Mapping[BoxDeed, Callable[[Box, Any, dict[str, Any]], None]]] = {
    BoxDeed.SEAL: lambda box, form, words: boxes.seal(
        box, form.content(), version=form.seen_version, **words
    ),
    BoxDeed.OPEN: lambda box, form, words: boxes.open_again(
        box, version=form.seen_version, **words
    ),
    BoxDeed.DROP: lambda box, form, words: boxes.drop_label(
        box, version=form.seen_version, **words
    ),
}
_DEEDS_WITH_KEY: Final[Mapping[BoxDeed, Callable[[Box, Any, dict[str, Any]], object]]] = {
    BoxDeed.PACK: lambda box, form, words: packing.pack(box, form.goods(), **words),
    BoxDeed.UNPACK: lambda box, form, words: packing.unpack(box, form.goods(), **words),
    BoxDeed.GIVE: _put_away(MoveKind.GIVE),
    BoxDeed.DISCARD: _put_away(MoveKind.DISCARD),
    BoxDeed.LOSE: lambda box, form, words: carrying.lose([box], reason=_reason(form), **words),
    BoxDeed.FIND: lambda box, form, words: carrying.find_again(box, reason=_reason(form), **words),
    BoxDeed.DELIVER: lambda box, form, words: carrying.deliver(
        box, short=form.goods(), damaged=form.second_goods(), reason=_reason(form), **words
    ),
}


def _deed_page(
    box: Box, deed: BoxDeed, form: KeyedForm | SealForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/stock/box_deed.html",
        status=status,
        box=box,
        drop=box.drop,
        label=labels.written(box.label),
        contents=render.things(reads.contents_of(box)),
        deed=deed,
        deed_name=render.BOX_DEED_NAMES[deed],
        advice=render.BOX_DEED_ADVICE.get(deed, ""),
        form=form,
    )


def _box(typed: str) -> Box:
    try:
        return find_box(typed)
    except LabelError as error:
        raise NotFoundError(error.sentence) from error


def _asked(label: str, deed: str) -> tuple[Box, BoxDeed]:
    box, wanted = _box(label), BoxDeed(deed)
    if wanted not in DEEDS_OF[box.state]:
        raise NotFoundError
    return box, wanted
