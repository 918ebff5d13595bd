"""The payment page in a browser without script: plain forms, addresses, no cookie."""

from collections.abc import Iterator

import html5lib
import pytest
import stripe
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.rehearsal.core import Rehearsal
from app.rehearsal.web import create_rehearsal
from tests.rehearsal.setting import gift

THANKS = "http://app.test/thanks?session="


@pytest.fixture
def visitor(rehearsal: Rehearsal) -> Iterator[FlaskClient]:
    app = create_rehearsal(rehearsal.config, rehearsal)
    with app.test_client() as made:
        yield made


@pytest.fixture
def session_id(client: stripe.StripeClient) -> str:
    return client.v1.checkout.sessions.create(gift()).id


def assert_sound(answer: TestResponse) -> None:
    """What holds for every page."""
    html5lib.HTMLParser(strict=True).parse(answer.get_data(as_text=True))
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src data:; form-action")
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert "Rehearsal:</strong> no money moves" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def pay(visitor: FlaskClient, session_id: str, card: str, **more: str) -> TestResponse:
    return visitor.post(f"/c/pay/{session_id}", data={"card": card, **more})


def test_the_page_says_what_is_paid_to_whom(visitor: FlaskClient, session_id: str) -> None:
    page = visitor.get(f"/c/pay/{session_id}")
    assert page.status_code == 200
    assert_sound(page)
    for text in ("Pay The network", "£10.00", "A gift", "a@example.org", "Pay £10.00</button>"):
        assert text in page.text
    assert 'href="http://app.test/back"' in page.text
    assert "form-action 'self' http://app.test;" in page.headers["Content-Security-Policy"]
    for card in ("success", "declined", "insufficient_funds", "three_d_secure", "processing_error"):
        assert f'type="radio" id="card-{card}" name="card" value="{card}"' in page.text


def test_paying_leads_back_with_the_session(
    visitor: FlaskClient, session_id: str, client: stripe.StripeClient
) -> None:
    answer = pay(visitor, session_id, "success")
    assert (answer.status_code, answer.location) == (303, THANKS + session_id)
    assert client.v1.checkout.sessions.retrieve(session_id).status == "complete"


def test_a_second_click_pays_nothing(
    visitor: FlaskClient, session_id: str, rehearsal: Rehearsal
) -> None:
    answers = [pay(visitor, session_id, "success") for _ in range(3)]
    assert {answer.location for answer in answers} == {THANKS + session_id}
    assert len(rehearsal.objects("network", "charge")) == 1
    page = visitor.get(f"/c/pay/{session_id}")
    assert page.status_code == 200
    assert_sound(page)
    assert "Already paid" in page.text
    assert THANKS + session_id in page.text


def test_after_a_decline_the_page_says_so_and_another_card_works(
    visitor: FlaskClient, session_id: str
) -> None:
    answer = pay(visitor, session_id, "declined")
    assert (answer.status_code, answer.location) == (303, f"/c/pay/{session_id}")
    page = visitor.get(f"/c/pay/{session_id}")
    assert_sound(page)
    assert "Nothing was charged" in page.text
    assert "Your card was declined." in page.text
    assert pay(visitor, session_id, "success").location == THANKS + session_id


@pytest.mark.parametrize("outcome", ["complete", "fail"])
def test_the_bank_may_ask(visitor: FlaskClient, session_id: str, outcome: str) -> None:
    challenge = f"/c/pay/{session_id}/challenge"
    assert visitor.get(challenge).location == f"/c/pay/{session_id}"
    assert pay(visitor, session_id, "three_d_secure").location == challenge
    page = visitor.get(challenge)
    assert page.status_code == 200
    assert_sound(page)
    answer = visitor.post(challenge, data={"answer": outcome})
    if outcome == "complete":
        assert answer.location == THANKS + session_id
        assert visitor.post(challenge, data={"answer": "fail"}).location == THANKS + session_id
    else:
        assert answer.location == f"/c/pay/{session_id}"
        assert "unable to authenticate" in visitor.get(answer.location).text


def test_an_expired_page_refuses_politely(
    visitor: FlaskClient, session_id: str, rehearsal: Rehearsal
) -> None:
    rehearsal.expire(session_id)
    for answer in (visitor.get(f"/c/pay/{session_id}"), pay(visitor, session_id, "success")):
        assert answer.status_code == 410
        assert_sound(answer)
        assert "has expired" in answer.text
        assert "http://app.test/back" in answer.text
    assert not rehearsal.objects("network", "charge")


def test_an_unknown_page_says_so(visitor: FlaskClient) -> None:
    for answer in (visitor.get("/c/pay/cs_test_no"), pay(visitor, "cs_test_no", "success")):
        assert answer.status_code == 404
        assert_sound(answer)


@pytest.mark.parametrize("card", ["", "gold"])
def test_without_a_card_nothing_happens(
    visitor: FlaskClient, session_id: str, rehearsal: Rehearsal, card: str
) -> None:
    answer = pay(visitor, session_id, card)
    assert answer.status_code == 422
    assert_sound(answer)
    assert "Choose what to pay with." in answer.text
    assert not rehearsal.objects("network", "payment_intent")


def test_who_pays_is_asked_when_nobody_said(
    visitor: FlaskClient, client: stripe.StripeClient
) -> None:
    session_id = client.v1.checkout.sessions.create(gift(customer_email=None)).id
    assert 'name="email"' in visitor.get(f"/c/pay/{session_id}").text
    answer = pay(visitor, session_id, "success", email="nobody")
    assert answer.status_code == 422
    assert 'value="nobody"' in answer.text
    assert pay(visitor, session_id, "success", email="b@example.org").status_code == 303
    shown = client.v1.checkout.sessions.retrieve(session_id)
    assert shown.customer_details is not None
    assert shown.customer_details.email == "b@example.org"


def test_texts_of_others_are_escaped(visitor: FlaskClient, client: stripe.StripeClient) -> None:
    product = {"currency": "gbp", "unit_amount": 500, "product_data": {"name": "<b>دعم</b>"}}
    made = client.v1.checkout.sessions.create(
        gift(line_items=[{"price_data": product, "quantity": 1}])
    )
    page = visitor.get(f"/c/pay/{made.id}")
    assert "&lt;b&gt;دعم" in page.text
    assert_sound(page)


def test_a_receipt_stands_behind_its_address(
    visitor: FlaskClient, session_id: str, rehearsal: Rehearsal
) -> None:
    rehearsal.pay(session_id, "success")
    rehearsal.refund(session_id, amount=100)
    charge = rehearsal.objects("network", "charge")[0]
    page = visitor.get(charge["receipt_url"].removeprefix("http://pay.test"))
    assert_sound(page)
    assert "£10.00" in page.text
    assert "Refunded: £1.00" in page.text
    assert visitor.get("/receipts/ch_no").status_code == 404


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "["}]
)
def test_other_sites_press_no_button(
    visitor: FlaskClient, session_id: str, headers: dict[str, str], rehearsal: Rehearsal
) -> None:
    answer = visitor.post(f"/c/pay/{session_id}", data={"card": "success"}, headers=headers)
    assert answer.status_code in {400, 403}
    assert visitor.post("/_rehearsal/reset", headers=headers).status_code in {400, 403}
    assert not rehearsal.objects("network", "charge")
