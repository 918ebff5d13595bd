"""Mails about accounts: to the organiser herself, in her own language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.accounts.rules.sessions import INVITATION_LIFE, RESET_LIFE
from app.mail.service import outbox as mail

if TYPE_CHECKING:
    from datetime import datetime

    from app.accounts.models import User

#: What a link to choose a password is signed for.
PASSWORD_PURPOSE = "password"


def _password_link(account: User) -> dict[str, Any]:
    return {
        "password": {
            "endpoint": "accounts.choose_password",
            "purpose": PASSWORD_PURPOSE,
            "subject": str(account.id),
            "version": account.reset_version,
        }
    }


def invitation(account: User, *, group_name: str, by: str, now: datetime) -> None:
    """Ask a new organiser to choose her first password."""
    mail.put(
        "accounts/invitation",
        key=f"{account.id}.{account.reset_version}",
        to=account.email,
        locale=account.locale,
        values={
            "name": account.name,
            "by": by,
            "group": group_name,
            "days": INVITATION_LIFE.days,
            "links": _password_link(account),
        },
        now=now,
    )


def added_to_group(account: User, *, group_name: str, by: str, now: datetime) -> None:
    """Tell somebody who has an account that she has roles in another group."""
    mail.put(
        "accounts/added",
        key=f"{account.id}.{now.isoformat()}",
        to=account.email,
        locale=account.locale,
        values={"name": account.name, "by": by, "group": group_name},
        now=now,
    )


def reset(account: User, *, now: datetime) -> None:
    """Send a link to choose another password."""
    mail.put(
        "accounts/reset",
        key=f"{account.id}.{account.reset_version}",
        to=account.email,
        locale=account.locale,
        values={
            "name": account.name,
            "minutes": int(RESET_LIFE.total_seconds() // 60),
            "links": _password_link(account),
        },
        now=now,
    )


def password_changed(account: User, *, now: datetime) -> None:
    """Say that the password was changed, in case it was somebody else."""
    mail.put(
        "accounts/password_changed",
        key=f"{account.id}.{now.isoformat()}",
        to=account.email,
        locale=account.locale,
        values={"name": account.name},
        now=now,
    )


def email_changed(account: User, *, old: str, now: datetime) -> None:
    """Tell the old and the new address, one mail each (ASVS 5.0, 6.3.7)."""
    for address in (old, account.email):
        mail.put(
            "accounts/email_changed",
            key=f"{account.id}.{now.isoformat()}.{address}",
            to=address,
            locale=account.locale,
            values={"name": account.name, "old": old, "new": account.email},
            now=now,
        )


def second_factor_on(account: User, *, now: datetime) -> None:
    """Say that signing in takes a code from now on, in case it was somebody else."""
    _about_the_second_factor("accounts/second_factor_on", account, {}, now=now)


def second_factor_off(account: User, *, by: str, now: datetime) -> None:
    """Say that the second factor was taken off, and by whom."""
    _about_the_second_factor("accounts/second_factor_off", account, {"by": by}, now=now)


def recovery_code_used(account: User, *, left: int, now: datetime) -> None:
    """Say that a recovery code was used to sign in, and how many are left."""
    _about_the_second_factor("accounts/recovery_code_used", account, {"left": left}, now=now)


def _about_the_second_factor(
    template: str, account: User, values: dict[str, Any], *, now: datetime
) -> None:
    mail.put(
        template,
        key=f"{account.id}.{now.isoformat()}",
        to=account.email,
        locale=account.locale,
        values={
            "name": account.name,
            "links": {"factor": {"endpoint": "second_factor_desk.show"}},
            **values,
        },
        now=now,
    )
