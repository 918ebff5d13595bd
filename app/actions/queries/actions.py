"""What can be done now: by its key, of a campaign, of a group, on the whole site."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, case, func, or_, select

from app.actions.queries import things
from app.actions.queries.things import Action
from app.actions.rules.choosing import SHOWN, arrange, rank
from app.actions.rules.words import ActionKind
from app.aid.models.drops import Drop
from app.aid.rules.drops import RUNNING
from app.appeals.models.appeals import Appeal, is_running
from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.events.models.events import Event, EventSeats
from app.events.models.mobilisations import Mobilisation
from app.events.rules.words import EventState, Status
from app.groups.models import Group
from app.groups.rules import GroupKind
from app.lib.folding import fold
from app.search.rules.index import LONGEST_RUN

#: So many of a kind are looked at; the next ones come first.
_LOOKED_AT: Final = 12
#: So many dates are read for each event that is looked at: a series may come every day.
_DATES: Final = 5
#: So many of a kind an editor chooses among.
_CHOSEN_AMONG: Final = 60
_DAY: Final = timedelta(days=1)

_Maker = Callable[[Any, datetime], Action | None]
_TABLES: Final[Mapping[ActionKind, tuple[Any, _Maker]]] = {
    ActionKind.GIVE: (Appeal, things.give),
    ActionKind.GO: (Event, things.go),
    ActionKind.TAKE_PART: (Mobilisation, things.take_part),
    ActionKind.HOST: (Mobilisation, things.host),
    ActionKind.BRING: (Drop, things.bring),
    ActionKind.HOST_POINT: (Drop, things.host_point),
    ActionKind.COLLECT_AT_WORK: (Drop, things.collect_at_work),
    ActionKind.JOIN_GROUP: (Group, things.join_group),
    ActionKind.JOIN_CAMPAIGN: (Campaign, things.join_campaign),
}


class Chosen(Protocol):
    """What an editor chose, such as a row of `ArticleAction`."""

    @property
    def kind(self) -> ActionKind:
        """What is done."""

    @property
    def thing_id(self) -> int:
        """The row that it is done with."""


@dataclass(frozen=True)
class Scope:
    """Whose actions are wanted; nothing means everybody's."""

    group_ids: Collection[int] | None = None
    campaign: Campaign | None = None
    most: int = _LOOKED_AT
    #: Local events stand behind their day of action, unless an editor looks for one of them.
    has_local_events: bool = False


def find(kind: ActionKind, thing_id: int, now: datetime) -> Action | None:
    """Return something to do, or None where it is over, closed, full, hidden or not there."""
    table, make = _TABLES[kind]
    return make(db.session.get(table, thing_id), now)


def find_title(kind: ActionKind, thing_id: int) -> Any:  # noqa: ANN401 - Translated or None
    """Return what a thing is called even where nothing can be done with it now, or None."""
    thing = db.session.get(_TABLES[kind][0], thing_id)
    return None if thing is None else Action(kind, thing).title


def of_campaign(campaign_id: int, now: datetime, limit: int = SHOWN) -> list[Action]:
    """Return what can be done for a campaign that goes on, a little of everything."""
    campaign = _find_running(campaign_id)
    return [] if campaign is None else arrange(_all(Scope(campaign=campaign), now), limit)


def of_group(group_id: int, now: datetime, limit: int = SHOWN) -> list[Action]:
    """Return what can be done with a group, a little of everything."""
    return arrange(_all(Scope(group_ids=(group_id,)), now), limit)


def next_actions(
    now: datetime, limit: int = SHOWN, *, exclude: Collection[tuple[ActionKind, int]] = ()
) -> list[Action]:
    """Return what can be done on the whole site, without what the page shows already."""
    return arrange((each for each in _all(Scope(), now) if each.key not in exclude), limit)


def actions_of(
    chosen: Iterable[Chosen], campaign_id: int | None, now: datetime, limit: int = SHOWN
) -> list[Action]:
    """Return what an editor chose, in her order, as far as it can be done; then the campaign's."""
    picked = [find(each.kind, each.thing_id, now) for each in chosen]
    first = [each for each in picked if each is not None]
    if campaign_id is None or len(first) >= limit:
        return first
    taken = {each.key for each in first}
    others = [each for each in of_campaign(campaign_id, now) if each.key not in taken]
    return [*first, *others][: max(limit, len(first))]


def appeals_of_campaign(campaign_id: int, now: datetime) -> list[Appeal]:
    """Return the open appeals whose gifts a campaign needs, or else those of its group."""
    campaign = _find_running(campaign_id)
    return [] if campaign is None else list(_appeals(Scope(campaign=campaign), now))


def _find_running(campaign_id: int) -> Campaign | None:
    found = db.session.get(Campaign, campaign_id)
    if found is None or found.published_at is None or found.closed_at is not None:
        return None
    return found


def choices(group_ids: Collection[int], now: datetime, words: str = "") -> list[Action]:
    """Return everything of some groups that an editor may choose, kind by kind."""
    scope = Scope(group_ids=group_ids, most=_CHOSEN_AMONG, has_local_events=True)
    found = [each for each in _all(scope, now) if _names(each, fold(words))]
    return sorted(found, key=lambda each: (rank(each.kind), each.kind))


def _names(action: Action, wanted: str) -> bool:
    if not wanted:
        return True
    title = " ".join(fold(text) for text in action.title.texts.values())
    return all(word in title for word in wanted.split())


# --- everything of a scope ------------------------------------------------------------------------


def _all(scope: Scope, now: datetime) -> list[Action]:
    days, rounds = _days(scope, now), _rounds(scope)
    wanted: list[tuple[_Maker, Iterable[Any]]] = [
        (things.go, _events(scope, now)),
        (things.give, _appeals(scope, now)),
        (things.bring, rounds),
        (things.join_campaign, _campaigns(scope)),
        (things.join_group, _groups(scope)),
        (things.take_part, days),
        (things.host, days),
        (things.host_point, rounds),
        (things.collect_at_work, rounds),
    ]
    made = (make(row, now) for make, rows in wanted for row in rows)
    return [each for each in made if each is not None]


def _events(scope: Scope, now: datetime) -> list[Event]:
    """The next ones that have room; of a series the next alone."""
    question = (
        select(Event)
        .where(
            Event.state == EventState.PUBLISHED,
            Event.status.not_in((Status.CANCELLED, Status.POSTPONED)),
            Event.ends_at > now,
            # Nothing lasts longer: what is over long ago is not read to find that out.
            Event.starts_at > now - LONGEST_RUN,
            _has_room(),
            *_belongs(Event, scope),
        )
        .order_by(Event.starts_at, Event.id)
        .limit(scope.most * _DATES)
    )
    if not scope.has_local_events:
        question = question.where(Event.mobilisation_id.is_(None))
    seen: set[int] = set()
    found: list[Event] = []
    for event in db.session.scalars(question).unique():
        if event.series_id is None or event.series_id not in seen:
            found.append(event)
        if event.series_id is not None:
            seen.add(event.series_id)
    return found[: scope.most]


def _has_room() -> ColumnElement[bool]:
    """Whether a way of coming has a seat left, or counts none; full ones take nobody's place.

    One value for each date that is looked at: joined or asked with EXISTS, PostgreSQL reads the
    seats of all events there ever were.
    """
    is_free = or_(EventSeats.ceiling.is_(None), EventSeats.taken < EventSeats.ceiling)
    any_free = select(func.max(case((is_free, 1), else_=0)))
    of_this = any_free.where(EventSeats.event_id == Event.id).scalar_subquery()
    return of_this == 1


def _days(scope: Scope, now: datetime) -> Iterable[Mobilisation]:
    return db.session.scalars(
        select(Mobilisation)
        .where(
            Mobilisation.published_at.is_not(None),
            Mobilisation.cancelled_at.is_(None),
            Mobilisation.until_date >= now.date() - _DAY,
            *_belongs(Mobilisation, scope),
        )
        .order_by(Mobilisation.on_date, Mobilisation.id)
        .limit(scope.most)
    ).all()


def _rounds(scope: Scope) -> Iterable[Drop]:
    return db.session.scalars(
        select(Drop)
        .where(Drop.state.in_(RUNNING), Drop.announced_at.is_not(None), *_belongs(Drop, scope))
        .order_by(Drop.closes_on, Drop.id)
        .limit(scope.most)
    ).all()


def _appeals(scope: Scope, now: datetime) -> Iterable[Appeal]:
    question = (
        select(Appeal)
        .where(is_running(now))
        .order_by(Appeal.closes_at.is_(None), Appeal.closes_at, Appeal.id)
        .limit(scope.most)
    )
    if scope.group_ids is not None:
        question = question.where(Appeal.group_id.in_(scope.group_ids))
    if scope.campaign is None:
        return db.session.scalars(question).all()
    return _appeals_of(scope.campaign, question)


def _appeals_of(campaign: Campaign, question: Any) -> Iterable[Appeal]:  # noqa: ANN401
    """Those that its days, events and rounds ask for; else those of its group."""
    named = [
        select(table.appeal_id).where(
            table.campaign_id == campaign.id, table.appeal_id.is_not(None)
        )
        for table in (Mobilisation, Event, Drop)
    ]
    found = db.session.scalars(question.where(or_(*(Appeal.id.in_(each) for each in named)))).all()
    return found or db.session.scalars(question.where(Appeal.group_id == campaign.group_id)).all()


def _campaigns(scope: Scope) -> Iterable[Campaign]:
    if scope.campaign is not None:
        return [scope.campaign]
    question = (
        select(Campaign)
        .where(Campaign.published_at.is_not(None), Campaign.closed_at.is_(None))
        .order_by(Campaign.published_at.desc(), Campaign.id)
        .limit(scope.most)
    )
    if scope.group_ids is not None:
        question = question.where(Campaign.group_id.in_(scope.group_ids))
    return db.session.scalars(question).all()


def _groups(scope: Scope) -> Iterable[Group]:
    """A campaign is joined itself, and not its group beside it."""
    if scope.campaign is not None:
        return []
    question = select(Group).where(Group.kind != GroupKind.PARTNER).order_by(Group.id)
    if scope.group_ids is not None:
        question = question.where(Group.id.in_(scope.group_ids))
    return db.session.scalars(question.limit(scope.most)).all()


def _belongs(table: Any, scope: Scope) -> list[ColumnElement[bool]]:  # noqa: ANN401
    found: list[ColumnElement[bool]] = []
    if scope.group_ids is not None:
        found.append(table.group_id.in_(scope.group_ids))
    if scope.campaign is not None:
        found.append(table.campaign_id == scope.campaign.id)
    return found
