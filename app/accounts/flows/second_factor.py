"""The second step of signing in, and setting the second factor up.

Checking a code takes a while on purpose (the key is encrypted): never inside a transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.accounts import queries
from app.accounts.errors import WrongCodeError
from app.accounts.flows.signing_in import actor_of, spend_tries
from app.accounts.rules.sessions import TryKind, plain_code
from app.accounts.service import accounts as service
from app.accounts.service import second_factor
from app.db.session import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from app.accounts.models import User

#: How many digits a code of an app has; a recovery code is longer.
APP_CODE = 6


def give_code(account: User, typed: str, *, now: datetime) -> User:
    """The account of who gave the right password before and the right code now.

    Takes a code of the app or a recovery code. Raises TooManyTriesError or WrongCodeError.
    """
    who = str(account.id)
    tries = spend_tries({TryKind.CODE: who, TryKind.CODE_IN_A_DAY: who}, now=now)
    is_app_code = len(plain_code(typed)) == APP_CODE
    step = second_factor.matching_step(account, typed, now=now) if is_app_code else None
    with transaction():
        account = queries.lock_account(account.id)
        if not account.active:
            raise WrongCodeError
        if step is None:
            second_factor.use_recovery_code(account, typed, now=now, by=actor_of(account))
        else:
            second_factor.use_step(account, step)
        service.forgive_tries(tries)
        service.signed_in(account, now=now, by=actor_of(account))
    return account


def begin(account: User) -> None:
    """Begin to set up a second factor, or another one."""
    with transaction():
        second_factor.begin(queries.lock_account(account.id))


def confirm(account: User, typed: str, *, now: datetime) -> User:
    """Take the factor that was set up, once its first code is right; every other session ends.

    Raises TooManyTriesError or WrongCodeError.
    """
    tries = spend_tries({TryKind.CODE: str(account.id)}, now=now)
    step = second_factor.matching_step(account, typed, is_pending=True, now=now)
    with transaction():
        account = queries.lock_account(account.id)
        service.forgive_tries(tries)
        second_factor.confirm(account, step, now=now, by=actor_of(account))
    return account


def renew_codes(account: User, *, now: datetime) -> None:
    """Make another set of recovery codes."""
    with transaction():
        account = queries.lock_account(account.id)
        second_factor.renew_codes(account, now=now, by=actor_of(account))


def turn_off(account: User, *, now: datetime) -> User:
    """Do without the second factor; raises SecondFactorNeededError."""
    with transaction():
        account = queries.lock_account(account.id)
        second_factor.turn_off(account, now=now, by=actor_of(account))
    return account
