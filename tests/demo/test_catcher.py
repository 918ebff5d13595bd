"""The mail catcher: what comes in by SMTP can be read on its pages and harms nobody."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.demo.catcher.pages import create_pages
from app.demo.catcher.sink import smtp_sink
from app.demo.catcher.store import MailStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_mail(subject: str = "Thank you", *, html: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Network <hello@leavalley.example.org>"
    mail["To"] = "amal@example.org"
    mail["Subject"] = subject
    mail["Message-ID"] = "<receipt-1@example.org>"
    mail.set_content("شكراً لك http://localhost:8000/thanks/abc\n")
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


@pytest.fixture
def store(tmp_path: Path) -> MailStore:
    return MailStore(tmp_path / "mail", kept=3)


@pytest.fixture
def pages(store: MailStore) -> FlaskClient:
    return create_pages(store, site_url="http://localhost:8000").test_client()


@pytest.fixture
def port(store: MailStore, free_port: int) -> Iterator[int]:
    sink = smtp_sink(store, port=free_port)
    sink.start()
    yield free_port
    sink.stop()


def put(store: MailStore, mail: EmailMessage, *, to: str = "amal@example.org", at: int = 0) -> str:
    when = NOON + timedelta(minutes=at)
    return store.add(bytes(mail), sender="a@example.org", recipients=[to], received_at=when)


def test_a_mail_sent_by_smtp_can_be_read(port: int, pages: FlaskClient) -> None:
    with smtplib.SMTP("127.0.0.1", port) as connection:
        connection.send_message(a_mail("شكراً", html="<p>Danke</p>"), to_addrs=["amal@example.org"])
    [mail] = pages.get("/_catcher/mails.json").json["mails"]  # type: ignore[index]
    assert mail["subject"] == "شكراً"
    assert mail["to"] == ["amal@example.org"]
    assert mail["message_id"] == "<receipt-1@example.org>"
    assert "شكراً لك" in mail["text"]
    assert "<p>Danke</p>" in mail["html"]
    assert b"Message-ID: <receipt-1@example.org>" in pages.get(mail["raw"]).data
    assert "شكراً" in pages.get("/").text
    assert "http://localhost:8000/thanks/abc" in pages.get(f"/mails/{mail['id']}").text


def test_the_html_of_a_mail_can_run_and_load_nothing(store: MailStore, pages: FlaskClient) -> None:
    key = put(store, a_mail(html="<script>steal()</script>"))
    answer = pages.get(f"/mails/{key}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    page = pages.get(f"/mails/{key}")
    assert "<script>" not in page.text
    assert 'sandbox=""' in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_only_the_newest_are_kept_and_listed_newest_first(store: MailStore) -> None:
    for number in range(5):
        put(store, a_mail(f"Number {number}"), at=number)
    assert [mail.subject for mail in store.list_mails()] == ["Number 4", "Number 3", "Number 2"]


def test_the_list_can_be_narrowed_to_an_address(store: MailStore, pages: FlaskClient) -> None:
    put(store, a_mail("for one"), to="one@example.org")
    put(store, a_mail("for two"), to="two@example.org", at=1)
    found = pages.get("/_catcher/mails.json?to=ONE@example.org").json
    assert [mail["subject"] for mail in found["mails"]] == ["for one"]  # type: ignore[index]
    assert "for two" not in pages.get("/?to=one@example.org").text


def test_another_sites_name_for_this_machine_reads_nothing(pages: FlaskClient) -> None:
    assert pages.get("/", headers={"Host": "evil.example:8002"}).status_code == 403
    assert pages.get("/", headers={"Host": "127.0.0.1:8002"}).status_code == 200


@pytest.mark.parametrize("key", ["../../etc/passwd", "nothing", "20260301T120000000000-AAAAAAAA"])
def test_an_unknown_mail_is_404(pages: FlaskClient, key: str) -> None:
    for address in (f"/mails/{key}", f"/mails/{key}/raw", f"/mails/{key}/html"):
        assert pages.get(address).status_code == 404


def test_junk_is_kept_and_shown_without_an_error(store: MailStore, pages: FlaskClient) -> None:
    junk = (
        b"Subject: =?bad?Q?=FF?=\r\nDate: never\r\nContent-Type: text/plain; charset=x\r\n\r\n\xff"
    )
    key = store.add(junk, sender="", recipients=["x@example.org"], received_at=NOON)
    for address in ("/", f"/mails/{key}", f"/mails/{key}/raw", "/_catcher/mails.json"):
        assert pages.get(address).status_code == 200


def test_all_can_be_thrown_away(store: MailStore, pages: FlaskClient) -> None:
    put(store, a_mail())
    assert pages.post("/_catcher/clear").status_code == 303
    assert store.keys() == []
