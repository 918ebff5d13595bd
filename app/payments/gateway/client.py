"""The SDK's client of each payment account, and its errors sorted by what to do about them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import stripe

from app.db.session import assert_no_transaction
from app.payments.errors import (
    GatewayRefusedError,
    KeyReusedError,
    NoSuchAccountError,
    ObjectMissingError,
    PaymentsUnavailableError,
)
from app.settings import StripeKeys, settings

# Before anything is called: it would write an identity into the home directory and send it along.
stripe.enable_telemetry = False

#: The version our webhook endpoints are made with; raised by hand, with the tests beside it.
API_VERSION: Final = "2026-10-28.endive"


@dataclass(frozen=True)
class Patience:
    """How long a call may take."""

    #: A client makes one attempt unless told otherwise.
    retries: int
    #: Seconds to connect, seconds to wait for the answer.
    timeout: tuple[float, float]


#: Somebody waits for the page, and a thread of the web process with her: at most some 13 seconds.
SHORT: Final = Patience(retries=1, timeout=(2.0, 4.0))
#: Nobody waits: the worker, a sweep, a command.
LONG: Final = Patience(retries=2, timeout=(3.0, 15.0))

_patience: ContextVar[Patience] = ContextVar("patience", default=SHORT)
_clients: dict[tuple[str, str | None, Patience], stripe.StripeClient] = {}
_http_client: list[stripe.HTTPClient] = []


def use_http_client(client: stripe.HTTPClient | None) -> None:
    """Send every call of this process through another HTTP client, or through the usual one."""
    _http_client[:] = [] if client is None else [client]
    _clients.clear()


def keys_of(account_name: str) -> StripeKeys:
    """The keys of a payment account; raises NoSuchAccountError."""
    keys = settings().stripe_accounts.get(account_name)
    if keys is None:
        raise NoSuchAccountError(account_name)
    return keys


@contextmanager
def patiently() -> Iterator[None]:
    """Give the calls made inside more time; for work that no page waits for."""
    before = _patience.set(LONG)
    try:
        yield
    finally:
        _patience.reset(before)


def _client(account_name: str) -> stripe.StripeClient:
    key = (keys_of(account_name).secret_key, settings().stripe_api_base, _patience.get())
    if key not in _clients:
        _clients[key] = _new_client(*key)
    return _clients[key]


def _new_client(secret_key: str, api_base: str | None, patience: Patience) -> stripe.StripeClient:
    usual = stripe.RequestsClient(timeout=patience.timeout)
    return stripe.StripeClient(
        secret_key,
        stripe_version=API_VERSION,
        max_network_retries=patience.retries,
        http_client=_http_client[0] if _http_client else usual,
        base_addresses={"api": api_base} if api_base else None,
    )


@contextmanager
def calling(account_name: str) -> Iterator[stripe.StripeClient]:
    """A client to call with; sorts the SDK's errors by what to do about them."""
    assert_no_transaction()
    try:
        yield _client(account_name)
    except stripe.IdempotencyError as error:
        raise KeyReusedError(_words(error)) from error
    except stripe.InvalidRequestError as error:
        raise _refusal(error) from error
    except stripe.CardError as error:
        raise GatewayRefusedError(_words(error)) from error
    except stripe.StripeError as error:
        # Timeouts, 5xx, 409, 429, and keys that are wrong: whether there was an effect is unknown.
        is_final = isinstance(error, stripe.APIError) and (error.http_status or 0) >= 500
        raise PaymentsUnavailableError(is_final=is_final) from error


def _refusal(error: stripe.InvalidRequestError) -> Exception:
    if error.code == "idempotency_key_in_use":
        return PaymentsUnavailableError()
    if error.http_status == 404 or error.code == "resource_missing":
        return ObjectMissingError(_words(error))
    return GatewayRefusedError(_words(error))


def _words(error: stripe.StripeError) -> str:
    return error.user_message or type(error).__name__
