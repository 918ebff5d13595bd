"""Reads of what editors put first on the home page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import select

from app.aid.models.drops import Drop
from app.aid.rules.drops import RUNNING
from app.appeals.models.appeals import Appeal, is_running
from app.appeals.rules.words import AppealStage
from app.articles.models.articles import Article
from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.rules.mobilisations import is_over
from app.events.rules.words import EventState, Status
from app.lib.errors import NotFoundError
from app.site.models.pages import HomePin
from app.site.rules.words import PinKind

Thing: TypeAlias = Appeal | Event | Mobilisation | Drop | Campaign | Article

#: So many of a kind an editor chooses among, what comes next or is newest first.
_CHOSEN_AMONG: Final = 40
_OFF: Final = frozenset({Status.CANCELLED, Status.POSTPONED})
_TABLES: Final[dict[PinKind, Any]] = {
    PinKind.APPEAL: Appeal,
    PinKind.EVENT: Event,
    PinKind.MOBILISATION: Mobilisation,
    PinKind.DROP: Drop,
    PinKind.CAMPAIGN: Campaign,
    PinKind.ARTICLE: Article,
}


@dataclass(frozen=True)
class Pinned:
    """A pin and what it shows; without it where that is not public any more."""

    pin: HomePin
    thing: Thing | None
    is_shown: bool

    @property
    def key(self) -> tuple[PinKind, int]:
        """Names what it shows."""
        return (self.pin.kind, self.pin.thing_id)


def list_pins(now: datetime) -> list[Pinned]:
    """Return every pin in its order, whether the home page shows it now or not."""
    pins = db.session.scalars(select(HomePin).order_by(HomePin.position, HomePin.id))
    return [_pinned(each, now) for each in pins]


def list_shown(now: datetime) -> list[Pinned]:
    """Return the pins that the home page shows now."""
    return [each for each in list_pins(now) if each.is_shown]


def _pinned(pin: HomePin, now: datetime) -> Pinned:
    thing = db.session.get(_TABLES[pin.kind], pin.thing_id)
    is_over = pin.until is not None and pin.until <= now
    return Pinned(pin, thing, not is_over and thing is not None and is_public(thing, now))


def find_public(kind: PinKind, thing_id: int, now: datetime) -> Thing | None:
    """Return a row that the home page may show, or None."""
    thing: Thing | None = db.session.get(_TABLES[kind], thing_id)
    return thing if thing is not None and is_public(thing, now) else None


def is_public(thing: Thing, now: datetime) -> bool:
    """Whether anybody may see something, and it is not over."""
    match thing:
        case Appeal():
            return thing.stage(now) is AppealStage.OPEN
        case Event():
            is_on = thing.state is EventState.PUBLISHED and thing.status not in _OFF
            return is_on and thing.ends_at > now
        case Mobilisation():
            is_on = thing.published_at is not None and thing.cancelled_at is None
            return is_on and not is_over(thing.until_date, now)
        case Drop():
            return thing.announced_at is not None and thing.state in RUNNING
        case Campaign():
            return thing.published_at is not None and thing.closed_at is None
        case Article():
            return thing.published_at is not None and thing.withdrawn_at is None


def get_pin(pin_id: int, group_ids: Collection[int]) -> HomePin:
    """Return a pin of one of these groups; raises NotFoundError."""
    pin = db.session.get(HomePin, pin_id)
    if pin is None or pin.group_id not in group_ids:
        raise NotFoundError
    return pin


def lock_pins() -> Sequence[HomePin]:
    """Return all pins in their order, held until the transaction ends."""
    return db.session.scalars(
        select(HomePin)
        .order_by(HomePin.position, HomePin.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def list_choices(group_ids: Collection[int], now: datetime) -> dict[PinKind, list[Thing]]:
    """Return what of some groups can be put first, kind by kind."""
    orders: dict[PinKind, tuple[Any, ...]] = {
        PinKind.APPEAL: (is_running(now), Appeal.id.desc()),
        PinKind.EVENT: (
            (Event.state == EventState.PUBLISHED) & (Event.ends_at > now),
            Event.starts_at,
        ),
        PinKind.MOBILISATION: (Mobilisation.published_at.is_not(None), Mobilisation.on_date.desc()),
        PinKind.DROP: (Drop.state.in_(RUNNING), Drop.closes_on),
        PinKind.CAMPAIGN: (
            Campaign.published_at.is_not(None) & Campaign.closed_at.is_(None),
            Campaign.id.desc(),
        ),
        PinKind.ARTICLE: (
            Article.published_at.is_not(None) & Article.withdrawn_at.is_(None),
            Article.published_at.desc(),
        ),
    }
    found: dict[PinKind, list[Thing]] = {}
    for kind, (condition, order) in orders.items():
        table = _TABLES[kind]
        rows = db.session.scalars(
            select(table)
            .where(condition, table.group_id.in_(group_ids))
            .order_by(order, table.id)
            .limit(_CHOSEN_AMONG)
        ).unique()
        found[kind] = [each for each in rows if is_public(each, now)]
    return {kind: rows for kind, rows in found.items() if rows}
