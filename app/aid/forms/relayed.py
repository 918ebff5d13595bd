"""The form with which an organiser writes to a host."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from app.aid.forms.stock import KeyedForm
from app.aid.rules.hosting import MESSAGE_LENGTH
from app.web.fields import required_text


class AnswerForm(KeyedForm):
    """A message to a host; sent twice, it goes once."""

    text = TextAreaField(
        _l("Message"),
        [
            required_text(_l("Write what you want to say.")),
            Length(max=MESSAGE_LENGTH, message=_l("Please use at most %(max)d characters.")),
        ],
        description=_l("The host reads it on her page; the mail only says that there is one."),
    )
