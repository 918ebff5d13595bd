"""The form about a fund."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from app.desk.forms.groups import PlacingForm, text_of
from app.ledger.rules import FUND_KIND_LABELS, FundKind
from app.ledger.service import FundDetails, NewFund
from app.lib.urls import URL_LIMIT
from app.web.fields import TranslatedField, required_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.groups.models import PaymentAccount
    from app.ledger.models import Fund


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
            "name": text_of(self.name),
            "purpose": text_of(self.purpose),
            "secondary_purpose": text_of(self.secondary_purpose),
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
