"""Organisers write events part by part, and lead them to the public and back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from app.appeals.models.appeals import Appeal
from app.audit.facts import Actor
from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.db.topics import touch
from app.events.errors.editing import (
    BadEventSlugError,
    EventSlugTakenError,
    ForeignLinkError,
    NoPlaceError,
    OutOfRangeError,
    ReleaseTooLateError,
    StaleEventError,
    WrongStateError,
)
from app.events.models.events import Event, EventSlug, ProgrammeItem
from app.events.models.mobilisations import Mobilisation
from app.events.queries import events as reads
from app.events.queries import rsvps as rsvp_reads
from app.events.rules import access as access_rules
from app.events.rules.content import (
    Basics,
    Content,
    Joining,
    Links,
    March,
    Picture,
    Programme,
    Safety,
    Where,
)
from app.events.rules.statuses import STEPS, Step
from app.events.rules.times import When
from app.events.rules.words import EventState, Mode, Status
from app.events.service import changing, telling
from app.events.service.counting import recount
from app.events.service.listing import relist
from app.groups.models import Group
from app.groups.rules import is_slug
from app.lib import ids
from app.places.models import Place

#: Words that stand for pages of their own below /events/.
RESERVED_SLUGS: Final = frozenset({"all", "map", "near", "new", "past", "search"})
#: Room for a number behind a slug that was taken.
_SLUG_LIMIT: Final = 70


def create_event(
    group: Group,
    *,
    basics: Basics,
    when: When,
    where: Where,
    links: Links | None = None,
    now: datetime,
    by: Actor,
    state: EventState = EventState.DRAFT,
    status: Status = Status.CONFIRMED,
) -> Event:
    """Begin an event; a draft unless told otherwise. Raises a ContentError."""
    event = Event(
        public_id=ids.public_id(),
        slug="",
        group=group,
        state=state,
        status=status,
        access={},
        sequence=0,
        version=1,
        created_at=now,
        updated_at=now,
        changed_at=now,
        published_at=now if state is EventState.PUBLISHED else None,
    )
    for part in (basics, when, where, *((links,) if links else ())):
        _write(event, part)
    event.slug = free_slug(event)
    db.session.add(event)
    db.session.flush()
    db.session.refresh(event)
    changing.ensure_seats(event)
    changing.note(event, "event.created", now=now, by=by)
    relist(event, now=now)
    return event


def edit_event(
    event_id: int,
    part: Content | When,
    *,
    seen_version: int | None,
    now: datetime,
    by: Actor,
) -> Event:
    """Save one part of an event: any of `rules.content`, or a `rules.times.When`.

    A published event whose start changes is rescheduled by it. Raises StaleEventError when somebody
    saved after this page was made (None: nobody asks), or a ContentError.
    """
    event = reads.lock_event(event_id)
    if seen_version is not None and event.version != seen_version:
        raise StaleEventError
    before, day_before = telling.snapshot(event), event.mobilisation_id
    _write(event, part)
    is_moved = event.starts_local != before.starts_local or event.starts_at != before.starts_at
    if event.state is EventState.PUBLISHED and is_moved and event.status is not Status.CANCELLED:
        event.status = Status.RESCHEDULED
        event.previous_starts_local = before.starts_local
    changing.ensure_seats(event)
    detail = {"part": type(part).__name__.lower()}
    changing.finish(event, "event.edited", before, now=now, by=by, detail=detail)
    if day_before is not None and day_before != event.mobilisation_id:
        touch(f"mobilisation:{day_before}")
        recount(day_before)
    return event


def change_slug(
    event_id: int, slug: str, *, seen_version: int | None = None, now: datetime, by: Actor
) -> None:
    """Give an event another address; the old one leads on. Raises a ContentError."""
    event = reads.lock_event(event_id)
    if seen_version is not None and event.version != seen_version:
        raise StaleEventError
    if slug == event.slug:
        return
    if not is_slug(slug) or slug in RESERVED_SLUGS:
        raise BadEventSlugError
    if reads.is_slug_taken(slug, but_of=event.id):
        raise EventSlugTakenError
    before, old = telling.snapshot(event), event.slug
    own_old = db.session.get(EventSlug, slug)
    if own_old is not None:
        db.session.delete(own_old)
    if event.published_at is not None:
        db.session.add(EventSlug(slug=old, event_id=event.id))
    event.slug = slug
    detail = {"from": old}
    changing.finish(event, "event.address_changed", before, now=now, by=by, detail=detail)


def step(event_id: int, wanted: Step, *, now: datetime, by: Actor) -> Event:
    """Publish, withdraw, hide or show an event; doing it twice changes nothing.

    Raises WrongStateError.
    """
    event = reads.lock_event(event_id)
    origins, goal = STEPS[wanted]
    if event.state is goal:
        return event
    if event.state not in origins:
        raise WrongStateError
    before = telling.snapshot(event)
    event.state = goal
    if goal is EventState.PUBLISHED and event.published_at is None:
        event.published_at = now
    changing.finish(event, _ACTIONS[wanted], before, now=now, by=by)
    return event


_ACTIONS: Final = {
    Step.PUBLISH: "event.published",
    Step.WITHDRAW: "event.withdrawn",
    Step.HIDE: "event.hidden",
    Step.SHOW: "event.shown",
}


# --- writing one part ---------------------------------------------------------------------------


def _write(event: Event, part: Content | When) -> None:
    if isinstance(part, When):
        _write_when(event, part)
        return
    part.check()
    match part:
        case Basics() | Picture() | March():
            _copy(event, part)
        case Links():
            _write_links(event, part)
        case Where():
            _write_where(event, part)
        case Joining():
            _write_joining(event, part)
        case Safety():
            _write_safety(event, part)
        case Programme():
            _write_programme(event, part)
        case _:
            raise TypeError(type(part))


def _copy(event: Event, part: Content, *, but: tuple[str, ...] = ()) -> None:
    for name, value in vars(part).items():
        if name not in but:
            setattr(event, name, list(value) if isinstance(value, tuple) else value)


def _write_when(event: Event, when: When) -> None:
    for name, value in vars(when).items():
        setattr(event, name, value)


def _write_links(event: Event, part: Links) -> None:
    group_id = event.group_id or event.group.id
    for name, model in _LINKED.items():
        wanted = getattr(part, name)
        if wanted is not None and wanted != getattr(event, name):
            owner = db.session.scalar(select(model.group_id).where(model.id == wanted))
            if owner != group_id:
                raise ForeignLinkError(name)
        setattr(event, name, wanted)


_LINKED: Final[dict[str, type[Campaign | Appeal | Mobilisation]]] = {
    "campaign_id": Campaign,
    "appeal_id": Appeal,
    "mobilisation_id": Mobilisation,
}


def _write_where(event: Event, part: Where) -> None:
    if part.place_released_at is not None and part.place_released_at >= event.ends_at:
        raise ReleaseTooLateError
    if part.place_id is not None and db.session.get(Place, part.place_id) is None:
        raise NoPlaceError
    old = event.place_id
    _copy(event, part)
    if event.mode is Mode.IN_PERSON:
        event.online_url = None
    if old is not None and old != event.place_id:
        _drop_place(event, old)


def _drop_place(event: Event, place_id: int) -> None:
    """Forget a place where nothing is any more: it may be somebody's home."""
    with db.session.no_autoflush:
        is_shared = reads.is_place_shared(place_id, but_of=event.id)
    if not is_shared:
        place = db.session.get(Place, place_id)
        event.place = db.session.get(Place, event.place_id) if event.place_id else None
        db.session.flush()
        db.session.delete(place)


def _write_joining(event: Event, part: Joining) -> None:
    if part.retention_days > event.retention_days and rsvp_reads.count_people(event.id):
        # Whoever is on the list was promised the earlier day.
        raise OutOfRangeError("retention_days", 0, event.retention_days)
    _copy(event, part, but=("seats",))


def _write_safety(event: Event, part: Safety) -> None:
    _copy(event, part, but=("access",))
    event.access = access_rules.to_row(part.access)


def _write_programme(event: Event, part: Programme) -> None:
    _copy(event, part, but=("parts",))
    if event.id is not None:
        db.session.execute(delete(ProgrammeItem).where(ProgrammeItem.event_id == event.id))
        db.session.expire(event, ["programme"])
    for position, each in enumerate(part.parts):
        event.programme.append(
            ProgrammeItem(
                position=position,
                kind=each.kind,
                title=each.title,
                starts_local=each.starts_local,
                minutes=each.minutes,
                people=each.people,
            )
        )


# --- addresses ----------------------------------------------------------------------------------


def free_slug(event: Event) -> str:
    """An address for a new event that no other has or had: its title, else its kind and day."""
    titles = [event.title.texts.get("en", ""), event.title.origin_text]
    plain = (ids.slugify(text) for text in titles)
    day = event.starts_local.date().isoformat()
    base = next((each for each in plain if is_slug(each)), f"{_kebab(event.kind)}-{day}")
    base = base[:_SLUG_LIMIT].strip("-")
    for tried in (base, f"{base[:50].strip('-')}-{day}"):
        if tried not in RESERVED_SLUGS and not reads.is_slug_taken(tried):
            return tried
    return f"{base[:50].strip('-')}-{ids.public_id()[:8]}"


def _kebab(kind: str) -> str:
    return str(kind).replace("_", "-")
