"""The forms about a group's payment accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app.desk.forms.groups import PlacingForm
from app.groups.errors import (
    BankDetailsError,
)
from app.groups.rules import spaced_iban, spaced_sort_code
from app.groups.service import NewPaymentAccount, PaymentAccountDetails
from app.web.fields import required_text
from app.web.forms import ActionForm

if TYPE_CHECKING:
    from app.groups.models import PaymentAccount
    from app.lib.errors import UserError


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
    bank_account_name = StringField(
        _l("Name of the bank account"),
        [Length(max=120)],
        description=_l("Exactly as the bank has it: banks compare it with what a payer types."),
    )
    bank_sort_code = StringField(_l("Sort code"), description=_l("Six digits, like 12-34-56."))
    bank_account_number = StringField(_l("Account number"), description=_l("Eight digits."))
    bank_iban = StringField(_l("IBAN"), description=_l("For transfers from abroad."))
    bank_bic = StringField(_l("BIC"), description=_l("Your bank's code; 8 or 11 signs."))
    cheque_payee = StringField(_l("Cheques are made out to"), [Length(max=120)])
    cheque_post_to = StringField(
        _l("Cheques are posted to"),
        [Length(max=300)],
        description=_l("On one line, shown to everybody; never anybody's home."),
    )
    seen = HiddenField()

    #: What is left empty is not offered to donors.
    OTHER_WAYS = (
        "bank_account_name", "bank_sort_code", "bank_account_number", "bank_iban", "bank_bic",
        "cheque_payee", "cheque_post_to",
    )  # fmt: skip

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

    def refuse(self, error: UserError) -> None:
        """Show what is wrong with a bank detail beside it."""
        if isinstance(error, BankDetailsError):
            self.add_problem(error, self[error.field])
        else:
            super().refuse(error)

    def _values(self) -> dict[str, Any]:
        others = {name: self[name].data or None for name in self.OTHER_WAYS}
        return {
            "legal_name": self.legal_name.data or "",
            "statement_name": self.statement_name.data or "",
            "sender_name": self.sender_name.data or "",
            **others,
        }


def _values_of_account(account: PaymentAccount) -> dict[str, Any]:
    return {
        "legal_name": account.legal_name,
        "statement_name": account.statement_name,
        "sender_name": account.sender_name,
        "bank_account_name": account.bank_account_name,
        "bank_sort_code": spaced_sort_code(account.bank_sort_code or ""),
        "bank_account_number": account.bank_account_number,
        "bank_iban": spaced_iban(account.bank_iban or ""),
        "bank_bic": account.bank_bic,
        "cheque_payee": account.cheque_payee,
        "cheque_post_to": account.cheque_post_to,
        "seen": account.fingerprint,
    }


class CardsForm(ActionForm):
    """Why cards rest, or are taken again."""

    reason = StringField(
        _l("Reason"),
        [required_text(_l("Say why; it goes into the record of changes.")), Length(max=300)],
        description=_l("For the record of changes; donors do not see it."),
    )
