"""Reads of appeals and their news."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.appeals.errors import AppealNotFoundError
from app.appeals.models.appeals import Appeal, AppealTotals, AppealUpdate, is_public, is_running
from app.db.session import db
from app.groups.models import PaymentAccount
from app.ledger.models import Fund


def find_appeal(slug: str) -> Appeal | None:
    """Return the appeal at this address, published or not, or None."""
    return db.session.scalar(select(Appeal).where(Appeal.slug == slug))


def get_public_appeal(slug: str, now: datetime) -> Appeal:
    """Return the published appeal at this address; raises AppealNotFoundError."""
    appeal = db.session.scalar(select(Appeal).where(Appeal.slug == slug, is_public(now)))
    if appeal is None:
        raise AppealNotFoundError
    return appeal


def get_appeal(appeal_id: int, group_ids: Collection[int]) -> Appeal:
    """Return an appeal of one of these groups; raises AppealNotFoundError."""
    appeal = db.session.scalar(
        select(Appeal).where(Appeal.id == appeal_id, Appeal.group_id.in_(group_ids))
    )
    if appeal is None:
        raise AppealNotFoundError
    return appeal


def get_appeal_by_id(appeal_id: int) -> Appeal:
    """Return an appeal by its key; raises AppealNotFoundError."""
    appeal = db.session.get(Appeal, appeal_id)
    if appeal is None:
        raise AppealNotFoundError
    return appeal


def lock_appeal(appeal_id: int) -> Appeal:
    """Return an appeal held against other writers until the transaction ends."""
    appeal = db.session.scalar(
        select(Appeal)
        .where(Appeal.id == appeal_id)
        .with_for_update(of=Appeal)
        .execution_options(populate_existing=True)
    )
    if appeal is None:
        raise AppealNotFoundError
    return appeal


def list_running(now: datetime) -> Sequence[Appeal]:
    """Return the open appeals, the one that closes first at the top."""
    return db.session.scalars(
        select(Appeal)
        .where(is_running(now))
        .order_by(Appeal.closes_at.is_(None), Appeal.closes_at, Appeal.id)
    ).all()


@dataclass(frozen=True)
class RunningAppeal:
    """An open appeal, and the payment account that takes its money."""

    appeal_id: int
    group_id: int
    opens_at: datetime
    account_name: str


def list_accounts_of_running(now: datetime) -> list[RunningAppeal]:
    """Return the open appeals that collect, each with the name of its payment account."""
    rows = db.session.execute(
        select(Appeal.id, Appeal.group_id, Appeal.opens_at, PaymentAccount.name)
        .join(Fund, Fund.id == Appeal.fund_id)
        .join(PaymentAccount, PaymentAccount.id == Fund.payment_account_id)
        .where(is_running(now))
    )
    return [RunningAppeal(*row) for row in rows]


def list_other_public(now: datetime) -> Sequence[Appeal]:
    """Return the published appeals that are not open now, the latest first."""
    return db.session.scalars(
        select(Appeal)
        .where(is_public(now), ~is_running(now))
        .order_by(Appeal.opens_at.desc(), Appeal.id)
    ).all()


def list_public_of_group(group_id: int, now: datetime) -> Sequence[Appeal]:
    """Return what a group asks for now."""
    return db.session.scalars(
        select(Appeal).where(is_running(now), Appeal.group_id == group_id).order_by(Appeal.id)
    ).all()


def list_appeals(group_ids: Collection[int]) -> Sequence[Appeal]:
    """Return all appeals of these groups, drafts included, the latest first."""
    return db.session.scalars(
        select(Appeal).where(Appeal.group_id.in_(group_ids)).order_by(Appeal.id.desc())
    ).all()


def list_updates(appeal_id: int) -> Sequence[AppealUpdate]:
    """Return the updates of an appeal, the latest first."""
    return db.session.scalars(
        select(AppealUpdate)
        .where(AppealUpdate.appeal_id == appeal_id)
        .order_by(AppealUpdate.posted_at.desc(), AppealUpdate.id.desc())
    ).all()


def get_update(appeal_id: int, update_id: int) -> AppealUpdate:
    """Return one update of an appeal; raises AppealNotFoundError."""
    update = db.session.scalar(
        select(AppealUpdate).where(
            AppealUpdate.id == update_id, AppealUpdate.appeal_id == appeal_id
        )
    )
    if update is None:
        raise AppealNotFoundError
    return update


def list_totals() -> Sequence[AppealTotals]:
    """Return the sums beside every appeal."""
    return (
        db.session.scalars(
            select(AppealTotals)
            .options(joinedload(AppealTotals.appeal))
            .order_by(AppealTotals.appeal_id)
        )
        .unique()
        .all()
    )
