"""What of the goods at a door goes into the van, given what a driver counted there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.aid.rules.pickups import Result
from app.aid.rules.quantities import share
from app.aid.rules.words import StopOutcome, Unit


@dataclass(frozen=True, kw_only=True)
class Lying:
    """So many of a thing that lie there, or one labelled box."""

    unit: Unit
    qty: int
    item_id: int | None = None
    box_id: int | None = None
    #: Not sorted yet: what anybody brings in bags.
    is_mixed: bool = False


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What the books have to say of a stop."""

    #: Goes into the van.
    taken: tuple[Lying, ...] = ()
    #: Was there although the books did not know it: bags and boxes of unsorted things.
    more: tuple[tuple[Unit, int], ...] = ()
    #: Was not there although the books say so.
    missing: tuple[Lying, ...] = ()


def fetched(result: Result, lying: Sequence[Lying]) -> Fetched:
    """Let the books follow a driver's count.

    Where she took everything, what the books know more than she counted was not there. Where she
    took a part, the rest stays. What was sorted and weighed goes along with the bags and boxes.
    """
    is_all = result.outcome is StopOutcome.COLLECTED
    taken: list[Lying] = []
    missing: list[Lying] = []
    more: list[tuple[Unit, int]] = []
    whole = part = 0
    for unit, counted in ((Unit.BAG, result.bags), (Unit.BOX, result.boxes)):
        there = _in_line(lying, unit)
        known = sum(each.qty for each in there)
        goes, stays = _split(there, counted)
        taken += goes
        missing += [each for each in stays if is_all and each.box_id is None]
        if counted > known:
            more.append((unit, counted - known))
        whole, part = whole + max(known, counted), part + counted
    for each in lying:
        if each.unit in {Unit.EACH, Unit.GRAM}:
            qty = each.qty if is_all else share(each.qty, part, whole)
            taken += [_of(each, qty)] if qty else []
    return Fetched(taken=tuple(taken), more=tuple(more), missing=tuple(missing))


def _in_line(lying: Sequence[Lying], unit: Unit) -> list[Lying]:
    """What lies there in a unit: labelled boxes first, then unsorted things, then the rest."""
    of_unit = [each for each in lying if each.unit is unit]
    return sorted(
        of_unit,
        key=lambda each: (each.box_id is None, not each.is_mixed, each.box_id or each.item_id or 0),
    )


def _split(there: Sequence[Lying], counted: int) -> tuple[list[Lying], list[Lying]]:
    """The first so many, and the rest."""
    goes: list[Lying] = []
    stays: list[Lying] = []
    for each in there:
        qty = min(each.qty, counted)
        counted -= qty
        goes += [_of(each, qty)] if qty else []
        stays += [_of(each, each.qty - qty)] if qty < each.qty else []
    return goes, stays


def _of(lying: Lying, qty: int) -> Lying:
    return Lying(
        unit=lying.unit,
        qty=qty,
        item_id=lying.item_id,
        box_id=lying.box_id,
        is_mixed=lying.is_mixed,
    )
