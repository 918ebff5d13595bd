"""Several people write at the same moment: nothing is lost, and nothing breaks off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.articles.errors.articles import ArticleSlugTakenError, StaleArticleError
from app.articles.models.articles import Article
from app.articles.queries import articles as reads
from app.articles.queries.drafts import find_draft
from app.articles.rules.authors import AuthorContent, SeriesContent
from app.articles.rules.content import ArticleContent
from app.articles.service import authors, drafts, editing, publishing
from app.audit.facts import Actor
from app.db.session import db, retry_deadlocks, transaction
from app.groups.models import Group
from app.lib import clock
from app.lib.text import Translated
from tests.appeals.crowd import together
from tests.factories.accounts import make_account
from tests.factories.appeals import make_network
from tests.factories.articles import make_article

if TYPE_CHECKING:
    from flask import Flask

BY = Actor.system()
TEXT = Translated.of(en="Words", ar="كلمات")
MANY = 6


def content(*tags: str) -> ArticleContent:
    return ArticleContent(title=TEXT, teaser=TEXT, body=TEXT, tags=tags)


def test_what_a_script_and_a_button_keep_at_once_is_one_draft(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        article, user_id = make_article(), make_account().id
        article_id, group_id = article.id, article.group_id

    def keep(number: int) -> None:
        with disk_app.app_context(), transaction():
            typed = {"title-en": [str(number)]}
            now = clock.utcnow()
            drafts.keep(user_id, group_id, article_id, typed, seen_version=1, now=now)

    together(MANY, keep)
    with disk_app.app_context():
        assert find_draft(user_id, article_id) is not None


def test_an_address_that_several_want_goes_to_one_of_them(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        group_id, moving_id = make_network().id, make_article(slug="first").id

    def want(number: int) -> str:
        with disk_app.app_context():
            try:
                with transaction():
                    now = clock.utcnow()
                    if number == 0:
                        editing.change_slug(moving_id, "same", now=now, by=BY)
                    else:
                        group = db.session.get_one(Group, group_id)
                        editing.create(group, content(), slug="same", now=now, by=BY)
            except ArticleSlugTakenError:
                return "taken"
            return "got it"

    assert sorted(together(MANY, want)) == ["got it", *["taken"] * (MANY - 1)]


@pytest.mark.parametrize("what", ["author", "series"])
def test_two_of_one_name_are_not_made_at_once(disk_app: Flask, what: str) -> None:
    with disk_app.app_context(), transaction():
        group_id = make_network().id

    def make(_number: int) -> str:
        now = clock.utcnow()
        with disk_app.app_context():
            try:
                with transaction():
                    group = db.session.get_one(Group, group_id)
                    if what == "author":
                        authors.create_author(
                            group, AuthorContent(name=TEXT), slug="one", now=now, by=BY
                        )
                    else:
                        authors.create_series(
                            group, SeriesContent(title=TEXT), slug="one", now=now, by=BY
                        )
            except ArticleSlugTakenError:
                return "taken"
            return "got it"

    assert sorted(together(MANY, make)) == ["got it", *["taken"] * (MANY - 1)]


def test_an_earlier_text_and_a_new_one_do_not_overwrite_each_other(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        made = editing.create(make_network(), content("a"), slug="one", now=clock.utcnow(), by=BY)
        article_id = made.id

    def change(number: int) -> str:
        def act() -> None:
            now = clock.utcnow()
            with transaction():
                if number % 3 == 0:
                    editing.restore(article_id, 1, seen_version=1, now=now, by=BY)
                elif number % 3 == 1:
                    editing.edit(article_id, content("b"), seen_version=1, now=now, by=BY)
                else:
                    publishing.publish(article_id, now=now, by=BY)

        with disk_app.app_context():
            try:
                retry_deadlocks(act)
            except StaleArticleError:
                return "stale"
            return "done"

    said = together(MANY, change)
    with disk_app.app_context():
        article = db.session.get_one(Article, article_id)
        assert article.published_at is not None
        # Publishing is one version however often it is pressed; of the texts one came at most.
        saved = [each.version for each in reads.list_revisions(article_id)]
        found = (article.version, len(saved), said.count("stale"))
        assert found in {(2, 1, MANY - 2), (3, 2, MANY - 3)}
