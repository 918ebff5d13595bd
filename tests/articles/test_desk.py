"""The desk's articles: written in a form, published, put back, and never lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.actions.rules.words import ActionKind
from app.articles.models.articles import Article, ArticleDraft, ArticleSeries, Author
from app.articles.rules.words import ArticleKind
from app.articles.service.changing import content_of
from app.db.session import db, transaction
from app.groups.queries import get_group
from app.lib import clock
from app.lib.text import Translated
from tests.appeals.test_desk_appeals import picture, post
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_giving import words
from tests.articles.test_rules import WORD
from tests.factories.accounts import make_account, sign_in, token_on
from tests.factories.appeals import make_network
from tests.factories.articles import make_article, make_author, make_series
from tests.factories.events import make_campaign, make_event
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database
NEW = "/desk/articles/new"


def typed(**changes: Any) -> dict[str, Any]:
    """A whole article as it is typed."""
    return {
        "slug": "calais",
        "group": str(get_group("lea-valley").id),
        "kind": "article",
        "title-en": "What we saw in Calais",
        "title-ar": "ما رأيناه في كاليه",
        "teaser-en": "Two days at the border.",
        "body-en": "## Morning\n\nIt rained.",
        "tags": "Calais, Aid",
        "takes_campaign_actions": "y",
        **changes,
    }


@pytest.fixture
def writer(client: FlaskClient, app: Flask) -> FlaskClient:
    """An editor of the network, signed in."""
    with transaction():
        make_network()
    sign_in_as(client, Role.EDITOR)
    return client


def the_article() -> Article:
    db.session.expire_all()
    return db.session.scalars(select(Article)).one()


def the_draft() -> ArticleDraft | None:
    db.session.expire_all()
    return db.session.scalars(select(ArticleDraft)).one_or_none()


def write(client: FlaskClient, **changes: Any) -> str:
    """Write an article; returns the address of its form."""
    assert post(client, NEW, typed(**changes)).status_code == 303
    return f"/desk/articles/{the_article().id}"


def test_a_review_is_written_with_everything(writer: FlaskClient) -> None:
    with transaction():
        hala, noor, campaign = make_author(), make_author(), make_campaign()
        event, series = make_event(), make_series()
    made = post(
        writer,
        NEW,
        typed(
            kind="review",
            picture=picture(),
            film_year="2013",
            screened_on="2026-11-02",
            campaign=str(campaign.id),
            series=str(series.id),
            series_position="2",
            anniversary_on="1964-12-24",
            actions=[f"go:{event.id}", ""],
            **{
                "picture_alt-en": "A hall.",
                "picture_credit-en": "Noor",
                "picture_credit-ar": "نور",
                "film_title-en": "Return to Homs",
                "film_title-ar": "العودة إلى حمص",
                "film_director-en": "Talal Derki",
                "screened_at-ar": "قاعة الملوك",
                "answered_by-en": "Hala Haddad",
                "authors-0": str(noor.id),
                "authors-1": str(hala.id),
                "authors-1-en": "Then a student",
                "links-0": "example.org/film",
                "links-0-en": "The film’s own page",
            },
        ),
    )
    assert made.status_code == 303
    content = content_of(the_article())
    assert content.kind is ArticleKind.REVIEW
    assert content.film_title == Translated.of(en="Return to Homs", ar="العودة إلى حمص")
    assert content.picture_credit == Translated.of(en="Noor", ar="نور")
    assert content.screened_at == Translated.of(ar="قاعة الملوك")
    assert (content.screened_by, content.film_year) == (None, 2013)
    assert [each.author_id for each in content.authors] == [noor.id, hala.id]
    assert content.authors[1].affiliation == Translated.of(en="Then a student")
    assert [each.url for each in content.links] == ["https://example.org/film"]
    assert [(each.kind, each.thing_id) for each in content.actions] == [(ActionKind.GO, event.id)]
    assert (content.campaign_id, content.series_position) == (campaign.id, 2)
    assert content.tags == ("aid", "calais")
    # The form shows all of it again, and saving it changes nothing.
    address = f"/desk/articles/{the_article().id}"
    page = writer.get(address).text
    for part in (
        "Then a student",
        "https://example.org/film",
        "1964-12-24",
        "aid, calais",
        "العودة إلى حمص",
    ):
        assert part in page


def test_what_cannot_be_kept_comes_back_as_it_was_typed(writer: FlaskClient) -> None:
    for wrong, sentence in (
        ({"title-en": "", "title-ar": ""}, "Give the article a title."),
        ({"slug": "Not Good"}, "Use small Latin letters"),
        ({"picture": picture()}, "Describe the picture"),
        ({"links-0": "https://example.org"}, "Give each link a short title."),
        ({"links-0": "javascript:alert(1)", "links-0-en": "x"}, "Enter the address of a web page"),
        ({"authors-0": "99999"}, "Please choose from what is offered."),
        ({"actions": ["go:99999"]}, "Please choose from what is offered."),
        ({"tags": ",".join(map(str, range(20)))}, "Please use fewer subjects."),
        ({"film_year": "1066"}, "Enter something from 1880 to 2200."),
    ):
        page = post(writer, NEW, typed(**wrong))
        assert page.status_code == 422, wrong
        assert sentence in words(page)
        assert "Two days at the border." in page.text
    assert db.session.scalars(select(Article)).all() == []
    write(writer)
    assert "has this address already" in words(post(writer, NEW, typed()))


def test_two_editors_at_once_lose_nothing(writer: FlaskClient) -> None:
    address = write(writer)
    assert post(writer, address, typed(version="1", **{"title-en": "First"})).status_code == 303
    page = post(writer, address, typed(version="1", **{"title-en": "Second", "tags": "one"}))
    assert page.status_code == 409
    text = words(page)
    assert "Second" in page.text
    assert "English: First" in text
    assert "English: Second" in text
    assert the_article().title.texts["en"] == "First"
    # What she typed is kept for her beside it, and saved knowingly it stands.
    draft = the_draft()
    assert draft is not None
    assert draft.content["title-en"] == ["Second"]
    assert post(writer, address, typed(version="2", **{"title-en": "Second"})).status_code == 303
    assert the_article().title.texts["en"] == "Second"
    assert the_draft() is None


def test_what_a_script_kept_on_the_way_is_shown_where_she_asks(writer: FlaskClient) -> None:
    address = write(writer)
    half = typed(version="1", **{"title-en": "Half a title", "body-en": "Half"})
    assert post(writer, f"{address}/draft", half, on=address).status_code == 204
    assert post(writer, f"{NEW}/draft", typed(slug="other"), on=NEW).status_code == 204
    page = writer.get(address)
    assert "that was not saved" in words(page)
    assert "Half a title" not in page.text
    shown = writer.get(f"{address}?typed=1")
    assert "Half a title" in shown.text
    assert "that was not saved" not in words(shown)
    assert "connect-src 'self'" in shown.headers["Content-Security-Policy"]
    assert 'value="other"' in writer.get(f"{NEW}?typed=1").text
    assert post(writer, f"{address}/draft/drop", {}, on=address).status_code == 303
    assert post(writer, f"{NEW}/draft/drop", {}, on=NEW).status_code == 303
    assert the_draft() is None
    assert the_article().title.texts["en"] == "What we saw in Calais"


def test_an_expired_sign_in_loses_nothing(client: FlaskClient, writer: FlaskClient) -> None:
    address = write(writer)
    token = token_on(writer.get(address))
    body = typed(version="1", csrf_token=token, **{"title-en": "Written for an hour"})
    writer.delete_cookie("muster", path="/desk")
    refused = writer.post(address, data=body)
    assert refused.status_code == 403
    assert "reload this page: what you typed is sent again" in words(refused)
    # In another window she signs in; the reload sends the same with the token of the old session.
    sign_in(writer, "desk@example.org")
    again = writer.post(address, data=body)
    assert again.status_code == 422
    assert "Written for an hour" in again.text
    draft = the_draft()
    assert draft is not None
    assert draft.content["title-en"] == ["Written for an hour"]
    assert post(writer, address, typed(version="1", **{"title-en": "Kept"})).status_code == 303


def test_a_draft_is_for_whoever_typed_it(writer: FlaskClient, app: Flask) -> None:
    address = write(writer)
    post(writer, f"{address}/draft", typed(**{"title-en": "Mine alone"}), on=address)
    with transaction():
        make_account(Role.EDITOR, group=make_network(), email="other@example.org")
    writer.delete_cookie("muster", path="/desk")
    sign_in(writer, "other@example.org")
    assert "Mine alone" not in writer.get(f"{address}?typed=1").text
    assert "that was not saved" not in words(writer.get(address))


def test_a_paste_from_word_is_clean(writer: FlaskClient) -> None:
    write(writer, **{"body-en": WORD})
    assert the_article().body.texts["en"].startswith("What we need:\n\n* blankets\n* soap")


def test_published_at_an_hour_taken_off_and_shown_again(writer: FlaskClient) -> None:
    address = write(writer)
    tomorrow = clock.utcnow() + timedelta(days=1)
    when = {"on": tomorrow.date().isoformat(), "at": "18.30"}
    assert post(writer, f"{address}/schedule", when, on=address).status_code == 303
    assert the_article().publish_at is not None
    assert "It will be published on" in words(writer.get(address))
    for wrong in ({"on": "2026-01-01", "at": "10:00"}, {"on": when["on"], "at": "late"}, {}):
        assert post(writer, f"{address}/schedule", wrong, on=address).status_code == 422
    for change, status in (("unschedule", 404), ("publish", 200), ("withdraw", 410)):
        assert post(writer, f"{address}/{change}", {}, on=address).status_code == 303
        assert writer.get("/articles/calais").status_code == status
    assert post(writer, f"{address}/publish", {}, on=address).status_code == 303
    assert (
        post(writer, f"{address}/address", {"slug": "at-the-border"}, on=address).status_code == 303
    )
    assert writer.get("/articles/calais").status_code == 301
    assert post(writer, f"{address}/address", {"slug": "No"}, on=address).status_code == 422


def test_the_history_shows_and_puts_back(writer: FlaskClient) -> None:
    address = write(writer)
    post(writer, address, typed(version="1", **{"title-en": "Changed", "tags": "new"}))
    listed = words(writer.get(f"{address}/history"))
    assert "Amal Haddad" in listed
    compared = words(writer.get(f"{address}/history/1"))
    assert "English: What we saw in Calais" in compared
    assert "English: Changed" in compared
    stale = post(
        writer, f"{address}/history/1/restore", {"version": "1"}, on=f"{address}/history/1"
    )
    assert stale.status_code == 303
    assert the_article().title.texts["en"] == "Changed"
    post(writer, f"{address}/history/1/restore", {"version": "2"}, on=f"{address}/history/1")
    assert the_article().title.texts["en"] == "What we saw in Calais"
    assert "It says the same as now." in words(writer.get(f"{address}/history/1"))
    assert writer.get(f"{address}/history/99").status_code == 404


def test_a_preview_link_can_be_ended(writer: FlaskClient) -> None:
    address = write(writer)
    link = writer.get(address).text.partition("/articles/preview/")[2].partition('"')[0]
    assert "It rained" in words(writer.get(f"/articles/preview/{link}"))
    assert post(writer, f"{address}/preview-link", {}, on=address).status_code == 303
    assert writer.get(f"/articles/preview/{link}").status_code == 410


def test_authors_and_series_are_looked_after(writer: FlaskClient) -> None:
    group = str(get_group("lea-valley").id)
    body = {"slug": "hala", "group": group, "name-en": "Hala Haddad", "website": "example.org"}
    assert post(writer, "/desk/authors/new", body).status_code == 303
    author = db.session.scalars(select(Author)).one()
    address = f"/desk/authors/{author.id}"
    assert author.website == "https://example.org"
    assert post(writer, "/desk/authors/new", body).status_code == 422
    assert post(writer, address, {**body, "name-en": "", "version": "1"}).status_code == 422
    assert post(writer, address, {**body, "about-en": "Nurse.", "version": "1"}).status_code == 303
    assert post(writer, address, {**body, "about-en": "Else.", "version": "1"}).status_code == 409
    # Nobody is shown to the public before something that she wrote is.
    assert writer.get("/authors/hala").status_code == 404
    with transaction():
        make_article(authors=[db.session.get_one(Author, author.id)])
    assert "Nurse." in words(writer.get("/authors/hala"))
    for change, is_offered in (("retire", False), ("bring-back", True)):
        assert post(writer, f"{address}/{change}", {}, on=address).status_code == 303
        assert ("Hala Haddad" in writer.get(NEW).text) is is_offered
    kept = {"slug": "letters", "group": group, "title-en": "Letters"}
    assert post(writer, "/desk/article-series/", kept).status_code == 303
    assert post(writer, "/desk/article-series/", kept).status_code == 422
    series = f"/desk/article-series/{db.session.scalars(select(ArticleSeries)).one().id}"
    assert post(writer, series, {**kept, "title-en": "Post", "version": "1"}).status_code == 303
    assert post(writer, series, {**kept, "title-en": "Mail", "version": "1"}).status_code == 409
    assert "Post" in words(writer.get("/desk/article-series/"))


def test_articles_of_another_group_are_not_there(writer: FlaskClient) -> None:
    with transaction():
        other = make_group(slug="others")
        theirs = make_article(group_id=other.id, title=Translated.of(en="Theirs"))
        author, series = make_author(group_id=other.id), make_series(group_id=other.id)
    for path in (
        f"/desk/articles/{theirs.id}",
        f"/desk/articles/{theirs.id}/history",
        f"/desk/authors/{author.id}",
        f"/desk/article-series/{series.id}",
    ):
        assert writer.get(path).status_code == 404
    assert "Theirs" not in writer.get("/desk/articles/").text
    listed = writer.get("/desk/articles/?stage=draft")
    assert "Nothing here yet" in words(listed)


def test_what_no_database_keeps_is_left_out_of_what_was_typed(writer: FlaskClient) -> None:
    sent = typed(**{"title-en": "Half\0 typed", "x\0": "1"})
    assert post(writer, f"{NEW}/draft", sent, on=NEW).status_code == 204
    kept = db.session.scalars(select(ArticleDraft)).one().content
    assert kept["title-en"] == ["Half typed"]
    assert "\0" not in repr(sorted(kept)).replace("\\x00", "\0")
