"""Opening hours as people type them: lines to rows and back, and what they are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

import pytest
from flask import Flask, render_template_string
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.aid.forms.hours import HoursFields, read_clock
from app.aid.rules.hours import HoursRow
from app.aid.rules.hours_lines import lines_of
from app.aid.rules.words import HoursKind


class HoursForm(HoursFields):
    """A form that asks for nothing else."""

    class Meta(HoursFields.Meta):
        csrf = False


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", base_url="http://localhost"):
        yield


def sent(**typed: str) -> HoursForm:
    """The form as it comes back; names are written with _ for -."""
    names = {f"hours-{name.replace('_', '-')}": text for name, text in typed.items()}
    return HoursForm(formdata=MultiDict({"hours-sent": "1", **names}))


def row(weekday: int | None, opens: int, closes: int, **values: object) -> HoursRow:
    return HoursRow(weekday=weekday, opens=time(opens), closes=time(closes), **values)  # type: ignore[arg-type]


def test_lines_become_rows(page: None) -> None:
    form = sent(
        **{"0_first": "0", "0_last": "1", "0_opens0": "9", "0_closes0": "12.30"},
        **{"0_opens1": "2 pm", "0_closes1": "17:00"},
        **{"2_first": "5", "2_opens0": "20:00", "2_closes0": "24:00"},
        date_0_day="2026-12-24",
        date_0_opens0="9",
        date_0_closes0="11",
        date_1_day="2026-12-27",
        bank_how="closed",
    )
    assert form.validate(), form.errors
    half = time(12, 30)
    assert form.rows() == (
        HoursRow(weekday=0, opens=time(9), closes=half),
        row(0, 14, 17),
        HoursRow(weekday=1, opens=time(9), closes=half),
        row(1, 14, 17),
        row(5, 20, 0),
        HoursRow(day=date(2026, 12, 24), opens=time(9), closes=time(11)),
        HoursRow(day=date(2026, 12, 27), kind=HoursKind.CLOSED),
        HoursRow(is_bank_holiday=True, kind=HoursKind.CLOSED),
    )


def test_a_range_goes_on_over_the_end_of_the_week(page: None) -> None:
    form = sent(**{"0_first": "5", "0_last": "0", "0_opens0": "10", "0_closes0": "11"})
    assert [each.weekday for each in form.rows()] == [5, 6, 0]


def test_weeks_and_appointments_are_read(page: None) -> None:
    form = sent(
        **{"0_first": "0", "0_opens0": "9", "0_closes0": "12"},
        **{"1_first": "1", "1_kind": "by_appointment", "1_since": "2026-11-30"},
        **{"1_until": "2026-12-13", "bank_how": "open"},
        bank_opens0="18",
        bank_closes0="20",
    )
    assert form.validate(), form.errors
    assert form.rows()[1:] == (
        HoursRow(
            weekday=1,
            kind=HoursKind.BY_APPOINTMENT,
            valid_from=date(2026, 11, 30),
            valid_to=date(2026, 12, 13),
        ),
        row(None, 18, 20, is_bank_holiday=True),
    )


@pytest.mark.parametrize(
    ("typed", "line", "sentence"),
    [
        ({}, None, "never opens"),
        ({"0_first": "0"}, "hours-0", "from when to when"),
        ({"0_first": "0", "0_opens0": "9"}, "hours-0", "from when to when"),
        ({"0_opens0": "9", "0_closes0": "10"}, "hours-0", "on which day"),
        ({"0_first": "0", "0_opens0": "nine", "0_closes0": "10"}, "hours-0", "Enter a time"),
        (
            {"0_first": "0", "0_opens0": "9", "0_closes0": "12"}
            | {"1_first": "0", "1_opens0": "11", "1_closes0": "13"},
            "hours-1",
            "overlap",
        ),
        ({"date_0_opens0": "9", "date_0_closes0": "10"}, "hours-date-0", "Enter a day"),
        ({"date_0_day": "tomorrow"}, "hours-date-0", "Enter a day"),
        ({"0_first": "0", "0_opens0": "9", "0_closes0": "12", "bank_how": "open"}, "hours-bank",
         "from when to when"),
        ({"bank_how": "closed"}, None, "never opens"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_line(
    page: None, typed: dict[str, str], line: str | None, sentence: str
) -> None:
    form = sent(**typed)
    assert not form.validate()
    assert [words for _, words in form.problems() if sentence in words]
    lines = [*form.hours.week, *form.hours.dates, form.hours.bank]
    assert [each.name for each in lines if each.errors] == ([line] if line else [])
    shown = render_template_string("{% include 'aid/_hours_fields.html' %}", form=form)
    assert sentence in shown
    for text in typed.values():
        assert f'value="{text}"' in shown


def test_days_outside_the_round_are_said_beside_their_line(page: None) -> None:
    form = sent(
        **{"0_first": "0", "0_last": "6", "0_opens0": "9", "0_closes0": "12"},
        date_0_day="2027-12-24",
    )
    assert form.validate()
    assert not form.hours.check_days(date(2026, 11, 1), date(2026, 12, 31))
    assert form.hours.dates[0].errors
    assert form.problems()
    # A Monday alone, in a round without one.
    form = sent(**{"0_first": "0", "0_opens0": "9", "0_closes0": "12"})
    assert not form.hours.check_days(date(2026, 11, 24), date(2026, 11, 25))


def test_what_is_kept_is_shown_and_comes_back_the_same(page: None) -> None:
    rows = [row(day, 9, 17) for day in range(5)] + [row(5, 10, 12), row(5, 14, 16)]
    rows += [HoursRow(day=date(2026, 12, 24), kind=HoursKind.CLOSED)]
    rows += [row(None, 18, 20, is_bank_holiday=True)]
    form = HoursForm(formdata=None)
    form.fill(rows)
    shown = render_template_string("{% include 'aid/_hours_fields.html' %}", form=form)
    assert "2026-12-24" in shown
    typed = {
        f"{line.name}-{part}": text
        for line in (*form.hours.week, *form.hours.dates, form.hours.bank)
        for part, text in line.typed.items()
    }
    again = HoursForm(formdata=MultiDict({"hours-sent": "1", **typed}))
    assert again.validate()
    assert list(again.rows()) == rows


def test_a_form_that_was_sent_keeps_what_was_typed(page: None) -> None:
    form = sent(**{"0_first": "0", "0_opens0": "nine", "0_closes0": "12"})
    form.fill([row(3, 1, 2)])
    assert form.hours.week[0].get("opens0") == "nine"


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("9", time(9)),
        ("18.30", time(18, 30)),
        ("1830", time(18, 30)),
        ("6.30 pm", time(18, 30)),
        ("12am", time()),
        ("12 p.m.", time(12)),
        ("24:00", time()),
        ("١٨:٣٠", time(18, 30)),
        ("25", None),
        ("noon", None),
        ("13pm", None),
        ("", None),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, at: time | None) -> None:
    assert read_clock(typed) == at


ROWS = st.lists(
    st.builds(
        lambda day, hours, season: HoursRow(
            weekday=day,
            opens=time(hours[0]),
            closes=time(hours[1]),
            valid_from=date(2026, 11, season) if season else None,
        ),
        st.integers(0, 6),
        st.sampled_from([(8, 10), (11, 13), (14, 16), (20, 2)]),
        st.sampled_from([None, 5]),
    ),
    max_size=30,
    unique=True,
)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_lines_say_all_that_the_rows_say_and_no_more(rows: list[HoursRow]) -> None:
    again = [each for line in lines_of(rows).week for each in line.rows()]
    assert len(again) == len(rows)
    assert set(again) == set(rows)
