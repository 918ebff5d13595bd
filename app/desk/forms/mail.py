"""The forms about addresses that get no more mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from app.mail.render import REASON_NAMES
from app.mail.rules.addresses import SuppressionReason
from app.web.fields import EmailField, required_text
from app.web.forms import DeskForm

#: What somebody at the desk can know; complaints and bounces are found out by the mail itself.
_TOLD = (SuppressionReason.ASKED, SuppressionReason.PREFERENCE_SERVICE)


class AddressForm(DeskForm):
    """An address to look up."""

    email = EmailField(
        _l("E-mail address"),
        [required_text(_l("Enter an e-mail address.")), Length(max=254)],
    )


class SuppressForm(DeskForm):
    """An address to which no more mail may go, and why."""

    to = EmailField(
        _l("E-mail address"),
        [required_text(_l("Enter an e-mail address.")), Length(max=254)],
    )
    reason = RadioField(
        _l("Reason"),
        choices=[SelectChoice(each.value, REASON_NAMES[each]) for each in _TOLD],
        default=SuppressionReason.ASKED.value,
    )
