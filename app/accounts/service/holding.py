"""What is kept of an organiser: she reads it; what she did for her group stays in its record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.accounts.models import AccountTry, User
from app.accounts.rules.permissions import ROLE_NAMES
from app.accounts.rules.sessions import CLOSED_KEPT_FOR, ERASED_DOMAIN, TRIES_KEPT_FOR
from app.accounts.service import accounts
from app.db.session import db, transaction
from app.lib.personal import Erased, Holding, Line, Purge, Stayed
from app.lib.text import N_
from app.web.filters import plain


def _account(email: str) -> User | None:
    return db.session.scalar(select(User).where(User.email == email))


def _find(email: str) -> Sequence[Line]:
    account = _account(email)
    if account is None:
        return ()
    roles = [(plain(each.group.name), each.role) for each in account.memberships]
    closed = account.closed_at
    return (
        Line(
            title=_("Your account on the desk"),
            facts={
                "name": account.name,
                "email": account.email,
                "locale": account.locale,
                "roles": [f"{group}: {role.value}" for group, role in roles],
                "last_sign_in": _iso(account.last_sign_in_at),
                "second_factor_since": _iso(account.totp_since),
            },
            since=account.created_at,
            until=closed + CLOSED_KEPT_FOR if closed else None,
            said={
                "roles": _(", ").join(f"{group}: {_(ROLE_NAMES[role])}" for group, role in roles)
            },
        ),
    )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _erase(email: str, now: datetime) -> Erased:
    """Erase a closed account at once; one in use is closed by its group first."""
    account = _account(email)
    if account is None:
        return Erased()
    if account.active:
        stayed = Stayed(
            what=N_("Your account on the desk"),
            why=N_("You work with it. An owner of your group closes it; then it can be erased."),
        )
        return Erased(stayed=(stayed,))
    accounts.erase(account, now=now)
    stayed = Stayed(
        what=N_("What you did as an organiser, and when"),
        why=N_("So that whoever answers for the group's money can see who decided what."),
    )
    return Erased(gone=1, stayed=(stayed,))


def _count_closed(now: datetime) -> int:
    found = select(func.count(User.id)).where(
        User.closed_at < now - CLOSED_KEPT_FOR, User.email.not_like(f"%{ERASED_DOMAIN}")
    )
    return db.session.scalar(found) or 0


def _purge_closed(now: datetime) -> int:
    count = _count_closed(now)
    with transaction():
        accounts.erase_closed(now=now)
    return count


def _count_tries(now: datetime) -> int:
    found = select(func.count(AccountTry.id)).where(AccountTry.at < now - TRIES_KEPT_FOR)
    return db.session.scalar(found) or 0


def _purge_tries(now: datetime) -> int:
    count = _count_tries(now)
    with transaction():
        accounts.purge_tries(now=now)
    return count


HOLDING = Holding(key="accounts", title=N_("Your account"), find=_find, erase=_erase)
PURGES = (
    Purge(
        key="accounts.closed",
        what=N_("Accounts that were closed a year ago"),
        count=_count_closed,
        run=_purge_closed,
    ),
    Purge(
        key="accounts.tries",
        what=N_("Counts of who tried to sign in or wrote to us"),
        count=_count_tries,
        run=_purge_tries,
    ),
)
