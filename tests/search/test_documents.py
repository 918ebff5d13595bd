"""What anybody may read is found by its words, in both languages and on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.db.session import transaction
from app.lib.text import Translated
from app.search.queries.documents import Found, count_by_kind, find
from app.search.rules.documents import Document, asked, fts5_question, shortened, terms, tsquery
from app.search.service import documents

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def put(
    thing_id: int, title: Translated, *texts: str, kind: str = "article", **rest: datetime
) -> None:
    """Write one thing."""
    documents.put(
        Document(
            kind=kind,
            thing_id=thing_id,
            endpoint="articles.show",
            args={"slug": f"thing-{thing_id}"},
            title=title,
            summary=Translated.of(en="A short line"),
            texts=texts,
            at=rest.pop("at", NOW),
            **rest,
        )
    )


def ids(question: str, *, locale: str = "en", kinds: tuple[str, ...] = ()) -> list[int]:
    """What is found, in its order."""
    return [each.thing_id for each in hits(question, locale=locale, kinds=kinds)]


def hits(question: str, *, locale: str = "en", kinds: tuple[str, ...] = ()) -> list[Found]:
    return find(asked(question), locale=locale, now=NOW, kinds=kinds)


@pytest.fixture
def library(app: Flask) -> None:
    with transaction():
        put(1, Translated.of(en="Blankets for the winter", ar="بطانيات للشتاء"), "Wool, no duvets")
        put(2, Translated.of(en="A vigil by the river"), "Bring 12 lanterns and blankets")
        put(3, Translated.of(en="Łódź remembers"), "مُظاهَرَة أمام الإذاعة", kind="event")
        put(4, Translated.of(en="A vigil long ago"), kind="event", over_at=NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("blankets", [1, 2]),
        ("BLANKETS winter", [1]),
        ("blanket", [1, 2]),
        ("vigil", [2, 4]),
        ("lodz", [3]),
        ("بطانية", []),
        ("بطانيات", [1]),
        ("البطانيات", [1]),
        ("مظاهره", [3]),
        ("المظاهرة", [3]),
        ("اذاعه", [3]),
        ("الإذاعة", [3]),
        ("١٢", [2]),
        ("nothing", []),
        ("", []),
        ('" OR * (', []),
        ("NOT vigil", []),
        ("vigil' & !x", []),
    ],
)
def test_what_is_typed_finds_what_was_written(
    library: None, question: str, found: list[int]
) -> None:
    assert ids(question) == found


def test_the_reader_gets_her_language_or_is_told_which_it_is(library: None) -> None:
    [own] = hits("بطانيات", locale="ar")
    assert (own.title.text, own.title.is_fallback) == ("بطانيات للشتاء", False)
    [other] = hits("lodz", locale="ar")
    assert (other.title.lang, other.title.is_fallback) == ("en", True)


def test_kinds_are_counted_and_chosen(library: None) -> None:
    assert count_by_kind(asked("vigil"), locale="en") == {"article": 1, "event": 1}
    assert ids("vigil", kinds=("event",)) == [4]


def test_many_of_one_kind_hide_no_other(app: Flask) -> None:
    with transaction():
        for number in range(201):
            put(number, Translated.of(en="A vigil"), kind="event")
        put(1, Translated.of(en="A vigil"))
    assert count_by_kind(asked("vigil"), locale="en") == {"event": 201, "article": 1}


def test_what_is_taken_out_is_not_found_and_what_changed_is_found_anew(library: None) -> None:
    with transaction():
        documents.remove("article", 1)
        put(2, Translated.of(en="A march by the river"))
    assert ids("blankets") == []
    assert ids("vigil") == [4]
    assert ids("march") == [2]


def test_words_of_what_is_gone_do_not_lead_to_what_came_in_its_row(library: None) -> None:
    # SQLite gives the numbers of the last rows out again.
    with transaction():
        put(8, Translated.of(en="Crutches"))
    with transaction():
        documents.remove("article", 8)
        put(9, Translated.of(en="Stretchers"))
    assert ids("crutches") == []
    assert ids("stretchers") == [9]


def test_all_of_it_can_be_forgotten(library: None) -> None:
    with transaction():
        documents.remove_all()
    assert ids("vigil") == []


@pytest.mark.one_database
def test_words_become_a_question_that_nobody_can_bend() -> None:
    words = asked("Tea AND \"coffee* x' ")
    assert words == ["tea", "and", "coffee", "x"]
    assert fts5_question(words) == '"tea"* AND "and"* AND "coffee"* AND "x"'
    assert tsquery(words) == "'tea':* & 'and':* & 'coffee':* & 'x'"


def test_terms_hold_every_language_and_words_without_their_article() -> None:
    assert terms(Translated.of(en="The Sea", ar="والبحر"), None, "x") == "the sea والبحر بحر x"


def test_a_long_text_is_cut_behind_a_word() -> None:
    assert shortened("one two, three", 10) == "one two…"
    assert shortened("short") == "short"
