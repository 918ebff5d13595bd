"""What a move does to labelled boxes: where they stand; what is sealed stays in them."""

from __future__ import annotations

from app.aid.errors.stock import BoxElsewhereError, BoxStateError, SealedError, TimeError
from app.aid.models.stock import Box, StockLocation, StockMove
from app.aid.queries import stock as reads
from app.aid.render.stock import place_name
from app.aid.rules import stock as rules
from app.aid.rules.stock import Leg
from app.aid.rules.words import BoxState, LocationKind, MoveKind
from app.aid.service.stock_checks import Ground
from app.aid.service.stock_sums import Sums


def follow(new: StockMove, ground: Ground, sums: Sums, *, opening: frozenset[int]) -> None:
    """Let boxes stand where a move takes them; raises where one cannot go or is sealed."""
    _check_chronology(new, ground)
    for leg in ground.legs:
        if leg.box_id is not None:
            box = ground.boxes[leg.box_id]
            _check_place(box, leg)
            was, to = box.state, ground.locations[leg.to].kind
            after = rules.state_after(was, to, lost_from=box.lost_from)
            if after is None:
                raise BoxStateError(box.label)
            box.lost_from = was if after is BoxState.LOST else None
            _put(box, leg, after, ground, sums)
    for leg in ground.legs:
        for key, other in ((leg.from_, leg.to), (leg.to, leg.from_)):
            if ground.locations[key].kind is LocationKind.BOX:
                inside = ground.inside(key)
                _check_open(inside, opening)
                _check_beside(new.kind, inside, ground.locations[other])


def follow_back(undone: StockMove, ground: Ground, sums: Sums) -> None:
    """Let boxes stand where they stood before a move that is taken back."""
    moved = {leg.box_id for leg in ground.legs}
    for leg in ground.legs:
        for key in (leg.from_, leg.to):
            box = ground.inside(key)
            if box is not None and box.id not in moved:
                _check_open(box, frozenset())
    for leg in ground.legs:
        if leg.box_id is not None:
            box = ground.boxes[leg.box_id]
            _check_place(box, leg)
            before = _state_before(undone, box, ground.locations[leg.to].kind)
            box.lost_from = box.state if before is BoxState.LOST else None
            _put(box, leg, before, ground, sums)


def _state_before(undone: StockMove, box: Box, place: LocationKind) -> BoxState:
    """What a box was before a move; raises BoxStateError where it has gone on since."""
    was = box.lost_from if undone.kind is MoveKind.LOSE else rules.BEFORE.get(undone.kind)
    if undone.kind is MoveKind.TRANSFER:
        was = box.state
    is_as_left = box.state in rules.AFTER.get(undone.kind, frozenset(BoxState))
    if was is None or not is_as_left or not rules.fits(was, place):
        raise BoxStateError(box.label)
    return was


def _put(box: Box, leg: Leg, state: BoxState, ground: Ground, sums: Sums) -> None:
    from_, to = ground.locations[leg.from_], ground.locations[leg.to]
    box.location_id, box.location, box.state = to.id, to, state
    box.version += 1
    for balance in reads.contents_of(box):
        sums.shift(from_.kind, to.kind, balance.item_id, balance.unit, balance.qty)


def _check_place(box: Box, leg: Leg) -> None:
    if box.location_id != leg.from_:
        raise BoxElsewhereError(box.label, place_name(box.location))


def _check_beside(kind: MoveKind, box: Box | None, shelf: StockLocation) -> None:
    """Things go into a box and out of it where it stands, even if it was just taken away."""
    if kind not in {MoveKind.PACK, MoveKind.UNPACK} or shelf.kind is LocationKind.BOX:
        return
    if box is not None and box.location_id != shelf.id:
        raise BoxElsewhereError(box.label, place_name(box.location))


def _check_open(box: Box | None, opening: frozenset[int]) -> None:
    if box is None:
        return
    if box.id not in opening and box.state is not BoxState.OPEN:
        if box.state is BoxState.VOID:
            raise BoxStateError(box.label)
        raise SealedError(box.label)


def _check_chronology(new: StockMove, ground: Ground) -> None:
    """Nothing is done to a box before what was done to it last."""
    for box in ground.boxes.values():
        last = reads.last_touched_at(box, but=new.id)
        if max(filter(None, (last, box.created_at))) > new.happened_at:
            raise TimeError.box_moved_since()
