"""Settings come from the environment, else from a file of the clone, else from the demo's."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.config import DEMO_FILE, SETTINGS_FILE, find_settings, write_settings_file
from app.settings import SettingsError
from tests.support.apps import SECRET_KEY

VALUES = {
    "MUSTER_ENVIRONMENT": "development",
    "MUSTER_BASE_URL": "http://localhost:8000",
    "MUSTER_DATABASE_URL": "sqlite:///a.db",
    "MUSTER_SECRET_KEY": SECRET_KEY,
}


def write(root: Path, file: Path, name: str) -> None:
    values = {**VALUES, "MUSTER_SITE_NAME": name}
    write_settings_file(root / file, values, heading="A test")


def test_the_clones_own_file_comes_before_the_demos(tmp_path: Path) -> None:
    write(tmp_path, SETTINGS_FILE, "own")
    write(tmp_path, DEMO_FILE, "demo")
    found = find_settings({}, root=tmp_path)
    assert (found.settings.site_name, found.remark) == ("own", "")


def test_without_any_the_demos_are_used_and_said(tmp_path: Path) -> None:
    write(tmp_path, DEMO_FILE, "demo")
    found = find_settings({"PATH": "/bin", "MUSTER_TEST_X": "1"}, root=tmp_path)
    assert found.settings.site_name == "demo"
    assert "using the demo's" in found.remark


def test_settings_in_the_environment_never_mix_with_the_demos(tmp_path: Path) -> None:
    write(tmp_path, DEMO_FILE, "demo")
    with pytest.raises(SettingsError):
        find_settings({"MUSTER_BASE_URL": "https://muster.example.org"}, root=tmp_path)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, SETTINGS_FILE, "own")
    found = find_settings({"MUSTER_SITE_NAME": "environment"}, root=tmp_path)
    assert found.settings.site_name == "environment"


def test_another_file_can_be_named(tmp_path: Path) -> None:
    write(tmp_path, SETTINGS_FILE, "own")
    write(tmp_path, Path("other.env"), "other")
    found = find_settings({"MUSTER_SETTINGS_FILE": str(tmp_path / "other.env")}, root=tmp_path)
    assert found.settings.site_name == "other"


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file"):
        find_settings({**VALUES, "MUSTER_SETTINGS_FILE": str(tmp_path / "no.env")}, root=tmp_path)
