"""`muster translations fr` writes a catalogue that translators fill in, and compiles it."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from app.cli.translations import bring_up_to_date, faults_of
from app.web.catalogues import catalogue_of, own_folder
from tests.cli.conftest import good_variables, run_warm


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the French catalogue lies."""
    return own_folder(tmp_path) / "fr" / "LC_MESSAGES" / "messages.po"


def fill_in(file: Path, **texts: str) -> None:
    """Translate some texts as a translator does."""
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale="fr")
    for name, translation in texts.items():
        message = catalogue.get(TEXTS[name])
        assert message is not None
        message.string = translation
    with file.open("wb") as stream:
        write_po(stream, catalogue)


TEXTS = {"give": "Give", "about": "About %(name)s"}


def test_every_text_is_in_it_and_what_is_translated_stays(file: Path) -> None:
    assert len(bring_up_to_date(file, "fr")) > 3000
    fill_in(file, give="Donner")
    bring_up_to_date(file, "fr")
    spoken = catalogue_of("fr", iter([file.parents[2]]))
    assert spoken.gettext("Give") == "Donner"
    assert spoken.gettext("Refunds") == "Refunds"


def test_a_translation_with_other_gaps_is_named_and_not_used(file: Path) -> None:
    bring_up_to_date(file, "fr")
    fill_in(file, give="Donner", about="À propos de %(nom)s")
    (fault,) = faults_of(bring_up_to_date(file, "fr"))
    assert "About %(name)s" in fault
    spoken = catalogue_of("fr", iter([file.parents[2]]))
    assert spoken.gettext("About %(name)s") == "About %(name)s"


def test_the_command_says_what_is_next(tmp_path: Path) -> None:
    variables = good_variables(tmp_path)
    ended = run_warm(tmp_path, ("translations", "fr"), variables)
    assert ended.returncode == 0, ended.stderr
    assert "to do" in ended.stdout
    assert "Add fr to MUSTER_LOCALES" in ended.stdout
    refused = run_warm(tmp_path, ("translations", "xx"), variables)
    assert refused.returncode == 1
    assert "Nobody knows a language xx" in refused.stderr
