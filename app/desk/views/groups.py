"""The groups of the desk: who they are, and what is still missing before they can collect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.guard import (
    check,
    current_account,
    current_actor,
    desk_blueprint,
    groups_with,
    keep_session,
    requires,
)
from app.accounts.rules.permissions import ROLE_NAMES, Permission
from app.appeals.queries import appeals as appeal_reads
from app.db.session import transaction
from app.desk import queries, render
from app.desk.forms.groups import GroupForm
from app.desk.service import setup as service
from app.groups import queries as groups
from app.groups.errors import StaleGroupError
from app.groups.rules import KIND_LABELS
from app.ledger import queries as ledger
from app.ledger.rules import FUND_KIND_LABELS
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.pages import render as show_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from app.groups.models import Group

bp = desk_blueprint("groups_desk", __name__, url_prefix="/desk/groups")


@bp.get("/")
@requires(Permission.GROUP_SEE)
def index() -> ResponseReturnValue:
    """List the groups in which she has a role."""
    account = current_account()
    return show_page(
        "desk/groups/groups.html",
        groups=accounts.list_groups_of(account.group_ids),
        roles_in=lambda group: sorted(account.roles_in(group.id)),
        role_names=ROLE_NAMES,
        kinds=KIND_LABELS,
        may_add=bool(groups_with(Permission.GROUP_EDIT)),
    )


@bp.get("/new")
@requires(Permission.GROUP_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty group."""
    return _editor(GroupForm())


@bp.post("/new")
@requires(Permission.GROUP_EDIT)
def create() -> ResponseReturnValue:
    """Found a group, owned by who founds it."""
    form = GroupForm()
    if form.validate():
        try:
            group_id = _found(form)
        except UserError as error:
            form.refuse(error)
        else:
            flash(_("The group has its page. Next, say where its money goes."), "good")
            return redirect(url_for("groups_desk.show", group_id=group_id), 303)
    return _editor(form, status=422)


def _found(form: GroupForm) -> int:
    with transaction():
        owner, now = accounts.lock_account(current_account().id), clock.utcnow()
        group_id = service.found_group(form.new_group(), owner, now=now, by=current_actor()).id
    keep_session(owner)
    return group_id


@bp.get("/<int:group_id>")
@requires(Permission.GROUP_SEE)
def show(group_id: int) -> ResponseReturnValue:
    """Show a group with its payment accounts and funds, and what to do next."""
    group = _group(group_id, Permission.GROUP_SEE)
    funds = ledger.list_funds([group_id])
    return show_page(
        "desk/groups/group.html",
        group=group,
        kind=KIND_LABELS[group.kind],
        fund_kinds=FUND_KIND_LABELS,
        connections=[(each, render.connection(each)) for each in group.payment_accounts],
        funds=funds,
        balances=ledger.balances_of([fund.id for fund in funds]),
        steps=queries.steps_of(group, funds, appeal_reads.list_appeals([group_id])),
        may={each.name.lower(): group_id in groups_with(each) for each in Permission},
    )


@bp.get("/<int:group_id>/edit")
@requires(Permission.GROUP_EDIT)
def edit(group_id: int) -> ResponseReturnValue:
    """Show a group to be edited."""
    group = _group(group_id, Permission.GROUP_EDIT)
    return _editor(GroupForm(group), group=group)


@bp.post("/<int:group_id>/edit")
@requires(Permission.GROUP_EDIT)
def update(group_id: int) -> ResponseReturnValue:
    """Save an edited group; 409 with both texts when somebody else saved in between."""
    group = _group(group_id, Permission.GROUP_EDIT)
    form = GroupForm(group)
    if not form.validate():
        return _editor(form, group=group, status=422)
    try:
        _save(form, group_id)
    except StaleGroupError as error:
        form.refuse(error)
        return _stale_editor(form, groups.get_group_by_id(group_id))
    except UserError as error:
        form.refuse(error)
        return _editor(form, group=groups.get_group_by_id(group_id), status=422)
    flash(_("The group is saved."), "good")
    return redirect(url_for("groups_desk.show", group_id=group_id), 303)


def _group(group_id: int, permission: Permission) -> Group:
    check(permission, group_id)
    return groups.get_group_by_id(group_id)


def _save(form: GroupForm, group_id: int) -> None:
    seen, details = form.seen_version, form.details()
    with transaction():
        now, by = clock.utcnow(), current_actor()
        service.edit_group(group_id, details, seen_version=seen, now=now, by=by)


def _stale_editor(form: GroupForm, group: Group) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    form.version.data = str(group.version)
    found = differences(GroupForm(group, formdata=None), form)
    return _editor(form, group=group, status=409, found=found)


def _editor(
    form: GroupForm,
    *,
    group: Group | None = None,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "desk/groups/edit_group.html", status=status, form=form, group=group, differences=found
    )
