"""The desk's campaigns: written, published, closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.campaigns.errors.campaigns import StaleCampaignError
from app.campaigns.forms.campaigns import CampaignForm, StageForm
from app.campaigns.models.campaigns import Campaign
from app.campaigns.queries import campaigns as reads
from app.campaigns.rules.campaigns import stage
from app.campaigns.service import campaigns as service
from app.db.session import transaction
from app.files import service as files
from app.files.render import encode_upload
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.limits import limit_body
from app.web.pages import render as show_page

bp = desk_blueprint("campaigns_desk", __name__, url_prefix="/desk/campaigns")

#: The largest picture, and room for the texts beside it.
LARGEST_FORM = 6 * 1024 * 1024
CHANGES: dict[str, Callable[..., None]] = {
    "publish": service.publish_campaign,
    "withdraw": service.withdraw_campaign,
    "close": service.close_campaign,
    "reopen": service.reopen_campaign,
}


@bp.get("/")
@requires(Permission.EVENTS_SEE)
def index() -> ResponseReturnValue:
    """List the campaigns of one's groups, drafts included."""
    return show_page(
        "campaigns/desk/campaigns.html",
        campaigns=reads.list_campaigns(groups_with(Permission.EVENTS_SEE)),
        stage_of=_stage_of,
        may_edit=bool(groups_with(Permission.EVENTS_EDIT)),
    )


@bp.get("/new")
@requires(Permission.EVENTS_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty campaign."""
    return _editor(CampaignForm(_own_groups()))


@bp.post("/new")
@limit_body(LARGEST_FORM)
@requires(Permission.EVENTS_EDIT)
def create() -> ResponseReturnValue:
    """Begin a campaign as a draft."""
    form = CampaignForm(_own_groups())
    if form.validate():
        try:
            campaign_id = _create(form)
        except UserError as error:
            form.add_problem(error)
        else:
            flash(_("The campaign is kept as a draft."), "good")
            return redirect(url_for("campaigns_desk.edit", campaign_id=campaign_id), 303)
    return _editor(form, status=422)


def _create(form: CampaignForm) -> int:
    picture = encode_upload(form.picture.data)
    with transaction():
        now, slug = clock.utcnow(), form.slug.data or ""
        content = form.content(files.keep_image(picture, now=now).id if picture else None)
        group = groups.get_group_by_id(form.chosen_group.id)
        return service.create_campaign(group, content, slug=slug, now=now, by=current_actor()).id


@bp.get("/<int:campaign_id>")
@requires(Permission.EVENTS_SEE)
def edit(campaign_id: int) -> ResponseReturnValue:
    """Show a campaign to be edited."""
    campaign = _campaign(campaign_id)
    return _editor(CampaignForm([campaign.group], campaign), campaign=campaign)


@bp.post("/<int:campaign_id>")
@limit_body(LARGEST_FORM)
@requires(Permission.EVENTS_EDIT)
def update(campaign_id: int) -> ResponseReturnValue:
    """Save an edited campaign; 409 with both texts when somebody else saved in between."""
    campaign = _campaign(campaign_id, Permission.EVENTS_EDIT)
    form = CampaignForm([campaign.group], campaign)
    if not form.validate():
        return _editor(form, campaign=campaign, status=422)
    try:
        _save(form, campaign_id)
    except StaleCampaignError as error:
        form.add_problem(error)
        return _stale_editor(form, _campaign(campaign_id))
    except UserError as error:
        form.add_problem(error)
        return _editor(form, campaign=_campaign(campaign_id), status=422)
    flash(_("The campaign is saved."), "good")
    return redirect(url_for("campaigns_desk.edit", campaign_id=campaign_id), 303)


@bp.post("/<int:campaign_id>/<any(publish, withdraw, close, reopen):change>")
@requires(Permission.EVENTS_PUBLISH)
def change_stage(campaign_id: int, change: str) -> ResponseReturnValue:
    """Publish a campaign, take it off the site, close it, or go on with it."""
    _campaign(campaign_id, Permission.EVENTS_PUBLISH)
    if StageForm().validate():
        with transaction():
            CHANGES[change](campaign_id, now=clock.utcnow(), by=current_actor())
    return redirect(url_for("campaigns_desk.edit", campaign_id=campaign_id), 303)


def _own_groups() -> Sequence[Group]:
    mine = groups_with(Permission.EVENTS_EDIT)
    return [group for group in groups.list_groups() if group.id in mine]


def _save(form: CampaignForm, campaign_id: int) -> None:
    picture = encode_upload(form.picture.data)
    with transaction():
        now, campaign = clock.utcnow(), reads.lock_campaign(campaign_id)
        kept = None if form.remove_picture.data else campaign.picture_id
        content = form.content(files.keep_image(picture, now=now).id if picture else kept)
        seen, by = form.seen_version, current_actor()
        service.edit_campaign(campaign_id, content, seen_version=seen, now=now, by=by)


def _campaign(campaign_id: int, permission: Permission = Permission.EVENTS_SEE) -> Campaign:
    campaign = reads.get_campaign(campaign_id, groups_with(Permission.EVENTS_SEE))
    check(permission, campaign.group_id)
    return campaign


def _stage_of(campaign: Campaign) -> str:
    return stage(campaign.published_at, campaign.closed_at).value


def _stale_editor(form: CampaignForm, campaign: Campaign) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    form.version.data = str(campaign.version)
    stands = CampaignForm([campaign.group], campaign, formdata=None)
    return _editor(form, campaign=campaign, status=409, found=differences(stands, form))


def _editor(
    form: CampaignForm,
    *,
    campaign: Campaign | None = None,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    may_edit, may_publish = map(groups_with, (Permission.EVENTS_EDIT, Permission.EVENTS_PUBLISH))
    return show_page(
        "campaigns/desk/campaign.html",
        status=status,
        form=form,
        campaign=campaign,
        differences=found,
        stage=_stage_of(campaign) if campaign else None,
        stages=StageForm(),
        may_edit=campaign is None or campaign.group_id in may_edit,
        may_publish=campaign is not None and campaign.group_id in may_publish,
    )
