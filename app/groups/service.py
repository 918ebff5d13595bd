"""Setting up groups and payment accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.groups import queries
from app.groups.errors import (
    AccountNameTakenError,
    BadAccountNameError,
    BadSlugError,
    CharityNumberMissingError,
    PartnerTakesNoMoneyError,
    SlugTakenError,
    StatementNameError,
)
from app.groups.models import Group, PaymentAccount
from app.groups.rules import GroupKind, is_account_name, is_slug, is_statement_name
from app.lib.emails import normalise_email
from app.lib.text import Translated, clean_line


@dataclass(frozen=True, kw_only=True)
class NewGroup:
    """What must be known of a body before it gets its page."""

    slug: str
    name: Translated
    about: Translated
    kind: GroupKind
    legal_name: str
    legal_form: str
    contact_email: str
    legal_number: str | None = None
    website: str | None = None
    address_line: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewPaymentAccount:
    """What must be known of a legal body's Stripe account."""

    name: str
    legal_name: str
    statement_name: str
    sender_name: str
    currency: str = "GBP"


def create_group(new: NewGroup, *, now: datetime, by: Actor) -> Group:
    """Give a body its page; raises SlugTakenError, BadSlugError or CharityNumberMissingError."""
    if not is_slug(new.slug):
        raise BadSlugError(new.slug)
    if queries.find_group(new.slug) is not None:
        raise SlugTakenError(new.slug)
    if new.kind is GroupKind.CHARITY and not new.legal_number:
        raise CharityNumberMissingError
    group = Group(
        slug=new.slug,
        name=new.name,
        about=new.about,
        kind=new.kind,
        legal_name=clean_line(new.legal_name),
        legal_form=clean_line(new.legal_form),
        legal_number=new.legal_number,
        contact_email=normalise_email(new.contact_email),
        website=new.website,
        address_line=new.address_line,
        created_at=now,
    )
    db.session.add(group)
    db.session.flush()
    audit.record(by, "group.created", f"group:{group.id}", now=now, group_id=group.id)
    touch("home", f"group:{group.id}")
    return group


def create_payment_account(
    group: Group, new: NewPaymentAccount, *, now: datetime, by: Actor
) -> PaymentAccount:
    """Note a body's Stripe account.

    Raises PartnerTakesNoMoneyError, BadAccountNameError, StatementNameError or
    AccountNameTakenError.
    """
    if group.kind is GroupKind.PARTNER:
        raise PartnerTakesNoMoneyError
    if not is_account_name(new.name):
        raise BadAccountNameError(new.name)
    if not is_statement_name(new.statement_name):
        raise StatementNameError
    if queries.find_payment_account(new.name) is not None:
        raise AccountNameTakenError(new.name)
    account = PaymentAccount(
        group_id=group.id,
        name=new.name,
        legal_name=clean_line(new.legal_name),
        statement_name=new.statement_name,
        sender_name=clean_line(new.sender_name),
        currency=new.currency.upper(),
        created_at=now,
    )
    db.session.add(account)
    db.session.flush()
    detail = {"name": account.name, "legal_name": account.legal_name}
    audit.record(
        by,
        "payment_account.created",
        f"payment_account:{account.id}",
        now=now,
        group_id=group.id,
        detail=detail,
    )
    return account


def switch_cards(account: PaymentAccount, *, on: bool, now: datetime, by: Actor) -> None:
    """Let a payment account take cards, or rest; money already on its way is still taken."""
    account.cards_on = on
    audit.record(
        by,
        "payment_account.cards_on" if on else "payment_account.cards_off",
        f"payment_account:{account.id}",
        now=now,
        group_id=account.group_id,
    )
    touch("home", f"group:{account.group_id}")
