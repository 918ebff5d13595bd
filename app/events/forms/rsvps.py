"""The forms of somebody who comes: saying so, changing it, a button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.events.models.events import Event
from app.events.models.rsvps import Rsvp
from app.events.rules import rsvps as rules
from app.events.rules.paper import read_paper
from app.events.rules.words import Paper, Way
from app.events.service.rsvps import Wish
from app.lib.text import clean_line
from app.supporters.rules.consents import ConsentPurpose, current_wording
from app.web.fields import EmailField
from app.web.forms import PublicForm
from app.web.guarded import GuardedForm, SlipForm
from app.web.locale import current_locale

WAY_NAMES = {Way.IN_PERSON: _l("I come in person"), Way.ONLINE: _l("I take part online")}
#: What can be said about access, and how somebody is called.
NEEDS_LENGTH, NAME_LENGTH = 500, 120


def line(text: str | None) -> str | None:
    """One clean line, or nothing."""
    return clean_line(text) or None if text else None


def at_most(length: int) -> Length:
    """A limit, in the words of somebody who typed more."""
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


class _Guest:
    """What both forms of a guest ask."""

    way = RadioField(_l("How do you take part?"), validate_choice=False)
    party_size = SelectField(
        _l("How many people are you, yourself included?"), coerce=str, validate_choice=False
    )
    name = StringField(
        _l("How shall we call you?"),
        [at_most(NAME_LENGTH)],
        filters=[line],
        description=_l("Any name will do. Only the organisers see it."),
    )
    email = EmailField(_l("Your e-mail address"), [Optional()])
    needs = TextAreaField(
        _l("What do you need to take part?"),
        [at_most(NEEDS_LENGTH)],
        description=_l("A seat near the door, an interpreter … Only the organisers see it."),
    )


def prepare_party(form: Any, event: Event) -> None:  # noqa: ANN401 - any of their forms
    """Offer what the event offers, and read what was sent whatever it is."""
    ways = rules.ways(event.mode)
    form.way.choices = [(each.value, WAY_NAMES[each]) for each in ways]
    if form.way.data not in {each.value for each in ways}:
        form.way.data = ways[0].value
    form.party_size.choices = [(str(n), str(n)) for n in range(1, event.party_max + 1)]


def _size(form: Any) -> int:  # noqa: ANN401 - any of their forms
    """The party; 0, which no event takes, where no number was sent."""
    typed = form.party_size.data or "1"
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0


def read_wish(form: Any, *, wants_updates: bool) -> Wish:  # noqa: ANN401 - any of their forms
    """What a valid form asks for."""
    return Wish(
        way=Way(form.way.data),
        party_size=_size(form),
        name=form.name.data or None,
        email=form.email.data or None,
        needs=form.needs.data or None,
        wants_updates=wants_updates,
    )


class RsvpForm(SlipForm, GuardedForm):
    """Somebody without an account says that she comes."""

    way, party_size, name, needs = _Guest.way, _Guest.party_size, _Guest.name, _Guest.needs
    email = _Guest.email  # type: ignore[assignment]
    wants_updates = BooleanField()
    came_from = HiddenField()

    def __init__(self, event: Event, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.came_from.data = self.paper or ""
        prepare_party(self, event)
        group = event.group.name.pick(current_locale()).text
        wording = current_wording(ConsentPurpose.UPDATES)[1]
        self.wants_updates.label.text = _(wording, group=group)

    @property
    def paper(self) -> Paper | None:
        """The kind of paper that led her here; None where its code is none of ours."""
        return read_paper(self.came_from.data)

    @property
    def wish(self) -> Wish:
        """What she asks for; call it on a valid form only."""
        return read_wish(self, wants_updates=bool(self.wants_updates.data))

    @property
    def shows_optional(self) -> bool:
        """Whether the optional part is filled in, or wrong somewhere."""
        fields: Sequence[Any] = (self.name, self.needs, self.wants_updates)
        return any(each.data or each.errors for each in fields)


class ChangeForm(PublicForm):
    """Somebody comes with more or fewer, another way, under another name or address."""

    way, party_size, name, needs = _Guest.way, _Guest.party_size, _Guest.name, _Guest.needs
    email = _Guest.email

    def __init__(self, rsvp: Rsvp, **values: Any) -> None:  # noqa: ANN401
        data = {
            "way": rsvp.way.value,
            "party_size": str(rsvp.party_size),
            "name": rsvp.name,
            "email": rsvp.new_email or rsvp.email,
            "needs": rsvp.needs,
        }
        super().__init__(data=data, **values)
        prepare_party(self, rsvp.event)

    @property
    def wish(self) -> Wish:
        """What she wishes now; call it on a valid form only."""
        return read_wish(self, wants_updates=False)


class DoForm(PublicForm):
    """The button that does what the page says."""
