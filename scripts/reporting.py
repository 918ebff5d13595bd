"""A pytest plugin of `make test`: nothing that did not run goes unnoticed.

MUSTER_TEST_NOT_RUN names a file in which each part of the run notes what it skipped and why; the
last part prints the whole list before the closing line. With MUSTER_REQUIRE_ALL=1 a skip fails.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from _pytest.terminal import TerminalReporter

REQUIRE_ALL = os.environ.get("MUSTER_REQUIRE_ALL") == "1"
NOTES = os.environ.get("MUSTER_TEST_NOT_RUN")
IS_LAST = os.environ.get("MUSTER_TEST_LAST_PART") == "1"


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why it was skipped, without the place."""
    where = report.longrepr
    text = str(where[2]) if isinstance(where, tuple) else str(where)
    return text.removeprefix("Skipped: ")


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure where everything has to run."""
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.longrepr = f"skipped, and nothing may be skipped here: {reason_of(report)}"
        report.outcome = "failed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look at each test's report."""
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Look at each module's report."""
    report = yield
    refuse_skip(report)
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Note what was skipped; in the last part print it all."""
    # Those who run tests side by side tell the one who started them, who notes it once.
    if not NOTES or "PYTEST_XDIST_WORKER" in os.environ:
        return
    notes = Path(NOTES)
    skipped = Counter(json.loads(notes.read_text()) if notes.exists() else {})
    skipped.update(reason_of(report) for report in terminalreporter.stats.get("skipped", ()))
    notes.write_text(json.dumps(skipped))
    if IS_LAST and skipped:
        terminalreporter.section("could not run")
        for reason, count in skipped.most_common():
            terminalreporter.write_line(f"{count} tests: {reason}")
