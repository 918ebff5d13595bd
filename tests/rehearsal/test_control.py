"""The buttons, as JSON and as forms of the panel."""

from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
import stripe
from flask.testing import FlaskClient

from app.rehearsal import buttons
from app.rehearsal.core import Rehearsal
from app.rehearsal.web import create_rehearsal
from tests.rehearsal.setting import NOW, gift, regular


@pytest.fixture
def visitor(rehearsal: Rehearsal) -> Iterator[FlaskClient]:
    app = create_rehearsal(rehearsal.config, rehearsal)
    with app.test_client() as made:
        yield made


def press(visitor: FlaskClient, button: str, /, **values: Any) -> Any:
    answer = visitor.post(f"/_rehearsal/{button}", json=values)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_a_session_is_paid_without_its_page(
    visitor: FlaskClient, client: stripe.StripeClient
) -> None:
    made = client.v1.checkout.sessions.create(gift())
    paid = press(visitor, f"sessions/{made.id}/pay", card="success")
    assert (paid["status"], paid["payment_status"]) == ("complete", "paid")
    again = visitor.post(f"/_rehearsal/sessions/{made.id}/pay", json={"card": "success"})
    assert again.status_code == 400
    assert "complete" in again.get_json()["error"]["message"]


def test_a_challenge_is_answered(visitor: FlaskClient, client: stripe.StripeClient) -> None:
    made = client.v1.checkout.sessions.create(gift())
    assert press(visitor, f"sessions/{made.id}/pay", card="three_d_secure")["status"] == "open"
    assert press(visitor, f"sessions/{made.id}/challenge", passed=True)["status"] == "complete"


def test_refunds_are_made_settled_and_failed(
    visitor: FlaskClient, client: stripe.StripeClient
) -> None:
    made = client.v1.checkout.sessions.create(gift())
    press(visitor, f"sessions/{made.id}/pay")
    for odd in (-5, 0):
        refused = visitor.post(f"/_rehearsal/charges/{made.id}/refund", json={"amount": odd})
        assert refused.status_code == 400
    part = press(visitor, f"charges/{made.id}/refund", amount=300)
    assert (part["amount"], part["status"]) == (300, "succeeded")
    assert press(visitor, f"refunds/{part['id']}/fail")["status"] == "failed"
    rest = press(visitor, f"charges/{made.id}/refund", wait=True)
    assert (rest["amount"], rest["status"]) == (1000, "pending")
    assert press(visitor, f"refunds/{rest['id']}/settle")["status"] == "succeeded"


def test_the_clock_is_set_and_moved(visitor: FlaskClient, client: stripe.StripeClient) -> None:
    assert press(visitor, "clock", now=NOW - 1000)["now"] == NOW - 1000
    made = client.v1.checkout.sessions.create(gift())
    assert made.created == NOW - 1000
    assert press(visitor, "clock", advance=24 * 3600)["now"] == NOW - 1000 + 24 * 3600
    assert client.v1.checkout.sessions.retrieve(made.id).status == "expired"


def test_webhooks_are_steered(
    visitor: FlaskClient, client: stripe.StripeClient, rehearsal: Rehearsal
) -> None:
    assert press(visitor, "webhooks", mode="reorder") == {
        "mode": "reorder", "times": 2, "seconds": 60,
    }  # fmt: skip
    made = client.v1.checkout.sessions.create(gift())
    press(visitor, f"sessions/{made.id}/expire")
    client.v1.customers.create({})
    assert press(visitor, "webhooks/release", seed=3) == {"released": 2}
    press(visitor, "webhooks", mode="lose")
    client.v1.customers.create({})
    assert press(visitor, "webhooks/deliver") == {"due": 2}
    assert press(visitor, "webhooks/deliver", lost=True) == {"due": 3}
    event = rehearsal.objects("network", "event")[0]["id"]
    assert press(visitor, f"events/{event}/resend")["delivery"]
    assert len(rehearsal.pending_deliveries()) == 4


def test_faults_are_planned_and_forgotten(
    visitor: FlaskClient, client: stripe.StripeClient
) -> None:
    press(visitor, "faults", fault="rate_limited", path="/v1/charges", method="GET")
    client.v1.events.list()
    with pytest.raises(stripe.RateLimitError):
        client.v1.charges.list()
    press(visitor, "faults", fault="error_before", times=5)
    assert press(visitor, "faults/clear") == {"faults": []}
    client.v1.charges.list()


def test_fees_and_refunds_may_come_late(
    visitor: FlaskClient, client: stripe.StripeClient, rehearsal: Rehearsal
) -> None:
    press(visitor, "balance", seconds=-1)
    press(visitor, "refunds", wait=True)
    made = client.v1.checkout.sessions.create(gift())
    press(visitor, f"sessions/{made.id}/pay")
    assert not rehearsal.objects("network", "balance_transaction")
    assert press(visitor, "balance/book") == {"booked": 1}
    charge = rehearsal.objects("network", "charge")[0]["id"]
    assert client.v1.refunds.create({"charge": charge}).status == "pending"


def test_the_state_tells_everything(visitor: FlaskClient, client: stripe.StripeClient) -> None:
    first = client.v1.checkout.sessions.create(gift()).id
    second = client.v1.checkout.sessions.create(gift()).id
    press(visitor, f"sessions/{first}/pay")
    told = visitor.get("/_rehearsal/state").get_json()
    assert [row["id"] for row in told["sessions"]] == [second, first]
    assert (told["payments"][0]["status"], told["payments"][0]["paid"]) == ("succeeded", True)
    assert told["accounts"]["network"]["events"] == 5
    assert (told["now"], told["undelivered"]) == (NOW, 5)
    assert len(visitor.get("/_rehearsal/state?limit=2").get_json()["events"]) == 2
    press(visitor, "reset")
    assert not visitor.get("/_rehearsal/state").get_json()["sessions"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("webhooks", b'{"mode": "odd"}', 400),
        ("faults", b'{"fault": "odd"}', 400),
        ("clock", b'{"now": "noon"}', 400),
        ("clock", b"[1]", 400),
        ("clock", b"\xff", 400),
        ("sessions/cs_no/pay", b"{}", 404),
        ("sessions/cs_no/pay", b'{"card": "gold"}', 400),
        ("charges/ch_no/refund", b"{}", 404),
        ("refunds/re_no/fail", b"{}", 404),
        ("events/evt_no/resend", b"{}", 404),
        ("nothing", b"{}", 404),
    ],
)
def test_odd_presses_are_refused(visitor: FlaskClient, path: str, body: bytes, status: int) -> None:
    assert visitor.post(f"/_rehearsal/{path}", data=body).status_code == status


def test_a_button_needs_a_post_and_a_small_body(visitor: FlaskClient) -> None:
    assert visitor.get("/_rehearsal/reset").status_code == 405
    assert visitor.post("/_rehearsal/clock", data=b"x" * 1_000_001).status_code == 413


def test_the_panel_has_a_form_for_each_button(
    visitor: FlaskClient, client: stripe.StripeClient, rehearsal: Rehearsal
) -> None:
    paid = client.v1.checkout.sessions.create(gift()).id
    client.v1.checkout.sessions.create(gift())
    rehearsal.pay(paid, "success")
    rehearsal.refund(paid, amount=100, is_waiting=True)
    rehearsal.fail_next("rate_limited", path="/v1/x")
    for card in ("success", "bacs"):
        begun = client.v1.checkout.sessions.create(regular()).id
        rehearsal.pay(begun, card)
    debit = client.v1.checkout.sessions.create(gift()).id
    rehearsal.pay(debit, "bacs")
    rehearsal.settle(debit)
    rehearsal.dispute(paid, amount=100)
    page = visitor.get("/")
    html5lib.HTMLParser(strict=True).parse(page.text)
    shown = {path.split("/<")[0] for path in buttons.BUTTONS}
    for path in shown:
        assert f'action="/_rehearsal/{path}"' in page.text
    for path in buttons.BUTTONS_ON:
        end = path.rsplit(">/", maxsplit=1)[-1]
        assert end == "challenge" or f'/{end}"' in page.text
    assert "<script" not in page.text


def test_a_form_of_the_panel_leads_back_to_it(visitor: FlaskClient, rehearsal: Rehearsal) -> None:
    answer = visitor.post("/_rehearsal/webhooks", data={"mode": "lose", "times": "", "seconds": ""})
    assert (answer.status_code, answer.location) == (303, "/")
    assert rehearsal.post.mode["mode"] == "lose"
    wrong = visitor.post("/_rehearsal/webhooks", data={"mode": "odd"})
    assert wrong.status_code == 400
    assert "Back to the panel" in wrong.text


def test_a_month_passes_at_the_press_of_a_button(
    visitor: FlaskClient, client: stripe.StripeClient, rehearsal: Rehearsal
) -> None:
    def press(path: str, **given: Any) -> Any:
        answer = visitor.post(f"/_rehearsal/{path}", json=given)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    session = client.v1.checkout.sessions.create(regular()).id
    begun = press(f"sessions/{session}/pay", card="success")["subscription"]
    press(f"subscriptions/{begun}/fail", code="requires_action")
    press("dunning", then="past_due")
    press("advance", months=1, days=1)
    shown = visitor.get("/_rehearsal/state").get_json()
    (plan,), invoice = shown["subscriptions"], shown["invoices"][0]
    assert (plan["status"], plan["rhythm"], invoice["waits"]) == ("past_due", "per month", True)
    assert shown["dunning_now"] == "past_due"
    press(f"invoices/{invoice['id']}/challenge", passed=True)
    press("advance", days=4)
    disputed = press(f"charges/{invoice['id']}/dispute", amount=300)
    assert press(f"disputes/{disputed['id']}/close", won=False)["status"] == "lost"
    assert press("payouts", account="network")["amount"] > 0
    assert press(f"subscriptions/{begun}/fix")["status"] == "active"
    assert press(f"subscriptions/{begun}/cancel")["status"] == "canceled"
    debit = client.v1.checkout.sessions.create(gift()).id
    press(f"sessions/{debit}/pay", card="bacs")
    assert press(f"charges/{debit}/settle")["status"] == "succeeded"
    assert press(f"charges/{debit}/late-fail")["status"] == "failed"
    other = client.v1.checkout.sessions.create(gift()).id
    press(f"sessions/{other}/pay", card="bacs")
    assert press(f"charges/{other}/fail")["failure_code"] == "insufficient_funds"
    for path, given in (
        ("dunning", {"then": "weep"}),
        ("advance", {"months": "many"}),
        ("payouts", {"account": "nobody"}),
        (f"charges/{other}/fail", {"card": "gold"}),
        (f"charges/{other}/fail", {"card": "success"}),
        (f"charges/{session}/dispute", {"reason": "dislike"}),
    ):
        assert visitor.post(f"/_rehearsal/{path}", json=given).status_code == 400
