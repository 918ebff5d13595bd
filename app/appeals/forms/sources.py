"""The form with which organisers make a source code."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from app.appeals.rules.sources import LABEL_LENGTH
from app.appeals.rules.words import SourceKind
from app.web.forms import DeskForm

KIND_NAMES = {
    SourceKind.LINK: _l("A link in a mail or a post"),
    SourceKind.POSTER: _l("A poster or a leaflet"),
    SourceKind.QR: _l("A QR code on a stall, a tin or a banner"),
    SourceKind.ARTICLE: _l("An article"),
}


class SourceForm(DeskForm):
    """What a code is for, and the code itself."""

    label = StringField(
        _l("What it is for"),
        [
            DataRequired(_l("Say what it is for, so that colleagues know it again.")),
            Length(max=LABEL_LENGTH, message=_l("Please use at most %(max)d characters.")),
        ],
        description=_l("Such as: leaflets at the Friday stall. Only organisers see this."),
    )
    code = StringField(
        _l("Code"),
        [DataRequired(_l("Choose a short code."))],
        description=_l("It stands in the address: small Latin letters, digits and hyphens."),
    )
    kind = RadioField(
        _l("Where it will be"),
        choices=[SelectChoice(kind.value, name) for kind, name in KIND_NAMES.items()],
        default=SourceKind.LINK.value,
    )
