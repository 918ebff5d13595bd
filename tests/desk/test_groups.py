"""Groups, payment accounts and funds on the desk: from nothing to a fund that an appeal can use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from app.accounts.rules.permissions import Role
from app.audit import queries as audit
from app.db.session import db, transaction
from app.groups import queries as groups
from app.groups.models import Group, PaymentAccount
from app.groups.rules import GroupKind
from app.ledger import queries as ledger
from app.ledger import service as books
from app.ledger.models import Fund
from app.ledger.rules import FundKind
from app.lib import clock
from tests.factories.accounts import make_account, sign_in, token_on
from tests.factories.appeals import make_appeal
from tests.factories.groups import FOUNDED, make_group, make_payment_account
from tests.factories.ledger import charge, make_fund

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.one_database


@pytest.fixture
def group(app: Flask) -> Group:
    """A group that was founded with its first account, and nothing else."""
    with transaction():
        return make_group()


@pytest.fixture
def owner(client: FlaskClient, group: Group) -> FlaskClient:
    """Who owns it, signed in."""
    return signed_in(client, group, Role.OWNER)


@pytest.fixture
def account(group: Group) -> PaymentAccount:
    """Its account at Stripe."""
    with transaction():
        return make_payment_account(group)


@pytest.fixture
def fund(group: Group, account: PaymentAccount) -> Fund:
    """Its fund."""
    with transaction():
        return make_fund(group, account)


def signed_in(client: FlaskClient, group: Group, *roles: Role) -> FlaskClient:
    """Somebody with these roles in a group."""
    with transaction():
        someone = make_account(*roles, group=group)
    sign_in(client, someone.email)
    return client


def typed_group(**changes: str) -> dict[str, str]:
    """A whole group as it is typed."""
    return {
        "name-en": "Lea Valley Network",
        "name-ar": "شبكة وادي لي",
        "about-en": "We organise, together.",
        "about-ar": "",
        "kind": "network",
        "legal_name": "Lea Valley Network",
        "legal_form": "Unincorporated association",
        "legal_number": "",
        "contact_email": "Office@Example.org",
        "website": "lea-valley.example",
        "address_line": "1 High Road, London",
        **changes,
    }


def typed_account(**changes: str) -> dict[str, str]:
    """A whole payment account as it is typed."""
    return {
        "name": "main",
        "legal_name": "Lea Valley Network",
        "statement_name": "LEA VALLEY",
        "sender_name": "Lea Valley",
        "currency": "gbp",
        **changes,
    }


def typed_fund(**changes: str) -> dict[str, str]:
    """A whole fund as it is typed."""
    return {
        "slug": "second-year",
        "name-en": "Second year",
        "purpose-en": "Hall and printing.",
        "purpose-ar": "القاعة والطباعة.",
        "secondary_purpose-en": "The year after.",
        "kind": "network",
        "payment_account": "",
        "partner_url": "",
        "currency": "GBP",
        **changes,
    }


def send(client: FlaskClient, address: str, values: dict[str, Any], on: str = "") -> TestResponse:
    """Send a form with the token, and what else is hidden, of the page it stands on."""
    page = client.get(on or address)
    text = page.get_data(as_text=True)
    hidden = dict(re.findall(r'name="(version|seen)" type="hidden" value="([^"]*)"', text))
    return client.post(address, data={"csrf_token": token_on(page), **hidden, **values})


def last_change(subject: str) -> tuple[str, dict[str, Any]]:
    """The newest row of the record of changes about something."""
    entry = audit.list_for(subject)[0]
    return entry.action, entry.detail or {}


# --- groups -----------------------------------------------------------------------------------


def test_a_new_installation_is_led_from_its_group_to_an_appeal(
    owner: FlaskClient, group: Group
) -> None:
    assert "Nobody can give yet" in owner.get("/desk/").get_data(as_text=True)
    page = owner.get("/desk/groups/").get_data(as_text=True)
    assert f'href="/desk/groups/{group.id}"' in page
    assert "Owner" in page
    shown = owner.get(f"/desk/groups/{group.id}").get_data(as_text=True)
    assert "Before people can give" in shown
    assert "No fund yet: add one, then an appeal." in shown
    assert f'href="/desk/groups/{group.id}/accounts/new"' in shown
    assert 'href="/desk/groups/"' in owner.get("/desk/appeals/new").get_data(as_text=True)
    assert "your groups have none yet" in owner.get("/desk/appeals/").get_data(as_text=True)


def test_a_group_is_edited_and_what_changed_is_written_down(
    owner: FlaskClient, group: Group
) -> None:
    answer = send(owner, f"/desk/groups/{group.id}/edit", typed_group())
    assert answer.status_code == 303
    db.session.expire_all()
    assert group.name.texts == {"en": "Lea Valley Network", "ar": "شبكة وادي لي"}
    assert (group.contact_email, group.website) == (
        "office@example.org",
        "https://lea-valley.example",
    )
    assert (group.slug, group.version) == ("lea-valley", 2)
    action, detail = last_change(f"group:{group.id}")
    assert action == "group.edited"
    assert detail["legal_name"] == ["Lea Valley Solidarity Network", "Lea Valley Network"]
    assert "kind" not in detail


def test_saving_the_same_again_changes_nothing(owner: FlaskClient, group: Group) -> None:
    send(owner, f"/desk/groups/{group.id}/edit", typed_group())
    assert send(owner, f"/desk/groups/{group.id}/edit", typed_group()).status_code == 303
    db.session.expire_all()
    assert group.version == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name-en", "", "Say what the group is called."),
        ("kind", "charity", "A charity needs its registered number."),
        ("contact_email", "nobody", "like name@example.org"),
        ("website", "javascript:alert(1)", "Enter the address of a web page"),
        ("legal_name", "x" * 201, "at most 200"),
        ("kind", "church", "choose from what is offered"),
    ],
)
def test_a_wrong_group_is_shown_again_as_typed(
    owner: FlaskClient, group: Group, field: str, value: str, sentence: str
) -> None:
    values = {"name-ar": "", "address_line": "2 Low Road"} | typed_group(**{field: value})
    values |= {"name-ar": ""} if field == "name-en" else {}
    answer = send(owner, f"/desk/groups/{group.id}/edit", values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert "1 High Road, London" in page
    assert audit.list_for(f"group:{group.id}")[0].action == "group.created"


def test_a_stale_page_shows_both_texts_and_can_be_saved_knowingly(
    owner: FlaskClient, group: Group
) -> None:
    address = f"/desk/groups/{group.id}/edit"
    page = owner.get(address)
    send(owner, address, typed_group(legal_name="The other's"))
    token = token_on(page)
    mine = {"csrf_token": token, "version": "1"} | typed_group(legal_name="My own")
    answer = owner.post(address, data=mine)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "The other&#39;s" in text
    assert "My own" in text
    again = owner.post(address, data=mine | {"version": "2"})
    assert again.status_code == 303
    db.session.expire_all()
    assert group.legal_name == "My own"


@pytest.mark.parametrize("version", ["", "x", "-1", "٣", "9" * 5000])
def test_a_version_that_is_none_counts_as_stale(
    owner: FlaskClient, group: Group, version: str
) -> None:
    address = f"/desk/groups/{group.id}/edit"
    answer = send(owner, address, typed_group(legal_name="My own", version=version))
    assert answer.status_code == 409
    assert "My own" in answer.get_data(as_text=True)


def test_who_takes_money_here_does_not_become_a_partner(
    owner: FlaskClient, group: Group, account: PaymentAccount
) -> None:
    answer = send(owner, f"/desk/groups/{group.id}/edit", typed_group(kind="partner"))
    assert answer.status_code == 422
    assert "cannot become a partner" in answer.get_data(as_text=True)


def test_a_group_with_charity_money_stays_a_charity(client: FlaskClient, app: Flask) -> None:
    with transaction():
        charity = make_group(kind=GroupKind.CHARITY, legal_number="1234567")
        make_fund(charity, make_payment_account(charity), kind=FundKind.CHARITY)
    signed_in(client, charity, Role.OWNER)
    answer = send(client, f"/desk/groups/{charity.id}/edit", typed_group())
    assert answer.status_code == 422
    assert "so it stays a charity" in answer.get_data(as_text=True)


def test_who_founds_a_group_owns_it(owner: FlaskClient) -> None:
    answer = send(owner, "/desk/groups/new", typed_group(slug="long-road"))
    assert answer.status_code == 303
    made = groups.get_group("long-road")
    assert owner.get(answer.location).status_code == 200
    assert owner.get(f"/desk/groups/{made.id}/edit").status_code == 200
    taken = send(owner, "/desk/groups/new", typed_group(slug="long-road"))
    assert taken.status_code == 422
    assert "Another group already uses" in taken.get_data(as_text=True)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OWNER}))
def test_only_owners_change_a_group_or_its_accounts(
    client: FlaskClient, group: Group, account: PaymentAccount, role: Role
) -> None:
    signed_in(client, group, role)
    here = f"/desk/groups/{group.id}"
    assert client.get(here).status_code == 200
    assert f"{here}/edit" not in client.get(here).get_data(as_text=True)
    for address in (f"{here}/edit", f"{here}/accounts/new", "/desk/groups/new"):
        assert client.get(address).status_code == 403
    page = client.get(f"{here}/accounts/{account.id}").get_data(as_text=True)
    assert 'name="legal_name"' not in page


@pytest.mark.parametrize(
    ("role", "status"), [(Role.TREASURER, 200), (Role.ORGANISER, 403), (Role.AUDITOR, 403)]
)
def test_the_treasurer_looks_after_funds(
    client: FlaskClient, group: Group, role: Role, status: int
) -> None:
    signed_in(client, group, role)
    assert client.get(f"/desk/groups/{group.id}/funds/new").status_code == status


def test_another_group_is_not_there(owner: FlaskClient, fund: Fund) -> None:
    with transaction():
        other = make_group(slug="open-hands")
        theirs = make_payment_account(other, name="charity")
        pot = make_fund(other, theirs, slug="winter")
    mine = fund.group_id
    for address in (
        f"/desk/groups/{other.id}",
        f"/desk/groups/{other.id}/edit",
        f"/desk/groups/{other.id}/accounts/{theirs.id}",
        f"/desk/groups/{other.id}/funds/{pot.id}",
        f"/desk/groups/{mine}/accounts/{theirs.id}",
        f"/desk/groups/{mine}/funds/{pot.id}",
    ):
        assert owner.get(address).status_code == 404, address


def test_from_nothing_to_an_appeal_that_takes_gifts(owner: FlaskClient, group: Group) -> None:
    here = f"/desk/groups/{group.id}"
    send(owner, f"{here}/edit", typed_group())
    send(owner, f"{here}/accounts/new", typed_account(name="network"))
    account = groups.get_payment_account("network")
    send(owner, f"{here}/funds/new", typed_fund(payment_account=str(account.id)))
    appeal = {
        "slug": "get-started",
        "fund": str(ledger.get_fund("second-year").id),
        "title-en": "Get us started",
        "summary-en": "Help us begin.",
        "story-en": "We begin.",
        "goal": "500",
        "opens_on": "2026-01-01",
    }
    draft = send(owner, "/desk/appeals/new", appeal).location
    assert "Before people can give" in owner.get(here).get_data(as_text=True)
    assert send(owner, f"{draft}/publish", {}, on=draft).status_code == 303
    assert "Before people can give" not in owner.get(here).get_data(as_text=True)
    page = owner.get("/appeals/get-started/give")
    assert page.status_code == 200
    assert "Lea Valley Network" in page.get_data(as_text=True)


# --- payment accounts -------------------------------------------------------------------------


def test_a_payment_account_is_added(owner: FlaskClient, group: Group) -> None:
    answer = send(owner, f"/desk/groups/{group.id}/accounts/new", typed_account(name="unknown"))
    assert answer.status_code == 303
    made = groups.get_payment_account("unknown")
    assert (made.group_id, made.currency, made.cards_on) == (group.id, "GBP", True)
    page = owner.get(answer.location).get_data(as_text=True)
    assert "MUSTER_STRIPE_ACCOUNTS__UNKNOWN__SECRET_KEY" in page
    assert "/stripe/webhook/unknown" in page
    assert "LEA VALLEY* WINTER AID" in page
    assert "checkout.session.completed" in page


def test_keys_that_wait_in_the_settings_name_the_account(owner: FlaskClient, group: Group) -> None:
    page = owner.get(f"/desk/groups/{group.id}/accounts/new").get_data(as_text=True)
    assert re.search(r'name="name"\s+value="(charity|network)"', page)
    send(owner, f"/desk/groups/{group.id}/accounts/new", typed_account(name="network"))
    made = groups.get_payment_account("network")
    shown = owner.get(f"/desk/groups/{group.id}/accounts/{made.id}").get_data(as_text=True)
    assert "hold no keys" not in shown
    assert "_SECRET_KEY" not in shown


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "Lea-Valley", "cannot name a payment account"),
        ("name", "taken", "already a payment account named"),
        ("statement_name", "شبكة وادي", "5 to 22 Latin letters"),
        ("statement_name", "A" * 23, "5 to 22 Latin letters"),
        ("currency", "quid", "is no currency"),
        ("sender_name", "", "Enter the name that receipts come from."),
    ],
)
def test_a_wrong_account_is_shown_again_as_typed(
    owner: FlaskClient, group: Group, field: str, value: str, sentence: str
) -> None:
    with transaction():
        make_payment_account(group, name="taken")
    address = f"/desk/groups/{group.id}/accounts/new"
    answer = send(owner, address, typed_account(**{field: value}))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert f'href="#{field}"' in page
    assert len(groups.list_payment_accounts()) == 1


def test_what_donors_read_is_edited_and_written_down(
    owner: FlaskClient, account: PaymentAccount
) -> None:
    address = f"/desk/groups/{account.group_id}/accounts/{account.id}"
    values = typed_account(statement_name="LEA VALLEY NET")
    assert send(owner, address, values).status_code == 303
    db.session.expire_all()
    assert (account.name, account.statement_name) == ("network", "LEA VALLEY NET")
    action, detail = last_change(f"payment_account:{account.id}")
    assert action == "payment_account.edited"
    assert detail["statement_name"] == ["LEA VALLEY", "LEA VALLEY NET"]


def test_a_stale_account_shows_both_texts(owner: FlaskClient, account: PaymentAccount) -> None:
    address = f"/desk/groups/{account.group_id}/accounts/{account.id}"
    old = account.fingerprint
    send(owner, address, typed_account(sender_name="Somebody else"))
    answer = send(owner, address, typed_account(sender_name="Mine", seen=old))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Somebody else" in page
    assert "Mine" in page
    assert send(owner, address, typed_account(sender_name="Mine")).status_code == 303


def test_cards_rest_with_a_reason(client: FlaskClient, account: PaymentAccount) -> None:
    signed_in(client, account.group, Role.TREASURER)
    page = f"/desk/groups/{account.group_id}/accounts/{account.id}"
    silent = send(client, f"{page}/cards/off", {"reason": ""}, on=page)
    assert silent.status_code == 422
    assert "Say why" in silent.get_data(as_text=True)
    assert groups.get_payment_account("network").cards_on
    assert send(client, f"{page}/cards/off", {"reason": "Card testing"}, on=page).status_code == 303
    db.session.expire_all()
    assert not groups.get_payment_account("network").cards_on
    subject = f"payment_account:{account.id}"
    assert last_change(subject) == ("payment_account.cards_off", {"reason": "Card testing"})
    assert send(client, f"{page}/cards/on", {"reason": "It is over"}, on=page).status_code == 303
    assert last_change(subject)[0] == "payment_account.cards_on"


def test_an_organiser_does_not_switch_cards(client: FlaskClient, account: PaymentAccount) -> None:
    signed_in(client, account.group, Role.ORGANISER)
    page = f"/desk/groups/{account.group_id}/accounts/{account.id}"
    assert send(client, f"{page}/cards/off", {"reason": "No"}, on=page).status_code == 403


# --- funds ------------------------------------------------------------------------------------


def test_a_fund_is_opened_and_an_appeal_can_use_it(
    owner: FlaskClient, account: PaymentAccount
) -> None:
    address = f"/desk/groups/{account.group_id}/funds/new"
    values = typed_fund(payment_account=str(account.id), is_restricted="y")
    assert send(owner, address, values).status_code == 303
    made = ledger.get_fund("second-year")
    assert (made.kind, made.is_restricted, made.currency) == (FundKind.NETWORK, True, "GBP")
    assert made.payment_account == account
    assert made.purpose.texts == {"en": "Hall and printing.", "ar": "القاعة والطباعة."}
    assert "Second year" in owner.get("/desk/appeals/new").get_data(as_text=True)
    assert "£0" in owner.get(f"/desk/groups/{account.group_id}").get_data(as_text=True)
    assert "Nobody can give yet" not in owner.get("/desk/").get_data(as_text=True)


def test_a_partner_s_fund_only_links_out(owner: FlaskClient, group: Group) -> None:
    address = f"/desk/groups/{group.id}/funds/new"
    values = typed_fund(kind="partner", partner_url="open-hands.example/give")
    assert send(owner, address, values).status_code == 303
    made = ledger.get_fund("second-year")
    assert made.payment_account is None
    assert made.partner_url == "https://open-hands.example/give"
    assert "not counted here" in owner.get(f"/desk/groups/{group.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"slug": "Second Year"}, "slug", "cannot be the address of a fund"),
        ({"slug": "first-year"}, "slug", "cannot be the address of a fund"),
        ({"secondary_purpose-en": ""}, "secondary_purpose", "no longer needs"),
        ({"payment_account": ""}, "payment_account", "names exactly one payment account"),
        ({"partner_url": "a.example"}, "payment_account", "names exactly one payment account"),
        ({"kind": "charity"}, "kind", "Only a charity has funds of this kind"),
        (
            {"kind": "partner", "payment_account": "", "partner_url": "no page"},
            "partner_url",
            "Enter the address of a web page",
        ),
    ],
)
def test_a_wrong_fund_is_shown_again_as_typed(
    owner: FlaskClient, fund: Fund, changes: dict[str, str], field: str, sentence: str
) -> None:
    values = typed_fund(payment_account=str(fund.payment_account_id)) | changes
    answer = send(owner, f"/desk/groups/{fund.group_id}/funds/new", values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert f'href="#{field}"' in page
    assert "Hall and printing." in page
    assert len(ledger.list_funds()) == 1


def test_a_fund_is_edited_and_what_changed_is_written_down(owner: FlaskClient, fund: Fund) -> None:
    address = f"/desk/groups/{fund.group_id}/funds/{fund.id}"
    values = typed_fund(payment_account=str(fund.payment_account_id), kind="legal")
    assert send(owner, address, values).status_code == 303
    db.session.expire_all()
    assert (fund.slug, fund.kind) == ("first-year", FundKind.LEGAL)
    action, detail = last_change(f"fund:{fund.id}")
    assert action == "fund.edited"
    assert detail["kind"] == ["network", "legal"]
    assert detail["purpose"][1] == {"en": "Hall and printing.", "ar": "القاعة والطباعة."}
    assert "payment_account" not in detail


def test_a_stale_fund_shows_both_texts(owner: FlaskClient, fund: Fund) -> None:
    address = f"/desk/groups/{fund.group_id}/funds/{fund.id}"
    old, here = fund.fingerprint, str(fund.payment_account_id)
    theirs = {"name-en": "Theirs", "is_restricted": "y", "kind": "legal"}
    send(owner, address, typed_fund(payment_account=here) | theirs)
    mine = {"name-en": "Mine", "seen": old}
    answer = send(owner, address, typed_fund(payment_account=here) | mine)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    for text in ("en: Theirs", "en: Mine", ">Legal and hardship costs<", ">Yes<", ">No<"):
        assert text in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"payment_account": "second"}, "so it keeps its payment account"),
        ({"kind": "legal"}, "so it keeps its kind"),
        ({"is_restricted": ""}, "so it stays restricted"),
    ],
)
def test_once_money_came_a_fund_keeps_its_promises(
    owner: FlaskClient,
    group: Group,
    account: PaymentAccount,
    changes: dict[str, str],
    sentence: str,
) -> None:
    with transaction():
        fund = make_fund(group, account, is_restricted=True)
        second = make_payment_account(group, name="second")
        balance = books.stripe_balance(account, "GBP", now=FOUNDED)
        books.post(charge(fund, balance, "txn_1", 1000, 35), now=clock.utcnow())
    address = f"/desk/groups/{group.id}/funds/{fund.id}"
    page = owner.get(address).get_data(as_text=True)
    assert "Money has come into this fund" in page
    values = typed_fund(payment_account=str(account.id), is_restricted="y") | changes
    values["payment_account"] = values["payment_account"].replace("second", str(second.id))
    answer = send(owner, address, {name: each for name, each in values.items() if each})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    shown = owner.get(f"/desk/groups/{group.id}").get_data(as_text=True)
    for sum_shown in ("£10", "£0.35", "£9.65"):
        assert sum_shown in shown
    texts = typed_fund(payment_account=str(account.id), is_restricted="y")
    assert send(owner, address, texts).status_code == 303


def test_an_appeal_s_name_stands_on_the_statement(client: FlaskClient, app: Flask) -> None:
    with transaction():
        appeal = make_appeal()
        account = appeal.fund.payment_account
    assert account is not None
    signed_in(client, appeal.group, Role.OWNER)
    page = client.get(f"/desk/groups/{account.group_id}/accounts/{account.id}")
    assert f"{account.statement_name}* GET" in page.get_data(as_text=True)
