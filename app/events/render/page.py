"""Everything that the public page of an event shows, the parts of its other sides too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.events.models.events import Event
from app.events.render import events as render
from app.events.render import jsonld
from app.events.render import paper as paper_render
from app.events.render import rsvps as rsvps_render
from app.events.render import shifts as shifts_render
from app.events.rules.words import Paper
from app.web.locale import absolute_url
from app.web.pages import render_block
from app.web.panels import panels

#: What other sides of events show on the page: each gives the values of its own part.
BLOCKS: tuple[Callable[[Event, datetime], Mapping[str, Any]], ...] = (
    rsvps_render.block_for,
    shifts_render.block_for,
    paper_render.block_for,
)


def page_values(event: Event, *, now: datetime, paper: Paper | None = None) -> dict[str, Any]:
    """Everything that the page shows, for the public and for a look before that.

    `paper` is the kind of paper whose code led here; the form that says "I am coming" takes it on.
    """
    values = {
        "share_url": absolute_url("events.show", slug=event.slug),
        "preview_line": render.description(event, now),
        "blocks": [render_block(block) for block in panels().event_blocks(event.id)],
        "json_ld": jsonld.event_json(event, now=now),
        "from_paper": {"from": paper.value} if paper else {},
        **render.event_page(event, now=now),
    }
    for block in BLOCKS:
        values |= block(event, now)
    return values
