"""Forms keep what was typed and say what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def send(web: FlaskClient, **fields: str) -> tuple[int, dict[str, object]]:
    token = web.get("/try/ask").get_json()["token"]
    answer = web.post("/try/ask", data={"csrf_token": token, **fields})
    return answer.status_code, answer.get_json()


def test_problems_name_their_field_and_keep_what_was_typed(web: FlaskClient) -> None:
    status, body = send(web, name="", amount="1e9", email="nobody@")
    assert status == 422
    assert [where for where, _ in body["problems"]] == ["name", "email", "amount"]  # type: ignore[attr-defined]
    assert (body["amount"], body["email"]) == ("1e9", "nobody@")


def test_addresses_are_normalised_and_invisible_characters_go(web: FlaskClient) -> None:
    status, body = send(web, name="Am\u202eal\x00\u200b ", email="  Amal@Example.ORG ")
    assert status == 200
    assert body["name"] == "Amal"
    assert body["email"] == "amal@example.org"


def test_a_text_is_read_in_each_language(web: FlaskClient) -> None:
    token = web.get("/desk/try/title").get_json()["token"]
    answer = web.post(
        "/desk/try/title", data={"csrf_token": token, "title-en": "", "title-ar": " تبرع "}
    )
    assert answer.get_json() == {"texts": {"ar": "تبرع"}, "origin": "ar"}


def test_a_desk_form_needs_its_own_session(web_app: object, web: FlaskClient) -> None:
    token = web.get("/desk/try/title").get_json()["token"]
    stranger = web.application.test_client()
    assert stranger.post("/desk/try/title", data={"csrf_token": token}).status_code == 400
