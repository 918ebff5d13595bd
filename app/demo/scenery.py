"""The bodies, funds, organisers and appeals of the demo, made through the services."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.accounts.rules.permissions import Role
from app.accounts.service import accounts
from app.appeals.models.appeals import Appeal
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import wall as wall_reads
from app.appeals.rules.appeals import AppealContent, UpdateContent
from app.appeals.rules.words import SourceKind
from app.appeals.service import editing, messages, sources
from app.audit.facts import Actor
from app.db.session import transaction
from app.demo.people import read_texts
from app.demo.pictures import draw
from app.files import service as files
from app.groups import queries as group_reads
from app.groups import service as groups
from app.groups.models import Group, PaymentAccount
from app.groups.rules import GroupKind
from app.ledger import service as ledger
from app.ledger.models import Fund
from app.ledger.rules import FundKind
from app.lib.money import Money
from app.lib.text import Translated

APPEALS = ("hardship", "get_started", "winter_aid")
ACTIVE = ("lea-valley-solidarity-network", "open-hands-relief", "syria-solidarity-campaign")
#: Everything is older than the first gift.
FOUNDED = timedelta(days=425)
#: One for all: these accounts exist in the demo alone and are refused everywhere else.
DEMO_PASSWORD = "winter-blankets-and-tea"
BY = Actor.cli("demo")


def organisers() -> list[tuple[Role, str, str]]:
    """The demo's sign-ins: role, e-mail address, name."""
    return [
        (Role(one["role"]), one["email"], one["name"]) for one in read_texts("groups")["organisers"]
    ]


def make_groups(now: datetime) -> dict[str, Group]:
    """The four bodies and their funds; call inside a transaction."""
    texts = read_texts("groups")
    founded = now - FOUNDED
    made: dict[str, Group] = {}
    opened: dict[str, PaymentAccount] = {}
    for body in texts["groups"]:
        group = groups.create_group(_new_group(body), now=founded, by=BY)
        made[group.slug] = group
        if "account" in body:
            opened[body["account"]["name"]] = groups.create_payment_account(
                group, _new_account(body), now=founded, by=BY
            )
    for pot in texts["funds"]:
        account = opened.get(pot.get("account", ""))
        ledger.create_fund(made[pot["group"]], _new_fund(pot, account), now=founded, by=BY)
    return made


def make_organisers(made: dict[str, Group], now: datetime) -> None:
    """One organiser for each role, in every body that does something; call inside a transaction."""
    joined = now - FOUNDED
    active = [made[slug] for slug in ACTIVE]
    for role, email, name in organisers():
        account = accounts.add_account(
            email=email, name=name, password=DEMO_PASSWORD, now=joined, by=BY, is_demo=True
        )
        for group in active:
            accounts.grant_role(account, group.id, role, now=joined, by=BY)


def make_appeal(texts: dict[str, Any], fund: Fund, group: Group, *, now: datetime) -> Appeal:
    """One appeal with its picture and its news, dated back; call outside a transaction."""
    opened = now - timedelta(days=texts["opened_days_ago"])
    drawn = draw(texts["picture"])
    with transaction():
        picture = files.keep_image(drawn, now=opened)
        content = _content(texts, fund, picture.id, now=now)
        appeal = editing.create_appeal(group, content, slug=texts["slug"], now=opened, by=BY)
        editing.publish_appeal(appeal.id, now=opened, by=BY)
        for news in texts["updates"]:
            posted = now - timedelta(days=news["days_ago"])
            update = UpdateContent(title=_both(news["title"]), body=_both(news["body"]))
            editing.post_update(appeal, update, now=posted, by=BY)
    return appeal


def _new_group(body: dict[str, Any]) -> groups.NewGroup:
    return groups.NewGroup(
        slug=body["slug"],
        name=_both(body["name"]),
        about=_both(body["about"]),
        kind=GroupKind(body["kind"]),
        legal_name=body["legal_name"],
        legal_form=body["legal_form"],
        legal_number=body.get("legal_number"),
        contact_email=body["contact_email"],
        website=body.get("website"),
        address_line=body.get("address_line"),
    )


def _new_account(body: dict[str, Any]) -> groups.NewPaymentAccount:
    account = body["account"]
    return groups.NewPaymentAccount(
        name=account["name"],
        legal_name=body["legal_name"],
        statement_name=account["statement_name"],
        sender_name=account["sender_name"],
        # No bank has this sort code; the IBAN is the one that manuals print.
        bank_account_name=body["legal_name"],
        bank_sort_code="00-00-00",
        bank_account_number="12345678",
        bank_iban="GB33 BUKB 2020 1555 5555 55",
        bank_bic="BUKBGB22",
        cheque_payee=body["legal_name"],
        cheque_post_to="12 Example Yard, London E17 0ZZ",
    )


def _new_fund(pot: dict[str, Any], account: PaymentAccount | None) -> ledger.NewFund:
    return ledger.NewFund(
        slug=pot["slug"],
        name=_both(pot["name"]),
        purpose=_both(pot["purpose"]),
        secondary_purpose=_both(pot["secondary_purpose"]),
        kind=FundKind(pot["kind"]),
        is_restricted=pot["is_restricted"],
        payment_account=account,
        partner_url=pot.get("partner_url"),
    )


def _content(texts: dict[str, Any], fund: Fund, picture_id: int, *, now: datetime) -> AppealContent:
    closed = texts.get("closed_days_ago")
    return AppealContent(
        fund_id=fund.id,
        title=_both(texts["title"]),
        summary=_both(texts["summary"]),
        story=_both(texts["story"]),
        goal=Money(texts["goal_minor"], fund.currency),
        suggested_minor=tuple(texts["suggested_minor"]),
        opens_at=now - timedelta(days=texts["opened_days_ago"]),
        closes_at=now - timedelta(days=closed) if closed else None,
        picture_id=picture_id,
        picture_alt=_both(texts["picture_alt"]),
    )


def _both(texts: dict[str, str]) -> Translated:
    return Translated({language: text.strip() for language, text in texts.items()}, "en")


def make_sources(now: datetime) -> None:
    """The codes of links, posters and leaflets; call outside a transaction."""
    with transaction():
        for one in read_texts("sources")["sources"]:
            appeal = appeal_reads.find_appeal(one["appeal"])
            if appeal is not None:
                sources.make_source(
                    appeal,
                    code=one["code"],
                    kind=SourceKind(one["kind"]),
                    label=one["label"],
                    now=max(appeal.opens_at, now - FOUNDED),
                    by=BY,
                )


def read_messages(now: datetime) -> None:
    """Let the moderator have read all messages but the newest two; call outside a transaction."""
    with transaction():
        with_money = [group.id for group in group_reads.list_groups()]
        for donation in list(wall_reads.list_waiting_messages(with_money))[:-2]:
            messages.show_message(donation, now=now, by=BY)
