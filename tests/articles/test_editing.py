"""Writing, publishing and putting back articles; addresses that keep working."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.actions.rules.words import ActionKind
from app.articles import jobs
from app.articles.errors.articles import (
    ArticleGoneError,
    ArticleMovedError,
    ArticleSlugTakenError,
    BadArticleSlugError,
    NoArticlePictureTextError,
    PublishInPastError,
    StaleArticleError,
    UnknownPartError,
)
from app.articles.models.articles import Article
from app.articles.queries import articles as reads
from app.articles.queries.drafts import find_draft
from app.articles.rules.content import ActionLine, ArticleContent, AuthorLine, LinkLine, stage
from app.articles.rules.words import ArticleKind, ArticleStage
from app.articles.service import drafts, editing, publishing
from app.articles.service.changing import content_of
from app.audit import queries as audit
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.db.topics import versions
from app.lib import clock
from app.lib.text import Translated
from tests.factories.accounts import make_account
from tests.factories.appeals import make_network
from tests.factories.articles import make_article, make_author
from tests.factories.events import make_campaign

if TYPE_CHECKING:
    from flask import Flask

BY = Actor.system()
TEXT = Translated.of(en="Words", ar="كلمات")


def content(**changes: Any) -> ArticleContent:
    values: dict[str, Any] = {"title": TEXT, "teaser": TEXT, "body": TEXT}
    return ArticleContent(**values | changes)


def create(slug: str = "words", **changes: Any) -> Article:
    return editing.create(make_network(), content(**changes), slug=slug, now=clock.utcnow(), by=BY)


def edit(article: Article, new: ArticleContent, **more: Any) -> None:
    more.setdefault("seen_version", article.version)
    with transaction():
        editing.edit(article.id, new, now=clock.utcnow(), by=BY, **more)


def test_everything_that_was_decided_is_kept_and_can_be_put_back(app: Flask) -> None:
    with transaction():
        author, other, campaign = make_author(), make_author(), make_campaign()
        whole = content(
            kind=ArticleKind.REVIEW,
            film_title=TEXT,
            picture_credit=TEXT,
            **dict.fromkeys(("film_director", "screened_at", "screened_by", "answered_by"), TEXT),
            film_year=2013,
            campaign_id=campaign.id,
            authors=(AuthorLine(other.id, TEXT), AuthorLine(author.id)),
            links=(LinkLine(TEXT, "https://example.org/"),),
            tags=("film", "syria"),
            actions=(ActionLine(ActionKind.JOIN_CAMPAIGN, campaign.id),),
        )
        article = create()
        editing.edit(article.id, whole, seen_version=article.version, now=clock.utcnow(), by=BY)
    assert content_of(article) == whole
    changed = replace(whole, title=Translated.of(en="Others"), tags=("film",), authors=())
    edit(article, changed)
    assert content_of(article) == changed
    with transaction():
        editing.restore(article.id, 2, seen_version=3, now=clock.utcnow(), by=BY)
    assert content_of(article) == whole
    assert [each.version for each in reads.list_revisions(article.id)] == [4, 3, 2, 1]
    # What is no review has no film.
    edit(article, replace(whole, kind=ArticleKind.ARTICLE))
    assert (article.film_title, article.film_year) == (None, None)


def test_nothing_is_overwritten_unseen(app: Flask) -> None:
    with transaction():
        article = create()
    edit(article, content(title=Translated.of(en="First")))
    with pytest.raises(StaleArticleError):
        edit(article, content(title=Translated.of(en="Second")), seen_version=1)
    with pytest.raises(StaleArticleError), transaction():
        editing.restore(article.id, 1, seen_version=1, now=clock.utcnow(), by=BY)
    assert article.title.texts["en"] == "First"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"slug": "Not good"}, BadArticleSlugError),
        ({"slug": "preview"}, BadArticleSlugError),
        ({"slug": "taken"}, ArticleSlugTakenError),
        ({"authors": (AuthorLine(99_999),)}, UnknownPartError),
        ({"campaign_id": 99_999}, UnknownPartError),
        ({"series_id": 99_999}, UnknownPartError),
        ({"screening_id": 99_999}, UnknownPartError),
    ],
)
def test_what_cannot_be_is_refused(
    app: Flask, changes: dict[str, Any], error: type[Exception]
) -> None:
    with transaction():
        make_article(slug="taken")
    with pytest.raises(error), transaction():
        create(**changes)


def test_a_picture_needs_words(app: Flask) -> None:
    with pytest.raises(NoArticlePictureTextError), transaction():
        create(picture_id=1)


def test_old_addresses_lead_to_the_new_one(app: Flask) -> None:
    with transaction():
        article = create("first")
        for slug in ("draft", "second"):
            editing.change_slug(article.id, slug, now=clock.utcnow(), by=BY)
        publishing.publish(article.id, now=clock.utcnow(), by=BY)
        editing.change_slug(article.id, "third", now=clock.utcnow(), by=BY)
    with pytest.raises(ArticleMovedError):
        reads.get_public("second")
    # Nobody but the desk ever saw the others.
    assert reads.find_by_slug("first") is None
    with pytest.raises(ArticleSlugTakenError), transaction():
        create("second")
    with transaction():
        editing.change_slug(article.id, "second", now=clock.utcnow(), by=BY)
    assert reads.get_public("second").id == article.id
    with pytest.raises(ArticleMovedError):
        reads.get_public("third")


def test_published_taken_off_and_shown_again(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        article = create()
        publishing.publish(article.id, now=now, by=BY)
        publishing.withdraw(article.id, now=now, by=BY)
    with pytest.raises(ArticleGoneError):
        reads.get_public("words")
    seen = versions(["articles", "home", f"article:{article.id}"])
    with transaction():
        publishing.publish(article.id, now=now + timedelta(days=1), by=BY)
    assert reads.get_public("words").published_at == now
    assert all(versions([topic])[topic] == version + 1 for topic, version in seen.items())
    actions = [each.action for each in audit.list_for(f"article:{article.id}")]
    assert sorted(actions) == [
        "article.created",
        "article.published",
        "article.published",
        "article.withdrawn",
    ]


def test_readers_hear_of_a_correction_only_where_the_editor_says_so(app: Flask) -> None:
    with transaction():
        article = create()
    edit(article, content(), is_revised=True)
    assert article.revised_at is None
    with transaction():
        publishing.publish(article.id, now=clock.utcnow(), by=BY)
    edit(article, content())
    assert article.revised_at is None
    edit(article, content(), is_revised=True)
    assert article.revised_at is not None


def test_an_article_is_published_at_its_hour_and_no_sooner(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        due, later, dropped = create("due"), create("later"), create("dropped")
        with pytest.raises(PublishInPastError):
            publishing.schedule(due.id, now, now=now, by=BY)
        for article in (due, dropped):
            publishing.schedule(article.id, now + timedelta(seconds=1), now=now, by=BY)
        publishing.schedule(later.id, now + timedelta(days=1), now=now, by=BY)
        publishing.unschedule(dropped.id, now=now, by=BY)
        due.publish_at = now - timedelta(minutes=1)
    jobs.publish_due({})
    jobs.publish_due({})
    stages = [stage(each.publish_at, each.published_at, None) for each in (due, later, dropped)]
    assert stages == [ArticleStage.PUBLISHED, ArticleStage.SCHEDULED, ArticleStage.DRAFT]
    # Somebody whose page still shows a draft is not told that it will be published.
    with transaction(), pytest.raises(StaleArticleError):
        publishing.schedule(due.id, now + timedelta(days=1), now=now, by=BY)


def test_what_was_typed_is_kept_for_its_editor_alone(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        group = make_network()
        hala = make_account(group=group, email="hala@example.org")
        noor = make_account(group=group, email="noor@example.org")
        article = create()
        for text in ("one", "two"):
            drafts.keep(
                hala.id, group.id, article.id, {"title-en": [text]}, seen_version=1, now=now
            )
            drafts.keep(hala.id, group.id, None, {"title-en": [text]}, seen_version=None, now=now)
    kept = find_draft(hala.id, article.id)
    assert kept is not None
    assert kept.content == {"title-en": ["two"]}
    assert find_draft(noor.id, article.id) is None
    with transaction():
        drafts.drop(hala.id, article.id)
    assert find_draft(hala.id, article.id) is None
    assert find_draft(hala.id, None) is not None
    with transaction():
        assert drafts.count_old(now + drafts.KEPT_FOR + timedelta(days=1)) == 1
        drafts.forget_old(now + drafts.KEPT_FOR + timedelta(days=1))
    assert find_draft(hala.id, None) is None
    db.session.rollback()
