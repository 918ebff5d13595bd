"""A donor's own page: what it shows, what it does, and who cannot get in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import func, select
from stripe import APIConnectionError

from app.appeals.models.donations import Receipt
from app.appeals.models.regular import RegularDonation
from app.appeals.rules.words import Frequency, RegularState
from app.db.session import db
from app.lib import clock, links
from app.lib.money import Money
from app.mail.models.outbox import OutboxMail
from app.payments.flows import plans, sync
from app.payments.gateway import client as gateway
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import PlanChangeKind, PlanChangeState
from app.rehearsal.cards import Card
from app.settings import settings
from tests.appeals.donors import LocalStripe, forms_of
from tests.appeals.money import Giver, donation_of
from tests.appeals.test_giving import words
from tests.factories.appeals import make_gift
from tests.house.conftest import noted_writes

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal


@pytest.fixture
def giver(appeal: Appeal, stripe: Rehearsal) -> Giver:
    return Giver(stripe, appeal.id)


@pytest.fixture
def monthly(giver: Giver) -> str:
    """A gift of five pounds a month, paid once; its public id."""
    return give_regularly(giver)


@pytest.fixture
def away(giver: Giver) -> Any:
    """Stripe does not answer while this is on."""
    return Away(giver.stripe)


class Away:
    def __init__(self, stripe: Rehearsal) -> None:
        self.stripe = stripe

    def __enter__(self) -> None:
        gateway.use_http_client(Silent(self.stripe))

    def __exit__(self, *_: object) -> None:
        gateway.use_http_client(LocalStripe(self.stripe))


class Silent(LocalStripe):
    def request(self, *_args: Any, **_kwargs: Any) -> Any:
        raise APIConnectionError("away")  # type: ignore[no-untyped-call]


def give_regularly(giver: Giver, **changes: Any) -> str:
    values = {"amount": Money(500, "GBP"), "frequency": Frequency.MONTHLY, "is_adult": True}
    donation = donation_of(giver.give(make_gift(**(values | changes))))
    assert donation.regular is not None
    return donation.regular.public_id


def regular_of(public_id: str) -> RegularDonation:
    db.session.expire_all()
    wanted = select(RegularDonation).where(RegularDonation.public_id == public_id)
    return db.session.scalars(wanted).one()


def path(public_id: str, rest: str = "", *, version: int = 1, purpose: str = "giving") -> str:
    token = links.sign(settings().secret_key, purpose, public_id, version=version)
    return f"/giving/{token}{rest}"


def press(client: FlaskClient, address: str, **typed: str) -> TestResponse:
    """Open a page that asks, press its button, and see what comes back."""
    page = client.get(address)
    assert page.status_code == 200, page.status
    form = forms_of(page)[-1]
    return client.post(form.action, data=form.values | typed)


def after(client: FlaskClient, answer: TestResponse) -> str:
    """The words of the page that a redirect leads to."""
    assert answer.status_code == 303
    return words(client.get(answer.location))


def templates_to(address: str) -> list[str]:
    db.session.expire_all()
    wanted = select(OutboxMail.template).where(OutboxMail.to == address).order_by(OutboxMail.id)
    return list(db.session.scalars(wanted))


# --- what it shows --------------------------------------------------------------------------------


def test_a_regular_gift_is_told_whole(client: FlaskClient, monthly: str) -> None:
    page = client.get(path(monthly))
    assert page.status_code == 200
    told = words(page)
    for each in ("monthly gift", "Help us get started", "£5", "Every month, until you stop it",
                 "Card ending in 4242", "First year", "Next payment", "Receipt 1", "running",
                 "LEA VALLEY", regular_of(monthly).reference):  # fmt: skip
        assert each in told
    assert "salma@example.org" not in page.get_data(as_text=True)
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "noindex" in page.get_data(as_text=True)


def test_a_single_gift_shows_payment_receipt_and_whom_to_write_to(
    client: FlaskClient, giver: Giver
) -> None:
    public_id = giver.give(make_gift(covers_fee=True))
    told = words(client.get(path(public_id)))
    for each in ("£10.36", "received", "Receipt 1", "treasurer@example.org", "How we give money"):
        assert each in told
    assert client.get(path(public_id, "/stop")).status_code == 404
    giver.refund(public_id, 1036)
    assert "went back to you" in words(client.get(path(public_id)))


@pytest.mark.one_database
@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_a_receipt_is_a_page_for_paper(client: FlaskClient, giver: Giver, prefix: str) -> None:
    public_id = giver.give(make_gift(name="Salma", covers_fee=True))
    page = client.get(prefix + path(public_id, "/receipts/1"))
    assert page.status_code == 200
    told = words(page)
    for each in ("Salma", "10.36", "0.36", "Lea Valley Solidarity Network",
                 donation_of(public_id).reference):  # fmt: skip
        assert each in told
    assert client.get(path(public_id, "/receipts/2")).status_code == 404


def test_a_receipt_of_somebody_else_is_not_shown(client: FlaskClient, giver: Giver) -> None:
    giver.give(make_gift())
    other = giver.give(make_gift(email="other@example.org"))
    assert client.get(path(other, "/receipts/1")).status_code == 404
    assert client.get(path(other, "/receipts/2")).status_code == 200


def test_an_unpaid_gift_leads_on_to_its_payment(client: FlaskClient, giver: Giver) -> None:
    public_id = giver.begin(make_gift())
    answer = press(client, path(public_id))
    assert answer.status_code == 303
    assert answer.location.startswith("http://127.0.0.1:9/")


# --- what it does ---------------------------------------------------------------------------------


def test_stopping_takes_one_confirmation(client: FlaskClient, monthly: str) -> None:
    told = after(client, press(client, path(monthly, "/stop")))
    assert "Your gift is stopped" in told
    assert "Give again" in told
    assert regular_of(monthly).state is RegularState.STOPPED
    assert "appeals/regular_stopped" in templates_to("salma@example.org")


def test_stopping_twice_is_as_good_as_once(client: FlaskClient, monthly: str) -> None:
    page = client.get(path(monthly, "/stop"))
    form = forms_of(page)[-1]
    for _ in range(2):
        answer = client.post(form.action, data=form.values)
        assert "Your gift is stopped" in after(client, answer)
    assert templates_to("salma@example.org").count("appeals/regular_stopped") == 1
    assert client.get(path(monthly, "/stop")).status_code == 302


def test_stopping_from_a_mail_that_is_eight_months_old(client: FlaskClient, monthly: str) -> None:
    address = path(monthly)
    with time_machine.travel(clock.utcnow() + timedelta(days=244)):
        stop = re.search(r'href="(/giving/[^"]+/stop)"', client.get(address).get_data(as_text=True))
        assert stop is not None
        assert "Your gift is stopped" in after(client, press(client, stop[1]))


def test_the_amount_changes_from_the_next_time_on(client: FlaskClient, monthly: str) -> None:
    shown = press(client, path(monthly, "/amount"), amount="٧٫٥٠", covers_fee="y")
    assert shown.status_code == 200
    assert "£7.82" in words(shown)
    assert regular_of(monthly).total == Money(500, "GBP")
    form = forms_of(shown)[-1]
    told = after(client, client.post(form.action, data=form.values))
    assert "it is £7.82" in told
    regular = regular_of(monthly)
    assert (regular.amount, regular.covered_fee) == (Money(750, "GBP"), Money(32, "GBP"))
    assert plan_reads.get_plan(monthly).amount == Money(782, "GBP")


@pytest.mark.one_database
@pytest.mark.parametrize("typed", ["", "1", "10001", "five", "5.555", "-5"])
def test_a_sum_that_we_cannot_take_is_asked_again(
    client: FlaskClient, monthly: str, typed: str
) -> None:
    page = client.get(path(monthly, "/amount"))
    form = forms_of(page)[-1]
    for confirmed in ("", "y"):
        sent = form.values | {"amount": typed, "confirmed": confirmed}
        answer = client.post(form.action, data=sent)
        assert answer.status_code == 422
        assert forms_of(answer)[-1].values["amount"] == typed
    assert regular_of(monthly).total == Money(500, "GBP")


def test_the_next_payment_is_skipped_and_taken_up_again(client: FlaskClient, monthly: str) -> None:
    due = plan_reads.get_plan(monthly).period_end
    told = after(client, press(client, path(monthly, "/skip")))
    assert "skipped" in told
    regular = regular_of(monthly)
    assert regular.state is RegularState.PAUSED
    assert regular.paused_until is not None
    assert due < regular.paused_until < due + timedelta(days=3)
    told = after(client, press(client, path(monthly, "/resume")))
    assert "Your gift goes on" in told
    assert regular_of(monthly).state is RegularState.ACTIVE


def test_a_year_is_skipped_where_the_gift_is_yearly(client: FlaskClient, giver: Giver) -> None:
    public_id = give_regularly(giver, frequency=Frequency.YEARLY)
    plan = plan_reads.get_plan(public_id)
    year = plan.period_end.year
    told = words(client.get(path(public_id, "/skip")))
    assert str(year) in told
    assert str(year + 1) in told


def test_changing_the_card_leads_to_stripe_and_back(client: FlaskClient, monthly: str) -> None:
    answer = press(client, path(monthly, "/card"))
    assert answer.status_code == 303
    assert answer.location.startswith("http://127.0.0.1:9/")
    assert "next payment uses it" in words(client.get(path(monthly, "?done=card")))


def test_a_failed_payment_is_put_right_on_stripe_s_page(client: FlaskClient, giver: Giver) -> None:
    public_id = fail_a_renewal(giver)
    told = words(client.get(path(public_id)))
    assert "did not go through" in told
    assert "a payment is missing" in told
    answer = press(client, path(public_id, "/settle"))
    assert answer.status_code == 303
    assert answer.location.startswith("http://127.0.0.1:9/")


def test_a_debit_that_is_tried_again_is_on_its_way(client: FlaskClient, giver: Giver) -> None:
    values = {"amount": Money(500, "GBP"), "frequency": Frequency.MONTHLY, "is_adult": True}
    first = giver.begin(make_gift(**values))
    giver.stripe.pay(giver.last_session, Card.BACS_FAILS)
    sync.pull(first, now=clock.utcnow())
    regular = donation_of(first).regular
    assert regular is not None
    giver.stripe.advance(days=8)  # refused by the bank, which is asked once more
    plans.pull_plan(regular.public_id, now=clock.utcnow())
    assert regular_of(regular.public_id).state is RegularState.PAST_DUE
    assert donation_of(first).on_its_way_minor == 500
    told = words(client.get(path(regular.public_id)))
    assert "A payment is on its way" in told
    assert "did not go through" not in told
    assert client.get(path(regular.public_id, "/settle")).status_code == 302


def fail_a_renewal(giver: Giver) -> str:
    """A monthly gift whose second collection did not go through."""
    values = {"amount": Money(500, "GBP"), "frequency": Frequency.MONTHLY, "is_adult": True}
    public_id = giver.begin(make_gift(**values))
    giver.stripe.pay(giver.last_session, Card.DECLINED_LATER)
    sync.pull(public_id, now=clock.utcnow())
    regular = donation_of(public_id).regular
    assert regular is not None
    giver.stripe.advance(months=1, seconds=7200)
    plans.pull_plan(regular.public_id, now=clock.utcnow())
    assert regular_of(regular.public_id).state is RegularState.PAST_DUE
    return regular.public_id


# --- Stripe is away -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "wish"), [("stop", "to stop the gift"), ("skip", "to skip the next payment")]
)
def test_a_wish_is_noted_while_stripe_is_away(
    client: FlaskClient, monthly: str, away: Away, action: str, wish: str
) -> None:
    with away:
        told = after(client, press(client, path(monthly, f"/{action}")))
    assert f"Your wish is noted: {wish}" in told
    assert "you get a mail then" in told
    (change,) = plan_reads.list_pending_changes(monthly)
    assert change.state is PlanChangeState.REQUESTED
    assert regular_of(monthly).state is RegularState.ACTIVE
    assert client.get(path(monthly, f"/{action}")).status_code == 302


def test_another_sum_is_noted_while_stripe_is_away(
    client: FlaskClient, monthly: str, away: Away
) -> None:
    shown = press(client, path(monthly, "/amount"), amount="9")
    form = forms_of(shown)[-1]
    with away:
        told = after(client, client.post(form.action, data=form.values))
    assert "Your wish is noted: to change the amount" in told
    assert [each.kind for each in plan_reads.list_pending_changes(monthly)] == [
        PlanChangeKind.AMOUNT
    ]


def test_the_card_can_only_be_changed_later(client: FlaskClient, monthly: str, away: Away) -> None:
    with away:
        answer = press(client, path(monthly, "/card"))
    assert answer.status_code == 503
    assert "There is a problem" in words(answer)
    assert forms_of(answer)


# --- who cannot get in ----------------------------------------------------------------------------

PAGES = ("", "/stop", "/amount", "/skip", "/card", "/receipts/1")


@pytest.mark.one_database
@pytest.mark.parametrize("rest", PAGES)
@pytest.mark.parametrize("purpose", ["thanks", "give-again", "password", "x"])
def test_a_link_for_something_else_opens_nothing(
    client: FlaskClient, monthly: str, purpose: str, rest: str
) -> None:
    answer = client.get(path(monthly, rest, purpose=purpose))
    assert answer.status_code == 404
    assert "/links" in answer.get_data(as_text=True)


@pytest.mark.one_database
@pytest.mark.parametrize("rest", PAGES)
@pytest.mark.parametrize("version", [0, 2])
def test_a_link_of_another_version_has_ended(
    client: FlaskClient, monthly: str, version: int, rest: str
) -> None:
    answer = client.get(path(monthly, rest, version=version))
    assert answer.status_code == 410
    assert 'href="/links"' in answer.get_data(as_text=True)
    assert "£" not in words(answer)


@pytest.mark.one_database
def test_a_forged_link_opens_nothing(client: FlaskClient, monthly: str) -> None:
    address = path(monthly)
    for wrong in (address[:-1], address[:-1] + "A", address.replace(".1.", ".2."), "/giving/x"):
        if wrong != address:
            assert client.get(wrong).status_code == 404
    assert client.get(path("nobody")).status_code == 404


def test_a_page_of_the_mail_s_scanner_changes_nothing(client: FlaskClient, monthly: str) -> None:
    with noted_writes() as written:
        for rest in (*PAGES, "/resume", "/settle", "?done=stop"):
            for method in ("GET", "HEAD"):
                client.open(path(monthly, rest), method=method)
        assert written == []
    assert regular_of(monthly).state is RegularState.ACTIVE


@pytest.mark.one_database
@pytest.mark.parametrize("rest", ["/stop", "/skip", "/amount", "/card"])
def test_a_post_without_our_form_does_nothing(client: FlaskClient, monthly: str, rest: str) -> None:
    sent = {"amount": "9", "confirmed": "y", "csrf_token": "x"}
    assert client.post(path(monthly, rest), data=sent).status_code == 400
    form = forms_of(client.get(path(monthly, "/stop")))[-1]
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(form.action, data=form.values, headers=foreign).status_code == 403
    assert regular_of(monthly).state is RegularState.ACTIVE
    assert plan_reads.list_pending_changes(monthly) == []


@pytest.mark.one_database
def test_a_page_left_open_overnight_is_shown_again(client: FlaskClient, monthly: str) -> None:
    form = forms_of(client.get(path(monthly, "/stop")))[-1]
    with time_machine.travel(clock.utcnow() + timedelta(hours=13)):
        answer = client.post(form.action, data=form.values)
        assert answer.status_code == 422
        again = forms_of(answer)[-1]
        assert client.post(again.action, data=again.values).status_code == 303


@pytest.mark.one_database
def test_what_was_not_done_is_not_said(client: FlaskClient, monthly: str) -> None:
    for done in ("stop", "skip", "<script>"):
        told = client.get(path(monthly, f"?done={done}")).get_data(as_text=True)
        assert 'role="status"' not in told


def test_a_link_works_for_two_years_after_the_last_thing_happened(
    client: FlaskClient, monthly: str, giver: Giver
) -> None:
    single = giver.give(make_gift())
    after(client, press(client, path(monthly, "/stop")))
    for days, status in ((720, 200), (740, 410)):
        with time_machine.travel(clock.utcnow() + timedelta(days=days)):
            assert client.get(path(monthly)).status_code == status
            assert client.get(path(single)).status_code == status


# --- a mistyped address ---------------------------------------------------------------------------


def thanks_of(public_id: str, version: int = 1) -> str:
    token = links.sign(settings().secret_key, "thanks", public_id, version=version)
    return f"/thanks/{token}"


def correction(client: FlaskClient, public_id: str, **typed: str) -> TestResponse:
    page = client.get(thanks_of(public_id))
    (form,) = (each for each in forms_of(page) if each.action.endswith("/address"))
    return client.post(form.action, data=form.values | typed)


def test_the_giver_corrects_the_address_once(client: FlaskClient, giver: Giver) -> None:
    public_id = giver.give(make_gift(name="Salma"))
    assert "salma@example.org" in words(client.get(thanks_of(public_id)))
    answer = correction(client, public_id, email="salma@example.com")
    assert answer.status_code == 303
    told = words(client.get(answer.location))
    assert "The address is corrected" in told
    assert "salma@example.com" in told
    assert client.get(thanks_of(public_id)).status_code == 410
    assert client.get(path(public_id)).status_code == 410
    assert client.get(path(public_id, version=2)).status_code == 200
    assert "/address" not in client.get(answer.location).get_data(as_text=True)
    assert templates_to("salma@example.com") == ["appeals/receipt"]


def test_a_double_click_corrects_the_address_once(client: FlaskClient, giver: Giver) -> None:
    public_id = giver.give(make_gift())
    page = client.get(thanks_of(public_id))
    (form,) = (each for each in forms_of(page) if each.action.endswith("/address"))
    sent = form.values | {"email": "salma@example.com"}
    answers = [client.post(form.action, data=sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert templates_to("salma@example.com") == ["appeals/receipt"]
    # Whoever names another address, or comes later, finds the link ended.
    other = form.values | {"email": "salma@example.net"}
    assert client.post(form.action, data=other).status_code == 410
    with time_machine.travel(clock.utcnow() + timedelta(minutes=16), tick=False):
        assert client.post(form.action, data=sent).status_code == 410


def test_a_regular_gift_moves_as_a_whole(client: FlaskClient, giver: Giver, monthly: str) -> None:
    first = db.session.scalars(select(Receipt)).one().donation.public_id
    assert correction(client, first, email="salma@example.com").status_code == 303
    assert regular_of(monthly).email == "salma@example.com"
    assert client.get(path(monthly)).status_code == 410
    assert client.get(path(monthly, version=2)).status_code == 200
    customer = giver.stripe.objects("network", "customer")[0]
    assert customer["email"] == "salma@example.com"


@pytest.mark.one_database
def test_a_likely_slip_is_asked_about_once(client: FlaskClient, giver: Giver) -> None:
    public_id = giver.give(make_gift())
    asked = correction(client, public_id, email="salma@gmial.com")
    assert asked.status_code == 200
    assert "Did you mean salma@gmail.com" in words(asked)
    form = forms_of(asked)[-1]
    taken = client.post(form.action, data=form.values | {"take": "salma@gmail.com"})
    assert taken.status_code == 303
    assert donation_of(public_id).email == "salma@gmail.com"


@pytest.mark.one_database
def test_a_slip_that_is_none_is_taken_as_it_stands(client: FlaskClient, giver: Giver) -> None:
    public_id = giver.give(make_gift())
    form = forms_of(correction(client, public_id, email="salma@gmial.com"))[-1]
    assert client.post(form.action, data=form.values).status_code == 303
    assert donation_of(public_id).email == "salma@gmial.com"


@pytest.mark.one_database
@pytest.mark.parametrize("typed", ["", "salma", "salma@example.org"])
def test_a_correction_that_is_none_is_asked_again(
    client: FlaskClient, giver: Giver, typed: str
) -> None:
    public_id = giver.give(make_gift())
    answer = correction(client, public_id, email=typed)
    assert answer.status_code == 422
    assert donation_of(public_id).link_version == 1


@pytest.mark.one_database
def test_after_a_day_the_address_is_veiled_and_stays(client: FlaskClient, giver: Giver) -> None:
    public_id = giver.give(make_gift())
    page = client.get(thanks_of(public_id))
    (form,) = (each for each in forms_of(page) if each.action.endswith("/address"))
    with time_machine.travel(clock.utcnow() + timedelta(hours=25)):
        shown = client.get(thanks_of(public_id)).get_data(as_text=True)
        assert "salma@example.org" not in shown
        assert "/address" not in shown
        fresh = forms_of(client.get("/links"))[-1].values["csrf_token"]
        sent = form.values | {"email": "thief@example.org", "csrf_token": fresh}
        assert client.post(form.action, data=sent).status_code == 400
    assert donation_of(public_id).email == "salma@example.org"


@pytest.mark.one_database
def test_a_link_out_of_a_mail_cannot_correct_the_address(client: FlaskClient, giver: Giver) -> None:
    public_id = giver.give(make_gift())
    token = links.sign(settings().secret_key, "giving", public_id)
    page = client.get(thanks_of(public_id))
    (form,) = (each for each in forms_of(page) if each.action.endswith("/address"))
    sent = form.values | {"email": "thief@example.org"}
    assert client.post(f"/thanks/{token}/address", data=sent).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 1
    assert donation_of(public_id).email == "salma@example.org"
