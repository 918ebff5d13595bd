"""Articles and their authors as anybody finds them by words."""

from __future__ import annotations

from sqlalchemy import select

from app.articles.models.articles import Article, ArticleAuthor
from app.db.session import db
from app.search.rules.documents import Document
from app.search.service import documents

KIND = "article"


def index(article: Article) -> None:
    """Let a published article be found; take any other out."""
    if article.published_at is None or article.withdrawn_at is not None:
        documents.remove(KIND, article.id)
        return
    names = [each.author.name for each in article.authors]
    tags = [each.tag.replace("-", " ") for each in article.tags]
    film = [article.film_title, article.film_director]
    series = article.series.title if article.series else None
    documents.put(
        Document(
            kind=KIND,
            thing_id=article.id,
            endpoint="articles.show",
            args={"slug": article.slug},
            title=article.title,
            summary=article.teaser,
            texts=(*names, *film, *tags, series, article.body, article.group.name),
            at=article.published_at,
        )
    )


def index_of_author(author_id: int) -> None:
    """Let what somebody wrote be found under her present name."""
    rows = db.session.scalars(
        select(Article)
        .join(ArticleAuthor, ArticleAuthor.article_id == Article.id)
        .where(ArticleAuthor.author_id == author_id)
    )
    for article in rows:
        index(article)


def index_of_series(series_id: int) -> None:
    """Let what stands in a series be found under its present title."""
    for article in db.session.scalars(select(Article).where(Article.series_id == series_id)):
        index(article)


def index_all() -> None:
    """Write all of them anew."""
    for article in db.session.scalars(select(Article).order_by(Article.id)):
        index(article)
