"""Where the settings come from: the environment, else `var/muster.env`, else the demo's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import PREFIX, Settings, load_settings, read_settings_file

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS_FILE = Path("var/muster.env")
DEMO_FILE = Path("var/demo/muster.env")
#: Names that steer the tests and the Makefile and configure no installation.
_NOT_SETTINGS = (f"{PREFIX}TEST_", f"{PREFIX}REQUIRE_", f"{PREFIX}CHROMIUM")


@dataclass(frozen=True)
class Found:
    """The settings to use, the file they came from, and a remark worth saying aloud."""

    settings: Settings
    file: Path | None
    remark: str = ""
    #: The settings as variables, for child processes: they must not look again and find others.
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


def project_root() -> Path:
    """The clone this code lies in, or the current directory for an installed package."""
    clone = Path(__file__).resolve().parents[2]
    return clone if (clone / "wsgi.py").exists() else Path.cwd()


def find_settings(environ: Mapping[str, str], *, root: Path | None = None) -> Found:
    """Read the settings of this installation; raises SettingsError with a line per problem."""
    root = root or project_root()
    file, remark = _choose_file(environ, root)
    variables = read_settings_file(file) if file else {}
    variables |= {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    return Found(load_settings(environ, file=file), file, remark, variables)


def _choose_file(environ: Mapping[str, str], root: Path) -> tuple[Path | None, str]:
    own, demo = root / SETTINGS_FILE, root / DEMO_FILE
    if own.exists():
        return own, ""
    if not any(map(_is_setting, environ)) and demo.exists():
        return demo, f"no settings of its own: using the demo's ({DEMO_FILE})"
    return None, ""


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
