"""What holds for the files beside the code: locks, settings of this machine, secrets."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==\S+", re.MULTILINE)
#: Written in two pieces, so that this file does not find itself.
UNWANTED = (
    "sk_" + "live_[0-9a-zA-Z]{8}",
    "rk_" + "live_[0-9a-zA-Z]{8}",
    "BEGIN [A-Z ]*PRIVATE" + " KEY",
)


def requirement_name(requirement: str) -> str:
    """The bare name of a requirement, as the locks write it."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found, requirement
    return re.sub(r"[._-]+", "-", found.group()).lower()


def pins(lock: Path) -> set[str]:
    """What a lock names."""
    return set(PIN.findall(lock.read_text()))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_no_address_and_no_path(lock: Path) -> None:
    for line in lock.read_text().splitlines():
        assert "://" not in line
        assert not line.startswith(("-", "/", "."))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_version_in_a_lock_has_its_hashes(lock: Path) -> None:
    for entry in re.split(r"\n(?=\S)", lock.read_text().strip()):
        assert "--hash=sha256:" in entry, entry


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    build = {requirement_name(each) for each in project["build-system"]["requires"]}
    run = build | {requirement_name(each) for each in project["project"]["dependencies"]}
    extras = project["project"]["optional-dependencies"]
    demo = run | {requirement_name(each) for each in extras["demo"]}
    dev = demo | {requirement_name(each) for each in extras["dev"]} - {"muster"}
    for name, wanted in (("run", run), ("demo", demo), ("dev", dev)):
        assert wanted <= pins(ROOT / "requirements" / f"{name}.txt"), name


def test_the_locks_agree_with_each_other() -> None:
    run, demo, dev = (
        set(
            re.findall(
                r"^\S+==\S+", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE
            )
        )
        for name in ("run", "demo", "dev")
    )
    assert run <= demo <= dev


def test_no_secret_lies_in_the_tree() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        files = [path for path in ROOT.rglob("*.py") if ".venv" not in path.parts]
    else:
        listed = subprocess.run(
            [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    for path in files:
        is_test = "tests" in path.parts  # tests show such keys to what has to refuse them
        if (
            path.is_file()
            and not is_test
            and path.suffix not in {".png", ".webp", ".woff2", ".jpg", ".ico"}
        ):
            text = path.read_text(errors="replace")
            for pattern in UNWANTED:
                assert not re.search(pattern, text), path
