"""The style sheets: contrast of the palette, both directions, small enough, one file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.web import assets

STATIC = Path(assets.__file__).parents[1] / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
TOKENS = (STATIC / "css" / "tokens.css").read_text()
PHYSICAL = re.compile(
    r"^\s*(?:(?:margin|padding|border|inset)-(?:left|right|top|bottom)\b"
    r"|(?:left|right|top|bottom|width|height|min-width|max-width|min-height|max-height)\s*:"
    r"|(?:float|clear|text-align):\s*(?:left|right))",
    re.MULTILINE,
)
#: What stands on what, and how strongly it must stand out (WCAG 2.2, 1.4.3 and 1.4.11).
PAIRS = [
    *(
        (text, ground, 4.5)
        for text in ("ink", "ink-soft", "sea", "sea-deep", "flame")
        for ground in ("paper", "surface")
    ),
    *((text, "sand", 4.5) for text in ("ink", "ink-soft", "sea", "sea-deep")),
    *((text, ground, 4.5) for text in ("bad", "good", "wait") for ground in ("paper", "surface")),
    *((f"{tone}", f"{tone}-soft", 4.5) for tone in ("bad", "good", "wait")),
    *(("ink", f"{tone}-soft", 4.5) for tone in ("bad", "good", "wait", "sea")),
    ("sea-deep", "sea-soft", 4.5),
    ("sea", "sea-soft", 4.5),
    ("on-poster", "poster", 4.5),
    ("on-night", "night", 4.5),
    ("on-flame", "flame", 4.5),
    ("on-flame", "flame-deep", 4.5),
    ("flame", "poster", 3.0),
    ("line-strong", "paper", 3.0),
    ("line-strong", "surface", 3.0),
    ("focus", "paper", 3.0),
]


def palette(*, dark: bool) -> dict[str, str]:
    """The colours by name, as the browser has them by day or at night."""
    light, night = TOKENS.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", light))
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", night)) if dark else found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(each * 2 for each in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_the_palette_can_be_read(text: str, ground: str, least: float, *, dark: bool) -> None:
    colours = palette(dark=dark)
    assert contrast(colours[text], colours[ground]) >= least


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_knows_no_left_and_right(sheet: Path) -> None:
    text = re.sub(r"@media[^{]*\{", "", sheet.read_text())
    assert PHYSICAL.findall(text) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_names_only_colours_and_sizes_that_exist(sheet: Path) -> None:
    known = set(re.findall(r"(--[a-z0-9-]+):", TOKENS))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", sheet.read_text())) <= known


def test_the_bundle_of_a_first_visit_is_small(tmp_path: Path) -> None:
    manifest = assets.build(STATIC, tmp_path)
    sheet = tmp_path / f"{manifest['css/muster.css']}.gz"
    assert sheet.stat().st_size < 9_000
    assert {name for name in manifest if name.endswith(".css")} == {
        "css/muster.css",
        "css/desk.css",
        "css/paper.css",
        "css/card.css",
    }
