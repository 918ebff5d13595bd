"""Finding anything on the site by its words."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request, url_for

from app.lib import clock
from app.search.queries import documents as reads
from app.search.rules.documents import asked
from app.site.forms.search import KIND_NAMES, SearchForm
from app.web.locale import current_locale
from app.web.pages import render
from app.web.panels import panels

bp = Blueprint("search", __name__)

PAGE_HOLDS: Final = 20
#: Whoever reads so far is helped by another word, not by another page.
LAST_PAGE: Final = 10


@bp.get("/search")
def index() -> Response:
    """Show what has all of the words, the best first."""
    form = SearchForm(request.args)
    words = asked(form.q.data or "")
    number = _page_number()
    kinds = [form.kind.data] if form.kind.data else []
    found = reads.find(
        words,
        locale=current_locale(),
        now=clock.utcnow(),
        kinds=kinds,
        limit=PAGE_HOLDS + 1,
        offset=(number - 1) * PAGE_HOLDS,
    )
    has_more = len(found) > PAGE_HOLDS and number < LAST_PAGE
    return render(
        "site/search.html",
        public=True,
        form=form,
        is_asked=bool(words),
        rows=[_row(each) for each in found[:PAGE_HOLDS]],
        counts=_counts(words, form),
        pages=_standing_pages(words) if number == 1 and not kinds else [],
        previous=_link(form, number - 1) if number > 1 else None,
        next=_link(form, number + 1) if has_more else None,
    )


def _row(found: reads.Found) -> dict[str, Any]:
    values: dict[str, Any] = dict(found.args)
    return {
        "kind": KIND_NAMES.get(found.kind, ""),
        "title": found.title,
        "summary": found.summary,
        "href": url_for(found.endpoint, **values),
        "at": found.at if found.kind in {"event", "mobilisation", "article"} else None,
        "is_over": found.is_over,
    }


def _counts(words: list[str], form: SearchForm) -> list[dict[str, Any]]:
    """The kinds of which something was found, each with the way to it alone."""
    counts = reads.count_by_kind(words, locale=current_locale())
    return [
        {
            "name": name,
            "count": counts[kind],
            "href": url_for("search.index", q=form.q.data, kind=kind),
            "is_current": kind == form.kind.data,
        }
        for kind, name in KIND_NAMES.items()
        if kind in counts
    ]


def _standing_pages(words: list[str]) -> list[dict[str, Any]]:
    """The pages that every page leads to, if their name has a word that was asked for."""
    links = {each["href"]: each for each in (*panels().nav_links(), *panels().footer_links())}
    return [
        {"title": each["label"], "href": href}
        for href, each in links.items()
        if words and set(words) & set(asked(str(each["label"])))
    ]


def _page_number() -> int:
    text = request.args.get("page", "1")
    is_number = text.isdecimal() and len(text) < 10
    return min(max(int(text), 1), LAST_PAGE) if is_number else 1


def _link(form: SearchForm, number: int) -> str:
    kept = {"q": form.q.data, "kind": form.kind.data, "page": number if number > 1 else None}
    return url_for("search.index", **{name: value for name, value in kept.items() if value})
