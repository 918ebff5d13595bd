"""The plain rules of articles: tags, stages, days to remember, what a paste is cleaned of."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.actions.rules.words import ActionKind
from app.articles.rules.content import (
    ActionLine,
    ArticleContent,
    AuthorLine,
    LinkLine,
    days_around,
    from_json,
    read_tags,
    stage,
    to_json,
)
from app.articles.rules.pasting import clean_pasted
from app.articles.rules.words import ArticleKind, ArticleStage
from app.lib import clock
from app.lib.text import Translated

AT = datetime(2026, 11, 23, tzinfo=UTC)
TEXT = Translated.of(en="Words", ar="كلمات")


@pytest.mark.parametrize(
    ("instants", "expected"),
    [
        ((None, None, None), ArticleStage.DRAFT),
        ((AT, None, None), ArticleStage.SCHEDULED),
        ((None, AT, None), ArticleStage.PUBLISHED),
        ((None, AT, AT), ArticleStage.WITHDRAWN),
    ],
)
def test_where_an_article_stands(
    instants: tuple[datetime | None, datetime | None, datetime | None], expected: ArticleStage
) -> None:
    assert stage(*instants) is expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Film, Syria; film", ("film", "syria")),
        ("سوريا، ذاكرة جماعية", ("سوريا", "ذاكرة-جماعية")),
        ("#homs #Aid & Relief", ("homs", "aid-relief")),
        (" ,, ", ()),
    ],
)
def test_tags_as_they_are_typed(typed: str, expected: tuple[str, ...]) -> None:
    assert read_tags(typed) == expected


def test_the_days_around_a_day() -> None:
    assert (12, 31) in days_around(date(2027, 1, 2))
    assert (2, 29) in days_around(date(2027, 2, 28))
    assert len(days_around(date(2026, 6, 15))) == 7
    # 2028 has the day itself, and it is four days away.
    assert (2, 29) not in days_around(date(2028, 2, 25))
    assert (2, 29) in days_around(date(2028, 3, 3))


def test_an_article_comes_back_from_json_as_it_was() -> None:
    whole = ArticleContent(
        kind=ArticleKind.REVIEW,
        title=TEXT,
        teaser=TEXT,
        body=TEXT,
        picture_alt=TEXT,
        picture_credit=TEXT,
        film_title=TEXT,
        film_director=TEXT,
        screened_at=TEXT,
        screened_by=TEXT,
        answered_by=TEXT,
        anniversary_on=date(2012, 2, 4),
        screened_on=date(2026, 11, 1),
        film_year=2013,
        authors=(AuthorLine(3, TEXT), AuthorLine(4)),
        links=(LinkLine(TEXT, "https://example.org/"),),
        tags=("film",),
        actions=(ActionLine(ActionKind.GO, 7),),
    )
    assert from_json(to_json(whole)) == whole
    bare = ArticleContent(title=TEXT, teaser=TEXT, body=TEXT)
    assert from_json(to_json(bare)) == bare


WORD = (
    "<!--[if gte mso 9]><xml><w:WordDocument>View</w:WordDocument></xml><![endif]-->"
    "<style>p.MsoNormal {mso-style-parent: x}</style>"
    "What we\u00a0need:<o:p></o:p>\r\n"
    "\u2022\tblankets\r\n"
    "\uf0b7\u00a0 soap\r\n"
    "o\tfor children\r\n"
    "mso-list: l0 level1 lfo1;\r\n"
    "The end\u200b."
)


def test_what_comes_out_of_word_is_markdown() -> None:
    clean = clean_pasted(WORD)
    assert clean == ("What we need:\n\n* blankets\n* soap\n  * for children\n\nThe end.")


@pytest.mark.parametrize(
    "text",
    [
        "## Morning\n\n* one\n* two\n\n1. first\n2. second\n\n> said so",
        "    code stays\n\n[a link](https://example.org)",
        "o Captain, and 7. Mai, 3 < 4 and <b>said</b>",
        "سطر أول\n\n* بند",
    ],
)
def test_what_was_typed_stays(text: str) -> None:
    assert clean_pasted(text) == text
    assert clean_pasted(clean_pasted(text)) == text


@pytest.mark.parametrize("beginning", ["<style ", "<!--", "<o:a", "<![if", "<?xml", "\n"])
def test_a_paste_of_nothing_but_beginnings_is_read_at_once(beginning: str) -> None:
    text = "x" + beginning * 40_000 + "x"
    before = clock.monotonic()
    assert clean_pasted(text).startswith("x")
    assert clock.monotonic() - before < 5
