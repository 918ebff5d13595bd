"""The forms of somebody who brings something, and of whoever says that a point is not right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from app.aid.forms.hosting import OnceForm
from app.aid.forms.hours import read_clock
from app.aid.models.points import BringRequest
from app.aid.render.words import REPORT_KIND_NAMES
from app.aid.rules import bringing as rules
from app.aid.rules import hosting as host_rules
from app.aid.rules import point_reports as report_rules
from app.aid.rules.bringing import BringWish
from app.appeals.forms.listing import likely_day
from app.events.forms.events import at_most, line, names
from app.web.fields import EmailField, one_of_these, required_text
from app.web.forms import Form, PublicForm
from app.web.guarded import GuardedForm


class WishFields(Form):
    """What somebody brings, and when."""

    what = TextAreaField(
        _l("What do you bring?"),
        [required_text(_l("Say what you bring.")), at_most(rules.WHAT_LENGTH)],
        description=_l("Roughly: two bags of blankets, one box of nappies."),
    )
    on_day = DateField(_l("On which day?"), [Optional(), likely_day])
    at_time = StringField(
        _l("At about what time?"),
        [at_most(20)],
        description=_l("Within the opening hours, like 18:30. Leave it empty if any will do."),
    )

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that the time is one."""
        is_valid = super().validate(extra_validators)
        if self.on_day.data is None and not self.on_day.errors:
            self.on_day.errors = [_("Choose a day on which the point takes things in.")]
        if self.at_time.data and read_clock(self.at_time.data.strip()) is None:
            self.at_time.errors = [_("Enter a time, like 18:30.")]
        return is_valid and not self.on_day.errors and not self.at_time.errors

    def wish_of(self, name: str, email: str | None) -> BringWish:
        """What is wished; call it on a valid form only."""
        typed = (self.at_time.data or "").strip()
        return BringWish(
            name=name,
            email=email,
            what=(self.what.data or "").strip(),
            on=self.on_day.data or date.min,
            at=read_clock(typed) if typed else None,
        )


class BringForm(WishFields, OnceForm, GuardedForm):
    """Somebody without an account wants to bring something."""

    name = StringField(
        _l("Your first name"),
        [required_text(_l("Tell us how to call you.")), at_most(rules.NAME_LENGTH)],
        filters=[line],
        description=_l("Any name will do. The host sees it, and nobody else."),
    )
    email = EmailField(
        _l("Your e-mail address"),
        [required_text(_l("Enter your e-mail address, so that we can send you the link."))],
        description=_l("The host does not see it."),
    )

    @property
    def wish(self) -> BringWish:
        """What is wished; call it on a valid form only."""
        return self.wish_of(self.name.data or "", self.email.data or None)


class ChangeBringForm(WishFields, PublicForm):
    """Somebody brings something else, or comes at another time."""

    def __init__(self, request: BringRequest, **values: Any) -> None:  # noqa: ANN401
        kept = {
            "what": request.what,
            "on_day": request.brings_on,
            "at_time": request.brings_at.strftime("%H:%M") if request.brings_at else "",
        }
        super().__init__(data=kept, **values)
        self.request = request

    @property
    def wish(self) -> BringWish:
        """What is wished now; call it on a valid form only."""
        return self.wish_of(self.request.name or "", self.request.email)


class BringDoForm(PublicForm):
    """A button on the page of somebody who brings something."""


class BringMessageForm(OnceForm):
    """A message to the host; we pass it on."""

    text = TextAreaField(
        _l("Message"),
        [required_text(_l("Write the message.")), at_most(host_rules.MESSAGE_LENGTH)],
        description=_l("We pass it on; nobody sees the other’s address or number."),
    )


class PointReportForm(GuardedForm):
    """Somebody says that something is wrong with a point."""

    kind = RadioField(
        _l("What is wrong?"),
        [one_of_these(_l("Choose what is wrong."))],
        choices=names(REPORT_KIND_NAMES),
        validate_choice=False,
    )
    text = TextAreaField(
        _l("Tell us more"),
        [at_most(report_rules.TEXT_LENGTH)],
        description=_l(
            "Please write nothing about yourself or other people that we need not know."
        ),
    )
