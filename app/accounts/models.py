"""Tables of accounts, their roles in groups, and recent tries to sign in."""

from datetime import datetime

from flask_security import UserMixin
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.rules.permissions import POWERFUL_ROLES, Role
from app.accounts.rules.sessions import ERASED_DOMAIN
from app.db.base import Base
from app.db.types import UtcDateTime, str_enum
from app.groups.models import Group


class User(UserMixin, Base):
    """An organiser's account; the names of four columns are those Flask-Security reads."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lowercase"),
        CheckConstraint("reset_until IS NULL OR reset_version > 0", name="open_link_has_version"),
        CheckConstraint("active = (closed_at IS NULL)", name="closed_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    #: The argon2id hash; nothing until an invitation was answered.
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    #: What a cookie names the account by; a new one ends every session of the account.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    #: The language of her desk and of our mails to her.
    locale: Mapped[str] = mapped_column(String(10))
    #: Came with the demo data; refused everywhere but in the demo.
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When it was closed; a while later it forgets name and address.
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    password_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Which of the links to choose a password counts, and until when; a used one counts no more.
    reset_version: Mapped[int] = mapped_column(default=0)
    reset_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: What her authenticator app shares with us, encrypted; nothing: no second factor.
    totp_secret: Mapped[str | None] = mapped_column(Text)
    #: The same while she sets it up, until her first code proves it.
    totp_pending: Mapped[str | None] = mapped_column(Text)
    #: The last time step of which a code was taken: no code counts twice.
    totp_counter: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    totp_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Which set of recovery codes counts, and which of it are used up, one bit each.
    recovery_version: Mapped[int] = mapped_column(default=0, server_default="0")
    recovery_used: Mapped[int] = mapped_column(default=0, server_default="0")

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="account", order_by="Membership.id", cascade="all, delete-orphan"
    )

    @property
    def is_erased(self) -> bool:
        """Whether a closed account has forgotten whose it was."""
        return self.email.endswith(ERASED_DOMAIN)

    @property
    def has_second_factor(self) -> bool:
        """Whether signing in takes a code beside the password."""
        return self.totp_secret is not None

    @property
    def has_power(self) -> bool:
        """Whether any of her roles decides about money, people or what is published."""
        return any(each.role in POWERFUL_ROLES for each in self.memberships)

    @property
    def is_invited(self) -> bool:
        """Whether she has yet to choose her first password."""
        return self.password is None

    def roles_in(self, group_id: int) -> frozenset[Role]:
        """What she is in one group."""
        return frozenset(each.role for each in self.memberships if each.group_id == group_id)

    @property
    def group_ids(self) -> list[int]:
        """The groups in which she has any role."""
        return sorted({each.group_id for each in self.memberships})


class Membership(Base):
    """One role of one account in one group."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "group_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    group_id: Mapped[int] = mapped_column(ForeignKey(Group.id), index=True)
    role: Mapped[Role] = mapped_column(str_enum(Role, name="membership_role"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[User] = relationship(back_populates="memberships")
    group: Mapped[Group] = relationship()


class AccountTry(Base):
    """A try to sign in, to reset or to prove a password; kept for a day, names nobody."""

    __tablename__ = "account_try"
    __table_args__ = (Index("ix_account_try_bucket_at", "bucket", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
