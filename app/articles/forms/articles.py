"""The forms with which editors write articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from app.actions.forms.picking import ActionsField
from app.appeals.forms.listing import likely_day
from app.articles.forms.lines import AuthorsField, LinksField
from app.articles.models.articles import Article, ArticleSeries, Author
from app.articles.render.articles import KIND_NAMES
from app.articles.rules.content import (
    FILM_PARTS,
    TAGS_LIMIT,
    ActionLine,
    ArticleContent,
    read_tags,
)
from app.articles.rules.pasting import clean_pasted
from app.articles.rules.words import ArticleKind
from app.articles.service.changing import content_of
from app.campaigns.models.campaigns import Campaign
from app.events.forms.events import SeenForm, at_most, line
from app.events.forms.hours import read_time
from app.events.models.events import Event
from app.events.rules import times
from app.groups.models import Group
from app.settings import settings
from app.web.fields import TranslatedField, required_text
from app.web.filters import day, plain
from app.web.forms import ActionForm, DeskForm

MARKDOWN: Final = _l("You can use Markdown: ## heading, **strong**, * list, [text](https://…).")
#: The fields that are called as the parts of the content are, and say the same.
_SAME: Final = (
    *("title", "teaser", "body", "picture_alt", "picture_credit", "series_position"),
    *("anniversary_on", "film_title", "film_director", "film_year", "screened_at", "screened_on"),
    *("screened_by", "answered_by", "takes_campaign_actions", "authors", "links"),
)
#: The fields that name a row.
_ROWS: Final = {"campaign": "campaign_id", "series": "series_id", "screening": "screening_id"}


@dataclass(frozen=True)
class Choices:
    """What an editor can choose from."""

    now: datetime
    groups: Sequence[Group] = ()
    campaigns: Sequence[Campaign] = ()
    series: Sequence[ArticleSeries] = ()
    screenings: Sequence[Event] = ()
    authors: Sequence[Author] = ()
    #: Groups with whose things readers can do something.
    acting_ids: Sequence[int] = field(default_factory=list)


class ArticleForm(SeenForm):
    """Everything that an editor decides about an article, besides when it is shown."""

    slug = StringField(
        _l("Address"),
        [at_most(80)],
        filters=[line],
        description=_l("The end of the page's address, like winter-aid."),
    )
    group = SelectField(_l("Group"), choices=[])
    kind = SelectField(_l("Kind"), choices=[])
    title = TranslatedField(_l("Title"), [required_text(_l("Give the article a title."))])
    teaser = TranslatedField(
        _l("Teaser"),
        [required_text(_l("Say in a sentence or two why one should read it."))],
        description=_l("One or two sentences; they also stand where the page is shared."),
        is_long=True,
    )
    body = TranslatedField(
        _l("Text"),
        [required_text(_l("Write the text."))],
        description=MARKDOWN,
        is_long=True,
        is_verbatim=True,
        filters=[clean_pasted],
    )
    authors = AuthorsField(_l("Authors"))
    picture = FileField(
        _l("Picture"),
        description=_l("JPEG, PNG or WEBP, at most 5 MB. It replaces the present one."),
    )
    remove_picture = BooleanField(_l("Take the picture away"))
    picture_alt = TranslatedField(
        _l("What the picture shows"),
        description=_l("For people who cannot see it. Needed where there is a picture."),
    )
    picture_credit = TranslatedField(_l("Whose picture it is"), filters=[line])
    film_title = TranslatedField(_l("Title of the film"), filters=[line])
    film_director = TranslatedField(_l("Director"), filters=[line])
    film_year = IntegerField(_l("Year"), [Optional(), NumberRange(1880, 2200)])
    screened_at = TranslatedField(_l("Where you saw it"), filters=[line])
    screened_on = DateField(_l("When you saw it"), [Optional(), likely_day])
    screened_by = TranslatedField(_l("Who showed it"), filters=[line])
    answered_by = TranslatedField(
        _l("Who answered questions"),
        filters=[line],
        description=_l("Only names that were said in public."),
    )
    screening = SelectField(_l("Our own event"), choices=[], default="")
    links = LinksField(
        _l("Watch and read further"),
        description=_l("Links with a title. Nothing of theirs is shown on our page."),
    )
    actions = ActionsField(_l("What readers can do"))
    takes_campaign_actions = BooleanField(
        _l("Show what can be done for its campaign after these"), default=True
    )
    campaign = SelectField(_l("Campaign"), choices=[], default="")
    series = SelectField(_l("Series"), choices=[], default="")
    series_position = IntegerField(_l("Place in the series"), [Optional(), NumberRange(1, 9999)])
    tags = StringField(
        _l("Subjects"),
        [at_most(400)],
        filters=[line],
        description=_l("A few words with commas between them, like film, syria."),
    )
    anniversary_on = DateField(
        _l("A day that it remembers"),
        [Optional()],
        description=_l("The article comes back to the home page around it each year."),
    )
    is_revised = BooleanField(_l("Tell readers that it was corrected"))

    def __init__(self, choices: Choices, article: Article | None = None, **values: Any) -> None:  # noqa: ANN401
        super().__init__(data=_values_of(article) if article else None, **values)
        self.choices = choices
        self.article = article
        self._offer()

    def _offer(self) -> None:
        """Fill in what can be chosen."""
        given = self.choices
        self.group.choices = [SelectChoice(str(each.id), plain(each.name)) for each in given.groups]
        is_copy = self.article is not None and self.article.kind is ArticleKind.MAILING
        self.kind.choices = [
            SelectChoice(kind.value, name)
            for kind, name in KIND_NAMES.items()
            if kind is not ArticleKind.MAILING or is_copy
        ]
        none = SelectChoice("", _l("None"))
        self.campaign.choices = [none, *_named(given.campaigns)]
        self.series.choices = [none, *_named(given.series)]
        self.screening.choices = [
            none,
            *(
                SelectChoice(str(each.id), f"{plain(each.title)} ({day(each.starts_at)})")
                for each in given.screenings
            ),
        ]
        self.authors.offer([(str(each.id), plain(each.name)) for each in given.authors])
        kept = [(each.kind, each.thing_id) for each in self.article.actions] if self.article else []
        self.actions.offer(given.acting_ids, given.now, kept=kept)

    def validate_tags(self, typed: StringField) -> None:
        """Refuse a catalogue of subjects."""
        if len(read_tags(typed.data or "")) > TAGS_LIMIT:
            raise ValidationError(_l("Please use fewer subjects."))

    @property
    def chosen_group_id(self) -> int:
        """Whose article it is; call it on a valid form only."""
        return int(self.group.data)

    @property
    def tells_of_film(self) -> bool:
        """Whether the part about the film stands open: in a review, or once it was filled in."""
        parts = [self.screening, *(self[each] for each in FILM_PARTS if each in self)]
        is_review = self.kind.data == ArticleKind.REVIEW
        return is_review or any(each.data or each.errors for each in parts)

    def content(self, picture_id: int | None) -> ArticleContent:
        """What was decided; call it on a valid form only."""
        values: dict[str, Any] = {name: self[name].data or None for name in _SAME}
        values |= {
            name: int(self[at].data) if self[at].data else None for at, name in _ROWS.items()
        }
        kind = ArticleKind(self.kind.data)
        if kind is not ArticleKind.REVIEW:
            values |= dict.fromkeys(FILM_PARTS)
        return ArticleContent(
            **values
            | {
                "kind": kind,
                "title": self.title.required,
                "teaser": self.teaser.required,
                "body": self.body.required,
                "picture_id": picture_id,
                "takes_campaign_actions": bool(self.takes_campaign_actions.data),
                "authors": self.authors.data,
                "links": self.links.data,
                "tags": read_tags(self.tags.data or ""),
                "actions": tuple(ActionLine(*each) for each in self.actions.data),
            }
        )


def _named(rows: Sequence[Campaign | ArticleSeries]) -> list[SelectChoice]:
    return [SelectChoice(str(each.id), plain(each.title)) for each in rows]


def _values_of(article: Article) -> dict[str, Any]:
    content = content_of(article)
    return (
        {name: getattr(content, name) for name in _SAME}
        | {at: str(getattr(content, name) or "") for at, name in _ROWS.items()}
        | {
            "slug": article.slug,
            "group": str(article.group_id),
            "kind": article.kind.value,
            "tags": ", ".join(content.tags),
            "actions": [(each.kind, each.thing_id) for each in content.actions],
            "version": str(article.version),
        }
    )


class ScheduleForm(DeskForm):
    """When an article is to be published by itself."""

    on = DateField(_l("Day"), [InputRequired(_l("Please fill this in.")), likely_day])
    at = StringField(_l("Time"), [required_text(_l("Enter a time, like 18:30."))], filters=[line])

    instant: datetime

    def validate_at(self, typed: StringField) -> None:
        """Read the time by the clocks of the installation."""
        if self.on.data is None:
            return
        at = read_time(typed.data or "")
        if at is None:
            raise ValidationError(_l("Enter a time, like 18:30."))
        self.instant = times.instant(datetime.combine(self.on.data, at), settings().timezone)


class AddressForm(DeskForm):
    """Another address for an article."""

    slug = StringField(
        _l("Address"),
        [required_text(_l("Please fill this in.")), at_most(80)],
        filters=[line],
        description=_l("Whoever has the old address is led to the new one."),
    )


class StateForm(ActionForm):
    """The buttons that publish an article, take it off, and the like."""


class RestoreForm(SeenForm):
    """The button that puts back how an article stood once."""
