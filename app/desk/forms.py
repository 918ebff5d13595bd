"""The forms with which a group says who it is and where its money goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
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
from app.groups.service import GroupDetails, NewGroup, NewPaymentAccount, PaymentAccountDetails
from app.ledger.errors import (
    FundAccountError,
    FundCurrencyError,
    FundHasMoneyError,
    FundKeepsKindError,
    FundSlugError,
    FundStaysRestrictedError,
    NotACharityError,
)
from app.ledger.rules import FUND_KIND_LABELS, FundKind
from app.ledger.service import FundDetails, NewFund
from app.lib.emails import EmailProblem
from app.lib.urls import URL_LIMIT, UrlProblem
from app.web.fields import EmailField, TranslatedField, required_text
from app.web.forms import ActionForm, LongForm, version_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.groups.models import Group, PaymentAccount
    from app.ledger.models import Fund
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


def _text(field: TranslatedField) -> Translated:
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
            "name": _text(self.name),
            "about": _text(self.about),
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


class PaymentAccountForm(PlacingForm):
    """What donors read of a group's account at Stripe."""

    name = StringField(
        _l("Short name"),
        description=_l(
            "Small letters, digits and _, like main. The server's settings hold the keys under "
            "it, and it ends the webhook's address. It cannot change later."
        ),
    )
    legal_name = StringField(
        _l("Who receives the money"),
        [required_text(_l("Enter the name of the body that owns the account.")), Length(max=200)],
        description=_l("The legal body that owns the account at Stripe; it stands on receipts."),
    )
    statement_name = StringField(
        _l("Name on bank statements"),
        [required_text(_l("Enter the name that donors find on their statement."))],
        description=_l(
            "5 to 22 Latin letters and digits, the same as in your account at Stripe. Banks show "
            "22 characters in all: with 10 or fewer here, the appeal's name fits behind it."
        ),
    )
    sender_name = StringField(
        _l("Sender of our mails"),
        [required_text(_l("Enter the name that receipts come from.")), Length(max=120)],
        description=_l("The name that donors see as the sender of their receipts."),
    )
    currency = StringField(
        _l("Currency"),
        [required_text(_l("Enter the currency, like GBP."))],
        description=_l("Three letters, like GBP. It cannot change later."),
    )
    seen = HiddenField()

    def __init__(
        self,
        account: PaymentAccount | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        shown = values.pop("data", _values_of_account(account) if account else {"currency": "GBP"})
        super().__init__(data=shown, **values)
        if account is not None:
            del self.name, self.currency

    def details(self) -> PaymentAccountDetails:
        """What was typed about an account that exists; call it on a valid form only."""
        return PaymentAccountDetails(**self._values())

    def new_account(self) -> NewPaymentAccount:
        """What was typed about a new account; call it on a valid form only."""
        return NewPaymentAccount(
            name=self.name.data or "", currency=self.currency.data or "", **self._values()
        )

    def _values(self) -> dict[str, str]:
        return {
            "legal_name": self.legal_name.data or "",
            "statement_name": self.statement_name.data or "",
            "sender_name": self.sender_name.data or "",
        }


def _values_of_account(account: PaymentAccount) -> dict[str, Any]:
    return {
        "legal_name": account.legal_name,
        "statement_name": account.statement_name,
        "sender_name": account.sender_name,
        "seen": account.fingerprint,
    }


class CardsForm(ActionForm):
    """Why cards rest, or are taken again."""

    reason = StringField(
        _l("Reason"),
        [required_text(_l("Say why; it goes into the record of changes.")), Length(max=300)],
        description=_l("For the record of changes; donors do not see it."),
    )


class FundForm(PlacingForm):
    """What a fund is for, and where its money goes."""

    url_field = "partner_url"

    slug = StringField(
        _l("Short name"),
        description=_l("Small letters, digits and hyphens, like first-year. It cannot change."),
    )
    name = TranslatedField(_l("Name"), [required_text(_l("Give the fund a name."))])
    purpose = TranslatedField(
        _l("Purpose"),
        [required_text(_l("Say what the money is for."))],
        description=_l("Donors read it before they give."),
        is_long=True,
    )
    secondary_purpose = TranslatedField(
        _l("If money is left over"),
        [required_text(_l("Say what happens with money that the purpose no longer needs."))],
        description=_l("What happens with money that the purpose no longer needs."),
        is_long=True,
    )
    kind = RadioField(
        _l("Kind"),
        choices=[SelectChoice(kind.value, _l(text)) for kind, text in FUND_KIND_LABELS.items()],
        default=FundKind.NETWORK.value,
    )
    is_restricted = BooleanField(
        _l("Restricted: only for this purpose"),
        description=_l("Once money came, it stays restricted."),
    )
    payment_account = SelectField(
        _l("Payment account"),
        description=_l("Where the money goes. Once money came, the fund keeps it."),
    )
    partner_url = StringField(
        _l("The partner's own page"),
        [Length(max=URL_LIMIT)],
        description=_l("Only for a partner's own appeal: the page where people give to it."),
    )
    currency = StringField(
        _l("Currency"),
        [Length(max=3)],
        description=_l("Only for a partner's own appeal; other funds have their account's."),
    )
    seen = HiddenField()

    def __init__(
        self,
        accounts: Sequence[PaymentAccount],
        fund: Fund | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        shown = values.pop("data", _values_of_fund(fund) if fund else _first_values(accounts))
        super().__init__(data=shown, **values)
        self.accounts = {str(account.id): account for account in accounts}
        self.payment_account.choices = [
            SelectChoice("", _("None: the partner receives it")),
            *(SelectChoice(key, _account_name(each)) for key, each in self.accounts.items()),
        ]
        if fund is not None:
            del self.slug, self.currency

    def details(self) -> FundDetails:
        """What was typed about a fund that exists; call it on a valid form only."""
        return FundDetails(**self._values())

    def new_fund(self) -> NewFund:
        """What was typed about a new fund; call it on a valid form only."""
        account = self.accounts.get(self.payment_account.data)
        currency = account.currency if account else (self.currency.data or "").upper()
        return NewFund(slug=self.slug.data or "", currency=currency, **self._values())

    def _values(self) -> dict[str, Any]:
        return {
            "name": _text(self.name),
            "purpose": _text(self.purpose),
            "secondary_purpose": _text(self.secondary_purpose),
            "kind": FundKind(self.kind.data),
            "is_restricted": self.is_restricted.data,
            "payment_account": self.accounts.get(self.payment_account.data),
            "partner_url": self.partner_url.data or None,
        }


def _account_name(account: PaymentAccount) -> str:
    return f"{account.legal_name} ({account.currency})"


def _first_values(accounts: Sequence[PaymentAccount]) -> dict[str, Any]:
    chosen = str(accounts[0].id) if accounts else ""
    return {"payment_account": chosen, "currency": "GBP"}


def _values_of_fund(fund: Fund) -> dict[str, Any]:
    return {
        "name": fund.name,
        "purpose": fund.purpose,
        "secondary_purpose": fund.secondary_purpose,
        "kind": fund.kind.value,
        "is_restricted": fund.is_restricted,
        "payment_account": str(fund.payment_account_id or ""),
        "partner_url": fund.partner_url,
        "seen": fund.fingerprint,
    }
