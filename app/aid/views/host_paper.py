"""What a host prints from her own page."""

from flask import Response, abort, url_for

from app.aid.render import host_pack as render
from app.aid.views.hosting import bp, opened
from app.lib import clock
from app.web.pages import render as show_page

__all__ = ["bp"]


@bp.get("/host/<token>/pack")
@bp.get("/host/<token>/pack/<sheet>")
def pack(token: str, sheet: str = "") -> Response:
    """Show the sheets of a point, all of them or one."""
    point = opened(token).point
    sheets = render.sheets_of(point)
    if sheet and sheet not in sheets:
        abort(404)
    return show_page(
        "aid/hosting/pack.html",
        sheets=[sheet] if sheet else sheets,
        back=url_for("point_host.show", token=token),
        others=[(each, url_for("point_host.pack", token=token, sheet=each)) for each in sheets],
        whole=url_for("point_host.pack", token=token) if sheet else "",
        languages=[],
        **render.pack(point, now=clock.utcnow()),
    )
