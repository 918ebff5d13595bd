"""The public pages of articles and authors, in both languages, and their feeds."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from app.actions.rules.words import ActionKind
from app.articles.models.articles import Article, ArticleSlug
from app.articles.rules.content import PREVIEW_LINK, ActionLine
from app.articles.rules.words import ArticleKind
from app.articles.service import publishing
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock, links
from app.lib.text import Translated
from app.settings import settings
from tests.appeals.test_giving import words
from tests.factories.articles import make_article, make_author, make_review, make_series
from tests.factories.events import make_campaign, make_event

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database
ATOM = "{http://www.w3.org/2005/Atom}"
BODY = "## Morning\n\nIt **rained**. See [what is on](/events/), [above](#top) & <b>more</b>."


def make_whole_review(**changes: Any) -> Article:
    """A review with everything; call inside a transaction."""
    campaign, event = make_campaign(), make_event(slug="screening")
    author = make_author(slug="hala", about=Translated.of(en="She writes at night."))
    values: dict[str, Any] = {
        "slug": "return-to-homs",
        "body": Translated.of(en=BODY, ar="هطل المطر."),
        "authors": [author, make_author(slug="noor", name=Translated.of(en="Noor Amin"))],
        "tags": ["film", "syria"],
        "links": [("The festival", "https://example.org/festival")],
        "campaign_id": campaign.id,
        "screening_id": event.id,
        "actions": [ActionLine(ActionKind.GO, event.id)],
    }
    return make_review(**values | changes)


def test_a_review_names_all_that_a_review_names(client: FlaskClient, app: Flask) -> None:
    with transaction():
        make_whole_review()
    page = client.get("/articles/return-to-homs")
    assert page.status_code == 200
    text = words(page)
    for part in (
        *("Return to Homs", "Talal Derki", "2013", "Kings Hall, Walthamstow"),
        *("Lea Valley Film Club", "Hala Haddad", "Nurse in Leeds", "Noor Amin"),
        *("The festival", "What you can do", "Vigil with lanterns", "Tell the truth"),
        *("film", "syria", "She writes at night.", "Mastodon"),
    ):
        assert part in text
    assert '<a href="/events/screening">' in page.text
    assert page.headers["Cache-Control"] == "public, no-cache"
    assert "embed" not in page.text
    arabic = client.get("/ar/articles/return-to-homs")
    assert "هطل المطر" in arabic.text
    assert "هالة حداد" in arabic.text
    assert 'href="/ar/authors/hala"' in arabic.text
    for part in ("العودة إلى حمص", "طلال ديركي", "قاعة الملوك", "نادي أفلام وادي لي"):
        assert part in words(arabic)
    for part in ("Return to Homs", "Talal Derki", "Walthamstow", "Film Club"):
        assert part not in words(arabic)


def test_search_engines_read_the_same(client: FlaskClient, app: Flask) -> None:
    with transaction():
        make_whole_review(title=Translated.of(en="</script><script>alert(1)</script>"))
        make_article(slug="plain")
    data = json_ld(client, "return-to-homs")
    assert data["@type"] == "Review"
    assert data["itemReviewed"] == {
        "@type": "Movie",
        "name": "Return to Homs",
        "director": {"@type": "Person", "name": "Talal Derki"},
        "dateCreated": "2013",
    }
    assert [each["name"] for each in data["author"]] == ["Hala Haddad", "Noor Amin"]
    assert json_ld(client, "plain")["@type"] == "Article"
    assert "alert(1)</script>" not in client.get("/articles/return-to-homs").text
    head = client.get("/articles/plain").text
    assert '<meta property="og:type" content="article">' in head
    assert '<meta property="og:title" content="What we saw in Calais">' in head


def json_ld(client: FlaskClient, slug: str) -> dict[str, Any]:
    """The page's data for search engines."""
    page = client.get(f"/articles/{slug}").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_addresses_say_what_became_of_an_article(client: FlaskClient, app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        shown = make_article(slug="shown")
        make_article(slug="draft", published=False)
        make_article(slug="gone", withdrawn_at=now)
        db.session.add(ArticleSlug(slug="once", article_id=shown.id))
    assert client.get("/articles/draft").status_code == 404
    assert client.get("/articles/gone").status_code == 410
    moved = client.get("/ar/articles/once?from=paper")
    assert (moved.status_code, moved.location) == (301, "/ar/articles/shown?from=paper")
    listed = words(client.get("/articles/"))
    assert listed.count("What we saw in Calais") == 1


def test_the_list_is_narrowed_and_says_when_nothing_fits(client: FlaskClient, app: Flask) -> None:
    with transaction():
        assert_empty = "There is nothing to read yet."
    assert assert_empty in words(client.get("/articles/"))
    with transaction():
        series = make_series(slug="letters")
        make_whole_review(series_id=series.id)
        make_article(title=Translated.of(en="Another"), tags=["calais"], series_id=series.id)
        make_article(title=Translated.of(en="June"), kind=ArticleKind.MAILING)
    for query, seen, unseen in (
        ("kind=review", "Return to Homs", "Another"),
        ("tag=calais", "Another", "Return to Homs"),
        ("author=hala", "Return to Homs", "Another"),
        ("series=letters", "Letters from Homs", "June"),
        ("kind=mailing", "June", "Another"),
    ):
        text = words(client.get(f"/articles/?{query}"))
        assert seen in text
        assert unseen not in text
        assert seen in client.get(f"/articles.atom?{query}").text
    assert "Nothing fits" in words(client.get("/articles/?tag=nothing"))
    # What means nothing changes nothing.
    assert client.get("/articles/?kind=x&after=x&author=x").status_code == 200
    assert "Another" in words(client.get("/articles/return-to-homs"))


def test_an_author_has_a_page_and_a_feed(client: FlaskClient, app: Flask) -> None:
    with transaction():
        make_whole_review()
        make_article(title=Translated.of(en="Not hers"))
    page = client.get("/authors/hala")
    assert "Return to Homs: a review" in words(page)
    assert "Not hers" not in page.text
    feed = ET.fromstring(client.get("/authors/hala.atom").text)  # noqa: S314 - ours
    assert [each.findtext(f"{ATOM}title") for each in feed.iter(f"{ATOM}entry")] == [
        "Return to Homs: a review"
    ]
    assert client.get("/authors/nobody").status_code == 404
    assert client.get("/authors/nobody.atom").status_code == 404


def test_feeds_hold_the_full_text(client: FlaskClient, app: Flask) -> None:
    now = clock.utcnow()
    with transaction():
        first = make_whole_review(published_at=now - timedelta(hours=1), revised_at=now)
        make_article(body=Translated.of(ar="نص"), title=Translated.of(ar="عنوان"))
    answer = client.get("/articles.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.text)  # noqa: S314 - ours
    entries = list(feed.iter(f"{ATOM}entry"))
    assert len(entries) == 2
    assert entries[0].get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
    whole = entries[1]
    host = settings().base_url
    content = whole.findtext(f"{ATOM}content") or ""
    assert "<strong>rained</strong>" in content
    assert f'<a href="{host}/events/"' in content
    assert f'<a href="{host}/articles/return-to-homs"' in content
    assert "https://example.org/festival" in content
    assert [each.findtext(f"{ATOM}name") for each in whole.iter(f"{ATOM}author")] == [
        "Hala Haddad",
        "Noor Amin",
    ]
    assert (whole.findtext(f"{ATOM}id") or "").endswith(f"articles/{first.public_id}")
    assert whole.findtext(f"{ATOM}updated") == now.replace(microsecond=0).isoformat()
    again = client.get("/articles.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("feed", ["/articles.atom", "/ar/articles.rss"])
def test_links_in_a_feed_lead_somewhere_from_wherever_it_is_read(
    client: FlaskClient, feed: str
) -> None:
    body = (
        "[a](two) [b](/about) [c](#top) [d](?a=1&b=2) [e](../events/) "
        "[f](https://example.org/?a=1&b=2) [g](mailto:us@example.org) [h](//example.org/x) "
        "[i](http://[x)"
    )
    with transaction():
        make_article(slug="one", body=Translated.of(en=body))
    text = html.unescape(client.get(feed).text)
    page = "/ar/articles" if feed.startswith("/ar/") else "/articles"
    home = page.removesuffix("articles")
    for address in (
        *(f"http://localhost{page}/two", "http://localhost/about", f"http://localhost{page}/one"),
        *(f"http://localhost{page}/one?a=1&amp;b=2", f"http://localhost{home}events/"),
        *("https://example.org/?a=1&amp;b=2", "mailto:us@example.org", "http://example.org/x"),
    ):
        assert f'<a href="{address}"' in text
    # A feed reader shows no parts of the page, and what is no address breaks nothing.
    assert "#top" not in text
    assert ">i</a>" in text


def test_a_name_in_another_language_says_which(client: FlaskClient) -> None:
    with transaction():
        about = Translated.of(en="She writes at night.")
        author = make_author(name=Translated.of(en="Lena (Homs)"), about=about)
        make_article(slug="one", authors=[author])
    page = client.get("/ar/articles/one").text
    heading = page.partition('<h2 class="panel__title">')[2].partition("</h2>")[0]
    assert 'lang="en"' in heading
    assert "Lena (Homs)" in heading


def test_a_series_is_not_named_before_something_of_it_can_be_read(client: FlaskClient) -> None:
    with transaction():
        series = make_series(slug="plans", title=Translated.of(en="What we plan"))
        article = make_article(published=False, series_id=series.id)
        article_id = article.id
    for address in ("/articles/?series=plans", "/articles.atom?series=plans"):
        assert "What we plan" not in client.get(address).text
    with transaction():
        db.session.get_one(Article, article_id).published_at = clock.utcnow()
    for address in ("/articles/?series=plans", "/articles.atom?series=plans"):
        assert "What we plan" in client.get(address).text


def test_rss_says_the_same(client: FlaskClient, app: Flask) -> None:
    with transaction():
        make_whole_review()
    answer = client.get("/ar/articles.rss")
    assert answer.content_type == "application/rss+xml; charset=utf-8"
    channel = ET.fromstring(answer.text).find("channel")  # noqa: S314 - ours
    assert channel is not None
    assert channel.findtext("language") == "ar"
    item = channel.find("item")
    assert item is not None
    text = item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") or ""
    assert 'dir="rtl"' in text
    assert "هطل المطر" in text
    assert (item.findtext("pubDate") or "").endswith("+0000")
    assert item.findtext("guid")


def test_a_preview_is_for_whoever_has_the_link(client: FlaskClient, app: Flask) -> None:
    with transaction():
        article = make_article(published=False)
    token = links.sign(settings().secret_key, PREVIEW_LINK, article.public_id)
    page = client.get(f"/articles/preview/{token}")
    assert page.status_code == 200
    assert "This is a preview" in words(page)
    assert 'content="noindex"' in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert client.get(f"/articles/preview/{token}x").status_code == 404
    with transaction():
        article.link_version = 2
    assert client.get(f"/articles/preview/{token}").status_code == 410


def test_a_preview_leads_to_what_everybody_reads_and_ends_when_that_is_taken_off(
    client: FlaskClient, app: Flask
) -> None:
    with transaction():
        article = make_article(slug="calais")
    token = links.sign(settings().secret_key, PREVIEW_LINK, article.public_id)
    page = client.get(f"/ar/articles/preview/{token}")
    assert (page.status_code, page.headers["Location"]) == (302, "/ar/articles/calais")
    with transaction():
        publishing.withdraw(article.id, now=clock.utcnow(), by=Actor.system())
    assert client.get(f"/articles/preview/{token}").status_code == 410


def test_articles_stand_on_the_pages_they_belong_to(client: FlaskClient, app: Flask) -> None:
    today = clock.utcnow().date()
    with transaction():
        make_whole_review(published_at=clock.utcnow() - timedelta(days=300))
        make_article(
            title=Translated.of(en="Ten years ago"),
            anniversary_on=today.replace(year=today.year - 10, day=min(today.day, 28)),
            published_at=clock.utcnow() - timedelta(days=400),
        )
        for number in range(3):
            make_article(title=Translated.of(en=f"New {number}"))
    group, campaign = client.get("/groups/lea-valley"), client.get("/campaigns/tell-the-truth")
    assert "New 2" in words(group)
    assert "Return to Homs: a review" in words(campaign)
    assert "New 2" not in words(campaign)
    home = words(client.get("/"))
    assert home.index("Ten years ago") < home.index("New 2")
    assert "New 0" not in home
