"""What the index finds is what a look at every entry finds, in the same order."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.db.session import transaction
from app.lib import geo
from app.search.queries.index import Circle, Mark, Question, list_hits, list_values
from app.search.service.index import Entry, write

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = ("lantern", "lanterns", "justice", "river", "فانوس", "100%", "a_b")
LONDON = (51.5, -0.12)


@dataclass(frozen=True)
class Known:
    """An entry, as the test knows it."""

    thing_id: int
    starts_at: datetime
    ends_at: datetime
    facets: tuple[str, ...]
    words: tuple[str, ...]
    position: tuple[float, float] | None


def entries(dice: random.Random, count: int) -> list[Known]:
    found = []
    for number in range(count):
        # Several begin at the same moment.
        starts = NOW + timedelta(hours=dice.choice(range(-400, 400, 20)))
        lasts = dice.choice([timedelta(hours=2), timedelta(hours=30), timedelta(days=9)])
        around = (LONDON[0] + dice.uniform(-2, 2), LONDON[1] + dice.uniform(-3, 3))
        far = dice.choice([(-16.8, 179.95), (-16.7, -179.9), (65.0, 20.0)])
        position = dice.choice([around, around, far, None])
        facets = tuple(dice.sample(["red", "green", "blue", "kind:a", "kind:b"], 2))
        words = tuple(dice.sample(WORDS, 2))
        found.append(Known(number + 1, starts, starts + lasts, facets, words, position))
    return found


def fits(known: Known, question: Question) -> bool:
    """Whether an entry answers a question, looked at one by one."""
    since, before, circle = question.starts_from, question.starts_before, question.circle
    is_running = question.is_running_too and since is not None and known.ends_at > since
    return all(
        (
            all(set(group) & set(known.facets) for group in question.facets),
            all(word in known.words for word in question.words),
            not question.beginning
            or any(word.startswith(question.beginning) for word in known.words),
            since is None or known.starts_at >= since or is_running,
            before is None or known.starts_at < before,
            question.ended_by is None or known.ends_at <= question.ended_by,
            circle is None
            or (
                known.position is not None
                and geo.distance_km(circle.position, known.position) <= circle.km
            ),
        )
    )


QUESTIONS = [
    Question(kind="t"),
    Question(kind="t", facets=(("red",),)),
    Question(kind="t", facets=(("red",), ("kind:a", "kind:b"))),
    Question(kind="t", words=("justice",), facets=(("blue",),)),
    Question(kind="t", beginning="lant"),
    Question(kind="t", beginning="فا"),
    Question(kind="t", beginning="100%"),
    Question(kind="t", beginning="a_"),
    Question(kind="t", beginning="nobody"),
    Question(kind="t", starts_from=NOW, is_running_too=True),
    Question(kind="t", starts_from=NOW, starts_before=NOW + timedelta(days=3), is_running_too=True),
    Question(kind="t", starts_from=NOW, is_running_too=True, facets=(("red",), ("green",))),
    Question(kind="t", starts_before=NOW, ended_by=NOW),
    Question(kind="t", circle=Circle(LONDON, 8)),
    Question(kind="t", circle=Circle(LONDON, 60), starts_from=NOW, is_running_too=True),
    Question(kind="t", circle=Circle(LONDON, 300), words=("river",)),
    Question(kind="t", circle=Circle((-16.75, 180.0), 50)),
    Question(kind="t", circle=Circle((65.0, 20.1), 25), facets=(("red",),)),
    Question(kind="other"),
]


def test_the_index_finds_what_a_look_at_everything_finds(app: Flask) -> None:
    known = entries(random.Random(4), 250)  # noqa: S311
    with transaction():
        for each in known:
            write(
                Entry(
                    kind="t",
                    thing_id=each.thing_id,
                    starts_at=each.starts_at,
                    ends_at=each.ends_at,
                    facets=each.facets,
                    words=each.words,
                    position=each.position,
                )
            )
    for question in QUESTIONS:
        wanted = [each for each in known if fits(each, question) and question.kind == "t"]
        for is_falling in (False, True):
            hits = [
                hit
                for hit in list_hits(question, is_falling=is_falling, limit=1000)
                if question.circle is None or question.circle.holds(hit)
            ]
            assert sorted(hit.thing_id for hit in hits) == [each.thing_id for each in wanted]
            order = [(hit.starts_at, hit.entry_id) for hit in hits]
            assert order == sorted(order, reverse=is_falling)
            assert walked(question, is_falling=is_falling) == [hit.thing_id for hit in hits]


def walked(question: Question, *, is_falling: bool) -> list[int]:
    """The same page by page."""
    found: list[int] = []
    mark = None
    while hits := list_hits(question, mark=mark, is_falling=is_falling, limit=17):
        inside = [hit for hit in hits if question.circle is None or question.circle.holds(hit)]
        found += [hit.thing_id for hit in inside]
        mark = Mark(hits[-1].starts_at, hits[-1].entry_id)
    return found


def test_values_of_facets_are_listed_once(app: Flask) -> None:
    one = Entry(kind="t", thing_id=1, starts_at=NOW, ends_at=NOW, facets=["a:2", "a:1"], words=[])
    with transaction():
        write(one)
        write(replace(one, thing_id=2, facets=["a:1", "b:9", "ab:5"]))
        write(replace(one, thing_id=3, kind="other", facets=["a:7"]))
    assert list_values("t", ("a", "b", "c")) == {"a": ["1", "2"], "b": ["9"], "c": []}


@pytest.mark.one_database
def test_what_changed_is_found_anew_and_what_went_is_not(app: Flask) -> None:
    one = Entry(kind="t", thing_id=1, starts_at=NOW, ends_at=NOW, facets=["a"], words=["old"])
    with transaction():
        write(one)
    (before,) = list_hits(Question(kind="t", words=("old",)), limit=9)
    with transaction():
        write(replace(one, words=["new"], starts_at=NOW - timedelta(days=1)))
    assert list_hits(Question(kind="t", words=("old",)), limit=9) == []
    (after,) = list_hits(Question(kind="t", beginning="ne"), limit=9)
    assert (after.entry_id, after.starts_at) == (before.entry_id, NOW - timedelta(days=1))
