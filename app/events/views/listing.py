"""The list of what is on, and what of it stands on the pages of packages below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, request, url_for

from app.campaigns.models.campaigns import Campaign
from app.events.errors.editing import EventNotFoundError
from app.events.forms.listing import EventFilterForm
from app.events.models.mobilisations import Mobilisation
from app.events.queries import listing as reads
from app.events.queries import mobilisations as mobilisation_reads
from app.events.render import listing as render
from app.events.render import map as map_render
from app.events.rules.filters import ANY_DISTANCE, DISTANCES, EventFilter, Near, Span, coming
from app.groups import queries as group_reads
from app.groups.models import Group
from app.lib import clock
from app.places.queries.finding import (
    Ambiguous,
    Found,
    TownWanted,
    find_position,
    list_likely,
)
from app.places.queries.gazetteer import Town
from app.settings import settings
from app.web.pages import render as show_page
from app.web.paging import LARGEST_ID, read_key
from app.web.panels import Block

bp = Blueprint("listing", __name__)

#: So many stand on the home page and on a group's.
HOME_HOLDS: Final = 4
#: So many are shown of what is further away than asked for.
FURTHER_HOLDS: Final = 3


@dataclass(frozen=True)
class Asked:
    """What somebody asked for, and how far it was understood."""

    form: EventFilterForm
    wanted: EventFilter
    place: Found | Ambiguous | TownWanted | None
    group: Group | None = None
    campaign: Campaign | None = None
    mobilisation: Mobilisation | None = None
    town_id: int | None = None

    @property
    def address(self) -> dict[str, Any]:
        """The same question as the values of an address."""
        town = self.place.town if isinstance(self.place, Found) else None
        named = {
            "group": self.group.slug if self.group else "",
            "mobilisation": self.mobilisation.slug if self.mobilisation else "",
            "town": str(town.id) if town and self.town_id == town.id else "",
        }
        return self.form.address() | {name: text for name, text in named.items() if text}

    @property
    def is_placed(self) -> bool:
        """Whether we know where she looks, if she said so."""
        return not self.form.near.data or isinstance(self.place, Found)


@bp.get("/events/")
def index() -> Response:
    """List what is on, as far as somebody narrows it."""
    now = clock.utcnow()
    asked = read_question(request.args, now)
    asked.form.offer(reads.list_choices(), reads.list_campaigns())
    after, before = (read_key(request.args.get(name)) for name in ("after", "before"))
    page = reads.list_events(asked.wanted, after=after, before=before)
    rows = render.event_rows(page.rows, now=now)
    here = asked.place.position if isinstance(asked.place, Found) else None
    return show_page(
        "events/index.html",
        public=True,
        **_question_values(asked),
        **(_further_values(asked, now) if not rows else {"further": [], "wider": None}),
        rows=rows,
        map=map_render.draw(rows, here),
        is_past=asked.wanted.window.is_past,
        next=_link(asked, after=page.next_key) if page.next_key else None,
        previous=_link(asked, before=page.previous_key) if page.previous_key else None,
    )


def read_question(args: Mapping[str, str], now: datetime) -> Asked:
    """What an address asks for; raises NotFoundError where it names what there is not."""
    form = EventFilterForm(args, now)
    town_id = _number(args.get("town"))
    place = None
    if form.near.data:
        home = settings().timezone
        place = find_position(form.near.data, town_id=town_id, home_zone=home)
    group = group_reads.get_group(args["group"]) if args.get("group") else None
    mobilisation = _mobilisation(args.get("mobilisation"))
    campaign = _campaign(form.campaign.data)
    wanted = EventFilter(
        window=form.window(),
        near=Near(place.position, form.distance()) if isinstance(place, Found) else None,
        group_id=group.id if group else None,
        mobilisation_id=mobilisation.id if mobilisation else None,
        campaign_id=campaign.id if campaign else None,
        **form.narrowed(),
    )
    return Asked(form, wanted, place, group, campaign, mobilisation, town_id)


def home_blocks() -> list[Block]:
    """Show what comes next on the home page."""
    return _blocks(EventFilter(window=coming(clock.utcnow())), {})


def group_blocks(group_id: int) -> list[Block]:
    """Show what a group does next on its page."""
    group = group_reads.get_group_by_id(group_id)
    wanted = EventFilter(window=coming(clock.utcnow()), group_id=group_id)
    return _blocks(wanted, {"group": group.slug})


def campaign_blocks(campaign_id: int) -> list[Block]:
    """Show what comes next for a campaign on its page."""
    wanted = EventFilter(window=coming(clock.utcnow()), campaign_id=campaign_id)
    found = reads.list_next(wanted, 1)
    campaign = found[0].event.campaign if found else None
    return _blocks(wanted, {"campaign": campaign.slug}) if campaign else []


def _blocks(wanted: EventFilter, address: dict[str, Any]) -> list[Block]:
    found = reads.list_next(wanted, HOME_HOLDS)
    if not found:
        return []
    rows = render.event_rows(found, now=clock.utcnow())
    values = {"rows": rows, "address": address, "is_home": not address}
    return [Block("events", "events/_next.html", values, 20)]


# --- what the page says of the question ---------------------------------------------------------


def _question_values(asked: Asked) -> dict[str, Any]:
    address = asked.address
    return {
        "form": asked.form,
        "address": address,
        "group": asked.group,
        "mobilisation": asked.mobilisation,
        "campaign": asked.campaign,
        "town_id": address.get("town"),
        "place": asked.place if isinstance(asked.place, Found) else None,
        "is_placed": asked.is_placed,
        "wants_town": isinstance(asked.place, TownWanted),
        "towns": _offered(asked),
        "feed_address": _feed_address(asked),
        "past_link": url_for("listing.index", **{**address, "when": Span.PAST.value}),
        "coming_link": url_for("listing.index", **_without(address, "when")),
    }


def _offered(asked: Asked) -> list[tuple[str, str]]:
    """(name, address) of the towns that may be meant."""
    return [
        (
            render.town_label(town),
            url_for("listing.index", **{**asked.address, "near": town.name, "town": str(town.id)}),
        )
        for town in _towns(asked)
    ]


def _towns(asked: Asked) -> list[Town]:
    if isinstance(asked.place, Found):
        return list(asked.place.others)
    if isinstance(asked.place, Ambiguous):
        return list(asked.place.towns)
    return list_likely(asked.form.near.data or "") if asked.place is None else []


def _feed_address(asked: Asked) -> dict[str, Any] | None:
    """The same question for feeds; they know no day but the coming ones."""
    return _without(asked.address, "when") if asked.is_placed else None


def _further_values(asked: Asked, now: datetime) -> dict[str, Any]:
    """Where nothing is near: the nearest further away, and the way to them."""
    near = asked.wanted.near
    if near is None or near.km is None:
        return {"further": [], "wider": None}
    anywhere = replace(asked.wanted, near=Near(near.position))
    found = reads.list_events(anywhere).rows[:FURTHER_HOLDS]
    reach = found[0].km if found else None
    fitting = (km for km in DISTANCES if reach is not None and reach <= km)
    km = next(fitting, ANY_DISTANCE)
    address = {**asked.address, "km": str(km)}
    return {
        "further": render.event_rows(found, now=now),
        "wider": (km, url_for("listing.index", **address)) if found else None,
    }


def _link(asked: Asked, **key: Any) -> str:  # noqa: ANN401 - values of an address
    return url_for("listing.index", **asked.address, **key)


def _without(address: dict[str, Any], name: str) -> dict[str, Any]:
    return {each: text for each, text in address.items() if each != name}


def _campaign(slug: str | None) -> Campaign | None:
    found = reads.find_campaign(slug) if slug else None
    if slug and found is None:
        raise EventNotFoundError
    return found


def _mobilisation(slug: str | None) -> Mobilisation | None:
    return mobilisation_reads.get_public(slug) if slug else None


def _number(text: str | None) -> int | None:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < 12
    return min(int(text or 0), LARGEST_ID) if is_number else None
