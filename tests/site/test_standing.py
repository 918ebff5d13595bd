"""The standing pages: our words, the organisers' words, their history."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.rules.permissions import Role
from app.audit.facts import Actor
from app.db.session import transaction
from app.lib.clock import utcnow
from app.lib.errors import NotFoundError
from app.lib.text import Translated
from app.site.errors.pages import PageTooLongError, StalePageError
from app.site.queries import pages as reads
from app.site.render.pages import our_words, page_words, standing_blocks
from app.site.rules.words import PageKey
from app.site.service import pages as service
from tests.appeals.donors import Form, forms_of
from tests.factories.accounts import make_account, sign_in
from tests.factories.groups import make_group

ABOUT = Translated.of(en="We are **three** friends.", ar="نحن **ثلاثة** أصدقاء.")
BY = Actor.system()


@pytest.fixture
def world(app: Flask) -> None:
    """A group whose editor may write the pages, and an auditor who may not."""
    with transaction():
        group = make_group()
        make_account(Role.EDITOR, group=group, email="editor@example.org", name="Noor Aziz")
        make_account(Role.AUDITOR, group=group, email="auditor@example.org")


def save(body: Translated, seen: int = 0, key: PageKey = PageKey.ABOUT) -> None:
    """Write a page."""
    with transaction():
        service.save(key, body, seen_version=seen, now=utcnow(), by=BY)


def editor(client: FlaskClient, key: str = "about") -> Form:
    """The form of a page on the desk."""
    page = client.get(f"/desk/site/pages/{key}")
    assert page.status_code == 200
    return next(each for each in forms_of(page) if each.action == f"/desk/site/pages/{key}")


def test_our_words_stand_until_somebody_writes(app: Flask) -> None:
    words = page_words(PageKey.REFUNDS)
    assert words.is_ours
    assert "tell us and we send it back" in words.text.texts["en"]
    save(ABOUT)
    assert page_words(PageKey.ABOUT).text == ABOUT
    assert not page_words(PageKey.ABOUT).is_ours


@pytest.mark.parametrize("key", list(PageKey))
def test_every_page_comes_with_words(app: Flask, key: PageKey) -> None:
    assert our_words(key).texts["en"]
    assert "{{" not in our_words(key).texts["en"]


def test_each_save_is_a_version_and_can_come_back(app: Flask) -> None:
    save(ABOUT)
    later = Translated.of(en="We are four.")
    save(later, seen=1)
    assert page_words(PageKey.ABOUT).text == later
    with transaction():
        service.restore(PageKey.ABOUT, 1, seen_version=2, now=utcnow(), by=BY)
    assert page_words(PageKey.ABOUT).text == ABOUT
    assert [each.version for each in reads.list_revisions(PageKey.ABOUT)] == [3, 2, 1]


def test_our_words_can_be_put_back_and_taken_away_again(app: Flask) -> None:
    save(ABOUT)
    with transaction():
        service.put_back(PageKey.ABOUT, seen_version=1, now=utcnow(), by=BY)
    assert page_words(PageKey.ABOUT).is_ours
    with transaction():
        service.put_back(PageKey.ABOUT, seen_version=2, now=utcnow(), by=BY)
    assert reads.last_version(PageKey.ABOUT) == 2
    with pytest.raises(StalePageError), transaction():
        service.save(PageKey.ABOUT, ABOUT, seen_version=0, now=utcnow(), by=BY)
    save(ABOUT, seen=2)
    with transaction():
        service.restore(PageKey.ABOUT, 2, seen_version=3, now=utcnow(), by=BY)
    assert page_words(PageKey.ABOUT).is_ours


def test_a_page_holds_so_much_and_no_version_is_invented(app: Flask) -> None:
    with pytest.raises(PageTooLongError):
        save(Translated.of(en="a" * 30_001))
    with pytest.raises(NotFoundError), transaction():
        service.restore(PageKey.ABOUT, 7, seen_version=0, now=utcnow(), by=BY)


def test_words_reach_a_page_of_another_package(app: Flask) -> None:
    (block,) = standing_blocks("complaints")
    assert block.values["words"].is_ours


@pytest.mark.one_database
def test_an_editor_writes_looks_and_saves(world: None, client: FlaskClient) -> None:
    sign_in(client, "editor@example.org")
    form = editor(client)
    assert "free software" in form.values["text-en"]
    typed = {**form.values, "text-en": "We are <b>five</b>.", "text-ar": "نحن خمسة."}
    looked = client.post("/desk/site/pages/about/preview", data=typed)
    assert looked.status_code == 200
    assert "We are &lt;b&gt;five&lt;/b&gt;." in looked.text
    assert "free software" in client.get("/about").text
    assert client.post(form.action, data=typed).status_code == 303
    assert "We are &lt;b&gt;five&lt;/b&gt;." in client.get("/about").text
    assert "نحن خمسة." in client.get("/ar/about").text


@pytest.mark.one_database
def test_two_editors_lose_nothing(world: None, client: FlaskClient) -> None:
    sign_in(client, "editor@example.org")
    form = editor(client)
    save(ABOUT)
    typed = {**form.values, "text-en": "We are six.", "text-ar": ""}
    answer = client.post(form.action, data=typed)
    assert answer.status_code == 409
    assert "three" in answer.text
    assert "We are six." in answer.text
    again = next(each for each in forms_of(answer) if each.action == form.action)
    assert client.post(form.action, data=again.values).status_code == 303
    assert "We are six." in client.get("/about").text


@pytest.mark.one_database
def test_who_reads_a_language_that_lacks_it_is_told(world: None, client: FlaskClient) -> None:
    save(Translated.of(en="Only in English."))
    page = client.get("/ar/about").text
    assert '<div lang="en" dir="ltr"><p>Only in English.</p>' in page
    assert "لم يترجم" in page or "ترجم" in page


@pytest.mark.one_database
def test_the_history_shows_who_and_puts_back(world: None, client: FlaskClient) -> None:
    sign_in(client, "editor@example.org")
    assert "Nobody has changed this page yet." in client.get("/desk/site/pages/about/history").text
    for words in ("First.", "Second."):
        form = editor(client)
        client.post(form.action, data={**form.values, "text-en": words, "text-ar": ""})
    page = client.get("/desk/site/pages/about/history")
    assert "Noor Aziz" in page.text
    back = next(each for each in forms_of(page) if each.action.endswith("/history/1"))
    assert client.post(back.action, data=back.values).status_code == 303
    assert "First." in client.get("/about").text
    ours = next(
        each
        for each in forms_of(client.get("/desk/site/pages/about"))
        if each.action.endswith("/ours")
    )
    client.post(ours.action, data=ours.values)
    assert "free software" in client.get("/about").text
    # A button of a page that is out of date does nothing, and says so.
    client.post(back.action, data=back.values)
    assert "Somebody else changed this" in client.get("/desk/site/pages/").text


@pytest.mark.one_database
def test_empty_words_are_refused_and_unknown_pages_are_not_found(
    world: None, client: FlaskClient
) -> None:
    sign_in(client, "editor@example.org")
    form = editor(client)
    answer = client.post(form.action, data={**form.values, "text-en": " ", "text-ar": ""})
    assert answer.status_code == 422
    assert "Write what the page says." in answer.text
    assert client.get("/desk/site/pages/nowhere").status_code == 404


@pytest.mark.one_database
def test_an_auditor_may_not_write(world: None, client: FlaskClient) -> None:
    sign_in(client, "auditor@example.org")
    assert client.get("/desk/site/pages/").status_code == 403
    assert client.get("/desk/site/translations").status_code == 403


@pytest.mark.one_database
def test_the_privacy_page_lists_what_every_package_keeps(app: Flask, client: FlaskClient) -> None:
    page = client.get("/privacy").text
    assert "What you wrote to us by the form, and our answer" in page
    assert "The e-mail address and, if you gave it, the name that belong to a gift" in page
    assert "When you bring, collect or store things" in page
