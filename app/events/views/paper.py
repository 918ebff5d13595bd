"""What anybody may print of an event: posters and flyers, and the card for a pocket.

They say no more than the public page does.
"""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response

from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.render import paper as render
from app.lib import clock
from app.lib.errors import NotFoundError
from app.web.pages import render as show_page

bp = Blueprint("paper", __name__)

#: The style sheet of the card; it needs no other.
CARD_STYLE = Path(__file__).parents[2] / "static/css/card.css"


@bp.get("/events/<slug>/<any(poster, flyer):sheet>")
def poster(slug: str, sheet: str) -> Response:
    """Show a poster, or two flyers on one sheet, with a picture that leads to the page."""
    event = reads.get_published(slug)
    values = render.poster(event, source=sheet, now=clock.utcnow())
    return show_page(f"events/paper/{sheet}.html", public=True, **values)


@bp.get("/events/<slug>/bust-card")
def bust_card(slug: str) -> Response:
    """Show the card with numbers and rights: one on a telephone, eight on a sheet of paper."""
    event = reads.get_published(slug)
    return show_page("events/paper/bust_card.html", public=True, **_card(event))


@bp.get("/events/<slug>/bust-card/save")
def save_card(slug: str) -> Response:
    """Give the card as one file that is read without a connection."""
    event = reads.get_published(slug)
    style = render.saved_style(CARD_STYLE.read_text("utf-8"))
    response = show_page("events/paper/saved_card.html", public=True, style=style, **_card(event))
    response.headers["Content-Disposition"] = f'attachment; filename="bust-card-{event.slug}.html"'
    return response


def _card(event: Event) -> dict[str, Any]:
    """What the card says; raises NotFoundError where nobody gave a number for it."""
    if not render.has_card(event):
        raise NotFoundError
    return {"event": event, **render.bust_card(event, now=clock.utcnow())}
