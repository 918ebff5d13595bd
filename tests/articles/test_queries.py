"""Reading articles: what is public, in which order, by what, and what is remembered today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from app.articles.errors.articles import (
    ArticleGoneError,
    ArticleMovedError,
    ArticleNotFoundError,
)
from app.articles.models.articles import ArticleSlug
from app.articles.queries import articles as reads
from app.articles.queries.articles import PAGE_SIZE, ArticleFilter
from app.articles.rules.words import ArticleKind, ArticleStage
from app.db.session import db, transaction
from app.lib import clock
from app.web.paging import read_key
from tests.factories.appeals import make_network
from tests.factories.articles import make_article, make_author, make_review, make_series

if TYPE_CHECKING:
    from flask import Flask


def test_only_what_is_published_is_read_by_its_address(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        shown = make_article(slug="shown")
        make_article(slug="draft", published=False)
        make_article(slug="later", published=False, publish_at=now + timedelta(days=1))
        make_article(slug="gone", withdrawn_at=now)
        db.session.add(ArticleSlug(slug="once", article_id=shown.id))
    assert reads.get_public("shown").slug == "shown"
    for slug in ("draft", "later", "nothing"):
        with pytest.raises(ArticleNotFoundError):
            reads.get_public(slug)
    with pytest.raises(ArticleGoneError):
        reads.get_public("gone")
    with pytest.raises(ArticleMovedError) as moved:
        reads.get_public("once")
    assert moved.value.slug == "shown"
    assert [each.slug for each in reads.list_latest(10)] == ["shown"]


def test_lists_are_narrowed_and_paged_by_key(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        author, series = make_author(), make_series()
        review = make_review(authors=[author], tags=["film", "syria"], series_id=series.id)
        for back in range(PAGE_SIZE + 2):
            make_article(tags=["calais"], published_at=now - timedelta(hours=back + 1))
    by = {
        "author": ArticleFilter(author_id=author.id),
        "series": ArticleFilter(series_id=series.id),
        "kind": ArticleFilter(kind=ArticleKind.REVIEW),
        "tag": ArticleFilter(tag="film"),
    }
    for wanted in by.values():
        assert [each.id for each in reads.list_public(wanted).rows] == [review.id]
    first = reads.list_public(ArticleFilter(tag="calais"))
    second = reads.list_public(ArticleFilter(tag="calais"), after=read_key(first.next_key))
    assert (len(first.rows), len(second.rows), second.next_key) == (PAGE_SIZE, 2, None)
    assert len({each.id for each in (*first.rows, *second.rows)}) == PAGE_SIZE + 2
    assert reads.list_tags() == ["calais", "film", "syria"]


def test_a_day_is_remembered_each_year_around_it(app: Flask) -> None:
    with transaction():
        fall = make_article(anniversary_on=date(2012, 2, 4))
        leap = make_article(anniversary_on=date(2012, 2, 29))
        turn = make_article(anniversary_on=date(2019, 12, 31))
        make_article(anniversary_on=date(2012, 6, 4))
        make_article(anniversary_on=date(2012, 2, 4), published=False)

    def remembered(*day: int) -> set[int]:
        return {each.id for each in reads.list_anniversaries(date(*day))}

    assert remembered(2026, 2, 2) == {fall.id}
    assert remembered(2026, 2, 8) == set()
    assert remembered(2026, 2, 28) == {leap.id}
    assert remembered(2028, 2, 29) == {leap.id}
    assert remembered(2027, 1, 2) == {turn.id}
    # Not before it came back for the first time.
    assert remembered(2012, 2, 3) == set()


def test_the_desk_sees_each_stage_of_its_own_groups(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        group_id = make_network().id
        rows = {
            ArticleStage.DRAFT: make_article(published=False),
            ArticleStage.SCHEDULED: make_article(published=False, publish_at=now),
            ArticleStage.PUBLISHED: make_article(),
            ArticleStage.WITHDRAWN: make_article(withdrawn_at=now),
        }
    for stage, row in rows.items():
        assert [each.id for each in reads.list_for_desk([group_id], stage=stage).rows] == [row.id]
    assert len(reads.list_for_desk([group_id]).rows) == 4
    assert not reads.list_for_desk([group_id + 1]).rows
    with pytest.raises(ArticleNotFoundError):
        reads.get_article(rows[ArticleStage.DRAFT].id, [group_id + 1])
