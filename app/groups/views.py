"""The public page of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from app.groups import queries
from app.groups.rules import KIND_LABELS
from app.web.pages import render, render_block
from app.web.panels import panels

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("groups", __name__)


@bp.get("/groups/<slug>")
def group(slug: str) -> ResponseReturnValue:
    """Show who a group is and what it runs now."""
    found = queries.get_group(slug)
    blocks = [render_block(block) for block in panels().group_blocks(found.id)]
    return render(
        "groups/group.html", public=True, group=found, kind=KIND_LABELS[found.kind], blocks=blocks
    )
