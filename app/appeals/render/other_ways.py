"""How to give without a card: what pages and mails say of a payment account's bank details."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from app.appeals.queries import donations as donation_reads
from app.appeals.render import appeals as render
from app.appeals.rules.words import PayingBy

if TYPE_CHECKING:
    from app.appeals.models.appeals import Appeal
    from app.appeals.models.donations import Donation

PAYING_BY_NAMES = {
    PayingBy.CARD: _l("By card, once cards are taken again"),
    PayingBy.TRANSFER: _l("Bank transfer"),
    PayingBy.STANDING_ORDER: _l("Standing order"),
    PayingBy.CHEQUE: _l("Cheque"),
    PayingBy.CASH: _l("Cash"),
}


def foot(appeal: Appeal, *, nonce: str, again: Donation | None = None) -> dict[str, Any]:
    """What stands at the foot of the pages of giving; the reference is derived, nothing is kept."""
    account = appeal.fund.payment_account
    return {
        "takes_cards": render.takes_cards(appeal),
        "ways": account.ways if account else {},
        "reference": again.reference if again else donation_reads.free_reference(nonce),
    }
