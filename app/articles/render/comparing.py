"""Two states of an article side by side: after somebody else saved, and in its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.actions.queries.actions import find_title
from app.actions.render.actions import DEEDS
from app.articles.models.articles import ArticleSeries, Author
from app.articles.render.articles import KIND_NAMES
from app.articles.rules.content import ActionLine, ArticleContent, AuthorLine, LinkLine
from app.articles.rules.words import ArticleKind
from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.events.models.events import Event
from app.lib.text import Translated
from app.web.differences import Difference
from app.web.filters import day, plain
from app.web.locale import named_language

LABELS: Final = {
    "kind": _l("Kind"),
    "title": _l("Title"),
    "teaser": _l("Teaser"),
    "body": _l("Text"),
    "authors": _l("Authors"),
    "picture_id": _l("Picture"),
    "picture_alt": _l("What the picture shows"),
    "picture_credit": _l("Whose picture it is"),
    "film_title": _l("Title of the film"),
    "film_director": _l("Director"),
    "film_year": _l("Year"),
    "screened_at": _l("Where you saw it"),
    "screened_on": _l("When you saw it"),
    "screened_by": _l("Who showed it"),
    "answered_by": _l("Who answered questions"),
    "screening_id": _l("Our own event"),
    "links": _l("Watch and read further"),
    "actions": _l("What readers can do"),
    "takes_campaign_actions": _l("Show what can be done for its campaign after these"),
    "campaign_id": _l("Campaign"),
    "series_id": _l("Series"),
    "series_position": _l("Place in the series"),
    "tags": _l("Subjects"),
    "anniversary_on": _l("A day that it remembers"),
}
_TITLED: Final[Mapping[str, Any]] = {
    "campaign_id": Campaign,
    "series_id": ArticleSeries,
    "screening_id": Event,
}


def compare(stands: ArticleContent, other: ArticleContent) -> list[Difference]:
    """What two states say differently, part by part."""
    found = []
    for name, label in LABELS.items():
        one, two = getattr(stands, name), getattr(other, name)
        if one != two:
            found.append(Difference(str(label), _said(name, one), _said(name, two)))
    return found


def _said(name: str, value: Any) -> str:  # noqa: ANN401
    """A part as a person reads it."""
    if name in _TITLED and value is not None:
        row = db.session.get(_TITLED[name], value)
        return plain(row.title) if row else ""
    if name == "picture_id" and value is not None:
        return f"{_('Picture')} {value}"
    return next((say(value) for kind, say in _SAYINGS if isinstance(value, kind)), str(value or ""))


def _text(value: Translated) -> str:
    # Each language begins on a line of its own: its direction does not mix with the name's.
    texts = sorted(value.texts.items())
    return "\n".join(f"{named_language(locale)}:\n{text}" for locale, text in texts)


def _lines(value: tuple[Any, ...]) -> str:
    return "\n".join(
        next((say(each) for kind, say in _LINE_SAYINGS if isinstance(each, kind)), str(each))
        for each in value
    )


def _author(line: AuthorLine) -> str:
    author = db.session.get(Author, line.author_id)
    parts = [plain(author.name) if author else "", plain(line.affiliation)]
    return ", ".join(filter(None, parts))


def _link(line: LinkLine) -> str:
    return f"{_text(line.title)}\n{line.url}"


def _action(line: ActionLine) -> str:
    return f"{DEEDS[line.kind]}: {plain(find_title(line.kind, line.thing_id))}"


def _yes(value: bool) -> str:  # noqa: FBT001
    return str(_("Yes") if value else _("No"))


def _kind(value: ArticleKind) -> str:
    return str(KIND_NAMES[value])


_LINE_SAYINGS: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (AuthorLine, _author),
    (LinkLine, _link),
    (ActionLine, _action),
)
_SAYINGS: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (Translated, _text),
    (tuple, _lines),
    (ArticleKind, _kind),
    (bool, _yes),
    (date, day),
)
