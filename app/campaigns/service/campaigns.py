"""Organisers write campaigns, publish and close them."""

from __future__ import annotations

from datetime import datetime

from app.audit import service as audit
from app.audit.facts import Actor
from app.campaigns.errors.campaigns import (
    BadCampaignSlugError,
    CampaignSlugTakenError,
    NoCampaignPictureTextError,
    StaleCampaignError,
)
from app.campaigns.models.campaigns import Campaign
from app.campaigns.queries import campaigns as reads
from app.campaigns.rules.campaigns import CampaignContent
from app.campaigns.service import indexing
from app.db.session import db
from app.db.topics import touch
from app.groups.models import Group
from app.groups.rules import is_slug


def create_campaign(
    group: Group, content: CampaignContent, *, slug: str, now: datetime, by: Actor
) -> Campaign:
    """Begin a campaign as a draft.

    Raises BadCampaignSlugError, CampaignSlugTakenError or NoCampaignPictureTextError.
    """
    if not is_slug(slug):
        raise BadCampaignSlugError
    if reads.find_campaign(slug) is not None:
        raise CampaignSlugTakenError
    campaign = Campaign(slug=slug, group=group, created_at=now, updated_at=now, version=1)
    _write(campaign, content)
    db.session.add(campaign)
    db.session.flush()
    _tell(campaign, "campaign.created", now=now, by=by)
    return campaign


def edit_campaign(
    campaign_id: int, content: CampaignContent, *, seen_version: int, now: datetime, by: Actor
) -> None:
    """Save an edited campaign; raises StaleCampaignError or NoCampaignPictureTextError."""
    campaign = reads.lock_campaign(campaign_id)
    if campaign.version != seen_version:
        raise StaleCampaignError
    _write(campaign, content)
    _finish(campaign, "campaign.edited", now=now, by=by)


def publish_campaign(campaign_id: int, *, now: datetime, by: Actor) -> None:
    """Show a campaign to everybody. Twice changes nothing."""
    campaign = reads.lock_campaign(campaign_id)
    if campaign.published_at is None:
        campaign.published_at = now
        _finish(campaign, "campaign.published", now=now, by=by)


def withdraw_campaign(campaign_id: int, *, now: datetime, by: Actor) -> None:
    """Make a campaign a draft again. Twice changes nothing."""
    campaign = reads.lock_campaign(campaign_id)
    if campaign.published_at is not None:
        campaign.published_at = None
        _finish(campaign, "campaign.withdrawn", now=now, by=by)


def close_campaign(campaign_id: int, *, now: datetime, by: Actor) -> None:
    """Say that it is reached or given up; its page stays. Twice changes nothing."""
    campaign = reads.lock_campaign(campaign_id)
    if campaign.closed_at is None:
        campaign.closed_at = now
        _finish(campaign, "campaign.closed", now=now, by=by)


def reopen_campaign(campaign_id: int, *, now: datetime, by: Actor) -> None:
    """Go on with a closed campaign. Twice changes nothing."""
    campaign = reads.lock_campaign(campaign_id)
    if campaign.closed_at is not None:
        campaign.closed_at = None
        _finish(campaign, "campaign.reopened", now=now, by=by)


def _write(campaign: Campaign, content: CampaignContent) -> None:
    if content.picture_id is not None and not content.picture_alt:
        raise NoCampaignPictureTextError
    for name, value in vars(content).items():
        setattr(campaign, name, value)


def _finish(campaign: Campaign, action: str, *, now: datetime, by: Actor) -> None:
    campaign.version += 1
    campaign.updated_at = now
    db.session.flush()
    _tell(campaign, action, now=now, by=by)


def _tell(campaign: Campaign, action: str, *, now: datetime, by: Actor) -> None:
    audit.record(
        by,
        action,
        f"campaign:{campaign.id}",
        now=now,
        group_id=campaign.group_id,
        detail={"slug": campaign.slug},
    )
    indexing.index(campaign)
    touch(f"campaign:{campaign.id}", f"group:{campaign.group_id}", "home", "events")
