"""Run every check that needs no person, each in turn, and print a line for each at the end."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("lint", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("imports", ["lint-imports"]),
    ("templates", ["djlint", "templates", "--lint", "--quiet"]),
    ("spelling", ["codespell"]),
    ("dependencies", ["deptry", "."]),
    ("dead code", ["vulture"]),
    ("translations", ["python", "scripts/catalogues.py", "check"]),
    ("migrations", ["pytest", "-q", "-m", "migrations"]),
    ("routes", ["pytest", "-q", "tests/house/test_routes.py"]),
)


def run(name: str, command: list[str]) -> tuple[bool, float]:
    """Run one check; its output is shown when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        print(f"\n--- {name}: {' '.join(command)}\n{done.stdout}")
    return not done.returncode, time.monotonic() - began


def main() -> int:
    """Run the checks, or those named on the command line."""
    wanted = sys.argv[1:]
    results = {name: run(name, command) for name, command in CHECKS if not wanted or name in wanted}
    for name, (is_good, seconds) in results.items():
        print(f"{'ok    ' if is_good else 'FAILED'} {name} ({seconds:.1f} s)")
    return 0 if all(is_good for is_good, _ in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
