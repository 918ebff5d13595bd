"""Tables of articles, their authors, tags, history, and what a reader can do."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.actions.rules.words import ActionKind
from app.articles.rules.words import ArticleKind
from app.campaigns.models.campaigns import Campaign
from app.db.base import Base
from app.db.types import JsonValue, str_enum
from app.events.models.events import Event
from app.files.models import StoredFile
from app.groups.models import Group
from app.lib.text import Translated


class Author(Base):
    """Somebody who writes for a group, as the public may know her."""

    __tablename__ = "author"
    __table_args__ = (CheckConstraint("version > 0", name="version_is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    #: In each script in which she writes it.
    name: Mapped[Translated]
    #: "Nurse in Leeds", "Syrian Solidarity Network".
    affiliation: Mapped[Translated | None]
    about: Mapped[Translated | None]
    website: Mapped[str | None] = mapped_column(String(300))
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    picture_alt: Mapped[Translated | None]
    #: No new articles; her page stays.
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    picture: Mapped[StoredFile | None] = relationship(lazy="joined")


class ArticleSeries(Base):
    """Articles that belong together, in an order."""

    __tablename__ = "article_series"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    title: Mapped[Translated]
    about: Mapped[Translated | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Article(Base):
    """Something to read that ends in something to do."""

    __tablename__ = "article"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_is_positive"),
        CheckConstraint("picture_id IS NULL OR picture_alt IS NOT NULL", name="picture_has_text"),
        CheckConstraint(
            "kind = 'review' OR (film_title IS NULL AND screening_id IS NULL)",
            name="only_reviews_have_a_film",
        ),
        CheckConstraint("film_year BETWEEN 1880 AND 2200", name="film_year_is_one"),
        CheckConstraint(
            "withdrawn_at IS NULL OR published_at IS NOT NULL", name="withdrawn_once_published"
        ),
        Index("ix_article_group_id_updated_at", "group_id", "updated_at"),
        Index("ix_article_published_at", "published_at", "id"),
        Index("ix_article_campaign_id_published_at", "campaign_id", "published_at"),
        Index("ix_article_series_id_series_position", "series_id", "series_position"),
        Index("ix_article_publish_at", "publish_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True)
    #: Earlier ones stand in `ArticleSlug` and redirect.
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    kind: Mapped[ArticleKind] = mapped_column(str_enum(ArticleKind, name="article_kind"))
    title: Mapped[Translated]
    teaser: Mapped[Translated]
    #: Markdown.
    body: Mapped[Translated]
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    picture_alt: Mapped[Translated | None]
    picture_credit: Mapped[Translated | None]
    series_id: Mapped[int | None] = mapped_column(ForeignKey("article_series.id"))
    series_position: Mapped[int | None]
    #: A day that it remembers; the article comes back to the home page around it each year.
    anniversary_on: Mapped[date | None]
    # --- a review -----------------------------------------------------------------------------
    film_title: Mapped[Translated | None]
    film_director: Mapped[Translated | None]
    film_year: Mapped[int | None]
    #: Where and when it was seen, and by whom it was screened, as the reader is told.
    screened_at: Mapped[Translated | None]
    screened_on: Mapped[date | None]
    screened_by: Mapped[Translated | None]
    #: Who answered questions afterwards; names that were made public there.
    answered_by: Mapped[Translated | None]
    #: Our own event, where it was one.
    screening_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    # --- what becomes of it -------------------------------------------------------------------
    #: The campaign's actions follow those that were chosen.
    takes_campaign_actions: Mapped[bool] = mapped_column(default=True)
    #: When it is to be published by itself.
    publish_at: Mapped[datetime | None]
    #: First published; stays when it is withdrawn.
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    #: The last change that readers should hear of.
    revised_at: Mapped[datetime | None]
    #: Which preview links still open it.
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    group: Mapped[Group] = relationship(lazy="joined")
    campaign: Mapped[Campaign | None] = relationship(lazy="joined")
    picture: Mapped[StoredFile | None] = relationship(lazy="joined")
    series: Mapped[ArticleSeries | None] = relationship(lazy="joined")
    screening: Mapped[Event | None] = relationship()
    authors: Mapped[list[ArticleAuthor]] = relationship(
        order_by="ArticleAuthor.position", cascade="all, delete-orphan"
    )
    links: Mapped[list[ArticleLink]] = relationship(
        order_by="ArticleLink.position", cascade="all, delete-orphan"
    )
    tags: Mapped[list[ArticleTag]] = relationship(
        order_by="ArticleTag.tag", cascade="all, delete-orphan"
    )
    actions: Mapped[list[ArticleAction]] = relationship(
        order_by="ArticleAction.position", cascade="all, delete-orphan"
    )


class ArticleAuthor(Base):
    """Who wrote an article, in the order of the line under its title."""

    __tablename__ = "article_author"
    __table_args__ = (Index("ix_article_author_author_id", "author_id", "article_id"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"), primary_key=True)
    position: Mapped[int]
    #: What she was when she wrote it, where that is another than now.
    affiliation: Mapped[Translated | None]

    author: Mapped[Author] = relationship(lazy="joined")


class ArticleLink(Base):
    """Something to watch or read further: a titled link, never embedded."""

    __tablename__ = "article_link"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[Translated]
    url: Mapped[str] = mapped_column(String(500))


class ArticleTag(Base):
    """A word under which articles are found together."""

    __tablename__ = "article_tag"
    __table_args__ = (Index("ix_article_tag_tag", "tag", "article_id"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    #: Lower case, words joined by hyphens; Arabic letters are letters.
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)


class ArticleAction(Base):
    """Something that an editor chose for the end of an article."""

    __tablename__ = "article_action"
    __table_args__ = (UniqueConstraint("article_id", "kind", "thing_id"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ActionKind] = mapped_column(str_enum(ActionKind, name="article_action_kind"))
    #: The row that the kind speaks of, in its own table.
    thing_id: Mapped[int]


class ArticleSlug(Base):
    """An earlier address of an article; it redirects."""

    __tablename__ = "article_slug"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)


class ArticleRevision(Base):
    """An article as it stood after one save, so that nothing that was written is lost."""

    __tablename__ = "article_revision"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    #: The version of the article that it shows.
    version: Mapped[int] = mapped_column(primary_key=True)
    #: Everything that the form holds, as JSON.
    content: Mapped[dict[str, object]] = mapped_column(JsonValue)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    saved_at: Mapped[datetime]

    saved_by: Mapped[User | None] = relationship()


class ArticleDraft(Base):
    """What an editor typed and did not save: her sign-in ran out, or somebody was first."""

    __tablename__ = "article_draft"
    __table_args__ = (UniqueConstraint("article_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Nothing for an article that was not saved even once.
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    seen_version: Mapped[int | None]
    content: Mapped[dict[str, object]] = mapped_column(JsonValue)
    saved_at: Mapped[datetime] = mapped_column(index=True)
