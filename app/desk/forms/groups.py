"""The form about a group, and where the sentences of services stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from app.groups.errors import (
    AccountNameTakenError,
    BadAccountNameError,
    BadCurrencyError,
    BadSlugError,
    CharityNumberMissingError,
    GroupHasAccountError,
    SlugTakenError,
    StatementNameError,
)
from app.groups.rules import KIND_LABELS, GroupKind
from app.groups.service import GroupDetails, NewGroup
from app.ledger.errors import (
    FundAccountError,
    FundCurrencyError,
    FundHasMoneyError,
    FundKeepsKindError,
    FundSlugError,
    FundStaysRestrictedError,
    NotACharityError,
)
from app.lib.emails import EmailProblem
from app.lib.urls import URL_LIMIT, UrlProblem
from app.web.fields import EmailField, TranslatedField, required_text
from app.web.forms import LongForm, version_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.groups.models import Group
    from app.lib.errors import UserError
    from app.lib.text import Translated

#: Beside which field a sentence of a service stands.
FIELD_OF: Mapping[type[UserError], str] = {
    BadSlugError: "slug",
    SlugTakenError: "slug",
    FundSlugError: "slug",
    CharityNumberMissingError: "legal_number",
    GroupHasAccountError: "kind",
    EmailProblem: "contact_email",
    AccountNameTakenError: "name",
    BadAccountNameError: "name",
    StatementNameError: "statement_name",
    BadCurrencyError: "currency",
    NotACharityError: "kind",
    FundKeepsKindError: "kind",
    FundAccountError: "payment_account",
    FundCurrencyError: "payment_account",
    FundHasMoneyError: "payment_account",
    FundStaysRestrictedError: "is_restricted",
}


class PlacingForm(LongForm):
    """A form that shows what a service refuses beside the field it is about."""

    #: The only field of the form that holds an address of a web page.
    url_field = ""

    def refuse(self, error: UserError) -> None:
        """Show a sentence that a service raised where it helps most."""
        name = self.url_field if isinstance(error, UrlProblem) else FIELD_OF.get(type(error), "")
        self.add_problem(error, self._fields.get(name))


def text_of(field: TranslatedField) -> Translated:
    """What a required text says; raises ValueError on a form that is not valid."""
    if field.data is None:
        raise ValueError("the form is not valid")
    return field.data


class GroupForm(PlacingForm):
    """Who a group is, in law and in its own words."""

    url_field = "website"

    slug = StringField(
        _l("Address"),
        description=_l("The end of the page's address, like lea-valley. It cannot change later."),
    )
    name = TranslatedField(_l("Name"), [required_text(_l("Say what the group is called."))])
    about = TranslatedField(
        _l("About the group"),
        [required_text(_l("Say who you are and what you do."))],
        description=_l("It stands on the group's page. You can use Markdown."),
        is_long=True,
    )
    kind = SelectField(
        _l("Kind"),
        choices=[SelectChoice(kind.value, _l(text)) for kind, text in KIND_LABELS.items()],
    )
    legal_name = StringField(
        _l("Name in law"),
        [required_text(_l("Enter the name that stands in the group's papers.")), Length(max=200)],
        description=_l("It stands on receipts."),
    )
    legal_form = StringField(
        _l("Legal form"),
        [required_text(_l("Say what the group is in law.")), Length(max=120)],
        description=_l("Such as unincorporated association, or charitable company."),
    )
    legal_number = StringField(
        _l("Registered number"),
        [Length(max=40)],
        description=_l("A charity must have one, and shows it."),
    )
    contact_email = EmailField(
        _l("E-mail address for visitors"),
        [required_text(_l("Say where people can write to.")), Length(max=254)],
    )
    website = StringField(_l("Website"), [Length(max=URL_LIMIT)])
    address_line = StringField(
        _l("Postal address"),
        [Length(max=300)],
        description=_l("The office's, on one line, shown to everybody; never anybody's home."),
    )
    version = HiddenField()

    def __init__(self, group: Group | None = None, **values: Any) -> None:  # noqa: ANN401
        shown = values.pop("data", _values_of_group(group) if group else None)
        super().__init__(data=shown, **values)

    @property
    def seen_version(self) -> int:
        """The version of the group that the page was made from; 0 when that is not told."""
        return version_in(self.version.data)

    def details(self) -> GroupDetails:
        """What was typed about a group that exists; call it on a valid form only."""
        return GroupDetails(**self._values())

    def new_group(self) -> NewGroup:
        """What was typed about a new group; call it on a valid form only."""
        return NewGroup(slug=self.slug.data or "", **self._values())

    def _values(self) -> dict[str, Any]:
        return {
            "name": text_of(self.name),
            "about": text_of(self.about),
            "kind": GroupKind(self.kind.data),
            "legal_name": self.legal_name.data,
            "legal_form": self.legal_form.data,
            "legal_number": self.legal_number.data or None,
            "contact_email": self.contact_email.data,
            "website": self.website.data or None,
            "address_line": self.address_line.data or None,
        }


def _values_of_group(group: Group) -> dict[str, Any]:
    return {
        "slug": group.slug,
        "name": group.name,
        "about": group.about,
        "kind": group.kind.value,
        "legal_name": group.legal_name,
        "legal_form": group.legal_form,
        "legal_number": group.legal_number,
        "contact_email": group.contact_email,
        "website": group.website,
        "address_line": group.address_line,
        "version": str(group.version),
    }
