"""The second factor: a code from an authenticator app, and recovery codes for a lost phone."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from passlib.exc import TokenError  # type: ignore[import-untyped]
from passlib.totp import TOTP, AppWallet  # type: ignore[import-untyped]

from app.accounts import mails
from app.accounts.errors import SecondFactorNeededError, WrongCodeError
from app.accounts.rules.sessions import CODE_WINDOW, find_recovery_code, plain_code, recovery_codes
from app.accounts.service.accounts import end_sessions
from app.audit import service as audit
from app.db.session import db
from app.settings import settings

if TYPE_CHECKING:
    from datetime import datetime

    from app.accounts.models import User
    from app.audit.facts import Actor


# --- codes ------------------------------------------------------------------------------------


def _totp() -> type[TOTP]:
    """The library with our name and the keys that encrypt what it stores, the present one first."""
    keys = {_tag(secret): _key(secret) for secret in settings().secrets}
    wallet = AppWallet(keys, default_tag=_tag(settings().secret_key))
    made: type[TOTP] = TOTP.using(issuer=settings().site_name, wallet=wallet)
    return made


def _key(secret: str) -> str:
    return hmac.new(secret.encode(), b"second-factor", hashlib.sha256).hexdigest()


def _tag(secret: str) -> str:
    """Names a key without telling anything of it."""
    return hashlib.sha256(_key(secret).encode()).hexdigest()[:12]


def matching_step(account: User, typed: str, *, is_pending: bool = False, now: datetime) -> int:
    """The time step whose code was typed; slow, so call it outside a transaction.

    Raises WrongCodeError, also for a code that was used already (RFC 6238, 5.2).
    """
    source = account.totp_pending if is_pending else account.totp_secret
    code = plain_code(typed)
    if source is None or not code.isdecimal():
        raise WrongCodeError
    try:
        match = _totp().verify(
            code,
            source,
            time=now.timestamp(),
            window=int(CODE_WINDOW.total_seconds()),
            last_counter=None if is_pending else account.totp_counter,
        )
    except (TokenError, ValueError, KeyError):
        # A key that the settings no longer know opens nothing; `reset-2fa` is the way out.
        raise WrongCodeError from None
    return int(match.counter)


def use_step(account: User, step: int) -> None:
    """Take a code for good; the account is locked. Raises WrongCodeError for a code used since."""
    if not account.has_second_factor or step <= account.totp_counter:
        raise WrongCodeError
    account.totp_counter = step


def use_recovery_code(account: User, typed: str, *, now: datetime, by: Actor) -> int:
    """Take a recovery code for good; returns how many are left. Raises WrongCodeError."""
    version = account.recovery_version
    n = find_recovery_code(settings().secrets, account.id, version, typed)
    if n < 0 or not account.has_second_factor or account.recovery_used >> n & 1:
        raise WrongCodeError
    account.recovery_used |= 1 << n
    left = len(left_recovery_codes(account))
    mails.recovery_code_used(account, left=left, now=now)
    audit.record(by, "account.recovery_code_used", f"account:{account.id}", now=now)
    return left


def left_recovery_codes(account: User) -> list[str]:
    """The recovery codes that still count."""
    codes = recovery_codes(settings().secret_key, account.id, account.recovery_version)
    return [code for n, code in enumerate(codes) if not account.recovery_used >> n & 1]


# --- setting up -------------------------------------------------------------------------------


def begin(account: User) -> None:
    """Make what the app will share with us; the present factor counts until a code proves it."""
    account.totp_pending = _totp().new().to_json(encrypt=True)


def pending_key(account: User) -> tuple[str, str] | None:
    """The address for a QR code and the key to type, while she sets it up."""
    if account.totp_pending is None:
        return None
    made = _totp().from_source(account.totp_pending)
    return made.to_uri(account.email), made.pretty_key()


def confirm(account: User, step: int, *, now: datetime, by: Actor) -> None:
    """Take the factor that was set up, with a new set of recovery codes; other sessions end.

    Raises WrongCodeError when it was set up anew in between.
    """
    if account.totp_pending is None:
        raise WrongCodeError
    account.totp_secret, account.totp_pending = account.totp_pending, None
    account.totp_counter, account.totp_since = step, now
    _new_codes(account)
    end_sessions(account)
    mails.second_factor_on(account, now=now)
    audit.record(by, "account.second_factor_on", f"account:{account.id}", now=now)


def renew_codes(account: User, *, now: datetime, by: Actor) -> None:
    """Make another set of recovery codes; the old ones count no more."""
    _new_codes(account)
    audit.record(by, "account.recovery_codes_renewed", f"account:{account.id}", now=now)


def _new_codes(account: User) -> None:
    account.recovery_version += 1
    account.recovery_used = 0


def turn_off(account: User, *, now: datetime, by: Actor) -> None:
    """Do without the second factor; raises SecondFactorNeededError where her roles need it."""
    if settings().requires_second_factor and account.has_power and not account.is_demo:
        raise SecondFactorNeededError
    reset(account, now=now, by=by)


def reset(account: User, *, now: datetime, by: Actor) -> None:
    """Take the second factor off an account, for a lost phone; she is told, every session ends."""
    account.totp_secret = account.totp_pending = account.totp_since = None
    _new_codes(account)
    end_sessions(account)
    db.session.flush()
    mails.second_factor_off(account, by=by.label, now=now)
    audit.record(by, "account.second_factor_off", f"account:{account.id}", now=now)
