"""The desk's members: found by what they offer, entered for who rang, changed, taken out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.audit import service as audit
from app.campaigns.errors.members import StaleMemberError
from app.campaigns.flows import members as flows
from app.campaigns.forms.members_desk import DeskMemberForm, EnterMemberForm, MemberFilterForm
from app.campaigns.models.campaigns import Campaign
from app.campaigns.models.members import Member
from app.campaigns.queries import campaigns as campaign_reads
from app.campaigns.queries import member_lists as lists
from app.campaigns.queries import members as reads
from app.campaigns.render import member_lists as render
from app.campaigns.render.members import STATE_NAMES
from app.campaigns.rules.campaigns import CampaignStage, stage
from app.campaigns.rules.members import MemberState, may_join
from app.campaigns.service import members as service
from app.campaigns.service.members import Sender
from app.db.session import retry_deadlocks, transaction
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.lib.errors import UserError
from app.supporters.queries.doors import Door
from app.web.differences import Difference, differences
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.paging import read_key
from app.web.panels import Block

bp: Blueprint = desk_blueprint("members_desk", __name__, url_prefix="/desk/members")

#: One of the ways in which a group comes to know people.
DOOR = Door(key="members", name=_l("Members"), known=lists.known_supporters)


@bp.get("/")
@requires(Permission.PEOPLE_SEE)
def index() -> ResponseReturnValue:
    """List the members of one's groups, who came last first, as the filter says."""
    mine = _groups(Permission.PEOPLE_SEE)
    form = _filter(mine)
    wanted = form.wanted()
    page = lists.list_members(wanted, read_key(request.args.get("after")))
    return show_page(
        "campaigns/desk/members/index.html",
        form=form,
        address=form.address(),
        rows=render.rows(page.rows, lists.offers_of(page.rows)),
        next_key=page.next_key,
        in_all=lists.count(wanted),
        asked=lists.count_asked(wanted.group_ids),
        groups=mine,
        welcomes=_joinable(),
        may_edit=bool(groups_with(Permission.PEOPLE_EDIT)),
        may_export=bool(groups_with(Permission.PEOPLE_MOVE)),
        act=ActionForm(),
    )


@bp.post("/export.csv")
@requires(Permission.PEOPLE_MOVE)
def export() -> ResponseReturnValue:
    """Write what the list shows into a file; that it was made is written down."""
    if not ActionForm().validate():
        return redirect(url_for("members_desk.index"), 303)
    wanted = _filter(_groups(Permission.PEOPLE_MOVE)).wanted()
    now, by = clock.utcnow(), current_actor()
    with transaction():
        for group_id in wanted.group_ids:
            audit.record(by, "members.exported", f"group:{group_id}", now=now, group_id=group_id)
    lines = stream_with_context(render.csv_lines(wanted))
    response = Response(lines, mimetype="text/csv")
    name = f"members-{now:%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- entered --------------------------------------------------------------------------------------


@bp.get("/enter")
@requires(Permission.PEOPLE_EDIT)
def ask_member() -> ResponseReturnValue:
    """Show the form for somebody who rang or signed on paper."""
    typed = {name: request.args.get(name, "") for name in ("group", "source")}
    data = {name: value for name, value in typed.items() if value}
    return _enter_page(_enter_form(formdata=None, data=data))


@bp.post("/enter")
@requires(Permission.PEOPLE_EDIT)
def enter() -> ResponseReturnValue:
    """Write somebody down; she hears of it by mail."""
    form = _enter_form()
    if not form.validate():
        return _enter_page(form, status=422)
    try:
        public_id = retry_deadlocks(lambda: _enter(form))
    except UserError as error:
        form.add_problem(error)
        return _enter_page(form, status=error.status)
    flash(_("Written down."), "good")
    if request.form.get("then") == "next":
        # A list on paper has many lines.
        same = {"group": form.group.data, "source": form.source.data}
        return redirect(url_for("members_desk.ask_member", **same), 303)
    return redirect(url_for("members_desk.show", public_id=public_id), 303)


def _enter(form: EnterMemberForm) -> str:
    sender = Sender(
        nonce=f"desk:{form.nonce.data}",
        locale=form.locale.data,
        source=form.chosen_source,
    )
    with transaction():
        group = groups.get_group_by_id(form.chosen_group.id)
        return service.enter(
            group, form.wish, sender, now=clock.utcnow(), by=current_actor()
        ).public_id


def _enter_form(**values: Any) -> EnterMemberForm:  # noqa: ANN401
    mine = _joinable()
    return EnterMemberForm(mine, _running(mine), **values)


def _enter_page(form: EnterMemberForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page("campaigns/desk/members/enter.html", status=status, form=form)


# --- one member -----------------------------------------------------------------------------------


@bp.get("/<public_id>")
@requires(Permission.PEOPLE_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show a member, what she offers and what she agreed to."""
    return _member_page(_member(public_id))


@bp.post("/<public_id>")
@requires(Permission.PEOPLE_EDIT)
def change(public_id: str) -> ResponseReturnValue:
    """Change what a member offers, because she said so; 409 with both when it changed meanwhile."""
    member = _member(public_id, Permission.PEOPLE_EDIT)
    form = _member_form(member)
    if not form.validate():
        return _member_page(member, form, status=422)
    try:
        _apart(lambda: _change(public_id, form))
    except StaleMemberError as error:
        form.add_problem(error)
        return _stale_page(form, _member(public_id))
    except UserError as error:
        form.add_problem(error)
        return _member_page(_member(public_id), form, status=error.status)
    flash(_("Saved."), "good")
    return redirect(url_for("members_desk.show", public_id=public_id), 303)


def _change(public_id: str, form: DeskMemberForm) -> None:
    found, now, by = _member(public_id), clock.utcnow(), current_actor()
    service.change(found.id, form.offer, form.campaign_ids, seen=form.seen, now=now, by=by)


@bp.post("/<public_id>/leave")
@requires(Permission.PEOPLE_EDIT)
def take_out(public_id: str) -> ResponseReturnValue:
    """Take out a member who asked for it."""
    _member(public_id, Permission.PEOPLE_EDIT)
    if ActionForm().validate():
        flows.leave(public_id, now=clock.utcnow(), by=current_actor())
        flash(_("She is no member any more."), "good")
    return redirect(url_for("members_desk.show", public_id=public_id), 303)


def _stale_page(form: DeskMemberForm, member: Member) -> ResponseReturnValue:
    """Show both; what was ticked may then be saved over what stands, knowingly."""
    form.version.data = str(member.version)
    stands = _member_form(member, is_new=True)
    return _member_page(member, form, status=409, found=differences(stands, form))


def _member_form(member: Member, *, is_new: bool = False) -> DeskMemberForm:
    running = campaign_reads.list_public_of_group(member.group_id)
    offer = reads.find_offer(member.supporter_id or 0, member.group_id)
    if is_new:
        return DeskMemberForm(member, offer, running, formdata=None)
    return DeskMemberForm(member, offer, running)


def _member_page(
    member: Member,
    form: DeskMemberForm | None = None,
    *,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "campaigns/desk/members/show.html",
        status=status,
        member=member,
        form=form or _member_form(member, is_new=True),
        differences=found,
        act=ActionForm(),
        is_member=member.state is MemberState.MEMBER,
        may_edit=member.group_id in groups_with(Permission.PEOPLE_EDIT),
        **render.member_page(member),
    )


# --- rows -----------------------------------------------------------------------------------------


def _filter(mine: Collection[Group]) -> MemberFilterForm:
    ids = [each.id for each in mine]
    campaigns = [
        each
        for each in campaign_reads.list_campaigns(ids)
        if stage(each.published_at, each.closed_at) is not CampaignStage.DRAFT
    ]
    form = MemberFilterForm(mine, campaigns, lists.tags_of(ids), request.values)
    form.validate()
    return form


def _running(mine: Collection[Group]) -> list[Campaign]:
    ids = [each.id for each in mine]
    return [
        each
        for each in campaign_reads.list_campaigns(ids)
        if stage(each.published_at, each.closed_at) is CampaignStage.OPEN
    ]


def _joinable() -> list[Group]:
    """The groups whose members one looks after."""
    return [each for each in _groups(Permission.PEOPLE_EDIT) if may_join(each.kind)]


def _groups(permission: Permission) -> list[Group]:
    ids = groups_with(permission)
    return [each for each in groups.list_groups() if each.id in ids]


def _member(public_id: str, permission: Permission = Permission.PEOPLE_SEE) -> Member:
    member = reads.get_member(public_id, groups_with(Permission.PEOPLE_SEE))
    check(permission, member.group_id)
    return member


def _apart(work: Callable[[], None]) -> None:
    """In a transaction of its own, once more after a deadlock."""

    def once() -> None:
        with transaction():
            work()

    retry_deadlocks(once)


def person_blocks(email: str, group_ids: set[int]) -> list[Block]:
    """Say on a supporter's page where she is a member, in the groups that one may see."""
    found = [each for each in reads.list_all_of_address(email) if each.group_id in group_ids]
    shown = [each for each in found if each.state is not MemberState.ASKED]
    values = {"members": shown, "names": STATE_NAMES, "tones": render.TONES}
    return [Block("members", "campaigns/desk/members/_person.html", values, 20)] if shown else []
