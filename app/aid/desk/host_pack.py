"""The same sheets as a host prints, for an organiser who prints them for her."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import check, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.models.points import CollectionPoint
from app.aid.queries import points as reads
from app.aid.render import host_pack as render
from app.lib import clock
from app.settings import settings
from app.web.locale import current_locale, in_locale
from app.web.pages import render as show_page

bp = desk_blueprint("host_pack_desk", __name__, url_prefix="/desk/points")


@bp.get("/<public_id>/pack")
@requires(Permission.AID_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show the sheets of a point, all of them or one, in any language of the site."""
    point = _point(public_id)
    sheets, sheet = render.sheets_of(point), request.args.get("sheet", "")
    if sheet and sheet not in sheets:
        abort(404)
    chosen = request.args.get("in") or current_locale()
    with in_locale(chosen):
        return show_page(
            "aid/hosting/pack.html",
            sheets=[sheet] if sheet else sheets,
            back=url_for("points_desk.show", public_id=public_id),
            others=[(each, _address(public_id, chosen, sheet=each)) for each in sheets],
            whole=_address(public_id, chosen) if sheet else "",
            languages=[
                (code, _address(public_id, code)) for code in settings().locales if code != chosen
            ],
            **render.pack(point, now=clock.utcnow()),
        )


def _address(public_id: str, locale: str, **more: str) -> str:
    values = {"public_id": public_id, "in": locale, **more}
    return url_for("host_pack_desk.show", **values)  # type: ignore[arg-type]  # texts alone


def _point(public_id: str) -> CollectionPoint:
    point = reads.get_for_desk(public_id, groups_with(Permission.AID_SEE))
    check(Permission.AID_SEE, point.drop.group_id)
    return point
