"""Joining a group, or a group for a campaign: the form, and the link that proves a mailbox.

No account, no cookie. A GET writes nothing, whoever follows the link.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.campaigns.errors.members import AskedAnewError, CannotJoinError, JoinLinkEndedError
from app.campaigns.flows import members as flows
from app.campaigns.forms.joining import JoinForm, ProofForm
from app.campaigns.models.campaigns import Campaign
from app.campaigns.models.members import Member
from app.campaigns.queries import campaigns as campaign_reads
from app.campaigns.render import members as render
from app.campaigns.rules.members import (
    JOIN_LINK,
    MEMBER_LINK,
    MemberState,
    may_join,
    read_source_word,
)
from app.campaigns.service import members
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock, links
from app.lib.errors import UserError
from app.lib.links import BadLinkError
from app.settings import settings
from app.web.locale import current_locale, leave_out_of_links
from app.web.pages import render as show_page
from app.web.panels import Block

bp = Blueprint("joining", __name__)


@bp.get("/groups/<slug>/join")
def ask_group(slug: str) -> ResponseReturnValue:
    """Ask who joins a group."""
    return _empty_form(_group(slug), None)


@bp.post("/groups/<slug>/join")
def join_group(slug: str) -> ResponseReturnValue:
    """Keep what somebody told who joins a group, and send the mail that asks."""
    return _join(_group(slug), None)


@bp.get("/campaigns/<slug>/join")
def ask_campaign(slug: str) -> ResponseReturnValue:
    """Ask who joins a group for a campaign; one that is over leads to its page."""
    campaign = _campaign(slug)
    if campaign.closed_at is not None:
        return redirect(url_for("campaigns.show", slug=slug), 302)
    return _empty_form(campaign.group, campaign)


@bp.post("/campaigns/<slug>/join")
def join_campaign(slug: str) -> ResponseReturnValue:
    """Keep what somebody told who joins for a campaign, and send the mail that asks."""
    campaign = _campaign(slug)
    return _join(campaign.group, campaign)


@bp.get("/groups/<slug>/join/sent")
def sent(slug: str) -> Response:
    """Say that a mail is under way; the same for everybody."""
    return show_page("campaigns/joining/sent.html", group=_group(slug))


def _empty_form(group: Group, campaign: Campaign | None) -> ResponseReturnValue:
    leave_out_of_links("from")
    data = {"came_from": read_source_word(request.args.get("from")) or ""}
    return _form_page(JoinForm(group, _others(group, campaign), formdata=None, data=data), campaign)


def _join(group: Group, campaign: Campaign | None) -> ResponseReturnValue:
    form = JoinForm(group, _others(group, campaign))
    group_id, slug = group.id, group.slug
    if not form.validate():
        return _form_page(form, campaign, status=422 if form.problems() else 200)
    try:
        flows.ask(
            group_id,
            form.wish(campaign),
            nonce=form.nonce,
            locale=current_locale(),
            address=request.remote_addr,
            came_from=form.source_word,
            now=clock.utcnow(),
        )
    except UserError as error:
        form.add_problem(error)
        return _form_page(form, campaign, status=error.status)
    return redirect(url_for("joining.sent", slug=slug), 303)


def _others(group: Group, campaign: Campaign | None) -> list[Campaign]:
    """What else may be ticked beside the campaign that she joins for."""
    running = campaign_reads.list_public_of_group(group.id)
    return [each for each in running if campaign is None or each.id != campaign.id]


def _form_page(form: JoinForm, campaign: Campaign | None, *, status: int = 200) -> Response:
    return show_page(
        "campaigns/joining/form.html",
        status=status,
        form=form,
        group=form.group,
        campaign=campaign,
    )


def _group(slug: str) -> Group:
    group = groups.get_group(slug)
    if not may_join(group.kind):
        raise CannotJoinError
    return group


def _campaign(slug: str) -> Campaign:
    campaign = campaign_reads.get_public_campaign(slug)
    if not may_join(campaign.group.kind):
        raise CannotJoinError
    return campaign


# --- the link of the mail -------------------------------------------------------------------------


@bp.get("/join/confirm/<token>")
def ask_proof(token: str) -> ResponseReturnValue:
    """Show what was told, and the button with which it begins."""
    return _proof_page(_open(token), token)


@bp.post("/join/confirm/<token>")
def prove(token: str) -> ResponseReturnValue:
    """Begin: the mailbox is proven; her own page follows."""
    asked, form = _open(token), ProofForm()
    if not form.validate():
        return _proof_page(asked, token, form, status=422)
    try:
        member = flows.confirm(asked.public_id, seen=form.seen, now=clock.utcnow())
    except AskedAnewError as error:
        form = ProofForm(formdata=None)
        form.add_problem(error)
        return _proof_page(_open(token), token, form, status=error.status)
    return redirect(_page_of(member, done="joined"), 303)


def _proof_page(
    asked: Member, token: str, form: ProofForm | None = None, *, status: int = 200
) -> ResponseReturnValue:
    if asked.state is not MemberState.ASKED:
        return redirect(_page_of(asked), 302)
    form = form or ProofForm(formdata=None)
    form.version.data = str(asked.version)
    return show_page(
        "campaigns/joining/confirm.html",
        status=status,
        form=form,
        token=token,
        **render.asked_page(asked, members.told(asked)),
    )


def _page_of(member: Member, *, done: str | None = None) -> str:
    secret, version = settings().secret_key, member.link_version
    token = links.sign(secret, MEMBER_LINK, member.public_id, version=version)
    return url_for("members.show", token=token, done=done)


def _open(token: str) -> Member:
    """Who was asked by a link; raises BadLinkError (404) or JoinLinkEndedError (410)."""
    link = links.read(settings().secrets, JOIN_LINK, token)
    return members.open_asked(link.subject, link.version)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(JoinLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Say that the link opens nothing; whoever wants can join again."""
    is_gone = isinstance(error, JoinLinkEndedError)
    return show_page("campaigns/joining/ended.html", status=error.status, is_gone=is_gone)


# --- where it is offered --------------------------------------------------------------------------


def join_blocks(group_id: int) -> list[Block]:
    """Offer on a group's page to join it."""
    group = groups.get_group_by_id(group_id)
    if not may_join(group.kind):
        return []
    return [Block("join", "campaigns/_join.html", {"group": group, "campaign": None}, 4)]


def campaign_join_blocks(campaign_id: int) -> list[Block]:
    """Offer on a campaign's page to join for it."""
    campaign = campaign_reads.find_by_id(campaign_id)
    if campaign is None or campaign.closed_at is not None or not may_join(campaign.group.kind):
        return []
    values = {"group": campaign.group, "campaign": campaign}
    return [Block("join", "campaigns/_join.html", values, 4)]
