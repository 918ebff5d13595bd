"""A browser, the running system, and a page that fails its test when something is not in order."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.journeys.stack import Stack, start

WIDTHS = (320, 1280)
#: Chromium says so of every page with such a status; those of parts of a page are counted below.
STATUS_NOTE = "Failed to load resource"

#: Where a journey went; shown beside one that failed.
_log = logging.getLogger("journey")
_log.setLevel(logging.INFO)


@dataclass(frozen=True)
class Device:
    """What somebody looks at a page with."""

    width: int
    has_scripts: bool = True

    def __str__(self) -> str:
        """What a parametrised test is called."""
        return f"{self.width}px-{'scripts' if self.has_scripts else 'no-scripts'}"


DEVICES = [Device(width, has_scripts) for has_scripts in (True, False) for width in WIDTHS]
#: Each width, with scripts and without: what most paths are gone on; a gift is given on all four.
FAR_APART = (Device(320, has_scripts=False), Device(1280))


@dataclass
class Watch:
    """Notes whatever a page does that it should not do."""

    allowed: frozenset[str]
    faults: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and STATUS_NOTE not in message.text:
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if origin(request.url) not in self.allowed:
            self.faults.append(f"request to another origin: {request.url}")
        elif not request.is_navigation_request():
            page = request.headers.get("referer", request.url)
            if origin(page) != origin(request.url):
                self.faults.append(f"{page} loads {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            _log.info("%s %s %s", response.status, response.request.method, response.url)
        # 503 is a page that says what to do; whoever gets it unawares does not find what she wants.
        if response.status >= 500 and response.status != 503:
            self.faults.append(f"{response.status} from {response.url}")
        elif response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"missing part: {response.status} from {response.url}")


def origin(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a journey that failed what went wrong in the site meanwhile."""
    report = yield
    running = item.funcargs.get("stack")
    if report.failed and isinstance(running, Stack):
        report.sections.append(("log of the site", running.last_lines()))
    return report


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The running system, with the demo's data; its books agree when all journeys are over.

    MUSTER_TEST_STACK=<directory>:<port> names one that runs already, which saves its start.
    """
    if named := os.environ.get("MUSTER_TEST_STACK"):
        root, _, port = named.rpartition(":")
        already = Stack(Path(root), int(port))
        yield already
        already.muster("books", "check")
        return
    running = start(tmp_path_factory.mktemp("stack"))
    yield running
    code = running.stop()
    assert code == 0, running.output
    running.muster("books", "check")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium that `make test` found; without one the journeys are skipped, and say so."""
    path = os.environ.get("MUSTER_CHROMIUM")
    if not path:
        reason = os.environ.get("MUSTER_TEST_NO_CHROMIUM", "MUSTER_CHROMIUM names no browser")
        pytest.skip(f"NO BROWSER: {reason}")
    libraries = Path(path).parent / "al2023" / "lib"
    environ: dict[str, str | float | bool] = dict(os.environ)
    if libraries.exists():
        environ["LD_LIBRARY_PATH"] = str(libraries)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=path, chromium_sandbox=os.geteuid() != 0, env=environ
        )
        yield running
        running.close()


@contextmanager
def opened(browser: Browser, stack: Stack, device: Device) -> Iterator[Page]:
    """A page on a device; whatever it does that it should not fails the test."""
    context = browser.new_context(
        base_url=stack.base,
        viewport={"width": device.width, "height": 800},
        java_script_enabled=device.has_scripts,
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    watch = Watch(frozenset({origin(stack.base), origin(stack.rehearsal)}))
    watch.follow(page)
    context.on("page", watch.follow)
    yield page
    context.close()
    assert watch.faults == []


@pytest.fixture(params=FAR_APART, ids=str)
def page(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page on a small phone without scripts, and on a wide screen with them."""
    with opened(browser, stack, request.param) as fresh:
        yield fresh


@pytest.fixture(params=DEVICES, ids=str)
def any_page(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page, once on each device, with and without scripts."""
    with opened(browser, stack, request.param) as fresh:
        yield fresh


@pytest.fixture
def desktop(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page on a wide screen with scripts."""
    with opened(browser, stack, Device(1280)) as fresh:
        yield fresh


@pytest.fixture
def phone(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page on a small phone with scripts."""
    with opened(browser, stack, Device(320)) as fresh:
        yield fresh


@pytest.fixture
def plain_phone(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page on a small phone without scripts."""
    with opened(browser, stack, Device(320, has_scripts=False)) as fresh:
        yield fresh
