"""What can happen to an account: opened, given roles, its password changed, closed.

Whatever changes what an account may do gives it a new uniquifier, so that every cookie that was
ever made for it is worth nothing once the change is committed.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from flask_security import SQLAlchemySessionUserDatastore, hash_password, verify_password
from flask_security.proxies import _security
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.accounts import mails, queries
from app.accounts.errors import (
    AccountClosedError,
    AccountExistsError,
    LastOwnerError,
    LinkUsedError,
    WeakPasswordError,
)
from app.accounts.models import AccountTry, Membership, User
from app.accounts.rules.permissions import Role
from app.accounts.rules.sessions import (
    CLOSED_KEPT_FOR,
    ERASED_DOMAIN,
    INVITATION_LIFE,
    RESET_LIFE,
    TRIES_KEPT_FOR,
    password_problem,
)
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.lib.emails import normalise_email
from app.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from sqlalchemy.orm import scoped_session


class AccountStore(SQLAlchemySessionUserDatastore):
    """Where Flask-Security finds accounts; it writes inside our transaction and never commits."""

    def __init__(self, session: scoped_session) -> None:  # type: ignore[type-arg]
        # Roles are ours, one set for each group; the library's own role table is not used.
        super().__init__(session, User, None)  # type: ignore[arg-type]

    def commit(self) -> None:
        """Send changes to the database; the edge commits them."""
        self.db.session.flush()


# --- passwords --------------------------------------------------------------------------------


def hashed(password: str, *, known: Iterable[str] = ()) -> str:
    """The hash to store for a new password; slow on purpose, so call it outside a transaction.

    Raises WeakPasswordError.
    """
    problem = password_problem(password, known=[*known, settings().site_name])
    if problem is not None:
        raise WeakPasswordError(problem)
    return hash_password(password)


def password_matches(account: User | None, password: str) -> bool:
    """Whether a password is the account's; takes as long when there is no account or password."""
    stored = account.password if account else None
    is_right = verify_password(password, stored or _decoy())
    return is_right and stored is not None


def fresh_hash(account: User, password: str) -> str | None:
    """A hash of the right password by today's measure, where the stored one is weaker."""
    if account.password and _security.pwd_context.needs_update(account.password):
        return hash_password(password)
    return None


@cache
def _decoy() -> str:
    """A hash that no password has, made like the others so that checking it takes as long."""
    return hash_password(ids.token())


# --- accounts ---------------------------------------------------------------------------------


def add_account(
    *,
    email: str,
    name: str,
    password: str | None,
    now: datetime,
    by: Actor,
    locale: str | None = None,
    is_demo: bool = False,
) -> User:
    """Open an account; without a password it waits for `invite`.

    Raises EmailProblem, AccountExistsError or WeakPasswordError.
    """
    address = normalise_email(email).lower()
    if queries.find_account_by_email(address) is not None:
        raise AccountExistsError
    account = User(
        email=address,
        name=name.strip() or address,
        password=hashed(password, known=[address, name]) if password else None,
        active=True,
        fs_uniquifier=ids.token(),
        locale=locale or settings().default_locale,
        is_demo=is_demo,
        created_at=now,
        password_set_at=now if password else None,
        reset_version=0,
    )
    _store(account)
    audit.record(by, "account.added", _subject(account), now=now)
    return account


def invite_to_group(
    *, email: str, name: str, group_id: int, roles: Iterable[Role], now: datetime, by: Actor
) -> User:
    """Give somebody roles in a group, with a new account if there is none for the address.

    Who has a password is told of the roles; who has none gets a link to choose one.
    Raises AccountClosedError.
    """
    account = queries.find_account_by_email(email)
    if account is None:
        account = add_account(email=email, name=name, password=None, now=now, by=by)
    else:
        account = queries.lock_account(account.id)
    for role in sorted(roles):
        grant_role(account, group_id, role, now=now, by=by)
    if account.is_invited:
        invite(account, now=now, by=by)
    else:
        mails.added_to_group(account, group_name=_group_name(account), by=by.label, now=now)
    return account


def invite(account: User, *, now: datetime, by: Actor) -> None:
    """Send a link to choose the first password; it replaces every link sent before."""
    _open_link(account, now=now, life=INVITATION_LIFE)
    mails.invitation(account, group_name=_group_name(account), by=by.label, now=now)
    audit.record(by, "account.invited", _subject(account), now=now)


def _group_name(account: User) -> str:
    """The group she was added to last, in her language."""
    newest = max(account.memberships, key=lambda each: each.id, default=None)
    return newest.group.name.pick(account.locale).text if newest else settings().site_name


def send_reset(account: User, *, now: datetime, by: Actor) -> None:
    """Send a link to choose another password; it replaces every link sent before."""
    _open_link(account, now=now, life=RESET_LIFE)
    mails.reset(account, now=now)
    audit.record(by, "account.reset_sent", _subject(account), now=now)


def change_details(
    account: User, *, name: str, email: str, locale: str, now: datetime, by: Actor
) -> None:
    """Change name, language and e-mail address; a new address is told to both.

    Raises EmailProblem or AccountExistsError.
    """
    address = normalise_email(email).lower()
    old = account.email
    if address != old and queries.find_account_by_email(address) is not None:
        raise AccountExistsError
    account.name, account.email, account.locale = name, address, locale
    _store(account)
    audit.record(by, "account.details_changed", _subject(account), now=now)
    if address == old:
        return
    _close_link(account)
    end_sessions(account)
    mails.email_changed(account, old=old, now=now)
    audit.record(by, "account.email_changed", _subject(account), now=now)


def _store(account: User) -> None:
    """Send a row to the database; raises AccountExistsError where somebody took the address now."""
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError as error:
        raise AccountExistsError from error


def set_password(account: User, password_hash: str, *, now: datetime, by: Actor) -> None:
    """Store a new password hash; ends every session and every open link of the account."""
    account.password, account.password_set_at = password_hash, now
    _close_link(account)
    end_sessions(account)
    mails.password_changed(account, now=now)
    audit.record(by, "account.password_changed", _subject(account), now=now)


def check_link(account: User | None, version: int, *, now: datetime) -> User:
    """The account that a link to choose a password still counts for; raises LinkUsedError."""
    if account is None or not account.active or version != account.reset_version:
        raise LinkUsedError
    if account.reset_until is None or now >= account.reset_until:
        raise LinkUsedError
    return account


def disable(account: User, *, now: datetime, by: Actor) -> None:
    """Close an account: no sign-in, no session, no open link; raises LastOwnerError."""
    if not account.active:
        return
    for each in account.memberships:
        if each.role is Role.OWNER:
            _refuse_losing_last_owner(account, each.group_id)
    account.active, account.closed_at = False, now
    _close_link(account)
    end_sessions(account)
    audit.record(by, "account.disabled", _subject(account), now=now)


def enable(account: User, *, now: datetime, by: Actor) -> None:
    """Open a closed account again, with the roles it kept; raises AccountClosedError if erased."""
    if account.active:
        return
    if account.is_erased:
        raise AccountClosedError
    account.active, account.closed_at = True, None
    audit.record(by, "account.enabled", _subject(account), now=now)


def erase_closed(*, now: datetime) -> None:
    """Let accounts that were closed long ago forget name, address, password and roles.

    The record of what was done with them keeps the number of the account and the name it had.
    """
    for account in queries.list_closed_before(now - CLOSED_KEPT_FOR):
        erase(account, now=now)


def erase(account: User, *, now: datetime) -> None:
    """Let a closed account forget whose it was."""
    account.email = f"{account.id}{ERASED_DOMAIN}"
    account.name, account.password = "", None
    account.totp_secret = account.totp_pending = account.totp_since = None
    account.memberships.clear()
    audit.record(Actor.system(), "account.erased", _subject(account), now=now)


def end_sessions(account: User) -> None:
    """Make every cookie of an account worthless once the transaction is committed."""
    _security.datastore.set_uniquifier(account)


def sign_out(account: User, *, now: datetime, by: Actor) -> None:
    """Sign an account out of every browser it is signed in with."""
    end_sessions(account)
    audit.record(by, "account.signed_out", _subject(account), now=now)


def password_was_right(account: User, *, rehashed: str | None) -> None:
    """Keep the stronger hash where the old one was weak."""
    if rehashed is not None:
        account.password = rehashed


def signed_in(account: User, *, now: datetime, by: Actor) -> None:
    """Write down a sign-in."""
    account.last_sign_in_at = now
    audit.record(by, "account.signed_in", _subject(account), now=now)


def _open_link(account: User, *, now: datetime, life: timedelta) -> None:
    account.reset_version += 1
    account.reset_until = now + life


def _close_link(account: User) -> None:
    account.reset_until = None


def _subject(account: User) -> str:
    return f"account:{account.id}"


# --- roles ------------------------------------------------------------------------------------


def grant_role(account: User, group_id: int, role: Role, *, now: datetime, by: Actor) -> None:
    """Give a role in a group; one she has already stays. Raises AccountClosedError."""
    if not account.active:
        raise AccountClosedError
    if role in account.roles_in(group_id):
        return
    account.memberships.append(Membership(group_id=group_id, role=role, granted_at=now))
    _roles_changed(account, group_id, f"granted {role.value}", now=now, by=by)


def revoke_role(account: User, group_id: int, role: Role, *, now: datetime, by: Actor) -> None:
    """Take a role away; raises LastOwnerError."""
    held = [m for m in account.memberships if m.group_id == group_id and m.role is role]
    if not held:
        return
    if role is Role.OWNER:
        _refuse_losing_last_owner(account, group_id)
    for each in held:
        account.memberships.remove(each)
    _roles_changed(account, group_id, f"revoked {role.value}", now=now, by=by)


def set_roles(
    account: User, group_id: int, roles: Iterable[Role], *, now: datetime, by: Actor
) -> None:
    """Give exactly these roles in a group; raises LastOwnerError or AccountClosedError."""
    wanted = frozenset(roles)
    had = account.roles_in(group_id)
    for role in sorted(wanted - had):
        grant_role(account, group_id, role, now=now, by=by)
    for role in sorted(had - wanted):
        revoke_role(account, group_id, role, now=now, by=by)


def _roles_changed(account: User, group_id: int, what: str, *, now: datetime, by: Actor) -> None:
    db.session.flush()
    end_sessions(account)
    audit.record(
        by, "account.roles_changed", _subject(account), now=now, group_id=group_id,
        detail={"change": what},
    )  # fmt: skip


def _refuse_losing_last_owner(account: User, group_id: int) -> None:
    owners = queries.lock_owners(group_id)
    if account.active and [owner.id for owner in owners] == [account.id]:
        raise LastOwnerError


# --- tries ------------------------------------------------------------------------------------


def note_tries(buckets: Iterable[str], *, now: datetime) -> list[int]:
    """Count a try in each bucket before it is made, so that tries at once all count."""
    rows = [AccountTry(bucket=bucket, at=now) for bucket in buckets]
    db.session.add_all(rows)
    db.session.flush()
    return [row.id for row in rows]


def forgive_tries(tries: Iterable[int]) -> None:
    """Take tries back that turned out right; the wrong ones beside them stay counted."""
    db.session.execute(delete(AccountTry).where(AccountTry.id.in_(list(tries))))


def purge_tries(*, now: datetime) -> None:
    """Delete tries that no budget looks at any more."""
    db.session.execute(delete(AccountTry).where(AccountTry.at <= now - TRIES_KEPT_FOR))
