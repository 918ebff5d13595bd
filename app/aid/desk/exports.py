"""Files of a round: asked for by a button, and written into the record of changes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.forms.desk_lists import ExportForm
from app.aid.models.drops import Drop
from app.aid.queries import drops as drop_reads
from app.aid.render import exports as render
from app.aid.render.exports import Source
from app.audit import service as audit
from app.db.session import transaction
from app.lib import clock
from app.web.locale import current_locale
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("aid_exports_desk", __name__, url_prefix="/desk/aid/exports")

#: Files that name people, and what they are called.
PEOPLE = {
    "points": _l("Collection points"),
    "hosts": _l("Hosts, and how to reach them"),
    "workplaces": _l("Workplace collections"),
}
#: Files of goods.
GOODS = {
    "drop-offs": _l("Drop-offs"),
    "moves": _l("Moves of goods"),
    "boxes": _l("Labelled boxes"),
}
#: In these a hidden address can stand, where somebody asks for it.
WITH_ADDRESSES = ("points", "hosts")


@bp.get("/")
@requires(Permission.AID_SEE)
def index() -> ResponseReturnValue:
    """Show which files there are."""
    return _page()


def _page(form: ExportForm | None = None, *, status: int = 200) -> ResponseReturnValue:
    people, goods = (
        bool(groups_with(each)) for each in (Permission.AID_SEE_PEOPLE, Permission.AID_STOCK)
    )
    drops = _drops(Permission.AID_SEE_PEOPLE, Permission.AID_STOCK)
    return show_page(
        "aid/desk/exports.html",
        status=status,
        form=form or ExportForm(drops),
        people_names=PEOPLE if people else {},
        goods_names=GOODS if goods else {},
    )


@bp.post("/<any(points, hosts, workplaces):what>.csv")
@requires(Permission.AID_SEE_PEOPLE)
def export_people(what: str) -> ResponseReturnValue:
    """Write a file that names people; of hidden points the door only where that is ticked."""
    return _export(what, _drops(Permission.AID_SEE_PEOPLE))


@bp.post('/<any("drop-offs", moves, boxes):what>.csv')
@requires(Permission.AID_STOCK)
def export_goods(what: str) -> ResponseReturnValue:
    """Write a file of what was brought, of moves or of boxes."""
    return _export(what, _drops(Permission.AID_STOCK))


def _export(what: str, drops: Sequence[Drop]) -> ResponseReturnValue:
    form = ExportForm(drops)
    if not form.validate():
        return _page(form, status=422)
    with_addresses = what in WITH_ADDRESSES and bool(form.with_addresses.data)
    source = Source(form.chosen, current_locale(), with_addresses=with_addresses)
    with transaction():
        audit.record(
            current_actor(),
            "aid.exported",
            f"drop:{form.chosen.id}",
            now=clock.utcnow(),
            group_id=form.chosen.group_id,
            detail={"file": what} | ({"with_addresses": True} if with_addresses else {}),
        )
    name = f"{what}-{form.chosen.slug}-{clock.utcnow():%Y-%m-%d}.csv"
    lines = stream_with_context(render.FILES[what](source))
    response = Response(lines, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _drops(*permissions: Permission) -> Sequence[Drop]:
    """The rounds of which she may save something."""
    groups = {group_id for each in permissions for group_id in groups_with(each)}
    return drop_reads.list_of_groups(groups) if groups else []
