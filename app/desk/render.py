"""What the desk shows of a group's payment accounts, beside what the tables say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.appeals.rules.giving import statement_line
from app.payments.rules.events import EVENT_TYPES
from app.settings import PREFIX, settings
from app.web.locale import absolute_url

if TYPE_CHECKING:
    from app.groups.models import PaymentAccount

#: An appeal that a group without one can imagine.
EXAMPLE_APPEAL = "winter-aid"


@dataclass(frozen=True)
class Connection:
    """How a payment account is tied to Stripe: by keys in the settings, by a webhook there."""

    has_keys: bool
    webhook: str
    #: What whoever looks after the server adds to the settings.
    settings: tuple[str, str]
    event_types: tuple[str, ...]


def connection(account: PaymentAccount) -> Connection:
    """How an account is tied to Stripe, and what is missing."""
    start = f"{PREFIX}STRIPE_ACCOUNTS__{account.name.upper()}"
    return Connection(
        has_keys=account.name in settings().stripe_accounts,
        webhook=absolute_url("payments_webhooks.receive", account=account.name),
        settings=(f"{start}__SECRET_KEY", f"{start}__WEBHOOK_SECRETS"),
        event_types=tuple(EVENT_TYPES),
    )


def statement_preview(statement_name: str, appeal_slug: str | None) -> str:
    """The whole line on a donor's bank statement, for an appeal or an imagined one."""
    return statement_line(statement_name, appeal_slug or EXAMPLE_APPEAL)
