"""What upper packages show on pages below them: home blocks, group blocks, Today's cards, links.

A page never names what stands above it; the factory registers these when the app is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app, has_request_context, request, url_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask_babel import LazyString


@dataclass(frozen=True)
class Figure:
    """One number of a card: what it is, what it says, where its list is."""

    label: str
    value: str
    href: str | None = None
    hint: str = ""
    #: The list behind a number in the hint.
    hint_href: str | None = None
    is_urgent: bool = False


@dataclass(frozen=True)
class Card:
    """One card of Today."""

    key: str
    title: str
    figures: list[Figure]
    order: int = 50


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
class Link:
    """An entry of the navigation or the footer."""

    order: int
    label: LazyString
    endpoint: str


@dataclass
class Panels:
    """Everything that was registered, in the order it is shown."""

    home: list[Callable[[], list[Block]]] = field(default_factory=list)
    group: list[Callable[[int], list[Block]]] = field(default_factory=list)
    today: list[Callable[[TodayContext], list[Card]]] = field(default_factory=list)
    nav: list[Link] = field(default_factory=list)
    footer: list[Link] = field(default_factory=list)
    desk_nav: list[Link] = field(default_factory=list)

    def home_blocks(self) -> list[Block]:
        """The blocks of the home page."""
        return _sorted([block for each in self.home for block in each()])

    def group_blocks(self, group_id: int) -> list[Block]:
        """The blocks of a group's page."""
        return _sorted([block for each in self.group for block in each(group_id)])

    def today_cards(self, context: TodayContext) -> list[Card]:
        """The cards of Today."""
        return sorted((card for each in self.today for card in each(context)), key=_order)

    def nav_links(self) -> list[dict[str, Any]]:
        """The public navigation."""
        return _links(self.nav)

    def footer_links(self) -> list[dict[str, Any]]:
        """The links at the foot of every page."""
        return _links(self.footer)

    def desk_links(self) -> list[dict[str, Any]]:
        """The desk's navigation."""
        return _links(self.desk_nav)


def _order(card: Card) -> int:
    return card.order


def _sorted(blocks: list[Block]) -> list[Block]:
    return sorted(blocks, key=lambda block: block.order)


def _links(links: list[Link]) -> list[dict[str, Any]]:
    ordered = sorted(links, key=lambda each: each.order)
    hrefs = [url_for(link.endpoint) for link in ordered]
    here = request.script_root + request.path if has_request_context() else ""
    return [
        {"label": link.label, "href": href, "is_current": _leads_here(href, hrefs, here)}
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
