"""What other packages learn of articles: words to find, texts that are missing, what is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.articles.models.articles import ArticleDraft
from app.articles.queries.untranslated import untranslated
from app.articles.rules.authors import AuthorContent, SeriesContent
from app.articles.service import authors, drafts, indexing, publishing
from app.articles.service.holding import HOLDING, PURGES
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.lib.text import Translated
from app.search.queries import documents
from app.search.rules.index import asked_words
from tests.factories.accounts import make_account
from tests.factories.appeals import make_network
from tests.factories.articles import make_article, make_author, make_review, make_series

if TYPE_CHECKING:
    from flask import Flask

BY = Actor.system()


def found(words: str) -> list[str]:
    """The titles that somebody finds."""
    asked = asked_words(words)
    return [each.title.text for each in documents.find(asked, locale="en", now=clock.utcnow())]


def test_articles_are_found_while_they_are_public(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        author = make_author(name=Translated.of(en="Hala Haddad"))
        article = make_review(published=False, authors=[author], tags=["civil-war"])
        indexing.index_all()
    assert found("homs") == []
    with transaction():
        publishing.publish(article.id, now=now, by=BY)
    for words in ("homs", "derki", "haddad", "civil", "rained"):
        assert found(words) == ["Return to Homs: a review"]
    with transaction():
        named = AuthorContent(name=Translated.of(en="Hala Nasser"))
        authors.edit_author(author.id, named, seen_version=1, now=now, by=BY)
    assert found("nasser") == ["Return to Homs: a review"]
    assert found("haddad") == []
    with transaction():
        publishing.withdraw(article.id, now=now, by=BY)
    assert found("homs") == []


def test_articles_are_found_under_the_present_name_of_their_series(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        series = make_series(title=Translated.of(en="Letters"))
        make_article(title=Translated.of(en="One"), series_id=series.id)
        indexing.index_all()
    assert found("letters") == ["One"]
    with transaction():
        named = SeriesContent(title=Translated.of(en="Postcards"))
        authors.edit_series(series.id, named, seen_version=1, now=now, by=BY)
    assert (found("letters"), found("postcards")) == ([], ["One"])


def test_what_a_language_lacks_is_named(app: Flask) -> None:
    english = Translated.of(en="Words")
    with transaction():
        group_id = make_network().id
        make_article(title=english)
        make_review(screened_at=english)
        make_review()
        make_article(title=english, published=False)
        make_author(about=english)
        make_author()
    lacking = [str(each.what) for each in untranslated({group_id}, "ar")]
    assert lacking == ["Article", "Article", "Author"]
    assert untranslated({group_id}, "en") == []
    assert untranslated({group_id + 1}, "ar") == []


def test_unsaved_words_are_told_to_their_writer_and_go(app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        group = make_network()
        for email in ("hala@example.org", "noor@example.org", "lina@example.org"):
            account = make_account(group=group, email=email)
            typed = {"title-en": [f"Of {email}"]}
            drafts.keep(account.id, group.id, None, typed, seen_version=None, now=now)
    lines = HOLDING.find("hala@example.org")
    assert [each.facts for each in lines] == [{"title-en": ["Of hala@example.org"]}]
    assert HOLDING.find("nobody@example.org") == []
    with transaction():
        assert HOLDING.erase("hala@example.org", now).gone == 1
    assert HOLDING.find("hala@example.org") == []
    (purge,) = PURGES
    later = now + drafts.KEPT_FOR + timedelta(days=1)
    assert (purge.count(now), purge.count(later)) == (0, 2)
    assert purge.run(later) == 2
    assert db.session.query(ArticleDraft).count() == 0
