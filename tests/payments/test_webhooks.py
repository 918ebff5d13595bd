"""What Stripe signed is kept once and answered with 200; anything else leaves no row."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.db.session import db
from app.lib import clock as wall
from app.payments.models.inbox import StripeEvent
from app.payments.rules.events import EventState
from app.queue import service as queue
from app.queue.models import Job
from app.rehearsal.post import signature
from app.settings import StripeKeys, settings
from tests.payments.conftest import NOW

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.payments.conftest import Clock

pytestmark = pytest.mark.usefixtures("house", "set_clock")

ADDRESS = "/stripe/webhook/network"
WHSEC = "whsec_network"


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """Our clock is the test's."""
    monkeypatch.setattr(wall, "utcnow", lambda: clock.now)


def event(**changes: Any) -> dict[str, Any]:
    """An event as Stripe tells it."""
    values: dict[str, Any] = {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "api_version": "2026-10-28.endive",
        "created": int(NOW.timestamp()),
        "livemode": False,
        "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
    }
    return values | changes


def ring(
    client: FlaskClient,
    body: bytes,
    *,
    secret: str = WHSEC,
    age: timedelta = timedelta(),
    address: str = ADDRESS,
    header: str | None = None,
) -> int:
    """Post a body, signed; the status that came back."""
    stamp = int((NOW - age).timestamp())
    signed = signature(secret, stamp, body) if header is None else header
    return client.post(address, data=body, headers={"Stripe-Signature": signed}).status_code


def told(**changes: Any) -> bytes:
    """The body of an event."""
    return json.dumps(event(**changes)).encode()


def rows() -> list[StripeEvent]:
    """The inbox."""
    return list(db.session.scalars(select(StripeEvent).order_by(StripeEvent.id)))


def jobs() -> int:
    """How many jobs wait."""
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def test_a_signed_event_is_kept_and_put_to_the_worker(client: FlaskClient) -> None:
    assert ring(client, told()) == 200
    [row] = rows()
    assert (row.event_id, row.object_id, row.state) == ("evt_1", "pi_1", EventState.RECEIVED)
    assert (row.is_live, row.api_version) == (False, "2026-10-28.endive")
    assert jobs() == 1


def test_the_same_event_again_is_known(client: FlaskClient) -> None:
    assert [ring(client, told()) for _ in range(3)] == [200, 200, 200]
    assert (len(rows()), jobs()) == (1, 1)


def test_two_bodies_may_send_the_same_id(client: FlaskClient) -> None:
    assert ring(client, told()) == 200
    other = "/stripe/webhook/charity"
    assert ring(client, told(), secret="whsec_charity", address=other) == 200
    assert len({row.payment_account_id for row in rows()}) == 2


def test_what_cannot_be_kept_is_not_answered_with_200(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise IntegrityError("INSERT", {}, Exception("not null"))

    with monkeypatch.context() as patched:
        patched.setattr(queue, "put", refuse)
        with pytest.raises(IntegrityError):  # in tests; Stripe gets 500 and rings again
            ring(client, told())
    assert rows() == []
    assert ring(client, told()) == 200


def test_an_unknown_type_is_kept_and_ignored(client: FlaskClient) -> None:
    assert ring(client, told(type="customer.created")) == 200
    assert [row.state for row in rows()] == [EventState.IGNORED]
    assert jobs() == 0


@pytest.mark.parametrize("minutes", [-4, 0, 4])
def test_a_signature_of_the_last_minutes_is_believed(client: FlaskClient, minutes: int) -> None:
    assert ring(client, told(), age=timedelta(minutes=minutes)) == 200


@pytest.mark.parametrize("minutes", [-60, -6, 6, 60])
def test_a_replay_and_a_stamp_from_the_future_are_refused(
    client: FlaskClient, minutes: int
) -> None:
    assert ring(client, told(), age=timedelta(minutes=minutes)) == 400
    assert rows() == []


@pytest.mark.parametrize(
    "header", ["", "t=1", "v1=abc", "t=abc,v1=abc", "t=1,v1=", ",,,", "=", "t=1,t=2,v0=x", "\xff"]
)
def test_a_forged_signature_is_refused(client: FlaskClient, header: str) -> None:
    assert ring(client, told(), header=header) == 400
    assert rows() == []


@pytest.mark.parametrize("behind", ["=1", "x", " ", "\u0661"])
def test_a_stamp_with_something_behind_it_is_refused(client: FlaskClient, behind: str) -> None:
    good = signature("whsec_network", int(NOW.timestamp()), told())
    assert ring(client, told(), header=good.replace(",", f"{behind},", 1)) == 400
    assert rows() == []


def test_no_signature_at_all_is_refused(client: FlaskClient) -> None:
    assert client.post(ADDRESS, data=told()).status_code == 400
    assert rows() == []


def test_another_secret_or_a_changed_body_is_refused(client: FlaskClient) -> None:
    assert ring(client, told(), secret="whsec_charity") == 400
    good = signature("whsec_network", int(NOW.timestamp()), told())
    assert ring(client, told(id="evt_2"), header=good) == 400
    assert rows() == []


@pytest.mark.parametrize("secret", ["whsec_network", "whsec_next"])
def test_both_secrets_are_believed_during_a_rotation(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    keys = StripeKeys(secret_key="sk_test_network", webhook_secrets=("whsec_next", "whsec_network"))
    rotating = settings().model_copy(update={"stripe_accounts": {"network": keys}})
    monkeypatch.setattr("app.payments.gateway.client.settings", lambda: rotating)
    assert ring(client, told(), secret=secret) == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"x"',
        b"null",
        b"1",
        b"{}",
        b'{"object":"event"}',
        b"{",
        b"\xff\xfe\x00",
        told(id=""),
        told(id=7),
        told(type=None),
        told(livemode="false"),
        told(created=None),
        told(data=None),
        told(data={}),
        told(data={"object": []}),
        told(data={"object": {"id": "pi_1"}}),
        told(id="evt_\x00"),
        told(id="evt_\ud800"),
        told(type="\ud800"),
        told(data={"object": {"id": "pi_\x00", "object": "payment_intent"}}),
        told(data={"object": {"id": "pi_1", "object": "\udfff"}}),
        told(api_version="\ud800"),
        b"[" * 20_000,
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(client: FlaskClient, body: bytes) -> None:
    stamp = int(NOW.timestamp())
    assert ring(client, body, header=signature("whsec_network", stamp, body)) == 400
    assert rows() == []


def test_live_events_never_touch_test_data(client: FlaskClient) -> None:
    assert ring(client, told(livemode=True)) == 400
    assert rows() == []


def test_an_account_without_keys_or_row_is_not_there(client: FlaskClient) -> None:
    assert ring(client, told(), address="/stripe/webhook/nobody") == 404


def test_an_account_without_keys_is_not_there(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = settings().model_copy(update={"stripe_accounts": {}})
    monkeypatch.setattr("app.payments.gateway.client.settings", lambda: bare)
    assert ring(client, told()) == 404


def test_a_huge_body_is_refused_unread(client: FlaskClient) -> None:
    assert ring(client, b" " * (600 * 1024)) == 413


def test_only_a_post_is_answered(client: FlaskClient) -> None:
    assert client.get(ADDRESS).status_code == 405


def test_when_the_database_fails_stripe_is_told_to_try_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    client.application.testing = False
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        with monkeypatch.context() as patched:
            patched.setattr("app.payments.service.inbox.queue.put", fail)
            assert ring(client, told()) == 500
    finally:
        client.application.testing = True
        client.application.config["PROPAGATE_EXCEPTIONS"] = None
    assert rows() == []
    assert ring(client, told()) == 200


def test_the_answer_sets_no_cookie_and_is_not_kept(client: FlaskClient) -> None:
    signed = signature("whsec_network", int(NOW.timestamp()), told())
    answer = client.post(ADDRESS, data=told(), headers={"Stripe-Signature": signed})
    assert "Set-Cookie" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]
