"""The public copy of a mailing: an article made for nobody, so nothing in it tells of anybody."""

from __future__ import annotations

from datetime import datetime

from app.articles.errors.articles import ArticleSlugTakenError
from app.articles.models.articles import Article
from app.articles.rules.content import ArticleContent
from app.articles.rules.words import ArticleKind
from app.articles.service import editing
from app.audit.facts import Actor
from app.lib import ids
from app.lib.text import Translated
from app.mailings.errors.mailings import NotNowError
from app.mailings.models.mailings import Mailing
from app.mailings.queries import mailings as reads
from app.mailings.rules.mailings import OVER
from app.mailings.rules.texts import first_words
from app.mailings.service.writing import tell

_TEASER = 200
_SLUG = 50


def make_copy(mailing_id: int, *, now: datetime, by: Actor) -> Article:
    """Write a mailing that is over as an article, to be published as any other; once only."""
    mailing = reads.lock_mailing(mailing_id)
    if mailing.state not in OVER or mailing.started_at is None:
        raise NotNowError
    if mailing.copy is not None:
        return mailing.copy
    content = ArticleContent(
        kind=ArticleKind.MAILING,
        title=mailing.subject,
        teaser=_teaser(mailing.body),
        body=mailing.body,
    )
    slug = _slug(mailing)
    try:
        article = editing.create(mailing.group, content, slug=slug, now=now, by=by)
    except ArticleSlugTakenError:
        slug = f"{slug}-{mailing.public_id[:4]}"
        article = editing.create(mailing.group, content, slug=slug, now=now, by=by)
    mailing.copy, mailing.updated_at = article, now
    tell(mailing, "mailing.copied", now=now, by=by, article=article.public_id)
    return article


def _teaser(body: Translated) -> Translated:
    texts = {locale: first_words(text, _TEASER) for locale, text in body.texts.items()}
    return Translated(texts, body.origin)


def _slug(mailing: Mailing) -> str:
    """Of its subject in Latin letters where it has one, and the day."""
    day = f"{mailing.started_at or mailing.created_at:%Y-%m-%d}"
    words = ids.slugify(mailing.subject.texts.get("en", ""), _SLUG)
    return f"{words if words.isascii() and words else 'mail'}-{day}"
