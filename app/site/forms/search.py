"""What somebody looks for on the whole site; it stands in the address, so it needs no token."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.lib.text import clean_line
from app.web.forms import Form

LONGEST: Final = 100
#: The kinds of things that are found, in the order in which they are offered.
KIND_NAMES: Final = {
    "article": _l("Articles"),
    "appeal": _l("Appeals"),
    "event": _l("Events"),
    "mobilisation": _l("Days of action"),
    "drop": _l("Rounds of collecting"),
    "point": _l("Collection points"),
    "campaign": _l("Campaigns"),
    "group": _l("Groups"),
}


class SearchForm(Form):
    """Words, and perhaps one kind of thing."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    q = StringField(_l("Words"))
    kind = SelectField(_l("What kind"), validate_choice=False)

    def __init__(self, formdata: Any) -> None:  # noqa: ANN401 - what the request holds
        super().__init__(formdata=formdata)
        self.q.data = clean_line(self.q.data or "")[:LONGEST]
        names = {"": _l("Everything"), **KIND_NAMES}
        self.kind.choices = [SelectChoice(kind, name) for kind, name in names.items()]
        if self.kind.data not in KIND_NAMES:
            self.kind.data = ""
