"""`muster init` writes settings that start, for the owner's eyes alone, and never over others."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from app.settings import load_settings
from tests.cli.conftest import Run

ANSWERS = [
    "--base-url=https://muster.example.org",
    "--contact=desk@example.org",
    "--smtp-host=mail.example.org",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "muster.env"


def init(muster: Callable[..., Run], file: Path, *arguments: str, stdin: str = "") -> Run:
    return muster({"MUSTER_SETTINGS_FILE": str(file)}, "init", *arguments, stdin=stdin)


def test_the_file_is_complete_and_its_owners_alone(muster: Callable[..., Run], file: Path) -> None:
    keys = ["--stripe-key=sk_live_abcdef", "--webhook-secret=whsec_ghijkl"]
    ended = init(muster, file, *ANSWERS, *keys, "--account=lea_valley")
    assert ended.returncode == 0, ended.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = load_settings({}, file=file)
    assert found.is_live
    assert found.stripe_accounts["lea_valley"].webhook_secrets == ("whsec_ghijkl",)
    assert found.mail_from == "desk@example.org"
    assert "sk_live" not in ended.stdout + ended.stderr
    assert found.secret_key not in ended.stdout


def test_two_installations_get_two_secrets(muster: Callable[..., Run], tmp_path: Path) -> None:
    secrets = set()
    for name in ("one", "two"):
        init(muster, tmp_path / name, *ANSWERS, "--stripe-key=")
        secrets.add(load_settings({}, file=tmp_path / name).secret_key)
    assert len(secrets) == 2


def test_what_was_not_given_is_asked(muster: Callable[..., Run], file: Path) -> None:
    typed = "https://muster.example.org\ndesk@example.org\nmail.example.org\n\n"
    ended = init(muster, file, stdin=typed)
    assert ended.returncode == 0, ended.stderr
    assert load_settings({}, file=file).base_url == "https://muster.example.org"


def test_an_existing_file_is_never_overwritten(muster: Callable[..., Run], file: Path) -> None:
    file.parent.mkdir()
    file.write_text("mine")
    ended = init(muster, file, *ANSWERS, "--stripe-key=")
    assert ended.returncode == 1
    assert "exists already" in ended.stderr
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--base-url=http://muster.example.org"], "https://"),
        (["--stripe-key=sk_test_abc", "--webhook-secret=whsec_x"], "test key"),
        (["--stripe-key=pk_live_abc", "--webhook-secret=whsec_x"], "must be a Stripe secret key"),
        (["--stripe-key=sk_live_abc", "--webhook-secret=nonsense"], "whsec_"),
        (["--stripe-key=sk_live_abc", "--webhook-secret=whsec_x", "--account=A-B"], "--account"),
    ],
)
def test_wrong_answers_write_nothing(
    arguments: list[str], says: str, muster: Callable[..., Run], file: Path
) -> None:
    ended = init(muster, file, *ANSWERS, "--stripe-key=", *arguments)
    assert ended.returncode == 1
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not file.exists()
