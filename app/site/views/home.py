"""The home page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.groups import queries as groups
from app.lib import clock
from app.site.render import home as render
from app.site.views.pages import bp
from app.web.pages import render as show_page
from app.web.pages import render_block
from app.web.panels import panels

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show what runs now: what leads, what can be done, then what the packages above offer."""
    values = render.home_page(panels().home_blocks(), now=clock.utcnow())
    values["blocks"] = [render_block(block) for block in values["blocks"]]
    return show_page("site/home.html", public=True, groups=groups.list_groups(), **values)
