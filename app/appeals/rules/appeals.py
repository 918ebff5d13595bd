"""What an appeal is made of, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.appeals.rules.words import AppealStage
from app.lib.money import Money
from app.lib.text import Translated


@dataclass(frozen=True, kw_only=True)
class AppealContent:
    """Everything an organiser decides about an appeal; texts in each language of the site."""

    fund_id: int
    title: Translated
    summary: Translated
    story: Translated
    goal: Money
    suggested_minor: tuple[int, ...]
    opens_at: datetime
    closes_at: datetime | None = None
    picture_id: int | None = None
    picture_alt: Translated | None = None

    @property
    def suggested(self) -> list[Money]:
        """The suggested amounts as money."""
        return [Money(minor, self.goal.currency) for minor in self.suggested_minor]


@dataclass(frozen=True, kw_only=True)
class UpdateContent:
    """The words of one piece of news."""

    title: Translated
    body: Translated


def stage(
    *, published_at: datetime | None, opens_at: datetime, closes_at: datetime | None, now: datetime
) -> AppealStage:
    """Name the stage an appeal is in; it opens and closes at its instants exactly."""
    if published_at is None or published_at > now:
        return AppealStage.DRAFT
    if closes_at is not None and now >= closes_at:
        return AppealStage.CLOSED
    return AppealStage.UPCOMING if now < opens_at else AppealStage.OPEN


def days_left(closes_on: date | None, today: date) -> int | None:
    """Count the days an appeal still takes gifts, today not counted; None without an end."""
    if closes_on is None:
        return None
    return max(0, (closes_on - today).days)


def share_of_goal(kept_minor: int, goal_minor: int) -> int:
    """Return how many hundredths of the goal are there, rounded down and never below zero."""
    if goal_minor <= 0:
        return 0
    return max(0, kept_minor * 100 // goal_minor)
