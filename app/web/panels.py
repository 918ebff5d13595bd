"""What upper packages show on pages below them: blocks, Today's cards, links, what waits.

A page never names what stands above it; the factory registers these when the app is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app, has_request_context, request, url_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from flask_babel import LazyString

    from app.lib.text import Translated


@dataclass(frozen=True)
class Figure:
    """One number of a card: what it is, what it says, where its list is."""

    label: str
    value: str
    href: str | None = None
    hint: str = ""
    #: The list behind a number in the hint.
    hint_href: str | None = None
    #: Somebody has to do something about it; at once, where it is urgent.
    waits: bool = False
    is_urgent: bool = False

    @property
    def tone(self) -> str:
        """How a page shows it."""
        return "bad" if self.is_urgent else "wait" if self.waits else "neutral"


@dataclass(frozen=True)
class Card:
    """One card of Today."""

    key: str
    title: str
    figures: list[Figure]
    order: int = 50
    #: What is said where there are no figures, and beside them where there are.
    empty: str = ""
    note: str = ""
    #: The page behind the whole card: its address and the words of the link.
    more: tuple[str, str] | None = None


@dataclass(frozen=True)
class Block:
    """A part of a page: a template and the values it shows."""

    key: str
    template: str
    values: dict[str, Any]
    order: int = 50


@dataclass(frozen=True)
class TodayContext:
    """Whose Today it is: the groups (ids) she may see money of, and the moment."""

    now: datetime
    group_ids: list[int]
    may: Callable[[str], list[int]]


@dataclass(frozen=True)
class WaitingKind:
    """A kind of thing that waits for a person: its words, its list, who may see and do it."""

    #: A name of our own for it, unique and never changed: choices and notices are kept under it.
    key: str
    name: LazyString
    #: One sentence: what somebody does about it.
    advice: LazyString
    #: The desk page that lists these things; it asks for the same permission.
    endpoint: str
    #: The permission (a value of `accounts.rules.Permission`) of whoever sees and does it.
    permission: str
    #: Must always reach somebody: money or trust is lost when nobody looks.
    is_urgent: bool = False
    args: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50

    @property
    def href(self) -> str:
        """Where these things are listed."""
        return url_for(self.endpoint, **self.args)


@dataclass(frozen=True)
class Waiting:
    """One thing that waits; says nothing about any person."""

    #: Names it among those of its kind for as long as it waits, as a public id does.
    key: str
    since: datetime
    #: Whose it is; nothing where it is no group's alone.
    group_id: int | None = None
    #: Until when it must be done, where there is such a day.
    due_at: datetime | None = None


@dataclass(frozen=True)
class WaitingSource:
    """A kind, and how to find everything of that kind that waits now.

    `find` is asked on every look at Today: one question to the database that an index answers,
    for a few columns, of all groups and without a limit.
    """

    kind: WaitingKind
    find: Callable[[datetime], Iterable[Waiting]]


@dataclass(frozen=True)
class Alarm:
    """Something that stops the whole desk's work; shown on every page of it."""

    key: str
    text: str
    #: What it means, and what somebody does about it.
    advice: str


@dataclass(frozen=True)
class Link:
    """An entry of the navigation or the footer."""

    order: int
    label: LazyString
    endpoint: str
    #: Under which heading of the desk's navigation it stands; nothing stands above all of them.
    section: LazyString | str = ""
    #: Blueprints whose pages belong to it although their addresses begin with other words.
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Untranslated:
    """Something whose texts lack a language: what it is called and where it is edited."""

    title: Translated
    #: What kind of thing it is.
    what: LazyString
    #: The desk page where the missing text is written.
    endpoint: str
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def href(self) -> str:
        """Where it is translated."""
        return url_for(self.endpoint, **self.args)


@dataclass
class Panels:
    """Everything that was registered, in the order it is shown."""

    home: list[Callable[[], list[Block]]] = field(default_factory=list)
    group: list[Callable[[int], list[Block]]] = field(default_factory=list)
    campaign: list[Callable[[int], list[Block]]] = field(default_factory=list)
    event: list[Callable[[int], list[Block]]] = field(default_factory=list)
    drop: list[Callable[[int], list[Block]]] = field(default_factory=list)
    today: list[Callable[[TodayContext], list[Card]]] = field(default_factory=list)
    nav: list[Link] = field(default_factory=list)
    footer: list[Link] = field(default_factory=list)
    desk_nav: list[Link] = field(default_factory=list)
    waiting: list[WaitingSource] = field(default_factory=list)
    alarms: list[Callable[[datetime], Iterable[Alarm]]] = field(default_factory=list)
    #: The line at the foot of every page of the desk.
    foot: list[Callable[[], list[Block]]] = field(default_factory=list)
    #: Parts of the page of one's own account.
    account: list[Callable[[], list[Block]]] = field(default_factory=list)
    #: What is known of somebody (her address) that some groups (ids) may see, on her desk page.
    person: list[Callable[[str, set[int]], list[Block]]] = field(default_factory=list)
    #: What some groups (ids) show to visitors and a language lacks.
    untranslated: list[Callable[[set[int], str], list[Untranslated]]] = field(default_factory=list)
    #: The words of a standing page (its key, such as `complaints`), as organisers edited them.
    standing: list[Callable[[str], list[Block]]] = field(default_factory=list)

    def home_blocks(self) -> list[Block]:
        """The blocks of the home page."""
        return _sorted([block for each in self.home for block in each()])

    def group_blocks(self, group_id: int) -> list[Block]:
        """The blocks of a group's page."""
        return _sorted([block for each in self.group for block in each(group_id)])

    def campaign_blocks(self, campaign_id: int) -> list[Block]:
        """The blocks of a campaign's page."""
        return _sorted([block for each in self.campaign for block in each(campaign_id)])

    def event_blocks(self, event_id: int) -> list[Block]:
        """The blocks beside an event."""
        return _sorted([block for each in self.event for block in each(event_id)])

    def drop_blocks(self, drop_id: int) -> list[Block]:
        """The blocks beside a round of collecting."""
        return _sorted([block for each in self.drop for block in each(drop_id)])

    def person_blocks(self, email: str, group_ids: set[int]) -> list[Block]:
        """The blocks of a supporter's page on the desk."""
        return _sorted([block for each in self.person for block in each(email, group_ids)])

    def today_cards(self, context: TodayContext) -> list[Card]:
        """The cards of Today."""
        return sorted((card for each in self.today for card in each(context)), key=_order)

    def waiting_sources(self) -> list[WaitingSource]:
        """Everything that can wait, the urgent kinds first."""
        return sorted(
            self.waiting, key=lambda each: (not each.kind.is_urgent, each.kind.order, each.kind.key)
        )

    def current_alarms(self, now: datetime) -> list[Alarm]:
        """What stops the desk's work now."""
        return [alarm for each in self.alarms for alarm in each(now)]

    def account_blocks(self) -> list[Block]:
        """The blocks of the page of one's own account."""
        return _sorted([block for each in self.account for block in each()])

    def foot_blocks(self) -> list[Block]:
        """The blocks at the foot of the desk."""
        return _sorted([block for each in self.foot for block in each()])

    def lacking(self, group_ids: set[int], locale: str) -> list[Untranslated]:
        """Everything of some groups that a language lacks."""
        return [found for each in self.untranslated for found in each(group_ids, locale)]

    def standing_blocks(self, key: str) -> list[Block]:
        """The edited words of a standing page, for the pages that belong to lower packages."""
        return _sorted([block for each in self.standing for block in each(key)])

    def nav_links(self) -> list[dict[str, Any]]:
        """The public navigation."""
        return _links(self.nav)

    def footer_links(self) -> list[dict[str, Any]]:
        """The links at the foot of every page."""
        return _links(self.footer)

    def desk_sections(self) -> list[dict[str, Any]]:
        """The desk's navigation: the links under each heading, those without one first."""
        sections: dict[str, list[dict[str, Any]]] = {"": []}
        for link in _links(self.desk_nav):
            sections.setdefault(str(link["section"]), []).append(link)
        return [
            {
                "label": label,
                "links": links,
                "is_current": any(each["is_current"] for each in links),
            }
            for label, links in sections.items()
        ]


def _order(card: Card) -> int:
    return card.order


def _sorted(blocks: list[Block]) -> list[Block]:
    return sorted(blocks, key=lambda block: block.order)


def _links(links: list[Link]) -> list[dict[str, Any]]:
    ordered = sorted(links, key=lambda each: each.order)
    hrefs = [url_for(link.endpoint) for link in ordered]
    here = request.script_root + request.path if has_request_context() else ""
    room = request.blueprint if has_request_context() else None
    return [
        {
            "label": link.label,
            "href": href,
            "section": link.section,
            "is_current": room in link.also or _leads_here(href, hrefs, here),
        }
        for link, href in zip(ordered, hrefs, strict=True)
    ]


def _leads_here(href: str, hrefs: list[str], here: str) -> bool:
    """Whether a link leads to the page being shown, or to the list that it belongs to."""
    if href == here:
        return True
    holds_others = any(other != href and other.startswith(href) for other in hrefs)
    return href.endswith("/") and here.startswith(href) and not holds_others


def panels() -> Panels:
    """The panels of the running application."""
    registered: Panels = current_app.extensions["muster_panels"]
    return registered
