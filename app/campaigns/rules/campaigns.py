"""What a campaign is made of, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.lib.text import Translated


class CampaignStage(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class CampaignContent:
    """Everything an organiser decides about a campaign; texts in each language of the site."""

    title: Translated
    summary: Translated
    #: Markdown.
    story: Translated
    picture_id: int | None = None
    picture_alt: Translated | None = None


def stage(published_at: datetime | None, closed_at: datetime | None) -> CampaignStage:
    """Name the stage a campaign is in."""
    if published_at is None:
        return CampaignStage.DRAFT
    return CampaignStage.OPEN if closed_at is None else CampaignStage.CLOSED
