"""The form with which an organiser writes to a host."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from app.aid.rules.hosting import MESSAGE_LENGTH
from app.lib import ids
from app.web.fields import required_text
from app.web.forms import LongForm


class AnswerForm(LongForm):
    """A message to a host; sent twice, it goes once."""

    nonce = HiddenField(validators=[Length(min=20, max=64)])
    text = TextAreaField(
        _l("Message"),
        [
            required_text(_l("Write what you want to say.")),
            Length(max=MESSAGE_LENGTH, message=_l("Please use at most %(max)d characters.")),
        ],
        description=_l("The host reads it on her page; the mail only says that there is one."),
    )

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        if not self.nonce.data:
            self.nonce.data = ids.token()
