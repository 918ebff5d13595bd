"""Campaigns as anybody finds them by words."""

from __future__ import annotations

from sqlalchemy import select

from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.search.rules.documents import Document
from app.search.service import documents

KIND = "campaign"


def index(campaign: Campaign) -> None:
    """Let a published campaign be found; take any other out."""
    if campaign.published_at is None:
        documents.remove(KIND, campaign.id)
        return
    documents.put(
        Document(
            kind=KIND,
            thing_id=campaign.id,
            endpoint="campaigns.show",
            args={"slug": campaign.slug},
            title=campaign.title,
            summary=campaign.summary,
            texts=(campaign.story, campaign.group.name),
            at=campaign.published_at,
            over_at=campaign.closed_at,
        )
    )


def index_all() -> None:
    """Write all of them anew."""
    for campaign in db.session.scalars(select(Campaign).order_by(Campaign.id)):
        index(campaign)
