"""The forms of the desk about those who come: finding, entering, letting in, writing to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import NumberRange, Optional

from app.events.forms.rsvps import (
    NAME_LENGTH,
    NEEDS_LENGTH,
    at_most,
    line,
    prepare_party,
    read_wish,
)
from app.events.models.events import Event
from app.events.queries.attendees import Burst
from app.events.render.rsvps import STATE_NAMES
from app.events.render.shifts import SOURCE_NAMES
from app.events.rules import rsvps as rules
from app.events.rules.words import EntrySource, RsvpState
from app.events.service.rsvps import Wish
from app.lib import ids
from app.lib.text import Translated, clean_line
from app.settings import settings
from app.web.fields import EmailField, TranslatedField, required_text
from app.web.forms import DeskForm, Form, LongForm, version_in

SUBJECT_LENGTH, TEXT_LENGTH = 150, 5000
#: To whom a message can go, by the name that the service knows.
AUDIENCE_NAMES = {
    "going": _l("Everybody who comes"),
    "waiting": _l("The waiting list"),
    "asked": _l("Those who asked to come"),
    "all": _l("All of them"),
}


class AttendeeFilterForm(Form):
    """Search and filter; it stands in the address, so it needs no token."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    q = StringField(_l("Name, e-mail or code"))
    state = SelectField(
        _l("How it stands"),
        choices=[
            SelectChoice("", _l("All")),
            *(SelectChoice(each.value, name) for each, name in STATE_NAMES.items()),
        ],
        validate_choice=False,
    )

    def __init__(self, formdata: Any) -> None:  # noqa: ANN401
        super().__init__(formdata=formdata)

    @property
    def states(self) -> frozenset[RsvpState] | None:
        """The states to show; nothing: all of them."""
        known = {each.value for each in RsvpState}
        return frozenset({RsvpState(self.state.data)}) if self.state.data in known else None

    @property
    def words(self) -> str:
        """What is looked for."""
        return clean_line(self.q.data or "")

    def address(self) -> dict[str, str]:
        """The filter as it stands in an address."""
        typed = {"q": self.words, "state": self.state.data or ""}
        return {name: value for name, value in typed.items() if value}


class EnterGuestForm(DeskForm):
    """Somebody who rang, wrote on paper or stands at the door."""

    way = RadioField(_l("How does she take part?"), validate_choice=False)
    party_size = SelectField(_l("How many people?"), coerce=str, validate_choice=False)
    name = StringField(_l("Her name"), [at_most(NAME_LENGTH)], filters=[line])
    email = EmailField(
        _l("Her e-mail address"), [Optional()], description=_l("She gets the link to her page.")
    )
    needs = TextAreaField(_l("What she needs to take part"), [at_most(NEEDS_LENGTH)])
    source = SelectField(
        _l("How she told us"),
        choices=[
            SelectChoice(each.value, SOURCE_NAMES[each])
            for each in (EntrySource.PHONE, EntrySource.PAPER, EntrySource.DOOR)
        ],
        description=_l("Whoever stands at the door is let in at once."),
    )
    may_wait = BooleanField(_l("Put her on the waiting list if all places are taken"))
    nonce = HiddenField()

    def __init__(self, event: Event, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        prepare_party(self, event)
        self.nonce.data = self.nonce.data or ids.token()

    @property
    def wish(self) -> Wish:
        """What she asks for; call it on a valid form only."""
        return read_wish(self, wants_updates=False)


class DoorForm(DeskForm):
    """Codes that were said, shown or ticked on paper."""

    codes = TextAreaField(
        _l("Codes, one a line"),
        [required_text(_l("Write at least one code."))],
        description=_l("Add a number where other people came than were foreseen: K7M2XP 3"),
    )


class ReleaseForm(DeskForm):
    """Which attendances came in a burst."""

    network = SelectField(_l("From one network"), validate_choice=False)
    since = DateTimeLocalField(_l("Came in from"), [Optional()])
    until = DateTimeLocalField(_l("until"), [Optional()])
    only_unproven = BooleanField(_l("Only those that did not confirm their address"))

    def __init__(self, bursts: Sequence[Burst], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.network.choices = [("", _("From all networks"))]
        self.network.choices += [(each.network or "", _burst_words(each)) for each in bursts]

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401
        """Something must be chosen: nobody means to take back everything."""
        is_valid = super().validate(extra_validators)
        if not (self.network.data or self.since.data):
            self.since.errors = [*self.since.errors, _("Choose a network, or from when on.")]
            return False
        return is_valid

    def span(self) -> tuple[datetime | None, datetime | None]:
        """From when to when, as instants; call it on a valid form only."""
        return _instant(self.since.data), _instant(self.until.data)


def _burst_words(burst: Burst) -> str:
    return str(
        _(
            "%(rsvps)s times, %(people)s people, %(proven)s confirmed",
            rsvps=burst.rsvps,
            people=burst.people,
            proven=burst.proven,
        )
    )


def _instant(local: datetime | None) -> datetime | None:
    return local.replace(tzinfo=ZoneInfo(settings().timezone)) if local else None


class MessageForm(LongForm):
    """A message to those who come; shown once more before it is sent."""

    audience = SelectField(
        _l("To"), choices=[SelectChoice(*each) for each in AUDIENCE_NAMES.items()]
    )
    subject = StringField(
        _l("Subject"),
        [required_text(_l("Give the message a subject.")), at_most(SUBJECT_LENGTH)],
        filters=[line],
    )
    text = TextAreaField(
        _l("Text"), [required_text(_l("Write what you want to say.")), at_most(TEXT_LENGTH)]
    )
    nonce = HiddenField()
    #: Sent by the page that shows the message as it will be read.
    confirmed = HiddenField()

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.nonce.data = (self.nonce.data or ids.token())[:64]


class OutcomeForm(LongForm):
    """How many came, and how it was."""

    headcount = IntegerField(
        _l("How many people came?"),
        [Optional(), NumberRange(0, 10_000_000, _l("A whole number, like 120."))],
    )
    report = TranslatedField(
        _l("How was it?"), description=_l("The page of the event shows it."), is_long=True
    )
    version = HiddenField()

    def __init__(self, event: Event, **values: Any) -> None:  # noqa: ANN401
        data = {
            "headcount": event.headcount,
            "report": event.report,
            "version": str(event.version),
        }
        super().__init__(data=data, **values)

    @property
    def seen_version(self) -> int:
        """The version of the event that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)

    @property
    def words(self) -> Translated | None:
        """The report, or nothing."""
        typed: Translated | None = self.report.data
        return typed if typed is not None and any(typed.texts.values()) else None


class ThankForm(LongForm):
    """Thanks to those who came, with something that they can do next."""

    text = TextAreaField(
        _l("Your thanks"), [required_text(_l("Write what you want to say.")), at_most(TEXT_LENGTH)]
    )
    next_thing = SelectField(_l("What they can do next"))

    def __init__(self, choices: Sequence[tuple[str, str]], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.next_thing.choices = list(choices)


def read_codes(text: str) -> list[tuple[str, str, int | None]]:
    """What was typed, the code, and how many came where that was said; each line once."""
    lines = list(dict.fromkeys(clean_line(each) for each in text.splitlines()))
    return [(each, *rules.read_code_line(each)) for each in lines if each][:500]
