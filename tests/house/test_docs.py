"""The documents speak of what there is."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app.db.base import Base

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parents[2]
CARD = (ROOT / "docs" / "architecture.md").read_text()
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
#: Tables that a reader of the card need not know.
SMALL = {"DemoData", "PageTopic", "ReceiptCounter"}


def named(pattern: str, text: str = CARD) -> set[str]:
    """What a text names in code letters."""
    return set(re.findall(f"`({pattern})`", text))


def test_the_design_card_lists_every_blueprint(app: Flask) -> None:
    rows = re.findall(r"^\| [^|]+ \| `(\w+)` \|", CARD, re.MULTILINE)
    assert sorted(rows) == sorted(app.blueprints)


def test_the_design_card_lists_every_model(app: Flask) -> None:
    models = {
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith("app.")
    }
    assert models - SMALL <= named(r"[A-Z]\w+")


def test_the_design_card_lists_every_package() -> None:
    packages = {f"app/{path.parent.name}" for path in (ROOT / "app").glob("*/__init__.py")}
    assert packages <= named(r"app/\w+")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_leads_to_a_file_that_exists(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_path_that_is_named_exists(document: Path) -> None:
    for path in named(r"(?:app|tests|docs|templates|requirements)/[\w./-]+", document.read_text()):
        assert (ROOT / path).exists(), path


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        assert set(re.findall(r"\bmake ([a-z-]+)\b(?= *[`#])", document.read_text())) <= targets
