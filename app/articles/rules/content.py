"""What an article says, apart from what becomes of it; and the same as JSON for its history."""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from app.actions.rules.words import ActionKind
from app.articles.rules.words import ArticleKind, ArticleStage
from app.lib.ids import slugify
from app.lib.text import Translated

#: The longest tag, and how many an article may have.
TAG_LIMIT: Final = 40
TAGS_LIMIT: Final = 12
#: An article is short of things to do rather than a catalogue of them.
ACTIONS_LIMIT: Final = 6
#: An anniversary is remembered from so many days before it to so many after it.
DAYS_AROUND: Final = 3
#: What a preview link is for, as its signature names it.
PREVIEW_LINK: Final = "article-preview"
#: Parts of an article that only a review has.
FILM_PARTS: Final = (
    "film_title",
    "film_director",
    "film_year",
    "screened_at",
    "screened_on",
    "screened_by",
    "answered_by",
    "screening_id",
)
#: Parts that are texts in the languages of the site.
TEXTS: Final = (
    *("title", "teaser", "body", "picture_alt", "picture_credit"),
    *("film_title", "film_director", "screened_at", "screened_by", "answered_by"),
)
_SEPARATORS: Final = re.compile(r"[,;،؛\n#]+")


@dataclass(frozen=True)
class AuthorLine:
    """One name of the line under the title."""

    author_id: int
    #: What she was when she wrote it, where that is another than now.
    affiliation: Translated | None = None


@dataclass(frozen=True)
class LinkLine:
    """Something to watch or read further."""

    title: Translated
    url: str


@dataclass(frozen=True)
class ActionLine:
    """Something that an editor chose for the end."""

    kind: ActionKind
    thing_id: int


@dataclass(frozen=True, kw_only=True)
class ArticleContent:
    """Everything that an editor decides about an article."""

    kind: ArticleKind = ArticleKind.ARTICLE
    title: Translated
    teaser: Translated
    body: Translated
    picture_id: int | None = None
    picture_alt: Translated | None = None
    picture_credit: Translated | None = None
    campaign_id: int | None = None
    series_id: int | None = None
    series_position: int | None = None
    anniversary_on: date | None = None
    film_title: Translated | None = None
    film_director: Translated | None = None
    film_year: int | None = None
    screened_at: Translated | None = None
    screened_on: date | None = None
    screened_by: Translated | None = None
    answered_by: Translated | None = None
    screening_id: int | None = None
    takes_campaign_actions: bool = True
    authors: tuple[AuthorLine, ...] = ()
    links: tuple[LinkLine, ...] = ()
    tags: tuple[str, ...] = ()
    actions: tuple[ActionLine, ...] = ()


#: What stands in rows of its own beside the article's.
LISTS: Final = ("authors", "links", "tags", "actions")


def stage(
    publish_at: datetime | None, published_at: datetime | None, withdrawn_at: datetime | None
) -> ArticleStage:
    """Where an article stands."""
    if withdrawn_at is not None:
        return ArticleStage.WITHDRAWN
    if published_at is not None:
        return ArticleStage.PUBLISHED
    return ArticleStage.SCHEDULED if publish_at is not None else ArticleStage.DRAFT


def read_tags(text: str) -> tuple[str, ...]:
    """The tags that somebody typed with commas between them, each once, in their order."""
    typed = (slugify(each, TAG_LIMIT) for each in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(each for each in typed if each))


def days_around(today: date) -> list[tuple[int, int]]:
    """Month and day of each day on which an anniversary is remembered today."""
    start = today.toordinal() - DAYS_AROUND
    days = (date.fromordinal(start + each) for each in range(2 * DAYS_AROUND + 1))
    found = [(each.month, each.day) for each in days]
    # In years without it the leap day is remembered with its neighbour.
    is_left_out = (2, 28) in found and not isleap(today.year)
    return [*found, (2, 29)] if is_left_out else found


# --- as JSON ------------------------------------------------------------------------------------


def to_json(content: ArticleContent) -> dict[str, object]:
    """The content as plain values; `from_json` reads it back."""
    return {each.name: _plain(getattr(content, each.name)) for each in fields(content)}


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Translated):
        return {"texts": dict(value.texts), "origin": value.origin}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, AuthorLine | LinkLine | ActionLine):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value


def from_json(kept: Mapping[str, Any]) -> ArticleContent:
    """The content that `to_json` made; what is missing is as in a new article."""
    known = {each.name for each in fields(ArticleContent)}
    values = {name: value for name, value in kept.items() if name in known}
    for name in TEXTS:
        values[name] = _text(values.get(name))
    for name in ("anniversary_on", "screened_on"):
        values[name] = date.fromisoformat(values[name]) if values.get(name) else None
    values["kind"] = ArticleKind(values.get("kind", ArticleKind.ARTICLE))
    values["authors"] = tuple(
        AuthorLine(each["author_id"], _text(each["affiliation"]))
        for each in values.get("authors", ())
    )
    values["links"] = tuple(
        LinkLine(_needed(each["title"]), each["url"]) for each in values.get("links", ())
    )
    values["tags"] = tuple(values.get("tags", ()))
    values["actions"] = tuple(_actions(values.get("actions", ())))
    return ArticleContent(**values)


def _actions(kept: Iterable[Mapping[str, Any]]) -> Iterable[ActionLine]:
    for each in kept:
        # A kind that is no longer known is left out rather than the whole revision.
        if each["kind"] in set(ActionKind):
            yield ActionLine(ActionKind(each["kind"]), each["thing_id"])


def _text(kept: Mapping[str, Any] | None) -> Translated | None:
    return Translated(kept["texts"], kept["origin"]) if kept else None


def _needed(kept: Mapping[str, Any]) -> Translated:
    return Translated(kept["texts"], kept["origin"])
