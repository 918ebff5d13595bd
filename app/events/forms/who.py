"""Who offers to host something: an event, or what the packages above let people host."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField

from app.events.forms.events import at_most, line
from app.events.rules import hosting as rules
from app.web.fields import required_text
from app.web.forms import Form


class WhoFields(Form):
    """Her name and how to reach her beside her mailbox; none of it is ever public."""

    name = StringField(
        _l("Your name"),
        [
            required_text(_l("Tell us how to call you; it need not be your full name.")),
            at_most(rules.NAME_LENGTH),
        ],
        filters=[line],
        description=_l("For the organisers alone, never in public. It need not be your full name."),
    )
    phone = StringField(
        _l("Telephone"),
        [at_most(40)],
        filters=[line],
        description=_l("For a question of the organisers; kept encrypted, never in public."),
    )
    about = TextAreaField(
        _l("What should we know about you?"),
        [at_most(rules.ABOUT_LENGTH)],
        description=_l("Who knows you? Where can we read about your group? It helps us to check."),
    )
    is_adult = BooleanField(_l("I am 18 or older"))
