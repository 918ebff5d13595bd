"""Versions of what pages show: a write touches its topics, a kept page lives until one moved."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Integer, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db.base import Base
from app.db.session import WriteOutsideTransactionError, db, in_transaction

_TOUCHED: Final = "touched_topics"


class PageTopic(Base):
    """How often something that pages show was changed."""

    __tablename__ = "page_topic"

    #: Such as "appeal:12" or "home".
    topic: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)


def touch(*topics: str) -> None:
    """Raise the version of topics when the transaction that is open now commits.

    Raises WriteOutsideTransactionError. All topics of a transaction are written at its end in one
    order, so that two transactions cannot wait for each other here.
    """
    if not in_transaction():
        raise WriteOutsideTransactionError("touch")
    db.session().info.setdefault(_TOUCHED, set()).update(topics)


def versions(topics: Iterable[str]) -> dict[str, int]:
    """The present version of each topic, 0 when nothing touched it yet."""
    wanted = list(topics)
    found = db.session.execute(
        select(PageTopic.topic, PageTopic.version).where(PageTopic.topic.in_(wanted))
    )
    return dict.fromkeys(wanted, 0) | {row.topic: row.version for row in found}


@event.listens_for(db.session, "before_commit")
def _write_topics(session: Session) -> None:
    topics: set[str] | None = session.info.pop(_TOUCHED, None)
    if topics:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        rows = [{"topic": topic, "version": 1} for topic in sorted(topics)]
        session.execute(
            insert(PageTopic)
            .values(rows)
            .on_conflict_do_update(
                index_elements=[PageTopic.topic], set_={"version": PageTopic.version + 1}
            )
        )


@event.listens_for(db.session, "after_rollback")
def _forget_topics(session: Session) -> None:
    session.info.pop(_TOUCHED, None)
