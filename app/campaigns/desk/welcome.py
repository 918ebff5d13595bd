"""What a group writes to whoever joined it, edited on the desk."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, requires
from app.accounts.rules.permissions import Permission
from app.campaigns.desk import members as members_desk
from app.campaigns.errors.members import StaleMemberError
from app.campaigns.forms.members_desk import WelcomeForm
from app.campaigns.queries import members as reads
from app.campaigns.service import welcome as service
from app.db.session import transaction
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.web.differences import Difference, differences
from app.web.pages import render as show_page

bp: Blueprint = members_desk.bp


@bp.get("/welcome/<int:group_id>")
@requires(Permission.PEOPLE_EDIT)
def edit_welcome(group_id: int) -> ResponseReturnValue:
    """Show what new members are written."""
    group = _group(group_id)
    return _page(group, WelcomeForm(reads.find_welcome(group_id), formdata=None))


@bp.post("/welcome/<int:group_id>")
@requires(Permission.PEOPLE_EDIT)
def save_welcome(group_id: int) -> ResponseReturnValue:
    """Keep it; 409 with both texts when somebody else saved in between."""
    group = _group(group_id)
    form = WelcomeForm(reads.find_welcome(group_id))
    if not form.validate():
        return _page(group, form, status=422)
    try:
        with transaction():
            now, by = clock.utcnow(), current_actor()
            service.save(group_id, form.words, seen=form.seen, now=now, by=by)
    except StaleMemberError as error:
        form.add_problem(error)
        standing = reads.find_welcome(group_id)
        form.version.data = str(standing.version if standing else 0)
        stands = WelcomeForm(standing, formdata=None)
        return _page(_group(group_id), form, status=409, found=differences(stands, form))
    flash(_("Saved."), "good")
    return redirect(url_for("members_desk.edit_welcome", group_id=group_id), 303)


def _group(group_id: int) -> Group:
    group = groups.get_group_by_id(group_id)
    check(Permission.PEOPLE_EDIT, group.id)
    return group


def _page(
    group: Group, form: WelcomeForm, *, status: int = 200, found: Sequence[Difference] = ()
) -> ResponseReturnValue:
    return show_page(
        "campaigns/desk/members/welcome.html",
        status=status,
        group=group,
        form=form,
        differences=found,
    )
