"""A member's own page: what she could do, what she takes part in, and the way out.

The link is the key: no account, no cookie. A GET writes nothing.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.audit.facts import Actor
from app.campaigns.errors.members import MemberLinkEndedError
from app.campaigns.flows import members as flows
from app.campaigns.forms.joining import LeaveForm, MemberForm
from app.campaigns.models.members import Member
from app.campaigns.queries import campaigns as campaign_reads
from app.campaigns.queries import members as reads
from app.campaigns.rules.members import MEMBER_LINK, MemberState
from app.campaigns.service import members
from app.lib import clock, links
from app.lib.errors import UserError
from app.lib.links import BadLinkError
from app.settings import settings
from app.supporters.models.people import SkillOffer
from app.supporters.rules.rights import PREFERENCES_LINK
from app.web.pages import render as show_page

bp = Blueprint("members", __name__)


@bp.get("/member/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show a member what she told us, and what she can do about it."""
    return _page(_open(token), token)


@bp.post("/member/<token>")
def change(token: str) -> ResponseReturnValue:
    """Keep what she could do now, and what she takes part in."""
    member = _open(token)
    form = _form(member)
    if not form.validate():
        return _page(member, token, form, status=422)
    now = clock.utcnow()
    try:
        flows.change(member.public_id, form.offer, form.campaign_ids, seen=form.seen, now=now)
    except UserError as error:
        form.add_problem(error)
        member = _open(token)
        # What she typed may be saved over what stands now, once she has read this.
        form.version.data = str(member.version)
        return _page(member, token, form, status=error.status)
    return redirect(url_for("members.show", token=token, done="changed"), 303)


@bp.get("/member/<token>/leave")
def ask_leave(token: str) -> ResponseReturnValue:
    """Say what leaving means, and show the button."""
    return _leave_page(_open(token), token, LeaveForm(formdata=None))


@bp.post("/member/<token>/leave")
def leave(token: str) -> ResponseReturnValue:
    """Let her go."""
    member, form = _open(token), LeaveForm()
    if not form.validate():
        return _leave_page(member, token, form, status=422)
    flows.leave(member.public_id, now=clock.utcnow(), by=Actor.visitor())
    return redirect(url_for("members.show", token=token), 303)


def _leave_page(
    member: Member, token: str, form: LeaveForm, *, status: int = 200
) -> ResponseReturnValue:
    if member.state is MemberState.LEFT:
        return redirect(url_for("members.show", token=token), 302)
    return show_page(
        "campaigns/joining/leave.html", status=status, form=form, token=token, member=member
    )


def _page(
    member: Member, token: str, form: MemberForm | None = None, *, status: int = 200
) -> ResponseReturnValue:
    if member.state is MemberState.LEFT:
        return show_page("campaigns/joining/left.html", group=member.group)
    offer = _offer(member)
    return show_page(
        "campaigns/joining/member.html",
        status=status,
        form=form or _form(member, is_new=True),
        token=token,
        member=member,
        group=member.group,
        done=request.args.get("done", ""),
        is_asked_again=offer is not None and offer.asked_again_at is not None,
        preferences=_preferences(member),
    )


def _preferences(member: Member) -> str | None:
    """Where she chooses what is mailed to her."""
    if member.supporter is None:
        return None
    token = links.sign(settings().secret_key, PREFERENCES_LINK, member.supporter.public_id)
    return url_for("preferences.show", token=token)


def _form(member: Member, *, is_new: bool = False) -> MemberForm:
    running = campaign_reads.list_public_of_group(member.group_id)
    if is_new:
        return MemberForm(member, _offer(member), running, formdata=None)
    return MemberForm(member, _offer(member), running)


def _offer(member: Member) -> SkillOffer | None:
    return reads.find_offer(member.supporter_id or 0, member.group_id)


def _open(token: str) -> Member:
    """The member of a link; raises BadLinkError (404) or MemberLinkEndedError (410)."""
    link = links.read(settings().secrets, MEMBER_LINK, token)
    return members.open_page(link.subject, link.version)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(MemberLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Lead whoever has a link that does not work to the page that sends new ones."""
    is_gone = isinstance(error, MemberLinkEndedError)
    return show_page("campaigns/joining/link_ended.html", status=error.status, is_gone=is_gone)
