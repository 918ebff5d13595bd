"""The home page, composed: what leads, what else was put first, what can be done, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import url_for
from flask_babel import lazy_gettext as _l

from app.actions.queries import actions as action_reads
from app.actions.render.actions import actions_shown, event_line
from app.aid.models.drops import Drop
from app.aid.render import drops as drop_render
from app.appeals.models.appeals import Appeal
from app.appeals.queries import appeals as appeal_reads
from app.articles.models.articles import Article
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.render.listing import EventRow
from app.events.render.mobilisations import days_of
from app.files.models import StoredFile
from app.lib.text import Translated
from app.site.queries import pins as reads
from app.site.queries.pins import Pinned, Thing
from app.site.rules.pins import HOME_ACTIONS, said_by
from app.site.rules.words import PinKind
from app.web.panels import Block

KIND_NAMES: Final = {
    PinKind.APPEAL: _l("Appeal"),
    PinKind.EVENT: _l("Event"),
    PinKind.MOBILISATION: _l("Day of action"),
    PinKind.DROP: _l("Round of collecting"),
    PinKind.CAMPAIGN: _l("Campaign"),
    PinKind.ARTICLE: _l("Article"),
}
_PAGES: Final = {
    PinKind.APPEAL: "appeals.show",
    PinKind.EVENT: "events.show",
    PinKind.MOBILISATION: "mobilisations.show",
    PinKind.DROP: "drops.show",
    PinKind.CAMPAIGN: "campaigns.show",
    PinKind.ARTICLE: "articles.show",
}
#: What other packages call the thing in the values of their block, where they show one or several.
_ONE: Final = {"mobilisation": PinKind.MOBILISATION}
_MANY: Final = ("rounds", "rows")


@dataclass(frozen=True)
class Tile:
    """Something that was put first."""

    kind: PinKind
    name: str
    title: Translated
    summary: Translated
    href: str
    #: When and where, or how long.
    line: str
    picture: StoredFile | None
    picture_alt: Translated | None


def home_page(blocks: Iterable[Block], *, now: datetime) -> dict[str, Any]:
    """What the home page shows, nothing of it twice.

    The first pin leads, or else the appeal that closes first.
    """
    pins, asked = reads.list_shown(now), appeal_reads.list_running(now)
    appeal = _leading_appeal(pins, asked)
    shown = {each.key for each in pins}
    if appeal is not None:
        shown.add((PinKind.APPEAL, appeal.id))
    found = action_reads.next_actions(now, HOME_ACTIONS, exclude=said_by(shown))
    return {
        "appeal": appeal,
        "lead": tile(pins[0], now) if pins and appeal is None else None,
        "tiles": [tile(each, now) for each in pins[1:]],
        # What a round needs stands beside it, further down.
        "actions": [replace(each, needs=()) for each in actions_shown(found, now=now)],
        "blocks": _without(blocks, shown),
        "more_appeals": [each for each in asked if (PinKind.APPEAL, each.id) not in shown],
    }


def _leading_appeal(pins: Sequence[Pinned], asked: Sequence[Appeal]) -> Appeal | None:
    """The appeal on the poster; nothing where something else was put first."""
    if not pins:
        return asked[0] if asked else None
    first = pins[0].thing
    return first if isinstance(first, Appeal) else None


def tile(pinned: Pinned, now: datetime) -> Tile:
    """A pin whose thing is there, as the page shows it."""
    thing, kind = pinned.thing, pinned.pin.kind
    if thing is None:
        raise ValueError("the pin shows nothing")
    return Tile(
        kind=kind,
        name=str(KIND_NAMES[kind]),
        title=thing.title,
        summary=thing.teaser if isinstance(thing, Article) else thing.summary,
        href=url_for(_PAGES[kind], slug=thing.slug),
        line=line(thing, now),
        picture=thing.picture,
        picture_alt=thing.picture_alt,
    )


def line(thing: Thing, now: datetime) -> str:
    """When something is, in one line; empty where it has no time."""
    if isinstance(thing, Event):
        return event_line(thing, now=now)
    if isinstance(thing, Mobilisation):
        return days_of(thing)
    if isinstance(thing, Drop):
        return drop_render.days_of(thing.opens_on, thing.closes_on)
    return ""


# --- what packages offer, without what stands above it --------------------------------------------


def _without(blocks: Iterable[Block], shown: set[tuple[PinKind, int]]) -> list[Block]:
    left = (_block_without(each, shown) for each in blocks)
    return [each for each in left if each is not None]


def _block_without(block: Block, shown: set[tuple[PinKind, int]]) -> Block | None:
    """A block with what is new of it; nothing where that is nothing."""
    values = dict(block.values)
    for name, kind in _ONE.items():
        if name in values and (kind, values[name].id) in shown:
            return None
    for name in _MANY:
        rows = values.get(name)
        if rows:
            values[name] = [each for each in rows if _key(each) not in shown]
            if not values[name]:
                return None
    return replace(block, values=values)


def _key(row: Any) -> tuple[PinKind, int] | None:  # noqa: ANN401
    """What a row of another package's block shows, where it can be put first."""
    match row["drop"] if isinstance(row, dict) else row:
        case Article() as article:
            return (PinKind.ARTICLE, article.id)
        case Drop() as drop:
            return (PinKind.DROP, drop.id)
        case EventRow() as listed:
            return (PinKind.EVENT, listed.event.id)
        case _:
            return None
