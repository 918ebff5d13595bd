"""Setting up and changing groups and payment accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.audit import service as audit
from app.audit.facts import Actor, changes
from app.db.session import db
from app.db.topics import touch
from app.groups import queries, rules
from app.groups.errors import (
    AccountNameTakenError,
    BadAccountNameError,
    BadCurrencyError,
    BadSlugError,
    BankDetailsError,
    CharityNumberMissingError,
    GroupHasAccountError,
    PartnerTakesNoMoneyError,
    SlugTakenError,
    StaleGroupError,
    StalePaymentAccountError,
    StatementNameError,
)
from app.groups.models import Group, PaymentAccount
from app.groups.rules import (
    CardsCause,
    GroupKind,
    is_account_name,
    is_slug,
    is_statement_name,
)
from app.lib.emails import normalise_email
from app.lib.money import is_currency
from app.lib.text import N_, Translated, clean_line
from app.lib.urls import normalise_url
from app.search.rules.documents import Document
from app.search.service import documents


@dataclass(frozen=True, kw_only=True)
class GroupDetails:
    """What a body says of itself, and may say otherwise later."""

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
class NewGroup(GroupDetails):
    """What must be known of a body before it gets its page; its address never changes."""

    slug: str


@dataclass(frozen=True, kw_only=True)
class PaymentAccountDetails:
    """What donors read of a legal body's Stripe account."""

    legal_name: str
    statement_name: str
    sender_name: str
    #: How to give to it without a card; whatever is missing is not offered.
    bank_account_name: str | None = None
    bank_sort_code: str | None = None
    bank_account_number: str | None = None
    bank_iban: str | None = None
    bank_bic: str | None = None
    cheque_payee: str | None = None
    cheque_post_to: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewPaymentAccount(PaymentAccountDetails):
    """What must be known of a legal body's Stripe account; name and currency never change."""

    name: str
    currency: str = "GBP"


# --- groups -----------------------------------------------------------------------------------


def create_group(new: NewGroup, *, now: datetime, by: Actor) -> Group:
    """Give a body its page.

    Raises SlugTakenError, BadSlugError, CharityNumberMissingError, EmailProblem or UrlProblem.
    """
    if not is_slug(new.slug):
        raise BadSlugError(new.slug)
    if queries.find_group(new.slug) is not None:
        raise SlugTakenError(new.slug)
    group = Group(slug=new.slug, created_at=now, **_group_values(new))
    db.session.add(group)
    db.session.flush()
    index(group)
    audit.record(by, "group.created", f"group:{group.id}", now=now, group_id=group.id)
    touch("home", f"group:{group.id}")
    return group


def index(group: Group) -> None:
    """Let a body be found by its words."""
    documents.put(
        Document(
            kind="group",
            thing_id=group.id,
            endpoint="groups.group",
            args={"slug": group.slug},
            title=group.name,
            summary=group.about,
            texts=(group.legal_name,),
            at=group.created_at,
        )
    )


def index_all() -> None:
    """Write all bodies anew."""
    for group in queries.list_groups():
        index(group)


def edit_group(
    group_id: int, details: GroupDetails, *, seen_version: int, now: datetime, by: Actor
) -> Group:
    """Save what a body says of itself; what changed goes into the record of changes.

    Raises StaleGroupError when somebody saved after this page was made, GroupHasAccountError, or
    what `create_group` raises about the details.
    """
    group = queries.lock_group(group_id)
    if group.version != seen_version:
        raise StaleGroupError
    if details.kind is GroupKind.PARTNER and group.payment_accounts:
        raise GroupHasAccountError
    changed = _write(group, _group_values(details))
    if not changed:
        return group
    group.version += 1
    db.session.flush()
    subject = f"group:{group.id}"
    index(group)
    audit.record(by, "group.edited", subject, now=now, group_id=group.id, detail=changed)
    touch("home", subject)
    return group


def _group_values(details: GroupDetails) -> dict[str, object]:
    if details.kind is GroupKind.CHARITY and not details.legal_number:
        raise CharityNumberMissingError
    return {
        "name": details.name,
        "about": details.about,
        "kind": details.kind,
        "legal_name": clean_line(details.legal_name),
        "legal_form": clean_line(details.legal_form),
        "legal_number": details.legal_number,
        "contact_email": normalise_email(details.contact_email),
        "website": normalise_url(details.website) if details.website else None,
        "address_line": details.address_line,
    }


def _write(row: Group | PaymentAccount, values: dict[str, object]) -> dict[str, object]:
    """Set the values of a row; what differs from before."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    return dict(changes(before, values))


# --- payment accounts -------------------------------------------------------------------------


def create_payment_account(
    group: Group, new: NewPaymentAccount, *, now: datetime, by: Actor
) -> PaymentAccount:
    """Note a body's Stripe account.

    Raises PartnerTakesNoMoneyError, BadAccountNameError, StatementNameError, BadCurrencyError,
    BankDetailsError or AccountNameTakenError.
    """
    if group.kind is GroupKind.PARTNER:
        raise PartnerTakesNoMoneyError
    if not is_account_name(new.name):
        raise BadAccountNameError(new.name)
    if queries.find_payment_account(new.name) is not None:
        raise AccountNameTakenError(new.name)
    currency = new.currency.upper()
    if not is_currency(currency):
        raise BadCurrencyError(new.currency)
    values = _account_values(new)
    account = PaymentAccount(
        group_id=group.id, name=new.name, currency=currency, created_at=now, **values
    )
    db.session.add(account)
    db.session.flush()
    detail = {"name": account.name, "legal_name": account.legal_name}
    _account_changed(account, "created", detail, now=now, by=by)
    return account


def edit_payment_account(
    account_id: int, details: PaymentAccountDetails, *, seen: str, now: datetime, by: Actor
) -> PaymentAccount:
    """Save what donors read of an account; what changed goes into the record of changes.

    `seen` is the fingerprint of the account that the page was made from. Raises
    StalePaymentAccountError, StatementNameError or BankDetailsError.
    """
    account = queries.lock_payment_account(account_id)
    if account.fingerprint != seen:
        raise StalePaymentAccountError
    changed = _write(account, _account_values(details))
    if changed:
        db.session.flush()
        _account_changed(account, "edited", changed, now=now, by=by)
    return account


def switch_cards(
    account: PaymentAccount,
    *,
    on: bool,
    now: datetime,
    by: Actor,
    reason: str = "",
    cause: CardsCause = CardsCause.HAND,
) -> bool:
    """Let a payment account take cards, or rest; money already on its way is still taken.

    Whoever decides by hand that cards rest, while they do for another cause, keeps them resting
    until a hand takes them again. Returns whether anything changed.
    """
    is_taken_over = cause is CardsCause.HAND and account.cards_cause is not CardsCause.HAND
    if account.cards_on == on and (on or not is_taken_over):
        return False
    new_cause = None if on else cause
    account.cards_on, account.cards_cause, account.cards_switched_at = on, new_cause, now
    detail = {"reason": reason} if reason else {}
    if cause is not CardsCause.HAND:
        detail["cause"] = cause.value
    _account_changed(account, "cards_on" if on else "cards_off", detail, now=now, by=by)
    return True


def _account_values(details: PaymentAccountDetails) -> dict[str, object]:
    if not is_statement_name(details.statement_name):
        raise StatementNameError
    return {
        "legal_name": clean_line(details.legal_name),
        "statement_name": details.statement_name,
        "sender_name": clean_line(details.sender_name),
        **_bank_values(details),
    }


def _bank_values(details: PaymentAccountDetails) -> dict[str, str | None]:
    """The ways to give without a card, read and checked; raises BankDetailsError."""
    found: dict[str, str | None] = {
        name: clean_line(getattr(details, name) or "") or None
        for name in ("bank_account_name", "cheque_payee", "cheque_post_to")
    }
    for name, (read, sentence) in _BANK_READERS.items():
        typed = getattr(details, name)
        found[name] = read(typed) if typed else None
        if typed and found[name] is None:
            raise BankDetailsError(name, sentence)
    for name, needed_by, sentence in _BANK_NEEDS:
        if found[name] is None and any(found[each] for each in needed_by):
            raise BankDetailsError(name, sentence)
    return found


#: How each detail is read, and what is said where it cannot be.
_BANK_READERS: Mapping[str, tuple[Callable[[str], str | None], str]] = {
    "bank_sort_code": (
        rules.read_sort_code,
        N_("A sort code has six digits, like 12-34-56."),
    ),
    "bank_account_number": (
        rules.read_account_number,
        N_("An account number has six to eight digits."),
    ),
    "bank_iban": (
        rules.read_iban,
        N_("This IBAN does not add up; please compare it with your bank's papers."),
    ),
    "bank_bic": (rules.read_bic, N_("A BIC has 8 or 11 letters and digits.")),
}
#: What must be there where one of the others is.
_BANK_NEEDS: Sequence[tuple[str, tuple[str, ...], str]] = (
    ("bank_sort_code", ("bank_account_number",), N_("An account number needs its sort code.")),
    ("bank_account_number", ("bank_sort_code",), N_("A sort code needs its account number.")),
    (
        "bank_account_name",
        ("bank_account_number", "bank_iban"),
        N_("Say in whose name the account is: banks compare it with what a payer types."),
    ),
    ("bank_iban", ("bank_bic",), N_("A BIC alone is not enough; enter the IBAN too.")),
    ("cheque_post_to", ("cheque_payee",), N_("Say where cheques are posted to.")),
    ("cheque_payee", ("cheque_post_to",), N_("Say to whom cheques are made out.")),
)


def _account_changed(
    account: PaymentAccount, what: str, detail: Mapping[str, object], *, now: datetime, by: Actor
) -> None:
    audit.record(
        by,
        f"payment_account.{what}",
        f"payment_account:{account.id}",
        now=now,
        group_id=account.group_id,
        detail=detail,
    )
    touch("home", f"group:{account.group_id}")
