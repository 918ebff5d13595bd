"""The forms with which organisers write appeals and their news."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Optional

from app.appeals.forms.giving import amount_sentence
from app.appeals.forms.listing import likely_day
from app.appeals.models.appeals import Appeal, AppealUpdate
from app.appeals.rules.appeals import AppealContent, UpdateContent
from app.ledger.models import Fund
from app.lib.clock import day_in, start_of_day
from app.lib.errors import UserError
from app.lib.money import Money, decimal_text, parse_money
from app.settings import settings
from app.web.fields import TranslatedField, required_text
from app.web.filters import plain
from app.web.forms import ActionForm, LongForm, version_in

#: So many sums are offered at most; more cannot be taken in at a glance.
SUGGESTIONS = 6

_INSTANT = timedelta(microseconds=1)


class AppealForm(LongForm):
    """Everything an organiser decides about an appeal."""

    slug = StringField(
        _l("Address"),
        description=_l("The end of the page's address, like winter-aid. It cannot change later."),
    )
    fund = SelectField(_l("Fund"), choices=[])
    title = TranslatedField(_l("Title"), [required_text(_l("Give the appeal a title."))])
    summary = TranslatedField(
        _l("Summary"),
        [required_text(_l("Say in a sentence or two what the money is for."))],
        description=_l("One or two sentences; they also stand where the page is shared."),
        is_long=True,
    )
    story = TranslatedField(
        _l("Story"),
        [required_text(_l("Tell why people should give."))],
        description=_l("You can use Markdown: ## heading, **strong**, * list, [text](https://…)."),
        is_long=True,
    )
    goal = StringField(_l("Goal"), [required_text(_l("Say how much you hope to raise."))])
    suggested = TextAreaField(
        _l("Suggested amounts"), description=_l("One on each line, the smallest first.")
    )
    opens_on = DateField(
        _l("Opens on"), [DataRequired(_l("Say on which day it opens.")), likely_day]
    )
    closes_on = DateField(
        _l("Last day"),
        [Optional(), likely_day],
        description=_l("Leave this empty for an appeal without end."),
    )
    picture = FileField(
        _l("Picture"),
        description=_l("JPEG, PNG or WEBP, at most 5 MB. It replaces the present one."),
    )
    remove_picture = BooleanField(_l("Take the picture away"))
    picture_alt = TranslatedField(
        _l("What the picture shows"),
        description=_l("For people who cannot see it. Needed where there is a picture."),
    )
    version = HiddenField()

    def __init__(
        self,
        funds: Collection[Fund],
        appeal: Appeal | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(data=_values_of(appeal) if appeal else None, **values)
        self.appeal = appeal
        self.funds = {str(fund.id): fund for fund in funds}
        self.fund.choices = [
            (key, f"{plain(fund.name)} ({plain(fund.group.name)}{_(', ')}{fund.currency})")
            for key, fund in self.funds.items()
        ]
        self.goal_sum: Money | None = None
        self.suggested_sums: list[Money] = []

    @property
    def chosen_fund(self) -> Fund:
        """The fund; call it on a valid form only."""
        return self.funds[self.fund.data]

    @property
    def seen_version(self) -> int:
        """The version of the appeal that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and read the sums in the fund's currency."""
        if not super().validate(extra_validators):
            return False
        currency = self.chosen_fund.currency
        try:
            self.goal_sum = parse_money(self.goal.data or "", currency)
        except UserError as error:
            self.goal.errors = [amount_sentence(error)]
        if self.goal_sum is not None and not self.goal_sum:
            self.goal.errors = [_("The goal must be more than nothing.")]
        self._read_suggestions(currency)
        return not self.goal.errors and not self.suggested.errors

    def _read_suggestions(self, currency: str) -> None:
        lines = [line for line in (self.suggested.data or "").splitlines() if line.strip()]
        try:
            self.suggested_sums = [parse_money(line, currency) for line in lines]
        except UserError as error:
            self.suggested.errors = [amount_sentence(error)]
        if len(lines) > SUGGESTIONS:
            self.suggested.errors = [_("Please offer at most %(num)d amounts.", num=SUGGESTIONS)]

    def content(self, picture_id: int | None) -> AppealContent:
        """What was decided; call it on a valid form only. Days are days where we are."""
        if self.goal_sum is None:
            raise ValueError("the form is not valid")
        return AppealContent(
            fund_id=self.chosen_fund.id,
            title=self.title.required,
            summary=self.summary.required,
            story=self.story.required,
            goal=self.goal_sum,
            suggested_minor=tuple(each.minor for each in self.suggested_sums),
            opens_at=self._opens_at(),
            closes_at=self._closes_at(),
            picture_id=picture_id,
            picture_alt=self.picture_alt.data,
        )

    def _opens_at(self) -> datetime:
        """The start of the day; an appeal that opens on that day already keeps its hour."""
        day = self.opens_on.data
        if day is None:
            raise ValueError("the form is not valid")
        if self.appeal is not None and _day(self.appeal.opens_at) == day:
            return self.appeal.opens_at
        return start_of_day(settings().timezone, day)

    def _closes_at(self) -> datetime | None:
        """The end of the last day; an appeal that closes on that day already keeps its hour."""
        if self.closes_on.data is None:
            return None
        if self.appeal is not None and last_day(self.appeal) == self.closes_on.data:
            return self.appeal.closes_at
        return start_of_day(settings().timezone, self.closes_on.data + timedelta(days=1))


def _day(at: datetime) -> date:
    return day_in(settings().timezone, at)


def last_day(appeal: Appeal) -> date | None:
    """The last day on which an appeal takes gifts, where we are."""
    return _day(appeal.closes_at - _INSTANT) if appeal.closes_at else None


def _values_of(appeal: Appeal) -> dict[str, Any]:
    return {
        "slug": appeal.slug,
        "fund": str(appeal.fund_id),
        "title": appeal.title,
        "summary": appeal.summary,
        "story": appeal.story,
        "goal": decimal_text(appeal.goal),
        "suggested": "\n".join(decimal_text(each) for each in appeal.suggested),
        "opens_on": _day(appeal.opens_at),
        "closes_on": last_day(appeal),
        "picture_alt": appeal.picture_alt,
        "version": str(appeal.version),
    }


class UpdateForm(LongForm):
    """One piece of news below an appeal."""

    title = TranslatedField(_l("Heading"), [required_text(_l("Give the news a heading."))])
    body = TranslatedField(
        _l("Text"),
        [required_text(_l("Tell what happened."))],
        description=_l("You can use Markdown."),
        is_long=True,
    )
    version = HiddenField()

    def __init__(self, update: AppealUpdate | None = None, **values: Any) -> None:  # noqa: ANN401
        shown = (
            {"title": update.title, "body": update.body, "version": str(update.version)}
            if update
            else None
        )
        super().__init__(data=shown, **values)

    @property
    def seen_version(self) -> int:
        """The version of the news that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)

    def content(self) -> UpdateContent:
        """What is told; call it on a valid form only."""
        return UpdateContent(title=self.title.required, body=self.body.required)


def _values_of_update(update: AppealUpdate) -> dict[str, Any]:
    return {"title": update.title, "body": update.body, "version": str(update.version)}


class StageForm(ActionForm):
    """The buttons that publish, withdraw or close an appeal."""
