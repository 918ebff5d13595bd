"""The forms with which organisers decide about points, change them, and enter who rang."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from app.aid.forms.bringing import WishFields
from app.aid.forms.points import ALL, SOME, HostFields, PointFields
from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.queries.hours import rows_of
from app.aid.render.point_desk import CHECKED_NAMES
from app.aid.rules import bringing as bring_rules
from app.aid.rules import points as rules
from app.aid.rules.bringing import BringWish
from app.aid.rules.words import PointChecked
from app.events.forms.events import SeenForm, at_most, line, names
from app.events.forms.moderating import SOURCE_NAMES
from app.events.rules.words import EntrySource
from app.lib import ids
from app.places.service import details_of
from app.web.fields import EmailField, required_text
from app.web.forms import LongForm


class ApprovePointForm(SeenForm):
    """A point is approved, and how it was checked is kept."""

    how = RadioField(
        _l("How did you make sure of it?"), choices=names(CHECKED_NAMES), validate_choice=False
    )
    note = TextAreaField(
        _l("Note"),
        [at_most(rules.REASON_LENGTH)],
        description=_l("For the organisers; kept encrypted."),
    )

    def chosen(self) -> PointChecked | None:
        """How it was checked; nothing where nobody said so."""
        return PointChecked(self.how.data) if self.how.data in set(PointChecked) else None


class CodeForm(LongForm):
    """The code of our letter, as the host reads it out."""

    code = StringField(
        _l("The code in our letter"),
        [required_text(_l("Enter the code in our letter.")), at_most(40)],
        filters=[line],
    )


class HostEmailForm(LongForm):
    """A mistyped address is put right."""

    email = EmailField(
        _l("The right e-mail address"),
        [required_text(_l("Enter an e-mail address, like name@example.org."))],
        description=_l("Earlier links end; a new one goes there."),
    )


class EditPointForm(PointFields, SeenForm):
    """An organiser changes everything about a point."""

    def __init__(self, point: CollectionPoint, **values: Any) -> None:  # noqa: ANN401
        super().__init__(point.drop, data=_values_of(point), **values)
        self.fill(rows_of(point))


class EnterPointForm(PointFields, HostFields, LongForm):
    """An organiser enters a point for somebody who rang or wrote on paper."""

    email = EmailField(
        _l("E-mail address"),
        [Optional()],
        description=_l("Then the host gets a private link to run the point."),
    )
    name = StringField(_l("Name of the host"), [at_most(rules.NAME_LENGTH)], filters=[line])
    source = RadioField(
        _l("How did you hear of it?"),
        choices=names(SOURCE_NAMES),
        default=EntrySource.PHONE.value,
        validate_choice=False,
    )
    #: One form makes one point.
    nonce = HiddenField()

    def __init__(self, drop: Drop, **values: Any) -> None:  # noqa: ANN401
        super().__init__(drop, **values)
        self.is_adult.label.text = _("The host is 18 or older")
        self.may_be_asked_again.label.text = _("The host may be asked again for the next round")
        if not self.nonce.data:
            self.nonce.data = ids.token(16)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field."""
        if self.source.data not in {each.value for each in SOURCE_NAMES}:
            self.source.data = EntrySource.PHONE.value
        return super().validate(extra_validators)


class EnterBringForm(WishFields, LongForm):
    """An organiser writes down who rang and wants to bring something."""

    name = StringField(
        _l("First name"),
        [required_text(_l("Enter a first name.")), at_most(bring_rules.NAME_LENGTH)],
        filters=[line],
    )
    email = EmailField(
        _l("E-mail address"),
        [Optional()],
        description=_l("Then a private link goes there."),
    )
    is_told = BooleanField(
        _l("I tell the address now"),
        description=_l("It is written down for the host to see that you did."),
    )
    #: One form makes one wish.
    nonce = HiddenField()

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        if not self.nonce.data:
            self.nonce.data = ids.token(16)

    @property
    def wish(self) -> BringWish:
        """What is wished; call it on a valid form only."""
        return self.wish_of(self.name.data or "", self.email.data or None)


class PointReportsForm(LongForm):
    """What became of the open reports of a point."""

    #: How many the organiser saw.
    seen = HiddenField()

    @property
    def seen_count(self) -> int:
        """How many reports the page showed; 0 when that is not told."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0


def _values_of(point: CollectionPoint) -> dict[str, Any]:
    place = details_of(point.place) if point.place else None
    return {
        "kind": point.kind.value,
        "place_name": place.name if place else "",
        "street": place.street if place else "",
        "postcode": place.postcode if place else "",
        "town": place.locality if place else "",
        "country": place.country if place else "",
        "visibility": point.visibility.value,
        "is_home_public": point.is_home_public,
        "gives_address_freely": point.gives_address_freely,
        "takes": ALL if point.takes_all else SOME,
        "items": [str(each.item_id) for each in point.takes],
        "max_boxes": point.max_boxes,
        "from_on": point.from_on,
        "until_on": point.until_on,
        "access_note": point.access_note,
        "step_free": point.step_free.value,
        "van_note": point.van_note or "",
        "goes_door_to_door": point.goes_door_to_door,
        "licence_number": point.licence_number or "",
        "version": str(point.version),
    }
