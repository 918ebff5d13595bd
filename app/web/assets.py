"""Style sheets and images: joined, named by their content, compressed once, kept for ever.

In development and in tests the files are served as they lie in `app/static`.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
from flask import current_app, url_for
from whitenoise import WhiteNoise

from app.settings import Environment, settings

if TYPE_CHECKING:
    from flask import Flask
    from whitenoise.responders import Headers

EXTENSION = "muster_assets"
YEAR_SECONDS = 31_536_000
COMPRESSIBLE = frozenset({".css", ".js", ".svg", ".txt", ".webmanifest"})
AS_THEY_LIE = frozenset({Environment.DEVELOPMENT, Environment.TEST})

_IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\(([a-z]+)\);')
_URL = re.compile(r'url\("(?!data:|https?:)([^"]+)"\)')
_HASHED = re.compile(r"\.[0-9a-f]{16}\.[a-z0-9]+$")


def build(source: Path, target: Path) -> dict[str, str]:
    """Write the assets below `source` to `target`; returns each name with its hashed one."""
    sheets = sorted(source.rglob("*.css"))
    parts = {sheet.parent / name for sheet in sheets for name in _imported(sheet)}
    others = sorted(path for path in source.rglob("*") if path.is_file() and path.suffix != ".css")
    manifest: dict[str, str] = {}
    for path in others:
        _publish(path.relative_to(source), path.read_bytes(), target, manifest)
    for path in sheets:
        if path not in parts:
            name = path.relative_to(source)
            text = _with_hashed_urls(_bundle(path), name.parent, manifest)
            _publish(name, text.encode(), target, manifest)
    return manifest


def joined(sheet: Path) -> str:
    """A style sheet as one text that stands alone."""
    return _bundle(sheet)


def _imported(sheet: Path) -> list[str]:
    return [name for name, _layer in _IMPORT.findall(sheet.read_text("utf-8"))]


def _bundle(sheet: Path) -> str:
    """A style sheet with its imports in place, without comments and needless blanks."""

    def inlined(match: re.Match[str]) -> str:
        part = (sheet.parent / match[1]).read_text("utf-8")
        return f"@layer {match[2]}{{{part}}}"

    text = _IMPORT.sub(inlined, sheet.read_text("utf-8"))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,]) ?", r"\1", text).replace(";}", "}").strip()


def _with_hashed_urls(text: str, folder: Path, manifest: dict[str, str]) -> str:
    def hashed(match: re.Match[str]) -> str:
        name = os.path.normpath(folder / match[1])
        return f'url("{os.path.relpath(manifest[name], folder)}")'

    return _URL.sub(hashed, text)


def _publish(name: Path, content: bytes, target: Path, manifest: dict[str, str]) -> None:
    digest = hashlib.sha256(content).hexdigest()[:16]
    hashed = name.with_name(f"{name.stem}.{digest}{name.suffix}")
    _write(target / hashed, content)
    if name.suffix in COMPRESSIBLE:
        _write(target / f"{hashed}.br", brotli.compress(content, quality=11))
        _write(target / f"{hashed}.gz", gzip.compress(content, compresslevel=9, mtime=0))
    manifest[str(name)] = str(hashed)


def _write(path: Path, content: bytes) -> None:
    """Put a file in place in one step: several processes may start at once."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def asset_url(name: str) -> str:
    """The address of a file of `app/static`, such as `css/muster.css`."""
    manifest: dict[str, str] = current_app.extensions.get(EXTENSION, {})
    return url_for("static", filename=manifest.get(name, name))


def _is_immutable(_path: str, url: str) -> bool:
    return bool(_HASHED.search(url))


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def init_app(app: Flask) -> None:
    """Build the assets and serve them before the application is asked."""
    app.jinja_env.globals["asset_url"] = asset_url
    if settings().environment in AS_THEY_LIE:
        return
    target = settings().data_dir / "assets"
    app.extensions[EXTENSION] = build(Path(str(app.static_folder)), target)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(target),
        prefix="static/",
        max_age=YEAR_SECONDS,
        allow_all_origins=False,
        immutable_file_test=_is_immutable,
        add_headers_function=_add_headers,
    )
