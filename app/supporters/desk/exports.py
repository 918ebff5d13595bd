"""People saved as a file."""

from __future__ import annotations

from flask import Response, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import current_actor, requires
from app.accounts.rules.permissions import Permission
from app.audit import service as audit
from app.db.session import transaction
from app.lib import clock
from app.supporters.desk.people import bp, own_groups
from app.supporters.forms.people import PeopleFilterForm
from app.supporters.queries import finding as reads
from app.supporters.render import exports as render
from app.web.forms import ActionForm


@bp.post("/people.csv")
@requires(Permission.PEOPLE_MOVE)
def export() -> ResponseReturnValue:
    """Write the people of the list into a file; it is written down who made it."""
    mine = own_groups(Permission.PEOPLE_MOVE)
    form = PeopleFilterForm(mine, reads.count_tags([each.id for each in mine]), request.form)
    if not ActionForm().validate():
        return redirect(url_for("supporters_desk.index"), 303)
    wanted = form.wanted
    with transaction():
        for group_id in wanted.group_ids:
            audit.record(
                current_actor(),
                "supporters.exported",
                f"group:{group_id}",
                now=clock.utcnow(),
                group_id=group_id,
            )
    name = f"people-{clock.utcnow():%Y-%m-%d}.csv"
    lines = stream_with_context(render.people_file(wanted))
    response = Response(lines, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
