"""The demo's texts are whole in both languages, its pictures light, its settings its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.accounts.rules.permissions import Role
from app.accounts.rules.sessions import password_problem
from app.cli.config import write_settings_file
from app.db.session import transaction
from app.demo.people import TEXTS, read_texts
from app.demo.pictures import draw
from app.demo.place import Place, demo_variables, rehearsal_config
from app.demo.scenery import APPEALS, DEMO_PASSWORD, organisers
from app.files import service as files
from app.lib.markdown import render_markdown
from app.rehearsal.config import LiveKeyError
from app.settings import load_settings

ARABIC = re.compile(r"[\u0621-\u064a]")
FILES = sorted(path.stem for path in TEXTS.glob("*.toml"))


def pairs(value: Any) -> Iterator[dict[str, str]]:
    """Every text in two languages below a value."""
    if isinstance(value, dict):
        if set(value) == {"en", "ar"} and isinstance(value["en"], str):
            yield value
        else:
            for one in value.values():
                yield from pairs(one)
    elif isinstance(value, list):
        for one in value:
            yield from pairs(one)


@pytest.mark.parametrize("name", FILES)
def test_every_text_stands_in_both_languages(name: str) -> None:
    for text in pairs(read_texts(name)):
        assert ARABIC.search(text["ar"]), text
        assert not ARABIC.search(text["en"]), text
        assert "lorem" not in text["en"].lower()


@pytest.mark.parametrize("name", APPEALS)
def test_stories_have_the_same_shape_in_both_languages(name: str) -> None:
    texts = read_texts(name)
    for story in [texts["story"], *(news["body"] for news in texts["updates"])]:
        tags = [re.findall(r"<(\w+)", render_markdown(story[lang])) for lang in ("en", "ar")]
        assert tags[0] == tags[1]


def test_the_figures_of_a_story_are_the_same_in_both_languages() -> None:
    for name in APPEALS:
        story = read_texts(name)["story"]
        money = [re.findall(r"\d,\d{3}", story[lang]) for lang in ("en", "ar")]
        assert sorted(money[0]) == sorted(money[1])


@pytest.mark.parametrize("name", ["river", "road", "lantern"])
@pytest.mark.one_database
def test_a_picture_is_drawn_and_light(name: str, app: object) -> None:
    with transaction():
        kept = files.keep_image(draw(name), now=datetime(2026, 1, 1, tzinfo=UTC))
    assert (kept.width, kept.height) == (1600, 900)
    assert kept.byte_count <= 60_000


def test_pictures_are_not_blank() -> None:
    for name in ("river", "road", "lantern"):
        colours = Image.open(BytesIO(draw(name))).convert("P").getcolors()
        assert colours is not None
        assert len(colours) > 8


def test_there_is_one_organiser_for_each_role() -> None:
    assert [role for role, _, _ in organisers()] == list(Role)
    known = [text for _, email, name in organisers() for text in (email, name)]
    assert password_problem(DEMO_PASSWORD, known=known) is None


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "demo", 8000)


def test_the_demos_settings_are_accepted_and_its_secrets_random(place: Place) -> None:
    found = load_settings(demo_variables(place, {}))
    assert found.is_demo
    assert not found.is_live
    assert found.secret_key != load_settings(demo_variables(place, {})).secret_key


def test_another_port_keeps_the_secrets_and_moves_the_addresses(place: Place) -> None:
    before = demo_variables(place, {})
    after = demo_variables(Place(place.root, 9000), before)
    assert after["MUSTER_SECRET_KEY"] == before["MUSTER_SECRET_KEY"]
    assert after["MUSTER_BASE_URL"] == "http://localhost:9000"
    moved = load_settings(after)
    assert moved.stripe_api_base == "http://127.0.0.1:9001"
    assert moved.smtp_port == 9003
    assert moved.stripe_accounts == load_settings(before).stripe_accounts


def test_the_rehearsal_knows_the_same_keys_and_sends_to_the_site(place: Place) -> None:
    variables = demo_variables(place, {})
    write_settings_file(place.settings_file, variables, heading="A test")
    accounts = rehearsal_config(place).accounts
    keys = load_settings(variables).stripe_accounts
    assert {name: one.secret_key for name, one in accounts.items()} == {
        name: one.secret_key for name, one in keys.items()
    }
    assert accounts["lea_valley"].webhook_url == "http://127.0.0.1:8000/stripe/webhook/lea_valley"


def test_the_rehearsal_refuses_a_live_key(place: Place) -> None:
    variables = demo_variables(place, {})
    variables["MUSTER_STRIPE_ACCOUNTS__LEA_VALLEY__SECRET_KEY"] = "sk_live_x"
    write_settings_file(place.settings_file, variables, heading="A test")
    with pytest.raises(LiveKeyError):
        rehearsal_config(place)
