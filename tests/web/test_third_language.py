"""A third language needs a catalogue and a setting, and no line of code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import ngettext

from app.accounts.rules.permissions import Role
from app.db.session import transaction
from app.lib.clock import utcnow
from app.lib.text import Translated
from app.web.filters import day
from app.web.locale import in_locale
from tests.appeals.donors import forms_of
from tests.factories.accounts import make_account, sign_in
from tests.factories.appeals import make_appeal, make_network
from tests.support.apps import dispose, make_app, make_settings

pytestmark = pytest.mark.one_database

FRENCH = {
    "Contact": "Nous écrire",
    "Give": "Donner",
    "This text is not translated yet.": "Ce texte n’est pas encore traduit.",
    "Please fill this in.": "Veuillez remplir ce champ.",
    "Write what you want to say.": "Écrivez ce que vous voulez dire.",
    "What we know about you": "Ce que nous savons de vous",
    "No trackers, no pictures, fonts or scripts from anybody else.": "Aucun mouchard.",
}


def write_catalogue(data_dir: Path, locale: str, texts: dict[str, str]) -> None:
    """Put a language's catalogue where an installation keeps its own."""
    catalogue = Catalog(locale=locale)
    for text, translation in texts.items():
        catalogue.add(text, translation)
    catalogue.add(("%(num)s person", "%(num)s people"), ("%(num)s personne", "%(num)s personnes"))
    folder = data_dir / "translations" / locale / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as stream:
        write_mo(stream, catalogue)


@pytest.fixture
def french(tmp_path: Path) -> Iterator[Flask]:
    """An installation that speaks French, too, and says one Arabic text in its own way."""
    write_catalogue(tmp_path, "fr", FRENCH)
    write_catalogue(tmp_path, "ar", {"Contact": "راسلونا هنا"})
    url = f"sqlite:///{tmp_path / 'french.db'}"
    app = make_app(make_settings(url, tmp_path, locales=("en", "ar", "fr")))
    with app.app_context():
        with transaction():
            make_account(Role.OWNER, group=make_network(), email="owner@example.org")
            make_appeal(
                title=Translated.of(en="Winter coats", fr="Manteaux d’hiver"),
                summary=Translated.of(en="For two hundred.", fr="Pour deux cents."),
                story=Translated.of(en="They are cold."),
            )
        yield app
    dispose(app)


def test_pages_speak_it_and_lead_to_it(french: Flask) -> None:
    client = french.test_client()
    page = client.get("/fr/contact").text
    assert '<html lang="fr" dir="ltr">' in page
    assert "<h1>Nous écrire</h1>" in page
    for locale in ("en", "ar", "fr"):
        assert f'hreflang="{locale}"' in page
    assert '<link rel="alternate" hreflang="x-default" href="http://localhost/contact">' in page
    assert '<a class="languages__link" href="/contact" hreflang="en"' in page
    assert 'content="fr_FR"' in page
    assert (
        '<a class="languages__link" href="/fr/contact" hreflang="fr"'
        in client.get("/ar/contact").text
    )


def test_what_it_lacks_is_said_in_english_and_marked(french: Flask) -> None:
    client = french.test_client()
    page = client.get("/fr/appeals/get-started").text
    assert "Manteaux d’hiver" in page
    assert "Ce texte n’est pas encore traduit." in page
    assert '<div lang="en" dir="ltr"><p>They are cold.</p>' in page
    # Our own words for a page, of which no sentence is translated, say in which language they are.
    assert '<div lang="en" dir="ltr">' in client.get("/fr/refunds").text
    assert "Aucun mouchard." in client.get("/fr/privacy").text


def test_its_sentences_days_and_numbers(french: Flask) -> None:
    with in_locale("fr"):
        assert ngettext("%(num)s person", "%(num)s people", 0) == "0 personne"
        assert str(utcnow().year) in day(utcnow())
    with in_locale("ar"):
        # An installation's own words take the place of ours, and ours stay for the rest.
        assert french.test_client().get("/ar/contact").text.count("راسلونا هنا") > 0
    answer = french.test_client().post("/fr/contact", data={})
    assert answer.status_code == 400


def test_the_desk_has_a_field_for_it_and_lists_what_it_lacks(french: Flask) -> None:
    client = french.test_client()
    sign_in(client, "owner@example.org")
    form = client.get("/desk/appeals/1").text
    assert '<label class="field__label field__label--minor" for="story-fr">French</label>' in form
    assert 'name="story-fr" rows="14" lang="fr" dir="ltr"' in form
    lacking = client.get("/desk/site/translations?lacking=fr").text
    assert "Manteaux d’hiver" in lacking or "Winter coats" in lacking
    assert 'href="/desk/appeals/1"' in lacking
    assert 'href="/desk/site/pages/refunds"' in lacking
    assert 'href="/desk/site/pages/refunds"' not in client.get("/desk/site/translations").text


def test_a_form_of_a_visitor_speaks_it(french: Flask) -> None:
    client = french.test_client()
    form = next(
        each for each in forms_of(client.get("/fr/contact")) if each.action == "/fr/contact"
    )
    answer = client.post(form.action, data={**form.values, "text": ""})
    assert answer.status_code == 422
    assert "Écrivez ce que vous voulez dire." in answer.text
