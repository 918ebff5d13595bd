"""Run every test: first those without a browser, then the journeys; both parts side by side."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import browser

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = os.environ.get("MUSTER_TEST_PROCESSES") or str(min(os.cpu_count() or 2, 8))
#: Each of these has a browser and a running system of its own, which want memory and a start.
MOST_STACKS = 4


def find_browser() -> dict[str, str]:
    """What tells the journeys which browser to drive, or why there is none."""
    try:
        return {"MUSTER_CHROMIUM": str(browser.find())}
    except browser.NoBrowserError as error:
        return {"MUSTER_TEST_NO_CHROMIUM": str(error)}


def pytest(arguments: list[str], environ: dict[str, str]) -> int:
    """Run one part of the tests."""
    paths = os.pathsep.join(filter(None, [str(ROOT / "scripts"), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "pytest", "-p", "reporting", *arguments]
    # Hundreds of processes load the same modules: they are compiled once.
    given = os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run(command, cwd=ROOT, env=given | environ, check=False).returncode


def run(*, unit: bool, journeys: bool, rest: list[str]) -> int:
    """Run the parts that were asked for; the first that fails ends the run."""
    with tempfile.TemporaryDirectory() as folder:
        notes = {"MUSTER_TEST_NOT_RUN": str(Path(folder, "not_run.json"))}
        if unit:
            last = {"MUSTER_TEST_LAST_PART": "0" if journeys else "1"}
            arguments = ["-m", "not browser", "-n", PROCESSES, *rest]
            if code := pytest(arguments, notes | last):
                return code
        if journeys:
            # Given one by one: each takes long.
            arguments = ["-m", "browser", "-n", stacks(), "--maxschedchunk", "1"]
            arguments += rest or ["tests/journeys"]
            last = {"MUSTER_TEST_LAST_PART": "1"}
            return pytest(arguments, notes | find_browser() | last)
    return 0


def stacks() -> str:
    """How many running systems the journeys share; one that runs already has to do for all."""
    named = "MUSTER_TEST_STACK" in os.environ
    return "0" if named else str(min(int(PROCESSES), MOST_STACKS))


def main() -> int:
    """Read the arguments; what follows them goes to pytest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-browser", action="store_true")
    parser.add_argument("--browser-only", action="store_true")
    options, rest = parser.parse_known_args()
    return run(unit=not options.browser_only, journeys=not options.without_browser, rest=rest)


if __name__ == "__main__":
    sys.exit(main())
