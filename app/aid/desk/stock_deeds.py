"""What the desk does with loose goods and boxes in a place: one form for each deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk.stock import back_to_place, bp, get_place
from app.aid.forms.stock import GoodsForm, goods_form, rows_of, sorted_items
from app.aid.models.drops import Drop
from app.aid.models.stock import Box, StockLocation, StockMove
from app.aid.queries import items as item_reads
from app.aid.queries import stock as reads
from app.aid.render import stock_desk as render
from app.aid.render.stock import place_name
from app.aid.rules import stock as rules
from app.aid.rules.stock import Deed
from app.aid.rules.words import BoxState
from app.aid.service import goods, locations, targets
from app.db.session import retry_deadlocks, transaction
from app.lib import clock
from app.lib.errors import NotFoundError, StaleError, UserError
from app.web.pages import render as show_page

#: Things that go on with their boxes, or are lost with them.
_WITH_BOXES = frozenset({Deed.MOVE, Deed.LOSE})
_SENTENCES = {
    Deed.MOVE: lambda: _("Moved."),
    Deed.SORT: lambda: _("Sorted."),
    Deed.COUNT: lambda: _("The books say what you counted."),
}


@bp.get("/<public_id>/places/<key>/<any(move, sort, count, give, lose, discard, find):deed>")
@requires(Permission.AID_STOCK)
def deed(public_id: str, key: str, deed: str) -> ResponseReturnValue:
    """Show the form of a deed."""
    drop, location, wanted = _asked(public_id, key, deed)
    return _deed_page(drop, location, wanted, _form(drop, location, wanted))


@bp.post("/<public_id>/places/<key>/<any(move, sort, count, give, lose, discard, find):deed>")
@requires(Permission.AID_STOCK)
def do(public_id: str, key: str, deed: str) -> ResponseReturnValue:
    """Do a deed; the same form again does it once."""
    drop, location, wanted = _asked(public_id, key, deed)
    form = _form(drop, location, wanted)
    if not form.validate():
        return _deed_page(drop, location, wanted, form, status=422)

    def work() -> StockMove:
        with transaction():
            return _do(*_asked(public_id, key, deed), form, now=clock.utcnow())

    try:
        retry_deadlocks(work)
    except UserError as error:
        drop, location, wanted = _asked(public_id, key, deed)
        if isinstance(error, StaleError):
            form = _form(drop, location, wanted)  # what was typed, beside what lies there now
            form.seen.data = goods.seen_at(drop, location)
        form.be_new_after(error)
        form.add_problem(error)
        return _deed_page(drop, location, wanted, form, status=error.status)
    flash(_SENTENCES.get(wanted, lambda: _("Written down."))(), "good")
    return back_to_place(drop, location)


def _asked(public_id: str, key: str, deed: str) -> tuple[Drop, StockLocation, Deed]:
    drop, location = get_place(public_id, key)
    wanted = Deed(deed)
    if wanted not in rules.DEEDS.get(location.kind, ()):
        raise NotFoundError
    return drop, location, wanted


def _form(drop: Drop, location: StockLocation, deed: Deed) -> GoodsForm:
    rows = rows_of(reads.balances_at(location, drop))
    boxes = _movable(location, drop) if deed in _WITH_BOXES else []
    items = sorted_items(item_reads.list_items(drop.group_id))
    adds = deed in {Deed.SORT, Deed.COUNT}
    form = goods_form(
        rows,
        targets=_targets(drop, location, deed),
        boxes=boxes,
        items=([*items, item_reads.get_mixed(drop.group_id)] if deed is Deed.COUNT else items)
        if adds
        else (),
        zone=drop.zone,
        with_when=deed is not Deed.COUNT,
        reason="optional" if deed in {Deed.MOVE, Deed.SORT} else "needed",
    )
    form.set_seen(goods.seen_at(drop, location))
    return form


def _movable(location: StockLocation, drop: Drop) -> list[Box]:
    return [
        box
        for box in reads.list_boxes_at(location, drop)
        if box.state in rules.ON_THE_MOVE and box.state is not BoxState.OPEN
    ]


def _targets(drop: Drop, location: StockLocation, deed: Deed) -> list[tuple[str, str]] | None:
    """Where things may go; none: the deed itself says where."""
    if deed not in {Deed.MOVE, Deed.FIND}:
        return None
    found = targets.choices(drop, location.kind, is_found=deed is Deed.FIND)
    own = location.point or location.vehicle or location
    return [each for each in found if each[0].partition(":")[2] != own.public_id]


def _do(
    drop: Drop, location: StockLocation, deed: Deed, form: GoodsForm, *, now: datetime
) -> StockMove:
    words: dict[str, Any] = {
        "client_key": f"desk:{form.nonce.data}",
        "reason": (form.reason.data or "") if "reason" in form else "",
        "now": now,
        "by": current_actor(),
    }
    if deed is Deed.COUNT:
        return goods.count(drop, location, form.counted(), seen=form.seen.data, **words)
    words["happened_at"] = form.happened_at or now
    if deed is Deed.SORT:
        return goods.sort(drop, location, form.goods(), form.new_goods(), **words)
    to = _target(drop, deed, form)
    chosen = form.boxes.data if "boxes" in form else []
    return goods.move_on(
        drop,
        location,
        to,
        form.goods(),
        chosen=[each for each in _movable(location, drop) if each.label in chosen],
        kind=rules.DEED_KINDS.get(deed) or rules.kind_between(location.kind, to.kind),
        **words,
    )


def _target(drop: Drop, deed: Deed, form: GoodsForm) -> StockLocation:
    if "target" in form:
        return targets.find(drop, form.target.data)
    return locations.account(drop, goods.ENDS[rules.DEED_KINDS[deed]])


def _deed_page(
    drop: Drop, location: StockLocation, deed: Deed, form: GoodsForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/stock/deed.html",
        status=status,
        drop=drop,
        location=location,
        name=place_name(location),
        deed=deed,
        deed_name=render.DEED_NAMES[deed],
        form=form,
        typed_boxes=request.form.getlist("boxes"),
    )
