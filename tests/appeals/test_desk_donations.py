"""The desk's donations: who sees what, what is found, and the file of it."""

from __future__ import annotations

import base64
import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from app.accounts.rules.permissions import Role
from app.appeals.models.appeals import Appeal
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.render import appeals as render
from app.audit.models import AuditEntry
from app.db.session import db, transaction
from app.groups import service as groups
from app.groups.rules import GroupKind
from app.groups.service import NewPaymentAccount
from app.lib import clock
from app.lib.money import Money, format_money
from app.lib.text import Translated
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState
from tests.appeals.donors import forms_of
from tests.appeals.money import Giver, donation_of
from tests.appeals.test_giving import words
from tests.factories.accounts import make_account, sign_in
from tests.factories.appeals import (
    BY,
    make_appeal,
    make_donation,
    make_fund,
    make_gift,
    make_network,
)
from tests.factories.groups import make_group

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.rehearsal.core import Rehearsal

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def sign_in_as(client: FlaskClient, *roles: Role) -> None:
    """Sign in as somebody with these roles in the network."""
    with transaction():
        make_account(*roles, group=make_network(), email="desk@example.org")
    sign_in(client, "desk@example.org")


def make_other_group_s_donation() -> str:
    """A donation to an appeal of another group; returns its public id."""
    with transaction():
        group = make_group(slug="others", kind=GroupKind.NETWORK)
        account = groups.create_payment_account(
            group,
            NewPaymentAccount(
                name="charity", legal_name="Others", statement_name="OTHERS", sender_name="Others"
            ),
            now=clock.utcnow(),
            by=BY,
        )
        fund = make_fund(group, slug="others-fund", payment_account=account)
        appeal = make_appeal(fund=fund, slug="others-appeal")
        return make_donation(appeal, email="other@example.org", name="Other Donor").public_id


def cells(page: TestResponse) -> list[list[str]]:
    return list(csv.reader(StringIO(page.get_data(as_text=True).removeprefix("\ufeff"))))


def export(client: FlaskClient, path: str = "/desk/donations/") -> TestResponse:
    """Press the button below the list."""
    form = next(each for each in forms_of(client.get(path)) if each.action.endswith(".csv"))
    return client.post(form.action, data=form.values, buffered=True)


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient, appeal: Appeal) -> None:
    with transaction():
        public_id = make_donation().public_id
    for path in ("/desk/donations/", f"/desk/donations/{public_id}", "/desk/donations.csv"):
        assert client.get(path).status_code == 303
    assert client.post("/desk/donations.csv").status_code == 403


@pytest.mark.one_database
def test_an_editor_sees_no_donations(client: FlaskClient, appeal: Appeal) -> None:
    with transaction():
        public_id = make_donation().public_id
    sign_in_as(client, Role.EDITOR)
    for path in ("/desk/donations/", f"/desk/donations/{public_id}", "/desk/donations.csv"):
        assert client.get(path).status_code == 403


@pytest.mark.one_database
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MODERATOR])
def test_who_may_not_see_people_sees_amounts_alone(
    client: FlaskClient, appeal: Appeal, role: Role
) -> None:
    with transaction():
        hidden = make_donation(name="Salma Haddad", message="Hello there").public_id
        make_donation(email="rana@example.org", name="Rana Aziz", public_name="Rana")
    sign_in_as(client, role)
    for path in ("/desk/donations/", f"/desk/donations/{hidden}", "/desk/donations/?q=salma"):
        text = client.get(path).get_data(as_text=True)
        for secret in ("Salma Haddad", "salma@example.org", "Aziz", "rana@example.org", "Hello"):
            assert secret not in text
    assert "MSTR-" not in words(client.get("/desk/donations/?q=salma"))
    assert "MSTR-" in words(client.get("/desk/donations/?q=rana"))
    assert client.post("/desk/donations.csv").status_code == 403


@pytest.mark.one_database
def test_another_group_s_donations_are_not_there(client: FlaskClient, appeal: Appeal) -> None:
    public_id = make_other_group_s_donation()
    sign_in_as(client, Role.OWNER)
    assert "MSTR-" not in words(client.get("/desk/donations/"))
    assert client.get(f"/desk/donations/{public_id}").status_code == 404
    assert client.get("/desk/donations/nowhere").status_code == 404


def test_search_finds_by_name_address_and_reference(client: FlaskClient, appeal: Appeal) -> None:
    with transaction():
        first = make_donation(name="Salma Haddad", email="salma@example.org")
        second = make_donation(name="50% off_", email="rana@example.org")
        references = first.reference, second.reference
    sign_in_as(client, Role.TREASURER)
    for q, found in (
        ("haddad", {0}), ("RANA@", {1}), ("50%", {1}), ("%", {1}), ("_", {1}), ("nobody", set()),
        (references[0].lower(), {0}), (references[1], {1}), ("'; --", set()), ("", {0, 1}),
    ):  # fmt: skip
        page = words(client.get("/desk/donations/", query_string={"q": q}))
        assert {
            number for number in (0, 1) if references[number] in page.split("Show", 1)[1]
        } == found


def test_filters_narrow_and_sums_follow(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    giver = Giver(stripe, appeal.id)
    kept, part, gone = (
        giver.give(make_gift(amount=Money(minor, "GBP"))) for minor in (1000, 2000, 4000)
    )
    giver.refund(part, 500)
    giver.refund(gone, 4000)
    waiting = giver.begin(make_gift(amount=Money(8000, "GBP")))
    sign_in_as(client, Role.OWNER)
    by_state = {"received": kept, "part_returned": part, "returned": gone, "not_paid": waiting}
    for state, public_id in by_state.items():
        page = client.get(f"/desk/donations/?state={state}").get_data(as_text=True)
        assert {each for each in by_state.values() if each in page} == {public_id}
    page = words(client.get("/desk/donations/"))
    assert "Donations 4" in page
    assert "Received £25 " in page
    assert "Returned £45 " in page
    assert "Donations 0" not in words(client.get(f"/desk/donations/?appeal={appeal.id}"))
    for nothing in ("?appeal=99999", "?state=on_its_way", "?since=2099-01-01", "?until=2020-01-01"):
        assert ("MSTR-" in words(client.get(f"/desk/donations/{nothing}"))) is (
            nothing == "?appeal=99999"
        )


@pytest.mark.one_database
@pytest.mark.parametrize(
    "query",
    ["since=x", "until=2026-13-40", "since=%00&q=%ff", "since=٢٠٢٦", "since=0001-01-01",
     "until=9999-12-31"],
)  # fmt: skip
def test_a_date_that_is_none_is_explained(client: FlaskClient, appeal: Appeal, query: str) -> None:
    sign_in_as(client, Role.OWNER)
    assert client.get(f"/desk/donations/?{query}").status_code in {400, 422}


@pytest.mark.one_database
@pytest.mark.one_database  # PostgreSQL plans by what a table holds, and this one is empty
@pytest.mark.parametrize("after", [None, (NOON, 7)])
def test_the_list_is_read_along_an_index_however_long_it_is(
    appeal: Appeal, after: tuple[datetime, int] | None
) -> None:
    wanted = donation_reads.DonationFilter(group_ids=[appeal.group_id])
    connection = db.session.connection()
    asked: list[tuple[str, Any]] = []

    @event.listens_for(connection, "before_cursor_execute")
    def note(*given: Any) -> None:
        asked.append((given[2], given[3]))

    donation_reads.list_donations(wanted, after=after, limit=51)
    event.remove(connection, "before_cursor_execute", note)
    ((statement, values),) = asked
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    steps = " / ".join(row.detail for row in plan)
    assert "donation USING INDEX ix_donation_dated_at" in steps
    assert "TEMP B-TREE" not in steps


def test_days_are_days_where_we_are(client: FlaskClient, app: Flask) -> None:
    late = datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)  # 23:59:59 in London
    with transaction():
        made = make_appeal(now=NOON)
        inside = make_donation(made, now=late).reference
        outside = make_donation(made, now=late + timedelta(seconds=1)).reference
    sign_in_as(client, Role.OWNER)
    page = words(client.get("/desk/donations/?since=2026-07-01&until=2026-07-01"))
    assert inside in page
    assert outside not in page


def test_a_long_list_is_paged_without_loss(client: FlaskClient, app: Flask) -> None:
    with transaction():
        made = make_appeal(now=NOON)
        references = [
            make_donation(made, now=NOON + timedelta(seconds=number // 7)).reference
            for number in range(120)
        ]
    sign_in_as(client, Role.OWNER)
    seen, path = [], "/desk/donations/"
    for _ in range(3):
        page = client.get(path).get_data(as_text=True)
        seen += [each for each in references if f">{each}</a>" in page]
        _, _, rest = page.partition('rel="next" href="')
        path = rest.partition('"')[0].replace("&amp;", "&")
    assert path == ""
    assert sorted(seen) == sorted(references)
    assert len(cells(export(client))) == 121


def key_of(text: str) -> str:
    """A page key that says this."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after",
    ["x", "AAAA", "é" * 9, key_of("2026|1"), key_of("2026-01-01T00:00:00+00:00|" + "9" * 30),
     key_of("0001-01-01T00:00:00+14:00|1"), key_of("9999-12-31T23:59:59-14:00|-1")],
)  # fmt: skip
def test_a_broken_page_key_means_the_first_page(
    client: FlaskClient, appeal: Appeal, after: str
) -> None:
    with transaction():
        make_donation()
    sign_in_as(client, Role.OWNER)
    page = client.get("/desk/donations/", query_string={"after": after})
    assert page.status_code == 200
    assert "MSTR-" in words(page)


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 30, "9" * 400, "-1", "x"])
def test_a_number_that_no_row_has_is_not_found(
    client: FlaskClient, appeal: Appeal, number: str
) -> None:
    sign_in_as(client, Role.OWNER)
    for path in (f"/desk/appeals/{number}", f"/desk/appeals/{appeal.id}/updates/{number}"):
        assert client.get(path).status_code == 404
    assert client.get(f"/desk/donations/?appeal={number}").status_code == 200


def test_a_donation_s_page_shows_everything_about_it(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    giver = Giver(stripe, appeal.id)
    public_id = giver.give(make_gift(name="Salma <Haddad>", covers_fee=True, message="Good luck"))
    giver.refund(public_id, 1036)
    sign_in_as(client, Role.TREASURER)
    page = words(client.get(f"/desk/donations/{public_id}"))
    for told in (
        "£10.36",
        "Salma &lt;Haddad&gt;",
        "salma@example.org",
        "Good luck",
        "Decided to give By: the donor.",
        "Money came £10.36",
        "Receipt 1 over £10.36",
        "Money given back −£10.36",
        "Mail “News of money given back”: waits to be sent",
        "Went back to the donor £10.36",
        "pi_",
        "txn_",
        "Fees",
        "Paid by Card",
        "Language English",
        "Write to the donor",
    ):
        assert told in page
    for code in ("succeeded", "donation.pledged", "visitor", "Give money back"):
        assert code not in page  # nothing is left to be given back


def test_what_can_be_done_follows_from_what_happened(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    giver = Giver(stripe, appeal.id)
    kept = giver.give(make_gift())
    waiting = giver.begin(make_gift())
    with transaction():
        receipt = db.session.scalars(select(OutboxMail)).one()
        receipt.state, receipt.last_error = MailState.FAILED, "550 no such mailbox"
    sign_in_as(client, Role.TREASURER)
    page = client.get(f"/desk/donations/{kept}").get_data(as_text=True)
    assert 'href="/desk/queues#mails"' in page
    assert "550 no such mailbox" in page
    assert "Give money back at Stripe" in page
    assert "mailto:salma@example.org?subject=MSTR-" in page
    page = client.get(f"/desk/donations/{waiting}").get_data(as_text=True)
    assert "She decided to give, but no money came." in page
    assert "Give money back at Stripe" not in page


@pytest.mark.one_database
def test_who_may_not_see_people_is_not_led_to_them(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    public_id = Giver(stripe, appeal.id).give(make_gift())
    sign_in_as(client, Role.MODERATOR)
    page = client.get(f"/desk/donations/{public_id}").get_data(as_text=True)
    assert "mailto:" not in page
    assert "/desk/queues" not in page


def test_the_list_comes_to_what_the_appeal_counts(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    giver = Giver(stripe, appeal.id)
    for minor, returned in ((1000, 0), (1999, 333), (2500, 1), (777, 804)):
        public_id = giver.give(make_gift(amount=Money(minor, "GBP"), covers_fee=True))
        if returned:
            giver.refund(public_id, min(returned, donation_of(public_id).received_minor))
    (sums,) = donation_reads.sum_donations(
        donation_reads.DonationFilter(group_ids=[appeal.group_id])
    )
    donations = donation_reads.list_donations_of(appeal.id)
    totals = appeal_reads.get_appeal_by_id(appeal.id).totals
    assert sums.received == totals.received
    assert sums.returned == totals.returned
    for gifts, fees, whole in (
        (sums.received, sums.fees_received, sum(each.received_minor for each in donations)),
        (sums.returned, sums.fees_returned, sum(each.returned_minor for each in donations)),
    ):
        assert gifts + fees == Money(whole, "GBP")
    sign_in_as(client, Role.OWNER)
    page = client.get("/desk/").get_data(as_text=True)
    assert format_money(totals.received, "en") in page
    page = words(client.get(f"/desk/donations/?appeal={appeal.id}"))
    assert f"Received {format_money(totals.received, 'en')} " in page


def test_the_file_is_safe_whole_and_written_down(
    client: FlaskClient, appeal: Appeal, stripe: Rehearsal
) -> None:
    public_id = Giver(stripe, appeal.id).give(
        make_gift(name="=1+1", public_name="@SUM(A1)", message='+44,"x"\n-1', covers_fee=True)
    )
    sign_in_as(client, Role.TREASURER)
    answer = export(client)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert "Content-Length" not in answer.headers  # it is sent while it is made
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.get_data().startswith(b"\xef\xbb\xbfreference,date,")
    head, row = cells(answer)
    told = dict(zip(head, row, strict=True))
    donation = donation_of(public_id)
    assert told["reference"] == donation.reference
    assert (told["gift"], told["covered_fee"], told["received"]) == ("10.00", "0.36", "10.36")
    assert (told["name"], told["public_name"]) == ("'=1+1", "'@SUM(A1)")
    assert told["message"] == '\'+44,"x"\n-1'
    assert told["email"] == "salma@example.org"
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "donations.exported")
    ).one()
    assert entry.actor_label == "Amal Haddad"


@pytest.mark.one_database
def test_the_file_holds_what_the_list_shows(client: FlaskClient, appeal: Appeal) -> None:
    with transaction():
        make_donation(name="Salma")
        wanted = make_donation(name="Rana", email="rana@example.org").reference
    sign_in_as(client, Role.OWNER)
    rows = cells(export(client, "/desk/donations/?q=rana"))
    assert [row[0] for row in rows[1:]] == [wanted]


@pytest.mark.one_database
def test_the_file_needs_the_button(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.OWNER)
    assert client.get("/desk/donations.csv").location == "/desk/donations/"
    assert client.post("/desk/donations.csv").status_code == 400


@pytest.mark.one_database
def test_today_leads_to_the_donations_of_an_appeal(client: FlaskClient, appeal: Appeal) -> None:
    sign_in_as(client, Role.OWNER)
    page = client.get("/desk/").get_data(as_text=True)
    assert f'href="/desk/donations/?appeal={appeal.id}"' in page
    assert Translated.of(en="Help us get started").origin_text in page
    assert appeal_reads.find_appeal("get-started") is not None


def test_a_file_names_only_the_people_whom_its_reader_may_see(appeal: Appeal) -> None:
    with transaction():
        donation = make_donation(appeal, name="Salma Haddad", message="Hello")
    group_id = appeal.group_id
    without = "".join(render.donation_file([donation], [], locale="en"))
    assert donation.reference in without
    for private in ("salma@example.org", "Salma Haddad", "Hello"):
        assert private not in without
        assert private in "".join(render.donation_file([donation], [group_id], locale="en"))
