"""What a rehearsal is told at its start; a live key is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

LIVE_KEY_MARKS = ("sk_live_", "rk_live_")
API_VERSION = "2026-10-28.endive"


class LiveKeyError(RuntimeError):
    """A key that moves real money is near; the rehearsal does not start beside it."""


@dataclass(frozen=True, kw_only=True)
class AccountConfig:
    """One payment account: its key, and where and how its webhooks go.

    ``enabled_events`` are the event types its webhook endpoint asked for; None means all.
    ``statement_prefix`` stands before a payment's own suffix on the bank statement.
    """

    secret_key: str
    webhook_secret: str
    webhook_url: str | None = None
    legal_name: str = ""
    statement_prefix: str = ""
    enabled_events: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class RehearsalConfig:
    """A rehearsal: its accounts by name, its public address, the file that keeps its state.

    ``retry_after`` are the seconds between tries of one delivery. ``redirect_wait`` is how many
    seconds the payment page waits for the webhook before it sends the payer back, as Stripe does.
    Raises LiveKeyError.
    """

    accounts: Mapping[str, AccountConfig]
    public_url: str
    state_path: Path | None = None
    retry_after: tuple[float, ...] = (1, 5, 30, 120, 600, 3600)
    redirect_wait: float = 3.0

    def __post_init__(self) -> None:
        refuse_live_keys(account.secret_key for account in self.accounts.values())


def refuse_live_keys(texts: Iterable[str]) -> None:
    """Raise LiveKeyError when one of the texts holds a live key; the text itself is not told."""
    if any(mark in text for text in texts for mark in LIVE_KEY_MARKS):
        raise LiveKeyError("A live Stripe key is set: the rehearsal does not run beside it.")
