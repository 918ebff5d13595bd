"""How values become text on a page, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime
from textwrap import shorten
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from flask_babel import gettext
from markupsafe import Markup, escape

from app.lib import clock
from app.lib.markdown import render_markdown
from app.lib.money import Money, format_money
from app.lib.text import TextIn, Translated, isolate
from app.settings import settings
from app.web.locale import current_locale, named_language, text_direction

if TYPE_CHECKING:
    from flask import Flask


def money(value: Money) -> str:
    """An amount with its currency sign: £10, £12.50."""
    return format_money(value, current_locale())


def number(value: int) -> str:
    """A whole number with separators."""
    return format_decimal(value, locale=current_locale())


def _local(value: datetime) -> datetime:
    return value.astimezone(ZoneInfo(settings().timezone))


def day(value: date | datetime, width: str = "long") -> str:
    """A date: 22 November 2026."""
    plain = _local(value).date() if isinstance(value, datetime) else value
    return format_date(plain, format=width, locale=_date_locale())


def moment(value: datetime) -> str:
    """A date with its time: 22 November 2026, 14:05."""
    pattern = f"d MMMM y'{gettext(', ')}'HH:mm"
    return format_datetime(_local(value), pattern, locale=_date_locale())


def _date_locale() -> str:
    # Day before month, and a 24-hour clock, are what readers here expect.
    return "en_GB" if current_locale() == "en" else current_locale()


def ago(value: datetime) -> str:
    """How long since an instant: 3 minutes ago."""
    return format_timedelta(value - clock.utcnow(), add_direction=True, locale=_date_locale())


def iso(value: datetime | date) -> str:
    """A date or an instant for machines (`<time datetime>` knows no microseconds)."""
    return value.isoformat("T", "seconds") if isinstance(value, datetime) else value.isoformat()


def _marked(picked: TextIn, inner: Markup, tag: str) -> Markup:
    """Say the language of a text where it is not the page's own (WCAG 3.1.2)."""
    if picked.lang == current_locale():
        return inner
    return Markup('<{0} lang="{1}" dir="{2}">{3}</{0}>').format(
        tag, picked.lang, text_direction(picked.lang), inner
    )


def translated(value: Translated | None) -> Markup:
    """A short text in the language of the page, or marked with the language it falls back to."""
    if value is None:
        return Markup("")
    picked = value.pick(current_locale())
    return _marked(picked, escape(picked.text), "span")


def plain(value: Translated | None) -> str:
    """The same without any mark-up, for titles, attributes and mails."""
    return "" if value is None else value.pick(current_locale()).text


def is_fallback(value: Translated | None) -> bool:
    """Whether the text exists in another language only."""
    return value is not None and value.pick(current_locale()).is_fallback


def markdown(value: Translated | str | None, top: int = 2) -> Markup:
    """A long text as safe HTML; `top` is the level of its first headings."""
    if value is None:
        return Markup("")
    if isinstance(value, str):
        return Markup(render_markdown(value, top=top))  # noqa: S704  # cleaned by nh3
    picked = value.pick(current_locale())
    return _marked(picked, Markup(render_markdown(picked.text, top=top)), "div")  # noqa: S704


def summary(value: Translated | None, limit: int = 180) -> Markup:
    """The beginning of a long text without its mark-up, cut between two words."""
    if value is None:
        return Markup("")
    picked = value.pick(current_locale())
    text = Markup(render_markdown(picked.text)).striptags()  # noqa: S704  # cleaned by nh3
    return _marked(picked, escape(shorten(text, limit, placeholder=" …")), "span")


def init_app(app: Flask) -> None:
    """Offer the filters to every template."""
    app.jinja_env.filters.update(
        money=money,
        number=number,
        date=day,
        datetime=moment,
        ago=ago,
        iso=iso,
        summary=summary,
        t=translated,
        plain=plain,
        markdown=markdown,
        isolate=isolate,
        language=named_language,
        direction=text_direction,
    )
    app.jinja_env.tests["fallback"] = is_fallback
