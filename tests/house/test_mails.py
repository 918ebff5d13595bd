"""Every mail has its three parts, and reads as a mail in each language."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import html5lib
import pytest
from flask import Flask, render_template
from jinja2 import meta

from app.lib.money import Money
from app.lib.text import Translated
from app.settings import settings
from app.web.locale import in_locale, text_direction

pytestmark = pytest.mark.one_database

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "mail"
MAILS = sorted(path.parent.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("subject.txt"))
PARTS = ("subject.txt", "body.txt", "body.html")
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
TEN = Money(1000, "GBP")
#: What mails say, by the name of the value; one name means one thing in all of them.
SAMPLES: Mapping[str, object] = {
    "address_line": "1 Mill Lane, London N17 6XX",
    "amount": TEN,
    "appeal_title": Translated.of(en="Help us get started", ar="ساعدونا على الانطلاق"),
    "at": NOON,
    "bodies": [
        {
            "name": Translated.of(en="Lea Valley Solidarity Network", ar="شبكة وادي لي للتضامن"),
            "gifts": [
                {
                    "link": f"gift_{place}",
                    "appeal_title": Translated.of(en="Winter aid", ar="عون الشتاء"),
                    "given_at": NOON,
                    "is_regular": bool(place),
                }
                for place in range(2)
            ],
        }
    ],
    "after": {
        "day_on": NOON.date(),
        "hour": "14:00",
        "zone": "Europe/London",
        "place_line": "Kings Hall, 12 Hoe Street, London, E17 4PP",
        "mode": "in_person",
        "status": "rescheduled",
    },
    "asks_for_proof": True,
    "before": {
        "day_on": NOON.date(),
        "hour": "",
        "zone": "Europe/London",
        "place_line": "London, E17",
        "mode": "online",
        "status": "confirmed",
    },
    "boxes": 11,
    "brings_on": NOON.date(),
    "brings": [
        {
            "link": "bring_0",
            "drop_title": Translated.of(en="Winter round", ar="جولة الشتاء"),
            "day_on": NOON.date(),
        }
    ],
    "by": "Amina Yusuf",
    "code": "K7M2XP",
    "collected": TEN,
    "contact_email": "hello@example.org",
    "count": 3,
    "covered_fee": Money(35, "GBP"),
    "day_on": NOON.date(),
    "days": 7,
    "donor_name": "Rania <Al-Halabi> & Co",
    "drop_title": Translated.of(en="Winter round", ar="جولة الشتاء"),
    "drop_state": "collecting",
    "event_title": Translated.of(en="Vigil with lanterns", ar="وقفة بالفوانيس"),
    "first_on": NOON.date(),
    "frequency": "monthly",
    "fund_name": Translated.of(en="First year", ar="السنة الأولى"),
    "fund_purpose": Translated.of(en="A hall, printing and travel", ar="قاعة وطباعة وسفر"),
    "funds": [{"fund_name": Translated.of(en="First year", ar="السنة الأولى"), "amounts": [TEN]}],
    "given": Money(12000, "GBP"),
    "group": "Lea Valley Solidarity Network",
    "group_kind": "charity",
    "group_name": Translated.of(en="Lea Valley Solidarity Network", ar="شبكة وادي لي للتضامن"),
    "hosted": [
        {
            "link": "host_0",
            "title": Translated.of(en="Truth in Leeds", ar="الحقيقة في ليدز"),
            "day_on": NOON.date(),
        }
    ],
    "in_all": 7,
    "is_bringing": True,
    "is_called_off": True,
    "is_declined": False,
    "is_asked": True,
    "is_by_donor": False,
    "is_host": True,
    "is_entered": True,
    "is_event_off": True,
    "is_moved": True,
    "is_new_address": False,
    "is_off": True,
    "is_live": True,
    "is_organiser": True,
    "is_place_private": True,
    "is_restricted": True,
    "is_stopped": False,
    "is_unpaid": False,
    "is_taken": True,
    "is_urgent": True,
    "kept": Money(700, "GBP"),
    "kept_days": 14,
    "lapses_at": NOON,
    "last_on": NOON.date(),
    "left": 9,
    "legal_form": "unincorporated association",
    "legal_name": "Lea Valley Solidarity Network",
    "legal_number": "1234567",
    "lines": [
        {"kind": "Disputed payments", "advice": "Answer.", "count": 2, "is_urgent": True},
        {"kind": "Mails", "advice": "Send them again.", "count": 1, "is_urgent": False},
    ],
    "member_name": "Rania <Al-Halabi> & Co",
    "memberships": [
        {
            "link": "page_0",
            "name": Translated.of(en="Lea Valley Solidarity Network", ar="شبكة وادي لي للتضامن"),
        }
    ],
    "message_subject": "What to bring",
    "message_text": "Bring <water> & bread.\n\nSee you.",
    "minutes": 30,
    "mobilisation_title": Translated.of(en="A day for the truth", ar="يوم من أجل الحقيقة"),
    "old_title": Translated.of(en="Winter aid", ar="عون الشتاء"),
    "needs": [
        {
            "item_name": Translated.of(en="Blankets", ar="بطانيات"),
            "priority": "urgent",
            "why": Translated.of(en="Nights are cold.", ar="الليالي باردة."),
            "is_enough": False,
        }
    ],
    "needs_action": False,
    "new": "new@example.org",
    "news": "asked",
    "news_subject": Translated.of(en="Winter aid is on its way", ar="عون الشتاء في الطريق"),
    "news_body": Translated.of(en="We **loaded** it.", ar="لقد **حمّلناه**."),
    "news_text": Translated.of(en="We loaded it.", ar="لقد حمّلناه."),
    "news_purpose": "appeals",
    "is_test": False,
    "next_at": NOON,
    "next_title": Translated.of(en="Winter aid", ar="عون الشتاء"),
    "next_try_at": NOON,
    "note": Translated.of(en="We start at gate 2.", ar="نبدأ عند البوابة ٢."),
    "offer_until_at": NOON,
    "old": "old@example.org",
    "name": "Rania <Al-Halabi> & Co",
    "other_title": Translated.of(en="Truth in Leeds", ar="الحقيقة في ليدز"),
    "others": [{"link": "point_0", "name": "Peace <Library>", "km": 3}],
    "paused_until": NOON,
    "party_size": 3,
    "paying_by": "transfer",
    "place_line": "Kings Hall, 12 Hoe Street, London, E17 4PP",
    "point_name": "St Mark’s <hall> & garden",
    "points": [
        {
            "link": "host_0",
            "name": "Corner shop",
            "drop_title": Translated.of(en="Winter round", ar="جولة الشتاء"),
        }
    ],
    "purged_on": NOON.date(),
    "question": "Who are you?\nWho else hosts it?",
    "reason": "It is on <the> wrong day.",
    "receipt_number": 17,
    "receipt_sum": Money(1035, "GBP"),
    "received_at": NOON,
    "due_at": NOON,
    "text": "We looked into it.\n\nالنص بالعربية",
    "reference": "MSTR-4K2X7",
    "regular": [{"frequency": "monthly", "count": 2, "amount": TEN}],
    "returned_at": NOON,
    "returned_in_all": Money(300, "GBP"),
    "returned_now": Money(300, "GBP"),
    "rounds": [{"link": "page_0", "title": Translated.of(en="Winter round", ar="جولة الشتاء")}],
    "round": 1,
    "secondary_purpose": Translated.of(
        en="It goes to the hardship fund.", ar="يذهب إلى صندوق المساندة."
    ),
    "was_accepted": True,
    "shifts": [
        {
            "role_name": "Steward",
            "day_on": NOON.date(),
            "from_hour": "12:00",
            "until_hour": "14:00",
            "note": Translated.of(en="Bring a torch.", ar="أحضروا مصباحًا."),
            "is_asked": True,
        }
    ],
    "state_note": Translated.of(en="The border is shut.", ar="الحدود مغلقة."),
    "stopped_at": NOON,
    "status_note": Translated.of(en="The hall was let twice.", ar="أُجّرت القاعة مرتين."),
    "statement_line": "LEA VALLEY* GET STARTE",
    "total": Money(1035, "GBP"),
    "ways": {
        "name": "Lea Valley Network",
        "sort_code": "12-34-56",
        "number": "12345678",
        "iban": "GB33 BUKB 2020 1555 5555 55",
        "bic": "BUKBGB22",
        "payee": "Lea Valley Network",
        "post_to": "12 Rye Lane, London",
    },
    "until_on": NOON.date(),
    "way": "in_person",
    "welcome_text": Translated.of(en="We meet <on> Tuesdays.", ar="نلتقي أيام الثلاثاء."),
    "what": "amount",
    "when": {"day_on": NOON.date(), "hour": "12:00", "zone": "Europe/London"},
    "years": 2,
    "window": "14:00–16:00",
    "with_coming": True,
    "workplaces": [
        {
            "link": "workplace_0",
            "title": Translated.of(en="Winter round", ar="جولة الشتاء"),
            "until_on": NOON.date(),
        }
    ],
}


class AnyLink:
    """Stands for the links of a mail; their addresses are made when it is rendered."""

    def __getattr__(self, name: str) -> str:
        """An address for any name."""
        return f"http://localhost/{name}/token"


def render(mail: str, part: str, locale: str) -> str:
    """One part of a mail in a language."""
    with in_locale(locale):
        frame = {"locale": locale, "text_direction": text_direction(locale), "links": AnyLink()}
        return render_template(f"mail/{mail}/{part}", **SAMPLES, **frame)


@pytest.mark.parametrize("mail", MAILS)
def test_a_mail_has_its_three_parts(mail: str) -> None:
    assert {path.name for path in (FOLDER / mail).iterdir()} == set(PARTS)


@pytest.mark.parametrize("mail", MAILS)
def test_a_mail_uses_values_that_are_tried_here(app: Flask, mail: str) -> None:
    known = {*SAMPLES, "links", "locale", "text_direction", *app.jinja_env.globals}
    common = {"site"}
    for part in PARTS:
        tree = app.jinja_env.parse((FOLDER / mail / part).read_text())
        assert meta.find_undeclared_variables(tree) - known - common == set()


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("mail", MAILS)
def test_a_subject_is_one_line(app: Flask, mail: str, locale: str) -> None:
    subject = render(mail, "subject.txt", locale).strip()
    assert 5 < len(subject) < 150
    assert "\n" not in subject
    assert "&lt;" not in subject
    assert "&amp;" not in subject


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("mail", MAILS)
def test_a_text_is_plain(app: Flask, mail: str, locale: str) -> None:
    text = render(mail, "body.txt", locale)
    assert not re.search(r"&(lt|gt|amp|quot|#\d+);", text)
    assert not re.search(r"</?(p|a|div|bdi|strong|br|span)\b", text)
    assert "None" not in text
    assert not re.search(r"\n{4}", text)


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("mail", MAILS)
def test_a_page_of_a_mail_is_html(app: Flask, mail: str, locale: str) -> None:
    page = render(mail, "body.html", locale)
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root = parser.parse(page)
    assert (root.get("lang"), root.get("dir")) == (locale, text_direction(locale))
    for element in root.iter():
        assert element.tag not in {"script", "img", "link", "iframe"}
        address = element.get("href")
        assert address is None or address.startswith((settings().base_url, "mailto:"))
    assert "<Al-Halabi>" not in page


@pytest.mark.parametrize("mail", MAILS)
def test_a_mail_is_translated(app: Flask, mail: str) -> None:
    for part in PARTS:
        assert render(mail, part, "en") != render(mail, part, "ar")
