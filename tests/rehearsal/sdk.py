"""The real SDK with the rehearsal behind it, without a socket."""

from collections.abc import Mapping
from typing import Any

import stripe

from app.rehearsal.core import Rehearsal
from app.rehearsal.problems import ConnectionLostError

stripe.enable_telemetry = False


class InProcessHTTPClient(stripe.HTTPClient):
    """Hands each call of the SDK to ``Rehearsal.handle``; a lost answer is a connection error.

    Retries of the SDK happen at once: ``_sleep_time_seconds`` is zero.
    """

    name = "in_process"

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__()
        self.rehearsal = rehearsal

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        path = url.removeprefix(stripe.DEFAULT_API_BASE)
        try:
            status, answered, body = self.rehearsal.handle(method, path, headers or {}, post_data)
        except ConnectionLostError as error:
            lost = stripe.APIConnectionError("lost", should_retry=True)  # type: ignore[no-untyped-call]
            raise lost from error
        return body.decode(), status, {name.lower(): value for name, value in answered.items()}

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0.0 * num_retries

    def close(self) -> None:
        """Nothing to close."""


def sdk_client(
    rehearsal: Rehearsal, account: str = "network", *, retries: int = 0
) -> stripe.StripeClient:
    """A client of one account of a rehearsal in this process."""
    return stripe.StripeClient(
        rehearsal.config.accounts[account].secret_key,
        http_client=InProcessHTTPClient(rehearsal),
        max_network_retries=retries,
    )
