"""What narrows the list of what is on; it stands in the address, so it needs no token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from babel.dates import format_skeleton
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField

from app.campaigns.models.campaigns import Campaign
from app.events.render.names import WAY_NAMES, language_label
from app.events.render.words import KIND_NAMES
from app.events.rules.filters import (
    ANY_DISTANCE,
    DISTANCES,
    USUAL_KM,
    Span,
    Window,
    coming,
    coming_months,
    month_window,
    named_window,
)
from app.events.rules.words import EventKind, Way
from app.lib.countries import country_name, is_country
from app.lib.text import clean_line
from app.settings import settings
from app.web.filters import plain
from app.web.forms import Form
from app.web.locale import current_locale

LONGEST_WORDS: Final = 100
LONGEST_PLACE: Final = 120

SPAN_NAMES = {
    Span.COMING: _l("Any day"),
    Span.TODAY: _l("Today"),
    Span.WEEKEND: _l("This weekend"),
    Span.WEEK: _l("In the next 7 days"),
    Span.THIRTY_DAYS: _l("In the next 30 days"),
    Span.PAST: _l("What is over"),
}


class EventFilterForm(Form):
    """Search and filter what is on."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    near = StringField(_l("Postcode or town"))
    km = SelectField(_l("How far"), validate_choice=False)
    when = SelectField(_l("When"), validate_choice=False)
    q = StringField(_l("Words"))
    kind = SelectField(_l("What kind"), validate_choice=False)
    way = SelectField(_l("How to take part"), validate_choice=False)
    campaign = SelectField(_l("Campaign"), validate_choice=False)
    country = SelectField(_l("Country"), validate_choice=False)
    lang = SelectField(_l("Language spoken there"), validate_choice=False)
    access = BooleanField(_l("Step-free, with an accessible toilet"))

    def __init__(self, formdata: Any, now: datetime) -> None:  # noqa: ANN401
        super().__init__(formdata=formdata)
        self.now = now
        self.near.data = clean_line(self.near.data or "")[:LONGEST_PLACE]
        self.q.data = clean_line(self.q.data or "")[:LONGEST_WORDS]
        self.km.data = self.km.data or str(USUAL_KM)
        self.km.choices = [(str(km), gettext("within %(km)d km", km=km)) for km in DISTANCES]
        self.km.choices.append((ANY_DISTANCE, gettext("the nearest, however far")))

    def offer(self, choices: Mapping[str, Sequence[str]], campaigns: Sequence[Campaign]) -> None:
        """Fill the lists of the form; what there is nothing of is left out."""
        everything = [("", gettext("All"))]
        self.when.choices = [
            *((span.value, name) for span, name in SPAN_NAMES.items() if span is not Span.PAST),
            *((f"{each:%Y-%m}", month_name(each)) for each in self._months()),
            (Span.PAST.value, SPAN_NAMES[Span.PAST]),
        ]
        self.kind.choices = everything + [(kind.value, name) for kind, name in KIND_NAMES.items()]
        self.way.choices = everything + [(way.value, name) for way, name in WAY_NAMES.items()]
        self.campaign.choices = everything + [(each.slug, plain(each.title)) for each in campaigns]
        locale = current_locale()
        self.country.choices = everything + sorted(
            ((code, country_name(code, locale)) for code in choices["country"]),
            key=lambda each: each[1],
        )
        self.lang.choices = everything + [
            (code, language_label(code, locale)) for code in choices["lang"]
        ]

    def window(self) -> Window:
        """When; what is no time means any."""
        chosen, zone = self.when.data or "", settings().timezone
        if chosen in set(Span):
            return named_window(Span(chosen), zone, self.now)
        return month_window(chosen, zone, self.now) or coming(self.now)

    def distance(self) -> float | None:
        """How far in kilometres; nothing: however far."""
        if self.km.data == ANY_DISTANCE:
            return None
        return int(self.km.data) if self.km.data in map(str, DISTANCES) else USUAL_KM

    def narrowed(self) -> dict[str, Any]:
        """What the other fields say, as `EventFilter` takes it."""
        kind, way, country = self.kind.data, self.way.data, self.country.data or ""
        return {
            "kind": EventKind(kind) if kind in set(EventKind) else None,
            "way": Way(way) if way in set(Way) else None,
            "country": country if is_country(country) else None,
            "language": (self.lang.data or "")[:20] or None,
            "is_accessible": self.access.data,
            "words": self.q.data,
        }

    @property
    def narrows(self) -> bool:
        """Whether one of the fields is used that are folded away."""
        folded = (self.kind, self.way, self.campaign, self.country, self.lang, self.access)
        return any(field.data for field in folded)

    def address(self) -> dict[str, str]:
        """The filter as the values of an address, without what narrows nothing."""
        names = ("near", "when", "q", "kind", "way", "campaign", "country", "lang")
        found = {name: self[name].data for name in names if self[name].data}
        if found.get("when") == Span.COMING:
            del found["when"]
        if self.near.data and self.km.data != str(USUAL_KM):
            found["km"] = self.km.data
        return found | ({"access": "y"} if self.access.data else {})

    def _months(self) -> list[Any]:
        return coming_months(settings().timezone, self.now)


def month_name(day: Any) -> str:  # noqa: ANN401 - a date
    """December 2026."""
    locale = "en_GB" if current_locale() == "en" else current_locale()
    return format_skeleton("yMMMM", day, locale=locale)
