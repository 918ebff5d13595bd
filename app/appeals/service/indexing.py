"""Appeals as anybody finds them by words."""

from __future__ import annotations

from sqlalchemy import select

from app.appeals.models.appeals import Appeal
from app.db.session import db
from app.search.rules.documents import Document
from app.search.service import documents

KIND = "appeal"


def index(appeal: Appeal) -> None:
    """Let a published appeal and its news be found; take any other out."""
    if appeal.published_at is None:
        documents.remove(KIND, appeal.id)
        return
    news = [text for each in appeal.updates for text in (each.title, each.body)]
    documents.put(
        Document(
            kind=KIND,
            thing_id=appeal.id,
            endpoint="appeals.show",
            args={"slug": appeal.slug},
            title=appeal.title,
            summary=appeal.summary,
            texts=(appeal.story, appeal.group.name, *news),
            at=appeal.published_at,
            over_at=appeal.closes_at,
        )
    )


def index_all() -> None:
    """Write all of them anew."""
    for appeal in db.session.scalars(select(Appeal).order_by(Appeal.id)):
        index(appeal)
