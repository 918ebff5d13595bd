"""Where the settings come from: the environment, else `var/muster.env`, else the demo's file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import PREFIX, Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Names another settings file than the one in the clone.
FILE_VARIABLE = f"{PREFIX}SETTINGS_FILE"
SETTINGS_FILE = Path("var/muster.env")
DEMO_FILE = Path("var/demo/muster.env")
#: Names that steer the tests and the Makefile and configure no installation.
_NOT_SETTINGS = (FILE_VARIABLE, f"{PREFIX}TEST_", f"{PREFIX}REQUIRE_", f"{PREFIX}CHROMIUM")


@dataclass(frozen=True)
class Found:
    """The settings to use, the file they came from, and a remark worth saying aloud."""

    settings: Settings
    file: Path | None
    remark: str = ""


def project_root() -> Path:
    """The clone this code lies in, or the current directory for an installed package."""
    clone = Path(__file__).resolve().parents[2]
    return clone if (clone / "wsgi.py").exists() else Path.cwd()


def find_settings(environ: Mapping[str, str], *, root: Path | None = None) -> Found:
    """Read the settings of this installation; raises SettingsError with a line per problem."""
    root = root or project_root()
    file, remark = _choose_file(environ, root)
    return Found(load_settings(environ, file=file), file, remark)


def _choose_file(environ: Mapping[str, str], root: Path) -> tuple[Path | None, str]:
    named = environ.get(FILE_VARIABLE)
    if named:
        return _must_exist(Path(named)), ""
    own, demo = root / SETTINGS_FILE, root / DEMO_FILE
    if own.exists():
        return own, ""
    if not any(map(_is_setting, environ)) and demo.exists():
        return demo, f"no settings of its own: using the demo's ({DEMO_FILE})"
    return None, ""


def _must_exist(file: Path) -> Path:
    if not file.is_file():
        raise SettingsError([f"{FILE_VARIABLE} names {file}, and there is no such file"])
    return file


def _is_setting(name: str) -> bool:
    return name.startswith(PREFIX) and not name.startswith(_NOT_SETTINGS)


def write_settings_file(path: Path, values: Mapping[str, str], *, heading: str) -> None:
    """Write a settings file that only its owner can read; replaces an older one as a whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    lines = [f"# {heading}", *(f"{name}={value}" for name, value in values.items())]
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.replace(path)
