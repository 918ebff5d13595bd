"""Organisers write days of action, publish and cancel them, and fill their toolkits."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update

from app.appeals.models.appeals import Appeal
from app.audit import service as audit
from app.audit.facts import Actor
from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.db.topics import touch
from app.events.errors.editing import ForeignLinkError
from app.events.errors.mobilisations import (
    BadFileError,
    BadSlugError,
    DaysCrossedError,
    DaysWithEventsError,
    FileTooLargeError,
    MobilisationNotFoundError,
    NoPictureWordsError,
    SlugTakenError,
    StaleMobilisationError,
    ToolkitFullError,
)
from app.events.models.mobilisations import Mobilisation, ToolkitItem
from app.events.queries import mobilisations as reads
from app.events.rules import mobilisations as rules
from app.events.rules.mobilisations import KitFile, MobilisationContent
from app.events.service import indexing
from app.groups.rules import is_slug
from app.lib import ids
from app.lib.text import Translated


def create(content: MobilisationContent, *, slug: str, now: datetime, by: Actor) -> Mobilisation:
    """Begin a day of action as a draft.

    Raises BadSlugError, SlugTakenError, DaysCrossedError, NoPictureWordsError, ForeignLinkError.
    """
    if not is_slug(slug):
        raise BadSlugError
    if reads.find_mobilisation(slug) is not None:
        raise SlugTakenError
    _check(content)
    made = Mobilisation(
        public_id=ids.public_id(), slug=slug, created_at=now, updated_at=now, version=1
    )
    _write(made, content)
    db.session.add(made)
    db.session.flush()
    db.session.refresh(made)
    _tell(made, "mobilisation.created", now=now, by=by)
    return made


def edit(
    mobilisation_id: int,
    content: MobilisationContent,
    *,
    seen_version: int,
    now: datetime,
    by: Actor,
) -> None:
    """Save an edited day of action; its group stays.

    Raises StaleMobilisationError, DaysWithEventsError where local events would lie outside, or
    what `create` raises about the content.
    """
    held = reads.lock_mobilisation(mobilisation_id)
    if held.version != seen_version:
        raise StaleMobilisationError
    _check(content)
    if content.group_id != held.group_id:
        raise ForeignLinkError("group_id")
    outside = reads.count_outside(held.id, content.on_date, content.until_date)
    if outside:
        raise DaysWithEventsError(outside)
    _write(held, content)
    _finish(held, "mobilisation.edited", now=now, by=by)


def publish(mobilisation_id: int, *, now: datetime, by: Actor) -> None:
    """Show a day of action to everybody. Twice changes nothing."""
    held = reads.lock_mobilisation(mobilisation_id)
    if held.published_at is None:
        held.published_at = now
        _finish(held, "mobilisation.published", now=now, by=by)


def cancel(mobilisation_id: int, *, now: datetime, by: Actor) -> None:
    """Say that there is no such day; its page stays. Local events decide for themselves."""
    held = reads.lock_mobilisation(mobilisation_id)
    if held.cancelled_at is None:
        held.cancelled_at = now
        _finish(held, "mobilisation.cancelled", now=now, by=by)


def reinstate(mobilisation_id: int, *, now: datetime, by: Actor) -> None:
    """Take back that it is cancelled. Twice changes nothing."""
    held = reads.lock_mobilisation(mobilisation_id)
    if held.cancelled_at is not None:
        held.cancelled_at = None
        _finish(held, "mobilisation.reinstated", now=now, by=by)


# --- the toolkit --------------------------------------------------------------------------------


def read_file(data: bytes, name: str) -> KitFile:
    """A file as it will be kept; raises FileTooLargeError or BadFileError."""
    if len(data) > rules.LARGEST_FILE:
        raise FileTooLargeError
    media = rules.media_of(data)
    if media is None:
        raise BadFileError
    media_type, ending = media
    return KitFile(rules.clean_name(name, ending), media_type, data)


def add_item(
    mobilisation_id: int,
    title: Translated,
    *,
    url: str | None = None,
    file: KitFile | None = None,
    now: datetime,
    by: Actor,
) -> ToolkitItem:
    """Put a link or a file at the end of the toolkit; the very same again is not put twice.

    Raises ToolkitFullError.
    """
    held = reads.lock_mobilisation(mobilisation_id)
    digest = sha256(file.data).hexdigest() if file else None
    items = reads.list_toolkit(held.id)
    same = [
        each for each in items if (each.title, each.url, each.file_sha256) == (title, url, digest)
    ]
    if same:
        return same[0]
    if len(items) >= rules.TOOLKIT_ITEMS:
        raise ToolkitFullError
    item = ToolkitItem(
        mobilisation_id=held.id,
        position=max((each.position for each in items), default=0) + 1,
        title=title,
        url=url,
        file_name=file.name if file else None,
        file_sha256=digest,
        media_type=file.media_type if file else None,
        byte_count=len(file.data) if file else None,
        data=file.data if file else None,
    )
    db.session.add(item)
    _finish(held, "mobilisation.toolkit_added", now=now, by=by)
    return item


def remove_item(mobilisation_id: int, item_id: int, *, now: datetime, by: Actor) -> None:
    """Take something out of the toolkit; what is gone already stays gone."""
    held = reads.lock_mobilisation(mobilisation_id)
    item = _find_item(held.id, item_id)
    if item is not None:
        db.session.delete(item)
        _finish(held, "mobilisation.toolkit_removed", now=now, by=by)


def raise_item(mobilisation_id: int, item_id: int, *, now: datetime, by: Actor) -> None:
    """Move something one place up; raises MobilisationNotFoundError."""
    held = reads.lock_mobilisation(mobilisation_id)
    items = reads.list_toolkit(held.id)
    at = next((place for place, each in enumerate(items) if each.id == item_id), None)
    if at is None:
        raise MobilisationNotFoundError
    if at == 0:
        return
    above, item = items[at - 1], items[at]
    upper, lower = above.position, item.position
    # Positions are unique at every moment, so the first of the two steps aside.
    for row, position in ((above, -1), (item, upper), (above, lower)):
        db.session.execute(
            update(ToolkitItem).where(ToolkitItem.id == row.id).values(position=position)
        )
    _finish(held, "mobilisation.toolkit_moved", now=now, by=by)


def _find_item(mobilisation_id: int, item_id: int) -> ToolkitItem | None:
    return db.session.scalar(
        select(ToolkitItem).where(
            ToolkitItem.id == item_id, ToolkitItem.mobilisation_id == mobilisation_id
        )
    )


# --- writing ------------------------------------------------------------------------------------


def _check(content: MobilisationContent) -> None:
    length = content.until_date - content.on_date
    if content.until_date < content.on_date or length >= rules.LONGEST:
        raise DaysCrossedError
    if content.picture_id is not None and not content.picture_alt:
        raise NoPictureWordsError
    for name, owner in (
        ("campaign_id", select(Campaign.group_id).where(Campaign.id == content.campaign_id)),
        ("appeal_id", select(Appeal.group_id).where(Appeal.id == content.appeal_id)),
    ):
        if getattr(content, name) is not None and db.session.scalar(owner) != content.group_id:
            raise ForeignLinkError(name)


def _write(row: Mobilisation, content: MobilisationContent) -> None:
    for name, value in vars(content).items():
        setattr(row, name, value)


def _finish(held: Mobilisation, action: str, *, now: datetime, by: Actor) -> None:
    held.version += 1
    held.updated_at = now
    db.session.flush()
    _tell(held, action, now=now, by=by)


def _tell(held: Mobilisation, action: str, *, now: datetime, by: Actor) -> None:
    audit.record(
        by,
        action,
        f"mobilisation:{held.id}",
        now=now,
        group_id=held.group_id,
        detail={"slug": held.slug},
    )
    indexing.index_day(held)
    touch(f"mobilisation:{held.id}", "events", "home", f"group:{held.group_id}")
    if held.campaign_id is not None:
        touch(f"campaign:{held.campaign_id}")
