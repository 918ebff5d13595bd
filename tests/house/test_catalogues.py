"""Every text is there in every language: whole, with its gaps, and in each form of number."""

import gettext
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from babel.plural import PluralRule

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "app" / "translations"
GAP = re.compile(r"%\((\w+)\)([sd])")
MARK = re.compile(r"</?\w[^>]*>")
#: Opens and closes a piece whose direction is its own.
ISOLATES = ("\u2066\u2067\u2068", "\u2069")
LOCALES = sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir())


def load(locale: str) -> Catalog:
    with (TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po").open("rb") as stream:
        return read_po(stream, locale=locale)


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each translation beside the English text that it stands for."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return [(message.id[-1], each) for each in message.string or ()]


def test_no_text_is_missing_empty_or_doubtful() -> None:
    """`make translations` writes what is missing into the catalogue, for a person to say."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "catalogues.py", "check"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_fills_the_same_gaps(locale: str) -> None:
    for message in load(locale):
        for english, translated in pairs(message) if message.id else ():
            gaps, theirs = (Counter(GAP.findall(text)) for text in (english, translated))
            if isinstance(message.id, str):
                assert gaps == theirs, english
            else:  # a form for one or two may say the number in a word
                assert not theirs - gaps, english
            assert Counter(MARK.findall(english)) == Counter(MARK.findall(translated)), english
            assert english.count("\n") == translated.count("\n"), english
            assert english[:1].isspace() == translated[:1].isspace(), english


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_isolated_is_closed_again(locale: str) -> None:
    for message in load(locale):
        for english, translated in pairs(message) if message.id else ():
            opened = sum(translated.count(mark) for mark in ISOLATES[0])
            assert opened == translated.count(ISOLATES[1]), english


@pytest.mark.parametrize("locale", LOCALES)
def test_numbers_choose_the_form_that_the_language_has_for_them(locale: str) -> None:
    """The header's rule stands in the order of Unicode: zero, one, two, few, many, other."""
    rule: PluralRule = Locale.parse(locale).plural_form
    names = [name for name in ("zero", "one", "two", "few", "many") if name in rule.tags]
    order = [*names, "other"]
    catalogue = load(locale)
    assert catalogue.num_plurals == len(order)
    choose = gettext.c2py(catalogue.plural_expr)
    for number in (*range(130), 200, 1000, 1003, 1011, 1102):
        assert order[choose(number)] == rule(number), number


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_compiled_is_what_is_written(locale: str) -> None:
    """An installation compiles the catalogues; after a change `make translations` does it again."""
    folder = TRANSLATIONS / locale / "LC_MESSAGES"
    assert (folder / "messages.mo").exists(), "run `make translations`"
    with (folder / "messages.mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    for message in load(locale):
        if message.id and isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string, "run `make translations`"
