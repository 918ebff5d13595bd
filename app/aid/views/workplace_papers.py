"""The papers of a collection at work, to print: behind its steward's link."""

from __future__ import annotations

from flask import Response

from app.aid.render import workplace_paper as render
from app.aid.render import workplaces as page_render
from app.aid.views.stewards import opened, token_of
from app.aid.views.workplaces import bp
from app.lib import clock
from app.web.pages import render as show_page

__all__ = ["bp"]

#: The sheets, as they stand in the address.
_SHEETS = "any(poster, sheet, letter, labels)"


@bp.get("/workplace/<token>/papers")
def papers(token: str) -> Response:
    """List what can be printed."""
    workplace = opened(token)
    return show_page(
        "aid/workplaces/papers.html", token=token_of(workplace), **page_render.frame(workplace)
    )


@bp.get(f"/workplace/<token>/papers/<{_SHEETS}:sheet>")
def paper(token: str, sheet: str) -> Response:
    """Show one sheet of paper."""
    workplace = opened(token)
    return show_page(
        f"aid/workplaces/paper/{sheet}.html",
        token=token_of(workplace),
        **render.paper(workplace, now=clock.utcnow()),
    )
