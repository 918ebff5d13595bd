"""What is kept beside the moves of goods, counted again from every line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from app.aid.queries import recounting as reads
from app.aid.rules import labels
from app.aid.rules import stock as rules
from app.aid.rules.words import BoxState
from app.ledger.facts import Check, Difference


def check_balances() -> Iterator[Difference]:
    """Say where what is kept of a place and the moves do not agree, or there is less than none."""
    counted = reads.counted_balances()
    for key, kept, found in _differing(reads.kept_balances(), counted):
        yield Difference(
            "stock_balance",
            "balance:" + ":".join(map(str, key)),
            f"kept are {kept}, the moves come to {found} (place, round, thing, unit)",
        )
    kinds = reads.kinds_of_places()
    for key, qty in counted.items():
        if qty < 0 and kinds[key[0]] not in rules.ENDLESS:
            yield Difference(
                "stock_below_nothing", "balance:" + ":".join(map(str, key)), f"{qty} lie there"
            )


def check_stock_totals() -> Iterator[Difference]:
    """Say where the public numbers and the moves do not agree, or goods came from nowhere."""
    kinds = reads.kinds_of_places()
    counted: defaultdict[reads.TotalKey, int] = defaultdict(int)
    sums: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    for (place, drop_id, item_id, unit), qty in reads.counted_balances().items():
        counted[drop_id, kinds[place], item_id, unit] += qty
        sums[drop_id, item_id, unit] += qty
    real = {key: qty for key, qty in counted.items() if qty}
    for key, kept, found in _differing(reads.kept_totals(), real):
        yield Difference(
            "stock_total",
            "total:" + ":".join(map(str, key)),
            f"kept are {kept}, the moves come to {found} (round, kind of place, thing, unit)",
        )
    for missed, qty in sums.items():
        if qty:
            yield Difference(
                "stock_not_conserved", "goods:" + ":".join(map(str, missed)), f"{qty} too many"
            )


def check_boxes() -> Iterator[Difference]:
    """Say which box is not where its moves took it, or stands where one in its state cannot."""
    last, kinds = reads.last_places_of_boxes(), reads.kinds_of_places()
    filled = {key[0] for key in reads.kept_balances()}
    for box in reads.list_all_boxes():
        if box.location_id != last.get(box.id, box.location_id):
            yield _box_difference(box.label, "it is not where its last move took it")
        if not rules.fits(box.state, kinds[box.location_id]):
            yield _box_difference(box.label, f"{box.state.value} in a {kinds[box.location_id]}")
        if box.state is BoxState.VOID and box.contents_id in filled:
            yield _box_difference(box.label, "no longer used, and not empty")


def _box_difference(label: str, detail: str) -> Difference:
    return Difference("box", f"box:{labels.written(label)}", detail)


def _differing(
    kept: Mapping[Any, int], counted: Mapping[Any, int]
) -> Iterator[tuple[Any, int, int]]:
    for key in sorted(kept.keys() | counted.keys()):
        if kept.get(key, 0) != counted.get(key, 0):
            yield key, kept.get(key, 0), counted.get(key, 0)


CHECKS: tuple[Check, ...] = (check_balances, check_stock_totals, check_boxes)
