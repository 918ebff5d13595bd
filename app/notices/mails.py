"""Mails to organisers about what waits: counts, kinds and a link, nothing about any donor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.lib.money import Money
from app.lib.text import Translated
from app.mail.service import outbox as mail
from app.web.locale import in_locale
from app.web.panels import WaitingKind

#: How many there are of a kind.
Lines = Sequence[tuple[WaitingKind, int]]

SUMMARY_TEMPLATE = "notices/summary"


def something_waits(person: User, lines: Lines, *, in_all: int, now: datetime) -> None:
    """Tell her what is new among what waits, and how much waits in all."""
    mail.put(
        "notices/waiting",
        key=f"{person.id}.{now.isoformat()}",
        to=person.email,
        locale=person.locale,
        values={
            "name": person.name,
            "lines": _lines(person, lines),
            "count": _sum(lines),
            "is_urgent": any(kind.is_urgent for kind, _ in lines),
            "in_all": in_all,
            "links": _links(),
        },
        now=now,
    )


def nobody_took(person: User, lines: Lines, *, now: datetime) -> None:
    """Tell an owner what nobody took for two days."""
    mail.put(
        "notices/nobody_took",
        key=f"{person.id}.{now.isoformat()}",
        to=person.email,
        locale=person.locale,
        values={
            "name": person.name,
            "lines": _lines(person, lines),
            "count": _sum(lines),
            "is_urgent": any(kind.is_urgent for kind, _ in lines),
            "links": _links(),
        },
        now=now,
    )


def summary_key(person: User, monday: date) -> str:
    """What makes a summary the only one of its week."""
    return f"{person.id}.{monday.isoformat()}"


def summary(
    person: User,
    *,
    days: tuple[date, date],
    funds: Sequence[tuple[Translated, Sequence[Money]]],
    regular: Sequence[tuple[str, int, Money]],
    lines: Lines,
    now: datetime,
) -> None:
    """Sum up the week: what came in by fund, which regular gifts began, what waits."""
    mail.put(
        SUMMARY_TEMPLATE,
        key=summary_key(person, days[0]),
        to=person.email,
        locale=person.locale,
        values={
            "name": person.name,
            "first_on": days[0],
            "last_on": days[1],
            "funds": [{"fund_name": name, "amounts": list(sums)} for name, sums in funds],
            "regular": [
                {"frequency": frequency, "count": count, "amount": amount}
                for frequency, count, amount in regular
            ],
            "lines": _lines(person, lines),
            "count": _sum(lines),
            "links": _links(),
        },
        now=now,
    )


def _lines(person: User, lines: Lines) -> list[dict[str, Any]]:
    """Names and advice in her language: the kinds are words of other packages."""
    with in_locale(person.locale):
        return [
            {
                "kind": str(kind.name),
                "advice": str(kind.advice),
                "count": count,
                "is_urgent": kind.is_urgent,
            }
            for kind, count in lines
        ]


def _sum(lines: Lines) -> int:
    return sum(count for _, count in lines)


def _links() -> dict[str, Any]:
    return {
        "waiting": {"endpoint": "notices_desk.waiting"},
        "choices": {"endpoint": "notices_desk.choices"},
        "today": {"endpoint": "desk.today"},
    }
