"""What the desk shows of a group's payment accounts, beside what the tables say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.appeals.rules.giving import statement_line
from app.audit import queries as audit_reads
from app.audit.render import ACTOR_NAMES
from app.groups.rules import CAUSE_NAMES, CardsCause
from app.lib.bounces import BounceKind
from app.mail.render import BOUNCE_NAMES
from app.payments.rules.events import EVENT_TYPES
from app.settings import PREFIX, settings
from app.web.locale import absolute_url

if TYPE_CHECKING:
    from datetime import datetime

    from app.groups.models import PaymentAccount

#: What switching cards on and off is called in the record of changes.
SWITCHES = frozenset({"payment_account.cards_off", "payment_account.cards_on"})
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


@dataclass(frozen=True)
class Switched:
    """When cards were last switched on or off, by whom, and what was said about it."""

    at: datetime
    by: str
    reason: str


def switched(account: PaymentAccount) -> Switched | None:
    """The last time that cards were switched on or off; nothing where they never were."""
    for entry in audit_reads.list_for(f"payment_account:{account.id}"):
        if entry.action in SWITCHES:
            by = entry.actor_label or str(ACTOR_NAMES[entry.actor_kind])
            return Switched(entry.at, by, str((entry.detail or {}).get("reason", "")))
    return None


def cause_of(account: PaymentAccount) -> str:
    """Why cards rest, in words; nothing while they are taken."""
    if account.cards_on:
        return ""
    return str(gettext(CAUSE_NAMES[account.cards_cause or CardsCause.HAND]))


def statement_preview(statement_name: str, appeal_slug: str | None) -> str:
    """The whole line on a donor's bank statement, for an appeal or an imagined one."""
    return statement_line(statement_name, appeal_slug or EXAMPLE_APPEAL)


# --- mail ---------------------------------------------------------------------------------------

#: What a mail that came in is, as far as a program can tell.
RECEIVED_NAMES = {
    **BOUNCE_NAMES,
    BounceKind.DELAYED: _l("A server still tries to deliver a mail."),
    BounceKind.DELIVERED: _l("A server delivered a mail."),
    BounceKind.AUTO_REPLY: _l("An automatic answer, as of somebody who is away."),
    BounceKind.COMPLAINT: _l("A provider reports that a mail was called spam."),
    BounceKind.NOT_A_REPORT: _l("Something that only a person understands."),
}
