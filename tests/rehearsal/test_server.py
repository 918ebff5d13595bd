"""Starting, stopping, starting again."""

import threading
from pathlib import Path

import pytest
import requests
import stripe

from app.rehearsal import server as servers
from app.rehearsal.config import AccountConfig, LiveKeyError, RehearsalConfig
from app.rehearsal.core import HELD, Rehearsal
from app.rehearsal.server import Running, running
from app.rehearsal.web import create_rehearsal
from tests.rehearsal.conftest import wire_client
from tests.rehearsal.inbox import Inbox
from tests.rehearsal.sdk import sdk_client
from tests.rehearsal.setting import NOW, config, gift, regular, until

LIVE = "sk_" + "live_" + "0" * 8


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    kept = config(state_path=tmp_path / "deep" / "state.sqlite")
    first = Rehearsal(kept, clock=lambda: NOW, seed=5)
    client = sdk_client(first)
    made = client.v1.checkout.sessions.create(gift(), {"idempotency_key": "k"})
    opened = client.v1.checkout.sessions.create(gift(expires_at=NOW + 1800))
    first.set_late_balance(HELD)
    first.pay(made.id, "success")
    first.set_webhooks("reorder")
    first.set_clock(NOW + 100)
    first.fail_next("rate_limited", path="/v1/charges")
    before = first.objects("network", "event")
    waiting = [delivery.event_id for delivery in first.pending_deliveries()]
    assert first.take_delivery() is not None  # breaks off before it is delivered
    first.close()

    second = Rehearsal(kept, clock=lambda: NOW, seed=5)
    client = sdk_client(second)
    assert second.now() == NOW + 100
    assert second.objects("network", "event") == before
    assert [delivery.event_id for delivery in second.pending_deliveries()] == waiting
    assert second.post.mode["mode"] == "reorder"
    assert client.v1.checkout.sessions.create(gift(), {"idempotency_key": "k"}).id == made.id
    with pytest.raises(stripe.RateLimitError):
        client.v1.charges.list()
    assert second.book_held() == 1
    second.advance(1800)
    assert client.v1.checkout.sessions.retrieve(opened.id).status == "expired"
    ids = [event["id"] for event in second.objects("network", "event")]
    assert len(ids) == len(set(ids))
    second.close()


def test_after_a_restart_what_is_due_still_happens(tmp_path: Path) -> None:
    kept = config(state_path=tmp_path / "state.sqlite", webhook_url=None)
    first = Rehearsal(kept, clock=lambda: NOW)
    client = sdk_client(first)
    for card in ("declined_later", "bacs"):
        first.pay(client.v1.checkout.sessions.create(regular()).id, card)
    first.advance(months=1, days=2)
    first.close()
    second = Rehearsal(kept, clock=lambda: NOW)
    states = [row["status"] for row in second.objects("network", "invoice")]
    assert states == ["paid", "paid", "open", "open"]
    second.advance(days=20)
    states = [row["status"] for row in second.objects("network", "invoice")]
    assert states == ["paid", "paid", "open", "paid"]
    (ended, running) = second.objects("network", "subscription")
    assert (ended["status"], running["status"]) == ("canceled", "active")
    second.close()


def test_a_call_that_broke_off_frees_its_key(tmp_path: Path) -> None:
    kept = config(state_path=tmp_path / "state.sqlite")
    first = Rehearsal(kept, clock=lambda: NOW)
    body = {"path": "/v1/customers", "digest": "", "created": NOW, "status": None, "request": "r"}
    store = first.accounts["network"].world.store
    store.put("network", "idempotency", "k", dict(body))
    first.close()
    client = sdk_client(Rehearsal(kept, clock=lambda: NOW))
    assert client.v1.customers.create({}, {"idempotency_key": "k"}).id


@pytest.mark.parametrize("key", [LIVE, LIVE.replace("sk", "rk")])
def test_a_live_key_in_the_settings_stops_the_start(key: str) -> None:
    with pytest.raises(LiveKeyError) as caught:
        RehearsalConfig(
            accounts={"network": AccountConfig(secret_key=key, webhook_secret="w")}, public_url=""
        )
    assert key not in str(caught.value)


def test_a_live_key_in_the_environment_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_STRIPE_ACCOUNTS", f'{{"network": "{LIVE}"}}')
    with pytest.raises(LiveKeyError):
        create_rehearsal(config())


def test_it_listens_on_loopback_alone() -> None:
    with pytest.raises(ValueError, match="loopback"), running(config(), host="0.0.0.0"):  # noqa: S104
        pass


def test_a_taken_port_is_an_error(server: Running) -> None:
    port = int(server.url.rsplit(":", maxsplit=1)[-1])
    with pytest.raises(OSError, match="in use"), running(config(), port=port):
        pass


def test_serve_runs_until_told_to_stop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, inbox: Inbox
) -> None:
    told = threading.Event()
    addresses: list[str] = []

    def remember(made: RehearsalConfig) -> object:
        addresses.append(made.public_url)
        return create_rehearsal(made)

    monkeypatch.setattr(servers, "create_rehearsal", remember)
    kept = config(webhook_url=inbox.url, state_path=tmp_path / "state.sqlite")
    thread = threading.Thread(target=servers.serve, args=(kept, "127.0.0.1", 0, told.is_set))
    thread.start()
    until(lambda: addresses)
    assert requests.get(f"{addresses[0]}/_rehearsal/state", timeout=5).status_code == 200
    told.set()
    thread.join(10)
    assert not thread.is_alive()
    with pytest.raises(requests.ConnectionError):
        requests.get(addresses[0], timeout=5)


def test_the_page_waits_for_the_webhook(server: Running, inbox: Inbox) -> None:
    made = wire_client(server).v1.checkout.sessions.create(gift())
    answer = requests.post(
        str(made.url), data={"card": "success"}, allow_redirects=False, timeout=5
    )
    assert answer.status_code == 303
    assert "checkout.session.completed" in inbox.types()


def test_two_clicks_at_once_pay_once(server: Running) -> None:
    made = wire_client(server).v1.checkout.sessions.create(gift())
    answers: list[int] = []

    def click() -> None:
        answer = requests.post(
            str(made.url), data={"card": "success"}, allow_redirects=False, timeout=5
        )
        answers.append(answer.status_code)

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 6
    assert len(server.rehearsal.objects("network", "charge")) == 1


def test_flush_answers_when_everything_is_delivered(server: Running, inbox: Inbox) -> None:
    client = wire_client(server)
    for _ in range(20):
        client.v1.customers.create({})
    answer = requests.post(f"{server.url}/_rehearsal/flush", timeout=30)
    assert answer.json() == {"quiet": True}
    assert len(inbox.came) == 20
