"""Signing in and choosing passwords: counted first, checked outside any transaction, then written.

Checking or making a hash takes a tenth of a second on purpose; no lock is held meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.accounts import queries
from app.accounts.errors import TooManyTriesError, WrongPasswordError, WrongSignInError
from app.accounts.mails import PASSWORD_PURPOSE
from app.accounts.rules.sessions import TryKind, bucket_of, network_of
from app.accounts.service import accounts as service
from app.audit.facts import Actor
from app.db.session import transaction
from app.lib import links
from app.queue import service as queue
from app.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from app.accounts.models import User

#: Put for unknown addresses too, so that asking takes as long for any address.
RESET_JOB = "accounts.reset"
_NOBODY = 0
_BROWSER_PURPOSE = "known-browser"


def sign_in(
    email: str, password: str, *, address: str | None, browser: str | None = None, now: datetime
) -> User:
    """The account of an e-mail address and its password.

    Where it has no second factor, the sign-in is written down; else `give_code` comes next.
    `browser` is what `known_browser` gave this browser, if it did. Raises TooManyTriesError, or
    WrongSignInError without saying what was wrong.
    """
    account = queries.find_account_by_email(email)
    kind = TryKind.SIGN_IN_KNOWN if _is_known(browser, account) else TryKind.SIGN_IN_ACCOUNT
    budget = {kind: email.lower(), TryKind.SIGN_IN_ADDRESS: network_of(address)}
    tries = spend_tries(budget, now=now)
    checked = account.password if account else None
    is_right = service.password_matches(account, password)
    if account is None or not is_right or not _may_sign_in(account):
        raise WrongSignInError
    rehashed = service.fresh_hash(account, password)
    with transaction():
        account = queries.lock_account(account.id)
        if account.password != checked or not account.active:
            raise WrongSignInError
        service.forgive_tries(tries)
        service.password_was_right(account, rehashed=rehashed)
        if not account.has_second_factor:
            service.signed_in(account, now=now, by=actor_of(account))
    return account


def known_browser(account: User) -> str:
    """What a browser may keep to show that this account signed in with it; opens nothing."""
    return links.sign(settings().secret_key, _BROWSER_PURPOSE, str(account.id))


def _is_known(browser: str | None, account: User | None) -> bool:
    try:
        link = links.read(settings().secrets, _BROWSER_PURPOSE, browser or "")
    except links.BadLinkError:
        return False
    return account is not None and link.subject == str(account.id)


def ask_for_reset(email: str, *, address: str | None, now: datetime) -> None:
    """Have a link sent if the address has an account; raises TooManyTriesError."""
    budget = {TryKind.RESET_ACCOUNT: email.lower(), TryKind.RESET_ADDRESS: network_of(address)}
    spend_tries(budget, now=now)
    account = queries.find_account_by_email(email)
    account_id = account.id if account else _NOBODY
    with transaction():
        queue.put(RESET_JOB, {"account_id": account_id}, now=now)


def send_reset(account_id: int, *, now: datetime) -> None:
    """Send the link that was asked for, where there is an account that may sign in."""
    with transaction():
        account = queries.find_account(account_id)
        if account is not None and _may_sign_in(account):
            service.send_reset(account, now=now, by=Actor.visitor())


def open_link(token: str, *, now: datetime) -> User:
    """The account that a link to choose a password is for; changes nothing.

    Raises BadLinkError or LinkUsedError.
    """
    link = links.read(settings().secrets, PASSWORD_PURPOSE, token)
    if not link.subject.isdecimal():
        raise links.BadLinkError
    return service.check_link(queries.find_account(int(link.subject)), link.version, now=now)


def choose_password(token: str, password: str, *, now: datetime) -> User:
    """Store the password chosen with a link, which is then used up.

    Raises BadLinkError, LinkUsedError or WeakPasswordError.
    """
    account = open_link(token, now=now)
    version = account.reset_version
    new_hash = service.hashed(password, known=[account.email, account.name])
    with transaction():
        account = service.check_link(queries.lock_account(account.id), version, now=now)
        service.set_password(account, new_hash, now=now, by=actor_of(account))
    return account


def change_password(account: User, present: str, new: str, *, now: datetime) -> User:
    """Replace the password by who knows the present one; every session ends.

    Raises TooManyTriesError, WrongPasswordError or WeakPasswordError.
    """
    prove_password(account, present, now=now)
    new_hash = service.hashed(new, known=[account.email, account.name])
    with transaction():
        account = queries.lock_account(account.id)
        service.set_password(account, new_hash, now=now, by=actor_of(account))
    return account


def change_details(
    account: User, *, name: str, email: str, locale: str, present: str, now: datetime
) -> User:
    """Change one's own name, language and, with the present password, e-mail address.

    Raises TooManyTriesError, WrongPasswordError or AccountExistsError.
    """
    if email.lower() != account.email:
        prove_password(account, present, now=now)
    with transaction():
        account = queries.lock_account(account.id)
        service.change_details(
            account, name=name, email=email, locale=locale, now=now, by=actor_of(account)
        )
    return account


def prove_password(account: User, password: str, *, now: datetime) -> None:
    """Make sure that it is still she; raises TooManyTriesError or WrongPasswordError."""
    tries = spend_tries({TryKind.PASSWORD_CHECK: str(account.id)}, now=now)
    if not service.password_matches(account, password):
        raise WrongPasswordError
    with transaction():
        service.forgive_tries(tries)


def actor_of(account: User) -> Actor:
    """The account as the one who does something."""
    return Actor.account(account.id, account.name)


def _may_sign_in(account: User) -> bool:
    # Demo accounts have published passwords; they are worth nothing outside the demo.
    return account.active and (settings().is_demo or not account.is_demo)


def spend_tries(tries: Mapping[TryKind, str], *, now: datetime) -> list[int]:
    """Count a try before it is made; raises TooManyTriesError once a budget is used up.

    A refused try is not written, so that a flood of them costs reads alone. What is written is
    committed before it is counted again: of tries that come at once, none is overlooked.
    """
    secret = settings().secret_key
    buckets = {kind: bucket_of(secret, kind, value) for kind, value in tries.items()}
    if any(queries.is_over_budget(*each, now=now) for each in buckets.items()):
        raise TooManyTriesError
    with transaction():
        written = service.note_tries(buckets.values(), now=now)
    if any(queries.is_over_budget(*each, now=now, besides=1) for each in buckets.items()):
        raise TooManyTriesError
    return written
