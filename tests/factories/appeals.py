"""Appeals, gifts and donations for tests; each function saves, so call it inside a transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.appeals.queries import appeals as appeal_reads
from app.appeals.rules.appeals import AppealContent
from app.appeals.rules.giving import Gift
from app.appeals.service import editing, giving
from app.audit.facts import Actor
from app.groups import queries as groups
from app.groups import service as groups_service
from app.groups.models import Group
from app.groups.rules import GroupKind
from app.groups.service import NewPaymentAccount
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.models import Fund
from app.ledger.rules import FundKind
from app.ledger.service import NewFund
from app.lib import clock, ids
from app.lib.money import Money
from app.lib.text import Translated
from tests.factories.groups import make_group

BY = Actor.system()


def make_network() -> Group:
    """The network that collects, with its payment account `network`."""
    found = groups.find_group("lea-valley")
    if found is not None:
        return found
    group = make_group(
        slug="lea-valley",
        name=Translated.of(en="Lea Valley Network", ar="شبكة وادي ليا"),
        kind=GroupKind.NETWORK,
        legal_name="Lea Valley Solidarity Network",
        legal_form="Unincorporated association",
        legal_number=None,
        contact_email="treasurer@example.org",
    )
    account = NewPaymentAccount(
        name="network",
        legal_name="Lea Valley Solidarity Network",
        statement_name="LEA VALLEY",
        sender_name="Lea Valley Network",
    )
    groups_service.create_payment_account(group, account, now=clock.utcnow(), by=BY)
    return group


def make_fund(group: Group | None = None, **changes: Any) -> Fund:
    """The first fund of a group, or a new one where something about it is to differ."""
    owner = group or make_network()
    slug = changes.get("slug", f"{owner.slug}-fund")
    found = ledger.find_fund(slug)
    if found is not None:
        return found
    account = groups.find_payment_account("network")
    is_partner = changes.get("kind") is FundKind.PARTNER
    values: dict[str, Any] = {
        "slug": slug,
        "name": Translated.of(en="First year", ar="السنة الأولى"),
        "purpose": Translated.of(en="Halls, printing, travel.", ar="القاعات والطباعة والسفر."),
        "secondary_purpose": Translated.of(en="It goes to next year.", ar="يبقى للسنة القادمة."),
        "kind": FundKind.NETWORK,
        "payment_account": None if is_partner else account,
    }
    return ledger_service.create_fund(
        owner, NewFund(**(values | changes)), now=clock.utcnow(), by=BY
    )


def make_appeal(
    *,
    fund: Fund | None = None,
    slug: str = "get-started",
    is_published: bool = True,
    **changes: Any,
) -> Appeal:
    """An open appeal for £12,000 with £10, £25 and £50 suggested."""
    now = changes.pop("now", clock.utcnow())
    chosen = fund or make_fund()
    values: dict[str, Any] = {
        "fund_id": chosen.id,
        "title": Translated.of(en="Help us get started", ar="ساعدونا على البدء"),
        "summary": Translated.of(en="A hall, a printer, a van.", ar="قاعة وطابعة وشاحنة."),
        "story": Translated.of(en="## Why\n\nWe **begin**.", ar="## لماذا\n\nنحن نبدأ."),
        "goal": Money(1_200_000, chosen.currency),
        "suggested_minor": (1000, 2500, 5000),
        "opens_at": now - timedelta(days=10),
        "closes_at": None,
    }
    content = AppealContent(**(values | changes))
    group = groups.get_group_by_id(chosen.group_id)
    appeal = editing.create_appeal(group, content, slug=slug, now=now, by=BY)
    if is_published:
        editing.publish_appeal(appeal.id, now=now, by=BY)
    return appeal


def make_gift(**changes: Any) -> Gift:
    """Ten pounds from Salma, once and anonymously; nothing is saved."""
    values: dict[str, Any] = {
        "amount": Money(1000, "GBP"),
        "email": "salma@example.org",
        "locale": "en",
    }
    return Gift(**(values | changes))


def make_donation(
    appeal: Appeal | None = None, *, now: datetime | None = None, **changes: Any
) -> Donation:
    """A donation that is not paid yet."""
    chosen = appeal or appeal_reads.find_appeal("get-started") or make_appeal()
    at, nonce = now or clock.utcnow(), changes.pop("nonce", ids.token(16))
    return giving.pledge(chosen, make_gift(**changes), nonce=nonce, now=at, by=BY)
