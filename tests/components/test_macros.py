"""The components: labels, hints and errors belong to their fields; figures are also words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import html5lib
import pytest
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from app.lib.money import Money
from app.lib.text import Translated
from app.web.fields import MoneyField, TranslatedField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

pytestmark = pytest.mark.one_database


class Gift(Form):
    """A form such as pages have."""

    amount = RadioField(
        "How much?", choices=[SelectChoice("5", "£5"), SelectChoice("10", "£10")], default="10"
    )
    own = MoneyField("Another amount")
    email = StringField("E-mail", [InputRequired("Enter it.")], description="For the receipt.")
    name = StringField("Name")
    agrees = BooleanField("Tell me more")
    title = TranslatedField("Title")


@pytest.fixture
def render(app: Flask) -> Iterator[Callable[..., Element]]:
    """Calls a macro of the file of its name and reads what comes out."""

    def call(macro: str, *args: object, **options: object) -> Element:
        template = app.jinja_env.get_template(f"components/{macro}.html")
        text = str(getattr(template.module, macro)(*args, **options))
        root: Element = html5lib.parseFragment(text, namespaceHTMLElements=False)
        return root

    with app.test_request_context("/"):
        yield call


def one(root: Element, path: str) -> Element:
    """The only element at a path."""
    (found,) = root.findall(path)
    return found


def words(root: Element) -> str:
    """What it says."""
    return " ".join("".join(root.itertext()).split())


def test_a_field_is_tied_to_its_label_hint_and_error(render: Callable[..., Element]) -> None:
    form = Gift(MultiDict({"email": ""}))
    form.validate()
    root = render("field", form.email, type="email", autocomplete="email")
    box = one(root, ".//input")
    assert one(root, ".//label").get("for") == box.get("id") == "email"
    described = (box.get("aria-describedby") or "").split()
    assert [words(one(root, f".//*[@id='{each}']")) for each in described] == [
        "For the receipt.",
        "Error: Enter it.",
    ]
    assert box.get("aria-invalid") == "true"
    assert box.get("dir") == "ltr"


def test_what_was_typed_comes_back_and_is_harmless(render: Callable[..., Element]) -> None:
    form = Gift(MultiDict({"name": '"><script>x</script>', "own": "1e9"}))
    assert one(render("field", form.name), ".//input").get("value") == '"><script>x</script>'
    assert one(render("money_field", form.own, "£"), ".//input").get("value") == "1e9"


def test_optional_is_said_in_words_and_required_is_not(render: Callable[..., Element]) -> None:
    form = Gift()
    assert words(one(render("field", form.name), ".//label")) == "Name (optional)"
    assert words(one(render("field", form.email), ".//label")) == "E-mail"
    assert words(one(render("field", form.name, optional=False), ".//label")) == "Name"


def test_a_password_never_comes_back(render: Callable[..., Element]) -> None:
    form = Gift(MultiDict({"name": "secret"}))
    assert one(render("field", form.name, type="password"), ".//input").get("value") == ""


def test_the_chosen_amount_is_ticked_and_the_box_explains_itself(
    render: Callable[..., Element],
) -> None:
    form = Gift(MultiDict({"amount": "5", "own": "many"}))
    form.validate()
    root = render("amount_choice", form.amount, form.own, "£")
    ticked = [each.get("value") for each in root.findall(".//input") if "checked" in each.attrib]
    assert ticked == ["5"]
    box = one(root, ".//input[@type='text']")
    assert box.get("aria-describedby") == "own-hint own-error"
    assert box.get("placeholder") == " ", "the cards step back by :placeholder-shown"


def test_a_tick_box_is_not_ticked_for_anybody(render: Callable[..., Element]) -> None:
    assert "checked" not in one(render("checkbox", Gift().agrees), ".//input").attrib
    assert (
        "checked"
        in one(render("checkbox", Gift(MultiDict({"agrees": "y"})).agrees), ".//input").attrib
    )


def test_each_language_has_its_direction(render: Callable[..., Element]) -> None:
    form = Gift(data={"title": Translated.of(en="Bread", ar="خبز")})
    boxes = render("translated_field", form.title).findall(".//input")
    assert [(each.get("lang"), each.get("dir"), each.get("value")) for each in boxes] == [
        ("en", "ltr", "Bread"),
        ("ar", "rtl", "خبز"),
    ]


def test_the_error_summary_leads_to_the_fields_and_takes_the_focus(
    render: Callable[..., Element],
) -> None:
    root = render("error_summary", [("email", "Enter it."), ("", "Too late.")])
    box = one(root, ".//div")
    assert {"autofocus", "tabindex", "role"} <= set(box.attrib)
    assert [(each.get("href"), words(each)) for each in root.findall(".//a")] == [
        ("#email", "Enter it.")
    ]
    assert "Too late." in words(root)
    assert render("error_summary", []).findall(".//*") == []


def pounds(minor: int) -> Money:
    """A sum in pence."""
    return Money(minor, "GBP")


@pytest.mark.parametrize(
    ("received", "on_its_way", "filled", "waiting"),
    [
        (0, 0, "0", "0"),
        (5_000, 2_500, "50", "25"),
        (9_000, 5_000, "90", "10"),
        (25_000, 1_000, "100", "0"),
        (-500, 0, "0", "0"),
    ],
)
def test_the_thermometer_never_leaves_its_tube(
    render: Callable[..., Element], received: int, on_its_way: int, filled: str, waiting: str
) -> None:
    root = render("thermometer", pounds(received), pounds(on_its_way), pounds(0), pounds(10_000), 3)
    bars = {each.get("class"): each for each in root.iter() if str(each.tag).endswith("}rect")}
    assert bars["thermometer__filled"].get("width") == filled
    assert bars["thermometer__waiting"].get("x") == filled
    assert bars["thermometer__waiting"].get("width") == waiting


def test_the_thermometer_says_everything_in_words(render: Callable[..., Element]) -> None:
    said = words(
        render("thermometer", pounds(25_050), pounds(1_000), pounds(300), pounds(10_000), 1)
    )
    for part in ("£250.50", "goal of £100", "250%", "1 gift", "£10 on its way", "£3 returned"):
        assert part in said


def test_a_thermometer_without_a_goal_draws_nothing(render: Callable[..., Element]) -> None:
    root = render("thermometer", pounds(100), pounds(0), pounds(0))
    assert "received so far" in words(root)
    assert [each for each in root.iter() if str(each.tag).endswith("}svg")] == []


def test_shared_links_carry_the_address_and_nothing_of_others(
    render: Callable[..., Element],
) -> None:
    root = render("share_links", "https://muster.example.org/appeals/a?b=c&d", "Bread & roses")
    links = {words(each): each.get("href") or "" for each in root.findall(".//a")}
    assert set(links) == {
        "E-mail",
        "WhatsApp",
        "Telegram",
        "Mastodon",
        "Bluesky",
        "Facebook",
        "LinkedIn",
        "X",
    }
    for name, href in links.items():
        assert "https%3A//muster.example.org/appeals/a%3Fb%3Dc%26d" in href, name
    copied = one(root, ".//input")
    assert copied.get("value") == "Bread & roses https://muster.example.org/appeals/a?b=c&d"
    assert "readonly" in copied.attrib


def test_a_chart_has_its_table(render: Callable[..., Element]) -> None:
    rows = [("May", 0, "£0"), ("June", 4, "£40")]
    root = render("bars", "Gifts", rows, "Month", "Sum")
    cells = [words(each) for each in root.iter() if each.tag in {"th", "td"}]
    assert cells == ["Month", "Sum", "May", "£0", "June", "£40"]
    assert render("bars", "Gifts", [], "Month", "Sum").findall(".//tbody/tr") == []


def test_a_table_cell_knows_its_heading(render: Callable[..., Element]) -> None:
    root = render("table", "Gifts", [("Who", "text"), ("Sum", "number")], [["Ada", "£5"]])
    assert one(root, ".//tbody/tr/th").get("scope") == "row"
    assert one(root, ".//tbody/tr/td").get("data-heading") == "Sum"


def test_a_change_says_what_it_changes(render: Callable[..., Element]) -> None:
    root = render("summary_list", [("Sum", "£5", "/give"), ("How often", "Once")])
    assert [words(each) for each in root.findall(".//a")] == ["Change: Sum"]


def test_a_button_with_an_address_is_a_link(render: Callable[..., Element]) -> None:
    assert one(render("button", "Give", href="/give"), ".//a").get("href") == "/give"
    assert one(render("button", "Pay", name="go", value="y"), ".//button").get("value") == "y"


def test_a_number_in_a_hint_leads_to_its_own_list(render: Callable[..., Element]) -> None:
    root = render("stat", "Today", "£10", "/today", "yesterday £5", hint_href="/yesterday")
    assert [each.get("href") for each in root.iter("a")] == ["/today", "/yesterday"]
    plain = render("stat", "Today", "£10", hint="yesterday £5")
    assert list(plain.iter("a")) == []


def test_a_timeline_tells_when_what_and_how_much(render: Callable[..., Element]) -> None:
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    told = {"at": at, "what": "Money came", "more": "", "code": "txn_1", "tone": "good"}
    root = render(
        "timeline",
        [
            {**told, "moved": Money(2500, "GBP")},
            {**told, "what": "Mail", "moved": None, "code": "", "more": "Sent."},
        ],
    )
    first, second = root.iter("li")
    assert words(first) == "Money came £25 22 November 2026, 12:00 txn_1"
    assert words(second) == "Mail Sent. 22 November 2026, 12:00"
    assert [each.get("datetime") for each in root.iter("time")] == [at.isoformat()] * 2
    assert [each.get("dir") for each in root.iter("code")] == ["ltr"]
