"""Running the real command, as a shell does."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import ports
from tests.support.apps import SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parents[2]
MUSTER = [sys.executable, "-m", "app.cli.main"]
Run = subprocess.CompletedProcess[str]


def good_variables(tmp_path: Path) -> dict[str, str]:
    """Variables that a production installation could have; its database is not made yet."""
    return {
        "MUSTER_ENVIRONMENT": "production",
        "MUSTER_BASE_URL": "https://muster.example.org",
        "MUSTER_DATABASE_URL": f"sqlite:///{tmp_path / 'muster.db'}",
        "MUSTER_DATA_DIR": str(tmp_path),
        "MUSTER_SECRET_KEY": SECRET_KEY,
        "MUSTER_CONTACT_EMAIL": "desk@example.org",
        "MUSTER_MAIL_FROM": "desk@example.org",
        "MUSTER_SMTP_HOST": "127.0.0.1",
        "MUSTER_SMTP_PORT": "9",
        "MUSTER_STRIPE_ACCOUNTS__NETWORK__SECRET_KEY": "sk_live_kR7vQ2mZp9",
        "MUSTER_STRIPE_ACCOUNTS__NETWORK__WEBHOOK_SECRETS": "whsec_xT4wB8nLh",
    }


def run_in(home: Path, command: list[str], variables: Mapping[str, str], *, stdin: str = "") -> Run:
    """Run a command line with nothing but the given settings."""
    empty = home / "empty.env"
    empty.touch(mode=0o600)
    named = {"PATH": os.environ["PATH"], "MUSTER_SETTINGS_FILE": str(empty), "HOME": str(home)}
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**named, **variables},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def good(tmp_path: Path) -> dict[str, str]:
    """Variables of a production installation."""
    return good_variables(tmp_path)


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., Run]:
    """Runs a command line with nothing but the given settings."""
    return partial(run_in, tmp_path)


@pytest.fixture
def muster(shell: Callable[..., Run]) -> Callable[..., Run]:
    """Runs `muster` with arguments."""

    def run(variables: Mapping[str, str], *arguments: str, stdin: str = "") -> Run:
        return shell([*MUSTER, *arguments], variables, stdin=stdin)

    return run


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    return ports.free_port()
