"""No sentence of ours stands in English on a page that is in Arabic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.db.session import db, transaction
from tests.appeals.donors import Donor, forms_of
from tests.factories.accounts import sign_in
from tests.house import pages
from tests.house.pages import Page
from tests.house.test_pages import is_public, read

pytestmark = pytest.mark.one_database

CATALOGUE = Path(__file__).resolve().parents[2] / "app/translations/ar/LC_MESSAGES/messages.po"
#: A single word, or two, may be a name; what is longer is a sentence or a part of one.
WORDS = 3
WORD = re.compile(r"[A-Za-z’']+")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|<[^>]+>")
#: What shows a text is not ours to translate: the drawing of Stripe's page, keys, code, addresses.
#: Attributes that are shown or read out.
SPOKEN = ("title", "alt", "aria-label", "placeholder")
QUOTED = {"code", "svg", "textarea", "script", "style"}


def english() -> frozenset[str]:
    """Every piece of our English texts that is long enough to be known again."""
    with CATALOGUE.open("rb") as stream:
        catalogue = read_po(stream, locale="ar")
    texts = (
        text
        for message in catalogue
        if message.id
        for text in ([message.id] if isinstance(message.id, str) else message.id)
    )
    pieces = (piece for text in texts for piece in PLACEHOLDER.split(text))
    return frozenset(
        plain
        for piece in pieces
        if len(re.findall(r"[A-Za-z’']+", plain := _plain(piece))) >= WORDS
    )


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .,;:!?“”")


def shown(element: Element, locale: str, lang: str) -> Iterator[str]:
    """What a reader reads or hears of an element in a language; `lang` is what stands around it."""
    if element.tag in QUOTED:
        return
    lang = element.get("lang", lang)
    if lang == locale:
        yield from (element.get(name) or "" for name in SPOKEN)
        yield element.text or ""
    for child in element:
        yield from shown(child, locale, lang)
        if lang == locale:
            yield child.tail or ""


def english_on(page: Page, locale: str = "ar") -> list[str]:
    """The English texts of ours in what a page says in a language."""
    ours = english()
    text = "\n".join(_plain(piece) for piece in shown(page.root, locale, locale))
    return sorted(piece for piece in ours if piece in text)


def test_the_test_can_tell(scene: Flask, client: FlaskClient) -> None:
    found = read(pages.crawl(scene, client, ["/about"], is_wanted=lambda path: path == "/about"))
    assert english_on(found[0], "en")


def test_arabic_pages_for_everybody_hold_no_english(scene: Flask, client: FlaskClient) -> None:
    found = read(
        pages.crawl(
            scene,
            client,
            ["/ar/"],
            is_wanted=lambda path: is_public(path) and path.startswith("/ar/"),
        )
    )
    assert {page.path: english_on(page) for page in found if english_on(page)} == {}
    assert len(found) > 15


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("frequency", ["once", "monthly"])
def test_the_arabic_way_to_a_gift_holds_no_english(client: FlaskClient, frequency: str) -> None:
    donor = Donor(client, slug="help-us-get-started", prefix="/ar")
    wrong = donor.check(donor.type(email="nobody", amount="-1", frequency=frequency))
    typed = {"email": "salma@gmial.com", "frequency": frequency, "is_adult": "y"}
    right = donor.check(donor.type(**typed))
    assert (wrong.status_code, right.status_code) == (422, 200)
    for answer in (wrong, right):
        assert english_on(pages.parse("/ar/appeals/help-us-get-started/give/check", answer)) == []
    assert forms_of(right)


def test_the_arabic_desk_holds_no_english(scene: Flask, client: FlaskClient) -> None:
    sign_in(client, "owner@example.org")
    with transaction():
        db.session.query(User).filter_by(email="owner@example.org").one().locale = "ar"
    found = read(pages.crawl(scene, client, ["/desk/"], is_wanted=lambda path: not is_public(path)))
    assert {page.path: english_on(page) for page in found if english_on(page)} == {}
    assert len(found) > 25
