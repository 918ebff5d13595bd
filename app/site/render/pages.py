"""The words of the standing pages: what organisers wrote, or what comes with Muster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import render_template
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l

from app.lib.text import Translated, lacks
from app.settings import settings
from app.site.models.pages import PageText
from app.site.queries import pages as reads
from app.site.rules.words import PageKey
from app.web.locale import in_locale, language_name, text_direction
from app.web.panels import Block, Untranslated

NAMES: Final = {
    PageKey.ABOUT: _l("About"),
    PageKey.CONTACT: _l("Contact"),
    PageKey.ACCESSIBILITY: _l("Accessibility"),
    PageKey.REFUNDS: _l("Refunds"),
    PageKey.PRIVACY: _l("Privacy"),
    PageKey.COMPLAINTS: _l("Complaints"),
}


@dataclass(frozen=True)
class PageWords:
    """What a standing page says."""

    text: Translated
    #: Whether these are the words that come with Muster.
    is_ours: bool


def our_words(key: PageKey) -> Translated:
    """What comes with Muster, as Markdown, in every language of the site that has it."""
    template = f"site/words/{key.value}.txt"
    texts = {}
    with force_locale("en"):
        english = render_template(template).strip()
    for locale in settings().locales:
        with in_locale(locale):
            words = render_template(template).strip()
        # A language without a catalogue says it in English, and must not claim otherwise.
        if locale == "en" or words != english:
            texts[locale] = words
    if not texts:
        texts["en"] = english
    default = settings().default_locale
    return Translated(texts, default if default in texts else next(iter(texts)))


def page_words(key: PageKey) -> PageWords:
    """What a page says now."""
    row = reads.find_text(key)
    return (
        PageWords(our_words(key), is_ours=True)
        if row is None
        else PageWords(row.body, is_ours=False)
    )


@dataclass(frozen=True)
class LanguageView:
    """A text as readers of one language see it."""

    locale: str
    name: str
    direction: str
    text: str


@dataclass(frozen=True)
class PageRow:
    """A standing page in the desk's list."""

    key: PageKey
    name: LazyString
    is_ours: bool
    saved_at: datetime | None
    #: What languages it lacks call themselves.
    lacking: Sequence[str]


def language_views(text: Translated | None) -> list[LanguageView]:
    """A text in each language of the site that it has."""
    return [
        LanguageView(each, language_name(each), text_direction(each), text.texts[each])
        for each in settings().locales
        if text is not None and text.has(each)
    ]


def page_rows() -> list[PageRow]:
    """Every standing page, as the desk lists them."""
    edited = {row.key: row for row in reads.list_texts()}
    return [_row(key, edited.get(key)) for key in PageKey]


def _row(key: PageKey, row: PageText | None) -> PageRow:
    text = our_words(key) if row is None else row.body
    lacking = [language_name(each) for each in settings().locales if not text.has(each)]
    saved_at = None if row is None else row.updated_at
    return PageRow(key, NAMES[key], row is None, saved_at, lacking)


def standing_blocks(key: str) -> list[Block]:
    """The words of a standing page, for one that belongs to a package below."""
    return [Block("words", "site/_text.html", {"words": page_words(PageKey(key))})]


def untranslated(_group_ids: set[int], locale: str) -> list[Untranslated]:
    """Standing pages that a language lacks; they belong to every group."""
    edited = {row.key: row.body for row in reads.list_texts()}
    return [
        Untranslated(
            Translated.of(**{settings().default_locale: str(NAMES[key])}),
            _l("Standing page"),
            "pages_desk.edit",
            {"key": key.value},
        )
        for key in PageKey
        if lacks(locale, edited.get(key) or our_words(key))
    ]
