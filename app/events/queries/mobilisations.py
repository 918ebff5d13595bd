"""Reads of mobilisations, their toolkit and their local events."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from app.db.session import db
from app.events.errors.mobilisations import MobilisationNotFoundError
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation, ToolkitItem
from app.events.rules.words import EventState, Status
from app.places.models import Place

#: The furthest zone is a day behind or ahead; what is over is decided by `rules.is_over`.
_DAY = timedelta(days=1)


def find_mobilisation(slug: str) -> Mobilisation | None:
    """Return the mobilisation at this address, published or not, or None."""
    return db.session.scalar(select(Mobilisation).where(Mobilisation.slug == slug))


def get_public(slug: str) -> Mobilisation:
    """Return the published mobilisation at this address; raises MobilisationNotFoundError."""
    found = find_mobilisation(slug)
    if found is None or found.published_at is None:
        raise MobilisationNotFoundError
    return found


def get_for_desk(public_id: str, group_ids: Collection[int]) -> Mobilisation:
    """Return a mobilisation of one of these groups; raises MobilisationNotFoundError."""
    found = db.session.scalar(
        select(Mobilisation).where(
            Mobilisation.public_id == public_id, Mobilisation.group_id.in_(group_ids)
        )
    )
    if found is None:
        raise MobilisationNotFoundError
    return found


def lock_mobilisation(mobilisation_id: int) -> Mobilisation:
    """Return a mobilisation held against other writers until the transaction ends."""
    found = db.session.scalar(
        select(Mobilisation)
        .where(Mobilisation.id == mobilisation_id)
        .with_for_update(of=Mobilisation)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise MobilisationNotFoundError
    return found


def list_coming(now: datetime) -> Sequence[Mobilisation]:
    """Return the published ones that are not over everywhere, the next first."""
    return db.session.scalars(
        select(Mobilisation)
        .where(Mobilisation.published_at.is_not(None), Mobilisation.until_date >= now.date() - _DAY)
        .order_by(Mobilisation.on_date, Mobilisation.id)
    ).all()


def list_past(now: datetime, *, limit: int = 50) -> Sequence[Mobilisation]:
    """Return the published ones that lie back, the latest first."""
    return db.session.scalars(
        select(Mobilisation)
        .where(Mobilisation.published_at.is_not(None), Mobilisation.until_date < now.date() - _DAY)
        .order_by(Mobilisation.on_date.desc(), Mobilisation.id)
        .limit(limit)
    ).all()


def list_of_groups(group_ids: Collection[int]) -> Sequence[Mobilisation]:
    """Return every mobilisation of these groups, drafts included, the latest first."""
    return db.session.scalars(
        select(Mobilisation)
        .where(Mobilisation.group_id.in_(group_ids))
        .order_by(Mobilisation.on_date.desc(), Mobilisation.id.desc())
    ).all()


def list_public_of_campaign(campaign_id: int, now: datetime) -> Sequence[Mobilisation]:
    """Return what a campaign calls for from today on."""
    return [each for each in list_coming(now) if each.campaign_id == campaign_id]


def list_local(mobilisation_id: int) -> Sequence[Event]:
    """Return the public local events; cancelled ones stay, so that nobody goes there."""
    return db.session.scalars(
        select(Event)
        .where(*_is_local(mobilisation_id))
        .options(selectinload(Event.seats))
        .order_by(Event.starts_local, Event.id)
    ).all()


def count_places(mobilisation_id: int) -> tuple[int, int]:
    """Count towns and countries where a public local event takes place."""
    where = (*_is_local(mobilisation_id), Event.status != Status.CANCELLED)
    towns = (
        select(Place.country, func.lower(Place.locality).label("town"))
        .join(Event, Event.place_id == Place.id)
        .where(*where)
        .distinct()
        .subquery()
    )
    row = db.session.execute(
        select(func.count(), func.count(func.distinct(towns.c.country))).select_from(towns)
    ).one()
    return (row[0], row[1])


def list_miscounted() -> list[int]:
    """Return the mobilisations whose kept counts are not what a recount says."""
    return [
        each.id
        for each in db.session.scalars(select(Mobilisation).order_by(Mobilisation.id))
        if (each.place_count, each.country_count) != count_places(each.id)
    ]


def count_outside(mobilisation_id: int, first: date, last: date) -> int:
    """Count living local events that begin on another day than these."""
    begin, end = datetime.combine(first, time()), datetime.combine(last + _DAY, time())
    found = (
        select(func.count(Event.id))
        .where(
            Event.mobilisation_id == mobilisation_id,
            Event.state.in_((EventState.PENDING, EventState.PUBLISHED, EventState.HIDDEN)),
        )
        .where((Event.starts_local < begin) | (Event.starts_local >= end))
    )
    return db.session.scalar(found) or 0


def list_toolkit(mobilisation_id: int) -> Sequence[ToolkitItem]:
    """Return what is in the toolkit, in its order, without the bytes of files."""
    return db.session.scalars(
        select(ToolkitItem)
        .where(ToolkitItem.mobilisation_id == mobilisation_id)
        .order_by(ToolkitItem.position)
    ).all()


def find_kit_file(sha256: str) -> ToolkitItem | None:
    """Return a file of a published toolkit by the hash of its bytes, or None."""
    return db.session.scalar(
        select(ToolkitItem)
        .join(Mobilisation)
        .where(ToolkitItem.file_sha256 == sha256, Mobilisation.published_at.is_not(None))
        .order_by(ToolkitItem.id)
        .limit(1)
    )


def _is_local(mobilisation_id: int) -> list[ColumnElement[bool]]:
    return [Event.mobilisation_id == mobilisation_id, Event.state == EventState.PUBLISHED]
