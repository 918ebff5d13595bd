"""Errors are pages; headers and limits hold on every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere", 404, ""),
        ("/try/stale", 409, "Somebody else changed this page meanwhile."),
        ("/try/refused", 422, "This cannot be done today."),
        ("/try/machine", 405, ""),
        ("/nowhere%00x", 400, ""),
        ("/try/links/?q=%00", 400, ""),
    ],
)
def test_an_error_is_a_page(web: FlaskClient, path: str, status: int, words: str) -> None:
    answer = web.get(path)
    assert answer.status_code == status
    assert words in answer.text
    assert answer.text.lower().startswith("<!doctype html>")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_unknown_error_shows_a_number_and_no_detail(web: FlaskClient) -> None:
    web.application.testing = False
    answer = web.get("/try/broken")
    assert answer.status_code == 500
    assert "a secret detail" not in answer.text
    assert "ZeroDivision" not in answer.text


def test_an_unknown_error_is_one_line_in_the_log_without_what_was_typed(
    web: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    web.application.testing = False
    web.get("/try/broken?email=amal@example.org", headers={"User-Agent": "a canary"})
    (line,) = capsys.readouterr().err.splitlines()
    assert 'event="unhandled error"' in line
    assert "level=error" in line
    assert "ZeroDivisionError at " in line
    for unsaid in ("a secret detail", "amal@example.org", "canary", web.application.secret_key):
        assert str(unsaid) not in line


def test_wrong_methods_say_which_are_right(web: FlaskClient) -> None:
    assert "POST" in web.get("/try/machine").headers["Allow"]


def test_a_body_over_the_limit_is_413(web: FlaskClient) -> None:
    assert web.post("/try/machine", data=b"x" * 11).status_code == 413
    assert web.post("/try/ask", data={"name": "x" * 70_000}).status_code == 413


def test_forms_may_lead_on_to_the_payment_page_only(web: FlaskClient) -> None:
    policy = web.get("/try/links/").headers["Content-Security-Policy"]
    assert "form-action 'self' " in policy
    assert "unsafe" not in policy
    assert "*" not in policy
