"""A steward chooses the point to which her collection goes; its host says yes or no.

A hidden point is shown to her once the host or an organiser accepted: by a request to bring of her
own, so that the host finds it among all whom she let see where she is.
"""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.workplaces import NotTakingError, WorkplaceChangedError
from app.aid.mails import workplaces as mails
from app.aid.models.points import CollectionPoint
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import workplaces as reads
from app.aid.queries.workplace_points import can_take, nearest_for
from app.aid.rules import bringing as bring_rules
from app.aid.rules import workplaces as rules
from app.aid.rules.bringing import BringWish
from app.aid.rules.places import is_hidden
from app.aid.rules.words import BringState, Discloser, PledgeState
from app.aid.service import bringing, changing
from app.aid.service.workplaces import STEWARD, bring_day, finish, tell_host
from app.audit.facts import Actor, ActorKind
from app.db.session import db
from app.events.rules.words import EntrySource
from app.lib.clock import day_in

#: What the host reads instead of the steward's name where the workplace has none left.
_NAMELESS = "–"


def choose(
    workplace: WorkplaceCollection, slug: str, *, now: datetime, by: Actor
) -> WorkplaceCollection:
    """Pledge a collection to a point; its host is asked, and another host who knew hears of it.

    Raises NotTakingError or WorkplaceChangedError.
    """
    found = reads.find_point(slug, workplace.drop_id)
    if found is None:
        raise NotTakingError
    _hold_points(workplace, found)
    workplace = reads.lock(workplace.public_id)
    if workplace.state not in rules.LIVE:
        raise WorkplaceChangedError
    is_same = workplace.point_id == found.id and workplace.pledge is not PledgeState.DECLINED
    if is_same and workplace.warned_at is None:
        return workplace
    if not can_take(found, by=bring_day(reads.span_of(workplace))):
        raise NotTakingError
    _leave(workplace, now=now, by=by)
    workplace.point, workplace.pledge = found, PledgeState.ASKED
    workplace.pledge_answered_at = workplace.warned_at = None
    finish(workplace, "workplace.point_chosen", now=now, by=by, detail={"point": found.public_id})
    tell_host(workplace, now=now)
    return workplace


def unpledge(workplace: WorkplaceCollection, *, now: datetime, by: Actor) -> None:
    """Let go of the point; a host who knew of it hears so. The caller holds both and finishes."""
    _leave(workplace, now=now, by=by)
    workplace.point, workplace.pledge = None, PledgeState.NONE
    workplace.pledge_answered_at = workplace.warned_at = None


def accept(
    workplace: WorkplaceCollection, *, what: str, now: datetime, by: Actor
) -> WorkplaceCollection:
    """The host, or an organiser for her, expects this workplace. Twice changes nothing.

    `what` comes, in the host's language, for the list of those whom she let see a hidden place.
    Raises WorkplaceChangedError, or NotTakingError where the point takes nobody any more.
    """
    workplace, point = _held(workplace)
    if workplace.pledge is PledgeState.ACCEPTED:
        return workplace
    if not can_take_accepted(point):
        raise NotTakingError
    workplace.pledge, workplace.pledge_answered_at = PledgeState.ACCEPTED, now
    if is_hidden(point.visibility):
        _let_see(workplace, point, what, now=now, by=by)
    changing.note(point, "pledge.accepted", now=now, by=by)
    finish(workplace, "workplace.pledge_accepted", now=now, by=by)
    mails.pledge_answered(workplace, now=now)
    return workplace


def decline(workplace: WorkplaceCollection, *, now: datetime, by: Actor) -> WorkplaceCollection:
    """The host cannot take it, or no longer; the steward hears of the two next. Twice is once.

    Raises WorkplaceChangedError.
    """
    workplace, point = _held(workplace)
    if workplace.pledge is PledgeState.DECLINED:
        return workplace
    _leave(workplace, now=now, by=by, tells_host=False)
    workplace.pledge, workplace.pledge_answered_at = PledgeState.DECLINED, now
    changing.note(point, "pledge.declined", now=now, by=by)
    finish(workplace, "workplace.pledge_declined", now=now, by=by)
    others = nearest_for(workplace)
    mails.look_elsewhere(workplace, others, is_declined=True, now=now)
    return workplace


def can_take_accepted(point: CollectionPoint) -> bool:
    """Whether the host of a point may still say yes."""
    return not rules.is_shut(point.state, point.fill)


def _held(workplace: WorkplaceCollection) -> tuple[WorkplaceCollection, CollectionPoint]:
    """A collection that is still pledged to the point it was pledged to, both held."""
    seen = workplace.point_id
    point = reads.lock_point(seen) if seen is not None else None
    workplace = reads.lock(workplace.public_id)
    if point is None or workplace.point_id != seen or workplace.state not in rules.LIVE:
        raise WorkplaceChangedError
    return workplace, point


def _hold_points(workplace: WorkplaceCollection, other: CollectionPoint) -> None:
    for point_id in sorted({workplace.point_id or other.id, other.id}):
        reads.lock_point(point_id)


def _leave(
    workplace: WorkplaceCollection, *, now: datetime, by: Actor, tells_host: bool = True
) -> None:
    """End what the point before was told, and what it let the steward see."""
    point = workplace.point
    if point is None or workplace.pledge is PledgeState.DECLINED:
        return
    visit = reads.visit_of(workplace)
    if visit is not None and bring_rules.may_move(visit.state, BringState.WITHDRAWN):
        # Its host is told by that.
        bringing.withdraw(visit, now=now, by=by)
    elif tells_host and workplace.confirmed_at is not None:
        mails.host_told(workplace, "off", now=now, point=point)


def _let_see(
    workplace: WorkplaceCollection, point: CollectionPoint, what: str, *, now: datetime, by: Actor
) -> None:
    """Write down that the steward may see where the point is, as for anybody who brings."""
    visit = reads.visit_of(workplace)
    if visit is None:
        visit = bringing.ask(
            point,
            _wish(workplace, point, what, now=now),
            nonce=reads.visit_nonce(workplace, point),
            network=None,
            locale=workplace.locale,
            source=EntrySource.PAPER,
            now=now,
            by=STEWARD,
        )
    elif not bring_rules.may_move(visit.state, BringState.ACCEPTED):
        # She had let go of it, and comes after all.
        visit.state = BringState.ASKED
        visit.brings_on = _wish(workplace, point, what, now=now).on
        db.session.flush()
    if visit is None:
        raise NotTakingError
    is_organiser = by.kind is ActorKind.ACCOUNT
    discloser = Discloser.ORGANISER if is_organiser else Discloser.HOST
    bringing.accept(visit, by=by, discloser=discloser, now=now)


def _wish(
    workplace: WorkplaceCollection, point: CollectionPoint, what: str, *, now: datetime
) -> BringWish:
    """What the host reads of it among those who come: the organisation, never the steward.

    No address: what the steward is to hear, our mails about her collection say.
    """
    today = day_in(point.zone, now)
    first = max(today, point.from_on or point.drop.opens_on)
    last = min(today + bring_rules.AHEAD, point.until_on or point.drop.closes_on)
    wanted = max(workplace.bring_on or workplace.until_on, workplace.until_on)
    name = (workplace.organisation or _NAMELESS)[: bring_rules.NAME_LENGTH]
    return BringWish(
        name=name,
        email=None,
        what=what,
        on=max(first, min(wanted, last)),
    )
