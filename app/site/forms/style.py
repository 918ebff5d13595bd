"""A form that holds one field of each kind, for the page that shows the components."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from app.web.fields import EmailField, MoneyField, TranslatedField
from app.web.forms import DeskForm


class StyleForm(DeskForm):
    """One field of each kind; nothing is done with what is sent."""

    amount = RadioField(
        _l("How much would you like to give?"),
        choices=[SelectChoice(str(each), f"£{each}") for each in (5, 10, 25, 50)],
        default="10",
    )
    own_amount = MoneyField(_l("Another amount"))
    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Enter an e-mail address, like name@example.org."))],
        description=_l("We write there once."),
    )
    name = StringField(_l("Name"))
    message = TextAreaField(_l("Message"))
    often = RadioField(
        _l("How often?"),
        choices=[SelectChoice("once", _l("Once")), SelectChoice("monthly", _l("Every month"))],
        default="once",
    )
    agrees = BooleanField(_l("Send me updates"), description=_l("You can stop them at any time."))
    kind = SelectField(
        _l("Kind"),
        choices=[SelectChoice("appeal", _l("Appeal")), SelectChoice("update", _l("Update"))],
    )
    languages = SelectMultipleField(
        _l("Languages"),
        choices=[SelectChoice("en", _l("English")), SelectChoice("ar", _l("Arabic"))],
    )
    goal = MoneyField(_l("Goal"))
    title = TranslatedField(_l("Title"))
    story = TranslatedField(_l("Story"), is_long=True)
    picture = FileField(_l("Picture"))
