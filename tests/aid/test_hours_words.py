"""Opening hours in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

import pytest
from flask import Flask

from app.aid.render.hours import hours_shown, open_shown, opens_words
from app.aid.rules.hours import HoursRow
from app.aid.rules.words import HoursKind
from tests.aid.test_hours import SHOP, made, row, wall, week


@pytest.fixture(autouse=True)
def page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", base_url="http://localhost"):
        yield


@pytest.mark.parametrize(
    ("at", "text", "note"),
    [
        ("2026-11-23T10:00", "Open until 12:30", ""),
        ("2026-11-23T12:45", "Opens at 13:30", ""),
        ("2026-11-28T23:00", "Open until 02:00", ""),
        ("2026-11-27T18:00", "Opens Saturday at 22:00", ""),
        ("2026-11-28T10:00", "Opens at 22:00", ""),
        ("2026-12-25T10:00", "Opens at 18:00", "Bank holiday hours"),
    ],
)
def test_a_moment_in_a_few_words(at: str, text: str, note: str) -> None:
    shown = open_shown(SHOP, wall(at))
    assert (shown.text, shown.note) == (text, note)


def test_what_is_uncertain_and_what_is_over_is_said() -> None:
    plain = made(*week("09:00-17:00"), last_day=date(2026, 12, 26))
    boxing_day = open_shown(plain, wall("2026-12-26T12:00"))
    assert boxing_day.note == "Bank holiday: check before you go"
    over = open_shown(plain, wall("2026-12-26T18:00"))
    assert (over.text, over.tone) == ("Closed", "bad")
    assert opens_words(plain, wall("2026-12-26T18:00")) == ""
    shut = made(*week("09:00-17:00"), row(None, ""))
    assert open_shown(shut, wall("2026-12-25T12:00")).note == "Bank holiday: closed"
    always = made(*week("00:00-00:00"))
    assert open_shown(always, wall("2026-11-23T12:00")).text == "Open day and night"
    two_days = made(row("2026-11-23", "00:00-00:00"), row("2026-11-24", "00:00-20:00"))
    assert open_shown(two_days, wall("2026-11-23T02:00")).text == "Open until Tuesday at 20:00"


def test_the_table_says_each_day_once() -> None:
    shown = hours_shown(SHOP, date(2026, 11, 23))
    assert shown.week == [
        ("Monday to Friday", "09:00–12:30, 13:30–17:30"),
        ("Saturday", "22:00–02:00"),
        ("Sunday", "Closed"),
    ]
    assert shown.dates == [
        ("Monday 30 November", "Closed"),
        ("Thursday 24 December", "09:00–12:00"),
        ("Saturday 26 December", "10:00–11:00"),
    ]
    assert shown.bank_holidays == "18:00–20:00"
    assert shown.bank_days.startswith("25 December, 28 December, 1 January")


def test_seasons_and_appointments_are_told() -> None:
    shown = hours_shown(
        made(
            row(0, "09:00-12:00", valid_to=date(2026, 11, 29)),
            HoursRow(
                weekday=0,
                kind=HoursKind.BY_APPOINTMENT,
                opens=time(14),
                closes=time(16),
                valid_from=date(2026, 11, 30),
                valid_to=date(2026, 12, 20),
            ),
            last_day=date(2026, 12, 20),
        ),
        date(2026, 11, 23),
    )
    assert shown.week[0] == ("Monday (until Sunday 29 November)", "09:00–12:00")
    assert shown.week[1] == (
        "Monday (Monday 30 November to Sunday 20 December)",
        "By appointment, 14:00–16:00",
    )
    assert shown.bank_holidays == ""
