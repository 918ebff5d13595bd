"""Reads of gifts by who gave them, for the page of a supporter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.db.session import db


def list_of_address(email: str, group_ids: Collection[int], *, limit: int) -> Sequence[Donation]:
    """Return gifts from an address to appeals of these groups, the latest first."""
    return db.session.scalars(
        select(Donation)
        .join(Donation.appeal)
        .where(Donation.email == email, Appeal.group_id.in_(group_ids))
        .options(contains_eager(Donation.appeal))
        .order_by(Donation.id.desc())
        .limit(limit)
    ).all()


def known_supporters(group_ids: Collection[int] | None) -> Select[Any]:
    """Select the ids of the supporters who gave to one of these groups, or to any."""
    found = select(Donation.supporter_id).where(Donation.supporter_id.is_not(None))
    if group_ids is None:
        return found
    return found.join(Donation.appeal).where(Appeal.group_id.in_(group_ids))
