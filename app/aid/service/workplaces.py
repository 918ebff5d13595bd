"""A collection at work: signed up, confirmed by mail, changed, withdrawn.

Every change holds the point first, then the collection, so that no two wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.aid.errors.workplaces import (
    NotTakingError,
    WorkplaceChangedError,
    WorkplaceDatesError,
    WorkplaceLinkEndedError,
    WorkplacesClosedError,
)
from app.aid.mails import workplaces as mails
from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import drops as drop_reads
from app.aid.queries import workplaces as reads
from app.aid.queries.workplace_points import can_take
from app.aid.rules import workplaces as rules
from app.aid.rules.words import PledgeState, WorkplaceState
from app.aid.rules.workplaces import Content, Steward
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.events.rules.words import EntrySource
from app.lib import ids
from app.lib.clock import day_in

#: Who does what a steward does: she has no account, and the record names nobody.
STEWARD = Actor.visitor()


def sign_up(
    drop: Drop,
    content: Content,
    steward: Steward,
    *,
    point_slug: str | None,
    nonce: str,
    network: str | None,
    source: EntrySource,
    now: datetime,
    by: Actor,
) -> WorkplaceCollection | None:
    """Keep a collection; its host hears of it once the mailbox is proven.

    One form, sent twice, is one collection. Where an address has too many nothing is kept, and
    nothing says so. What an organiser enters needs no proof. Raises WorkplacesClosedError,
    WorkplaceDatesError or NotTakingError.
    """
    drop = drop_reads.lock_drop(drop.id)
    earlier = reads.find_by_nonce(nonce)
    if earlier is not None:
        return earlier
    check(drop, content, now=now)
    is_web = source is EntrySource.WEB
    if is_web and steward.email and _has_many(steward.email, drop.id):
        return None
    point = _point_for(drop, content, point_slug)
    made = WorkplaceCollection(
        public_id=ids.public_id(),
        nonce=nonce,
        drop=drop,
        point=point,
        pledge=PledgeState.ASKED if point else PledgeState.NONE,
        locale=steward.locale,
        source=source,
        state=WorkplaceState.PLEDGED if is_web else WorkplaceState.CONFIRMED,
        bank_reference=_free_reference(),
        network=network,
        created_at=now,
        updated_at=now,
        confirmed_at=None if is_web else now,
    )
    _fill(made, content, steward)
    db.session.add(made)
    db.session.flush()
    note(made, "workplace.signed_up", now=now, by=by, detail={"source": source.value})
    if is_web:
        mails.confirm(made, now=now)
    else:
        mails.entered(made, now=now)
        tell_host(made, now=now)
    return made


def check(drop: Drop, content: Content, *, now: datetime) -> None:
    """Raise what `sign_up` raises about the round and the days; writes nothing."""
    if drop.state not in rules.SIGN_UP_STATES:
        raise WorkplacesClosedError
    check_days(drop, content, now=now)


def check_days(drop: Drop, content: Content, *, now: datetime) -> None:
    """Raise WorkplaceDatesError where the days cannot be."""
    problem = rules.date_problem(
        content.span, today=day_in(drop.zone, now), closes_on=drop.closes_on
    )
    if problem is not None:
        raise WorkplaceDatesError(problem, closes_on=drop.closes_on)


def _has_many(email: str, drop_id: int) -> bool:
    return reads.count_open_of(email, drop_id) >= rules.OPEN_OF_ADDRESS


def _point_for(drop: Drop, content: Content, slug: str | None) -> CollectionPoint | None:
    if not slug:
        return None
    point = reads.find_point(slug, drop.id)
    if point is None or not can_take(point, by=bring_day(content.span)):
        raise NotTakingError
    return point


def bring_day(span: rules.Span) -> Any:  # noqa: ANN401 - a day
    """The day up to which a point must take things."""
    return span.bring_on or span.until_on


def _free_reference() -> str:
    while True:
        reference = ids.short_reference(rules.REFERENCE_PREFIX)
        if not reads.is_reference_taken(reference):
            return reference


def _fill(workplace: WorkplaceCollection, content: Content, steward: Steward) -> None:
    workplace.organisation = content.organisation
    workplace.is_public = content.is_public
    workplace.locality, workplace.country = content.spot.locality, content.spot.country
    workplace.lat, workplace.lon = content.spot.lat, content.spot.lon
    workplace.from_on, workplace.until_on = content.span.from_on, content.span.until_on
    workplace.bring_on = content.span.bring_on
    workplace.promised_boxes, workplace.staff_count = content.promised_boxes, content.staff_count
    workplace.steward, workplace.phone = steward.name, steward.phone
    if workplace.email is None:
        workplace.email = steward.email


# --- her page -------------------------------------------------------------------------------------


def open_page(public_id: str, version: int) -> WorkplaceCollection:
    """Return the collection of a private link; raises WorkplaceLinkEndedError."""
    found = reads.find(public_id)
    if found is None or found.link_version != version or found.purged_at is not None:
        raise WorkplaceLinkEndedError
    return found


def confirm(workplace: WorkplaceCollection, *, now: datetime) -> WorkplaceCollection:
    """The mailbox is proven: the host of the chosen point is asked. Twice changes nothing."""
    workplace = reads.lock(workplace.public_id)
    if workplace.state is not WorkplaceState.PLEDGED:
        return workplace
    workplace.state, workplace.confirmed_at = WorkplaceState.CONFIRMED, now
    finish(workplace, "workplace.confirmed", now=now, by=STEWARD)
    tell_host(workplace, now=now)
    return workplace


def tell_host(workplace: WorkplaceCollection, *, now: datetime) -> None:
    """Ask the host of the chosen point, where one was chosen."""
    if workplace.point is not None and workplace.pledge is PledgeState.ASKED:
        mails.host_asked(workplace, now=now)


def edit(
    workplace: WorkplaceCollection,
    content: Content,
    steward: Steward,
    *,
    seen: int,
    now: datetime,
    by: Actor,
) -> WorkplaceCollection:
    """Change days, promise and contact; a host who expects her hears of it.

    Another address counts once its mailbox is proven. Raises WorkplaceChangedError (409),
    WorkplaceDatesError.
    """
    workplace = reads.lock(workplace.public_id)
    if workplace.version != seen or workplace.state not in rules.LIVE:
        raise WorkplaceChangedError
    check_days(workplace.drop, content, now=now)
    before = _promise(workplace)
    _fill(workplace, content, steward)
    if steward.email and steward.email != workplace.email:
        workplace.new_email = steward.email
        mails.prove_mailbox(workplace, now=now)
    elif steward.email:
        workplace.new_email = None
    finish(workplace, "workplace.edited", now=now, by=by)
    if workplace.pledge is PledgeState.ACCEPTED and _promise(workplace) != before:
        mails.host_told(workplace, "changed", now=now)
    return workplace


def _promise(workplace: WorkplaceCollection) -> tuple[object, ...]:
    """What a host goes by."""
    return (workplace.promised_boxes, workplace.until_on, workplace.bring_on)


def prove_mailbox(
    workplace: WorkplaceCollection, subject: str, *, now: datetime
) -> WorkplaceCollection:
    """Her new mailbox is proven: mails go there, and earlier links have ended.

    Raises WorkplaceLinkEndedError where it is another one by now.
    """
    workplace = reads.lock(workplace.public_id)
    if workplace.new_email is None or mails.mailbox_subject(workplace) != subject:
        raise WorkplaceLinkEndedError
    workplace.email, workplace.new_email = workplace.new_email, None
    workplace.link_version += 1
    finish(workplace, "workplace.address_changed", now=now, by=STEWARD)
    return workplace


def renew_link(workplace: WorkplaceCollection, *, now: datetime, by: Actor) -> None:
    """End all links to a steward's page, and send her the new one."""
    workplace = reads.lock(workplace.public_id)
    workplace.link_version += 1
    note(workplace, "workplace.link_renewed", now=now, by=by)
    mails.new_link(workplace, now=now)


def send_links(email: str, *, locale: str, now: datetime, window: int) -> None:
    """Send somebody the links to all the collections she looks after, where there are any."""
    found = reads.list_of_address(email)
    if found:
        key = f"links:{found[0].public_id}:{window}"
        mails.workplace_links(found, to=email, locale=locale, key=key, now=now)


# --- the end of every change ----------------------------------------------------------------------


def finish(
    workplace: WorkplaceCollection,
    action: str,
    *,
    now: datetime,
    by: Actor,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Raise the version, write down who did what, and show the round anew."""
    workplace.version += 1
    workplace.updated_at = now
    db.session.flush()
    note(workplace, action, now=now, by=by, detail=detail)
    touch(f"drop:{workplace.drop_id}")


def note(
    workplace: WorkplaceCollection,
    action: str,
    *,
    now: datetime,
    by: Actor,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write down who did what; never which organisation it is, nor who its steward."""
    audit.record(
        by,
        action,
        f"workplace:{workplace.id}",
        now=now,
        group_id=workplace.drop.group_id,
        detail={"workplace": workplace.public_id} | dict(detail or {}),
    )
