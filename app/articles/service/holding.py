"""What articles keep of a person behind an address: what she typed on the desk and did not save.

Authors have no address here: who is named under an article asks its editors, who know her.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select

from app.accounts.models import User
from app.articles.models.articles import ArticleDraft
from app.articles.service import drafts
from app.db.session import db, transaction
from app.lib.personal import Erased, Holding, Line, Purge
from app.lib.text import N_


def _find(email: str) -> Sequence[Line]:
    rows = db.session.scalars(
        select(ArticleDraft)
        .join(User, User.id == ArticleDraft.user_id)
        .where(User.email == email)
        .order_by(ArticleDraft.saved_at.desc())
    )
    return [
        Line(
            title=_("Words for an article that you did not save"),
            facts=dict(row.content),
            since=row.saved_at,
            until=row.saved_at + drafts.KEPT_FOR,
        )
        for row in rows
    ]


def _erase(email: str, _now: datetime) -> Erased:
    gone = db.session.scalars(
        delete(ArticleDraft)
        .where(ArticleDraft.user_id.in_(select(User.id).where(User.email == email)))
        .returning(ArticleDraft.id)
    ).all()
    return Erased(gone=len(gone))


def _forget_old(now: datetime) -> int:
    with transaction():
        return drafts.forget_old(now)


HOLDING = Holding(key="articles", title=N_("What you write"), find=_find, erase=_erase)
PURGES = (
    Purge(
        key="articles.drafts",
        what=N_("Words for articles that were never saved"),
        count=drafts.count_old,
        run=_forget_old,
    ),
)
