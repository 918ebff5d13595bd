"""Reads of campaigns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.campaigns.errors.campaigns import CampaignNotFoundError
from app.campaigns.models.campaigns import Campaign
from app.db.session import db


def find_campaign(slug: str) -> Campaign | None:
    """Return the campaign at this address, published or not, or None."""
    return db.session.scalar(select(Campaign).where(Campaign.slug == slug))


def get_public_campaign(slug: str) -> Campaign:
    """Return the published campaign at this address; raises CampaignNotFoundError."""
    campaign = find_campaign(slug)
    if campaign is None or campaign.published_at is None:
        raise CampaignNotFoundError
    return campaign


def find_by_id(campaign_id: int) -> Campaign | None:
    """Return a campaign, published or not, or None."""
    return db.session.get(Campaign, campaign_id)


def get_campaign(campaign_id: int, group_ids: Collection[int]) -> Campaign:
    """Return a campaign of one of these groups; raises CampaignNotFoundError."""
    campaign = db.session.get(Campaign, campaign_id)
    if campaign is None or campaign.group_id not in group_ids:
        raise CampaignNotFoundError
    return campaign


def lock_campaign(campaign_id: int) -> Campaign:
    """Return a campaign held against other writers until the transaction ends."""
    campaign = db.session.scalar(
        select(Campaign)
        .where(Campaign.id == campaign_id)
        .with_for_update(of=Campaign)
        .execution_options(populate_existing=True)
    )
    if campaign is None:
        raise CampaignNotFoundError
    return campaign


def list_campaigns(group_ids: Collection[int]) -> Sequence[Campaign]:
    """Return all campaigns of these groups, drafts included, the newest first."""
    return db.session.scalars(
        select(Campaign).where(Campaign.group_id.in_(group_ids)).order_by(Campaign.id.desc())
    ).all()


def list_public_of_group(group_id: int) -> Sequence[Campaign]:
    """Return what a group campaigns for now."""
    return db.session.scalars(
        select(Campaign)
        .where(
            Campaign.group_id == group_id,
            Campaign.published_at.is_not(None),
            Campaign.closed_at.is_(None),
        )
        .order_by(Campaign.id)
    ).all()
