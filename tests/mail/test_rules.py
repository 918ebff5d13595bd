"""What a mail keeps, and when it is tried again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.lib.money import Money
from app.lib.text import Translated
from app.mail.errors import MailHeaderError
from app.mail.rules.outbox import check_header, check_template, from_plain, next_delay, to_plain

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Sana"),
        ("is_restricted", True),
        ("paid_at", NOON),
        ("paid_on", date(2026, 3, 15)),
        ("paid_at", ""),
        ("amount", Money(1000, "GBP")),
        ("title", Translated.of(en="Aid", ar="عون")),
        ("rows", [{"amount": Money(1, "JPY"), "sent_at": NOON}, None]),
    ],
)
def test_a_value_comes_back_as_it_was(name: str, value: Any) -> None:
    assert from_plain(to_plain({name: value})) == {name: value}


def test_what_is_not_plain_is_refused() -> None:
    with pytest.raises(TypeError):
        to_plain({"row": object()})
    with pytest.raises(TypeError):
        to_plain({"share": 0.1})


@pytest.mark.parametrize("text", ["a\nBcc: x@example.org", "a\r", "a\x00", "a\u2028b", "a\x85b"])
def test_no_header_breaks_out_of_its_line(text: str) -> None:
    with pytest.raises(MailHeaderError):
        check_header(text)


@pytest.mark.parametrize("name", ["receipt", "../x/y", "appeals/receipt/x", "Appeals/x", ""])
def test_a_template_is_one_folder_in_another(name: str) -> None:
    with pytest.raises(ValueError, match="not a mail template"):
        check_template(name)


@pytest.mark.parametrize(
    ("tries", "age_hours", "minutes"),
    [(1, 0, 1), (2, 0, 5), (3, 0, 15), (4, 0, 60), (6, 9, 360), (40, 71, 360), (1, 72, None)],
)
def test_the_waits_grow_and_end_after_three_days(
    tries: int, age_hours: int, minutes: int | None
) -> None:
    expected = None if minutes is None else timedelta(minutes=minutes)
    assert next_delay(tries, timedelta(hours=age_hours)) == expected
