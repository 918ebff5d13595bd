"""Groups and payment accounts as the tests need them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.audit.facts import Actor
from app.groups import service
from app.groups.rules import GroupKind
from app.groups.service import NewGroup, NewPaymentAccount
from app.lib.text import Translated

if TYPE_CHECKING:
    from app.groups.models import Group, PaymentAccount

FOUNDED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
BY = Actor.system()


def make_group(**changes: Any) -> Group:
    """A campaign group; call it inside a transaction."""
    values: dict[str, Any] = {
        "slug": "lea-valley",
        "name": Translated.of(en="Lea Valley Solidarity Network", ar="شبكة وادي لي"),
        "about": Translated.of(en="Neighbours who organise."),
        "kind": GroupKind.NETWORK,
        "legal_name": "Lea Valley Solidarity Network",
        "legal_form": "Unincorporated association",
        "contact_email": "hello@example.org",
    }
    return service.create_group(NewGroup(**(values | changes)), now=FOUNDED, by=BY)


def make_payment_account(group: Group, **changes: Any) -> PaymentAccount:
    """The group's account at Stripe; call it inside a transaction."""
    values: dict[str, Any] = {
        "name": "network",
        "legal_name": "Lea Valley Solidarity Network",
        "statement_name": "LEA VALLEY",
        "sender_name": "Lea Valley Solidarity Network",
        "currency": "GBP",
    }
    return service.create_payment_account(
        group, NewPaymentAccount(**(values | changes)), now=FOUNDED, by=BY
    )
