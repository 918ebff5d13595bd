"""Two rows are found to be one person, and perhaps not after all.

Nothing moves. Each merge is an edge from one row to another; `merged_into_id` says which row stands
for the person and follows from the edges that were not taken back. So a merge is undone whatever
else was merged since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, or_, select

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.supporters.errors.people import (
    MergeGoneError,
    SamePersonError,
    SupporterNotFoundError,
)
from app.supporters.models.people import Supporter, SupporterMerge
from app.supporters.queries import finding


def merge(
    kept_id: int, other_id: int, *, group_id: int, now: datetime, by: Actor
) -> SupporterMerge:
    """Let one row stand for another, and for all that this one stands for.

    Raises SamePersonError or SupporterNotFoundError.
    """
    kept, other = _lock_roots(kept_id, other_id)
    if kept.id == other.id:
        raise SamePersonError
    edge = SupporterMerge(
        kept_id=kept.id,
        merged_id=other.id,
        group_id=group_id,
        merged_by_id=by.account_id,
        merged_at=now,
    )
    db.session.add(edge)
    for row in _standing_for(other.id):
        row.merged_into_id = kept.id
    other.merged_into_id = kept.id
    db.session.flush()
    detail = {"merged": other.id, "merge": edge.id}
    audit.record(
        by, "supporter.merged", f"supporter:{kept.id}", now=now, group_id=group_id, detail=detail
    )
    return edge


def undo(merge_id: int, *, now: datetime, by: Actor) -> None:
    """Take a merge back; raises MergeGoneError."""
    known = db.session.get(SupporterMerge, merge_id)
    if known is None:
        raise MergeGoneError
    _hold([known.kept_id, known.merged_id])
    edge = db.session.scalar(
        select(SupporterMerge)
        .where(SupporterMerge.id == merge_id)
        .with_for_update(of=SupporterMerge)
        .execution_options(populate_existing=True)
    )
    if edge is None or edge.undone_at is not None:
        raise MergeGoneError
    _cut(edge, now=now, by=by)


def part_all(supporter: Supporter, *, now: datetime, by: Actor) -> None:
    """Take back every merge that one row has a part in: it stands alone again.

    Rows that were merged through it are parted, too: the wish to be forgotten weighs more.
    """
    _hold([supporter.id])
    for edge in finding.list_merges([supporter.id]):
        _cut(edge, now=now, by=by)


def _cut(edge: SupporterMerge, *, now: datetime, by: Actor) -> None:
    edge.undone_at = now
    db.session.flush()
    _find_roots({edge.kept_id, edge.merged_id})
    audit.record(
        by,
        "supporter.parted",
        f"supporter:{edge.kept_id}",
        now=now,
        group_id=edge.group_id,
        detail={"merged": edge.merged_id, "merge": edge.id},
    )


def _find_roots(ends: Iterable[int]) -> None:
    """Say anew which row stands for whom, on both sides of an edge that was cut."""
    for end in ends:
        root, below = _root_of(end), list[int]()
        reached = [root]
        while reached:
            edges = db.session.scalars(
                select(SupporterMerge.merged_id).where(
                    SupporterMerge.kept_id.in_(reached), SupporterMerge.undone_at.is_(None)
                )
            ).all()
            reached = list(edges)
            below += reached
        rows = db.session.scalars(select(Supporter).where(Supporter.id.in_([root, *below])))
        for row in rows:
            row.merged_into_id = None if row.id == root else root
    db.session.flush()


def _root_of(supporter_id: int) -> int:
    here = supporter_id
    while True:
        above = db.session.scalar(
            select(SupporterMerge.kept_id).where(
                SupporterMerge.merged_id == here, SupporterMerge.undone_at.is_(None)
            )
        )
        if above is None:
            return here
        here = above


def _standing_for(supporter_id: int) -> Iterable[Supporter]:
    return db.session.scalars(select(Supporter).where(Supporter.merged_into_id == supporter_id))


def _lock_roots(one_id: int, other_id: int) -> tuple[Supporter, Supporter]:
    """Hold two people, and return the rows that stand for them."""
    wanted = (one_id, other_id)
    held = _hold(wanted)
    try:
        found = [held[held[each].merged_into_id or each] for each in wanted]
    except KeyError:
        raise SupporterNotFoundError from None
    if any(row.email is None for row in found):
        raise SupporterNotFoundError
    return found[0], found[1]


def _hold(wanted: Collection[int]) -> dict[int, Supporter]:
    """Hold every row of some people, in order of id; the row that stands for one is her lock.

    Where somebody merged or parted them meanwhile another row stands now: that is held, too.
    """
    while True:
        stands = func.coalesce(Supporter.merged_into_id, Supporter.id)
        roots = set(db.session.scalars(select(stands).where(Supporter.id.in_(wanted))))
        rows = db.session.scalars(
            select(Supporter)
            .where(or_(Supporter.id.in_({*wanted, *roots}), Supporter.merged_into_id.in_(roots)))
            .order_by(Supporter.id)
            .with_for_update(of=Supporter)
            .execution_options(populate_existing=True)
        ).all()
        held = {row.id: row for row in rows}
        if all((held[each].merged_into_id or each) in held for each in wanted if each in held):
            return held
