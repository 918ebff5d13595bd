"""Everything as one file, for whoever owns all of it."""

from __future__ import annotations

from tempfile import TemporaryFile

from flask import Response, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires, requires_proof
from app.accounts.rules.permissions import Permission
from app.audit import service as audit
from app.db.session import transaction
from app.desk.service import everything
from app.groups import queries as groups
from app.lib import clock
from app.lib.errors import ForbiddenError
from app.web.forms import ActionForm
from app.web.pages import render

bp = desk_blueprint("everything_desk", __name__, url_prefix="/desk/exports")


@bp.get("/everything")
@requires(Permission.ACCOUNTS_MANAGE)
@requires_proof
def show() -> ResponseReturnValue:
    """Say what is in it, and who may take it."""
    return render("desk/everything.html", is_allowed=_owns_all(), act=ActionForm())


@bp.post("/everything")
@requires(Permission.ACCOUNTS_MANAGE)
@requires_proof
def save() -> ResponseReturnValue:
    """Hand it over."""
    if not _owns_all():
        raise ForbiddenError
    if not ActionForm().validate():
        return redirect(url_for("everything_desk.show"), 303)
    now = clock.utcnow()
    with transaction():
        for group in groups.list_groups():
            audit.record(
                current_actor(), "everything.exported", "installation", now=now, group_id=group.id
            )
    return _zip()


def _zip() -> Response:
    now = clock.utcnow()
    # In a file without a name: it goes when the answer is out, also where that breaks off.
    file = TemporaryFile()  # noqa: SIM115 - Flask closes it
    everything.write(file, now=now, tell=lambda _name, _rows: None)
    file.seek(0)
    name = f"everything-{now.date().isoformat()}.zip"
    response = send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _owns_all() -> bool:
    """Whether she may decide about accounts in every group: the file tells of all of them."""
    return {group.id for group in groups.list_groups()} <= set(
        groups_with(Permission.ACCOUNTS_MANAGE)
    )
