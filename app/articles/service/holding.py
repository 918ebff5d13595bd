"""What articles keep of a person behind an address: what she typed on the desk and did not save.

Authors have no address here: who is named under an article asks its editors, who know her.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import delete, select

from app.accounts.models import User
from app.articles.models.articles import ArticleDraft
from app.articles.render.comparing import LABELS
from app.articles.service import drafts
from app.db.session import db, transaction
from app.lib.personal import Erased, Holding, Line, Purge
from app.lib.text import N_
from app.settings import settings
from app.web.locale import named_language

#: Parts of an article that somebody writes in words of her own.
_WORDS: Final = frozenset(
    {"title", "teaser", "body", "picture_alt", "picture_credit", "film_title", "film_director"}
    | {"screened_at", "screened_by", "answered_by", "tags"}
)


def _find(email: str) -> Sequence[Line]:
    rows = db.session.scalars(
        select(ArticleDraft)
        .join(User, User.id == ArticleDraft.user_id)
        .where(User.email == email)
        .order_by(ArticleDraft.saved_at.desc())
    )
    return [_line(row) for row in rows]


def _line(row: ArticleDraft) -> Line:
    # Fields of a form: "body-ar"; those that hold no words of hers stand in the files alone.
    written = {
        field: ", ".join(values) if isinstance(values, list) else str(values)
        for field, values in row.content.items()
        if field.partition("-")[0] in _WORDS
    }
    return Line(
        title=_("Words for an article that you did not save"),
        facts=dict(row.content),
        since=row.saved_at,
        until=row.saved_at + drafts.KEPT_FOR,
        said=dict.fromkeys(row.content, "") | written,
        called={field: _called(field) for field in written},
    )


def _called(field: str) -> str:
    part, _dash, locale = field.partition("-")
    label = str(LABELS[part])
    return f"{label} ({named_language(locale)})" if locale in settings().locales else label


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
