"""What can be done, as pages say it: a word for the deed, its thing, when and where, the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.actions.queries.things import Action, Thing
from app.actions.rules.words import ActionKind
from app.aid.models.drops import Drop
from app.aid.render.drops import days_of as days_of_round
from app.aid.render.drops import home_values
from app.appeals.models.appeals import Appeal
from app.campaigns.models.campaigns import Campaign
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.queries.listing import Listed
from app.events.render.events import when_shown
from app.events.render.listing import event_row
from app.events.render.mobilisations import days_of
from app.events.rules.words import Mode
from app.ledger.rules import FundKind
from app.lib.text import Translated, isolate
from app.web.filters import day

DEEDS: Final = {
    ActionKind.GIVE: _l("Give"),
    ActionKind.GO: _l("Go there"),
    ActionKind.TAKE_PART: _l("Take part"),
    ActionKind.HOST: _l("Host a local event"),
    ActionKind.BRING: _l("Bring things"),
    ActionKind.HOST_POINT: _l("Host a collection point"),
    ActionKind.COLLECT_AT_WORK: _l("Collect at your workplace"),
    ActionKind.JOIN_GROUP: _l("Join"),
    ActionKind.JOIN_CAMPAIGN: _l("Join"),
}
_PAGES: Final[Mapping[ActionKind, str]] = {
    ActionKind.GIVE: "appeals.give",
    ActionKind.GO: "events.show",
    ActionKind.TAKE_PART: "mobilisations.show",
    ActionKind.HOST: "mobilisations.host",
    ActionKind.BRING: "points.index",
    ActionKind.HOST_POINT: "point_offers.new",
    ActionKind.COLLECT_AT_WORK: "workplaces.ask",
    ActionKind.JOIN_GROUP: "joining.ask_group",
    ActionKind.JOIN_CAMPAIGN: "joining.ask_campaign",
}


@dataclass(frozen=True)
class ActionShown:
    """Something to do, as a page shows it."""

    kind: ActionKind
    #: One word or two for what is done.
    deed: str
    title: Translated
    href: str
    #: When, where, until when.
    line: str = ""
    #: What a group or a campaign is about.
    about: Translated | None = None
    #: What a round needs most.
    needs: tuple[Translated, ...] = ()


def actions_shown(
    actions: Iterable[Action], *, now: datetime, came_from: str = ""
) -> list[ActionShown]:
    """What stands in the list; `came_from` is a word that joining keeps, and no person's name."""
    return [action_shown(each, now=now, came_from=came_from) for each in actions]


def action_shown(action: Action, *, now: datetime, came_from: str = "") -> ActionShown:
    """One of them."""
    thing = action.thing
    line, needs = _line(action, now)
    return ActionShown(
        kind=action.kind,
        deed=_deed(action),
        title=action.title,
        href=href(action, came_from=came_from),
        line=line,
        about=_about(thing, line),
        needs=needs,
    )


def _deed(action: Action) -> str:
    """What is done; nobody goes to what takes place online."""
    is_online = isinstance(action.thing, Event) and action.thing.mode is Mode.ONLINE
    return str(DEEDS[ActionKind.TAKE_PART if is_online else action.kind])


def _about(thing: Thing, line: str) -> Translated | None:
    """What something is about, where nothing can be said of when and where."""
    says_nothing = isinstance(thing, Campaign | Appeal) and not line
    return thing.summary if says_nothing else None  # type: ignore[union-attr]


def href(action: Action, *, came_from: str = "") -> str:
    """Where it is done."""
    thing = action.thing
    if action.is_joining:
        word: dict[str, Any] = {"from": came_from} if came_from else {}
        return url_for(_PAGES[action.kind], slug=thing.slug, **word)
    if isinstance(thing, Appeal) and thing.fund.kind is FundKind.PARTNER:
        return url_for("appeals.show", slug=thing.slug)
    return url_for(_PAGES[action.kind], slug=thing.slug)


def _line(action: Action, now: datetime) -> tuple[str, tuple[Translated, ...]]:
    """When and where, in one line, and what is needed most; empty where there is nothing to say."""
    thing = action.thing
    if isinstance(thing, Event):
        return (event_line(thing, now=now), ())
    if isinstance(thing, Mobilisation):
        return (days_of(thing), ())
    if isinstance(thing, Appeal):
        return (_appeal_line(thing), ())
    if not isinstance(thing, Drop):
        return ("", ())
    if action.kind is not ActionKind.BRING:
        return (days_of_round(thing.opens_on, thing.closes_on), ())
    values = home_values(thing, now=now)
    return (str(values["sentence"]), tuple(values["most_needed"]))


def event_line(event: Event, *, now: datetime) -> str:
    """When and where an event is, no more precise than anybody may know."""
    where = event_row(Listed(event, None), now=now).where
    return f"{when_shown(event)} · {isolate(where)}"


def _appeal_line(appeal: Appeal) -> str:
    if appeal.fund.kind is FundKind.PARTNER:
        return str(_("Run by a partner, who takes the gifts on its own page."))
    if appeal.closes_at is None:
        return ""
    return str(_("Open until %(day)s", day=day(appeal.closes_at)))
