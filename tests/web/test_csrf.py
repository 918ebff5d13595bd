"""A visitor's form proves where it came from, without a cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from app.lib import clock

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def fresh(web: FlaskClient) -> str:
    return str(web.get("/try/ask").get_json()["token"])


def test_a_form_from_our_page_is_taken_and_sets_no_cookie(web: FlaskClient) -> None:
    answer = web.post("/try/ask", data={"csrf_token": fresh(web), "name": "Amal"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_the_nonce_stays_the_same_when_a_form_is_sent_again(web: FlaskClient) -> None:
    token = fresh(web)
    wrong = web.post("/try/ask", data={"csrf_token": token, "name": ""})
    assert wrong.status_code == 422
    assert wrong.get_json()["token"] == token
    once = web.post("/try/ask", data={"csrf_token": token, "name": "Amal"}).get_json()["nonce"]
    twice = web.post("/try/ask", data={"csrf_token": token, "name": "Amal"}).get_json()["nonce"]
    assert once == twice
    assert fresh(web).split("~")[0] != once


@pytest.mark.parametrize("change", ["", "x", "a~b~c", "~~", "\ud83d", "1~٣~x"])
def test_a_missing_or_forged_token_is_400(web: FlaskClient, change: str) -> None:
    data = {"csrf_token": change.encode("utf-8", "replace").decode(), "name": "Amal"}
    assert web.post("/try/ask", data=data).status_code == 400
    assert web.post("/try/ask", data={"name": "Amal"}).status_code == 400


def test_each_part_of_a_token_is_signed(web: FlaskClient) -> None:
    nonce, issued, mac = fresh(web).split("~")
    for forged in (f"{nonce}x~{issued}~{mac}", f"{nonce}~{int(issued) + 1}~{mac}"):
        assert web.post("/try/ask", data={"csrf_token": forged, "name": "A"}).status_code == 400


@pytest.mark.parametrize(
    "origin", ["http://[", "null", "//", "https://evil.example", "http://[::1"]
)
def test_a_foreign_or_broken_origin_is_403(web: FlaskClient, origin: str) -> None:
    data = {"csrf_token": fresh(web), "name": "Amal"}
    assert web.post("/try/ask", data=data, headers={"Origin": origin}).status_code == 403


def test_the_token_of_another_form_is_refused(web: FlaskClient) -> None:
    foreign = web.get("/try/other").get_json()["token"]
    assert web.post("/try/ask", data={"csrf_token": foreign, "name": "A"}).status_code == 400


def test_a_stale_form_comes_back_as_typed_with_a_fresh_token(web: FlaskClient) -> None:
    token = fresh(web)
    with time_machine.travel(clock.utcnow() + timedelta(hours=13), tick=False):
        answer = web.post("/try/ask", data={"csrf_token": token, "name": "Amal"})
        assert answer.status_code == 422
        body = answer.get_json()
        assert body["name"] == "Amal"
        assert "open for a long time" in body["problems"][0][1]
        again = web.post("/try/ask", data={"csrf_token": body["token"], "name": "Amal"})
        assert again.status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_another_sites_page_cannot_post(
    web: FlaskClient, headers: dict[str, str], status: int
) -> None:
    data = {"csrf_token": fresh(web), "name": "Amal"}
    assert web.post("/try/ask", data=data, headers=headers).status_code == status


def test_a_machine_posts_without_a_token(web: FlaskClient) -> None:
    answer = web.post("/try/machine", data=b"ping", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.text) == (200, "ping")
