"""Run every test: first those without a browser, side by side, then the journeys, one by one."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import browser

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = os.environ.get("MUSTER_TEST_PROCESSES") or str(min(os.cpu_count() or 2, 8))


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
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths, **environ}, check=False
    ).returncode


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
            return pytest(
                ["-m", "browser", *rest], notes | find_browser() | {"MUSTER_TEST_LAST_PART": "1"}
            )
    return 0


def main() -> int:
    """Read the arguments; what follows them goes to pytest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-browser", action="store_true")
    parser.add_argument("--browser-only", action="store_true")
    options, rest = parser.parse_known_args()
    return run(unit=not options.browser_only, journeys=not options.without_browser, rest=rest)


if __name__ == "__main__":
    sys.exit(main())
