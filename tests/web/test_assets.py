"""Assets: joined, hashed, compressed, and served so that browsers keep them."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import brotli
import pytest

from app.factory import create_app
from app.web import assets
from tests.support.apps import make_settings

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small tree of assets."""
    folder = tmp_path / "source"
    (folder / "css").mkdir(parents=True)
    (folder / "img").mkdir()
    (folder / "css" / "all.css").write_text(
        "/* words */\n@layer a, b;\n"
        '@import url("a.css") layer(a);\n'
        '@import url("b.css") layer(b);\n'
    )
    (folder / "css" / "a.css").write_text('p {\n  background: url("../img/dot.svg");\n}\n')
    (folder / "css" / "b.css").write_text("a > b { margin: calc(1px + 2px); }\n")
    (folder / "img" / "dot.svg").write_text("<svg/>")
    return folder


def test_parts_are_joined_in_their_layers(source: Path, tmp_path: Path) -> None:
    manifest = assets.build(source, tmp_path / "out")
    dot = manifest["img/dot.svg"]
    assert (tmp_path / "out" / manifest["css/all.css"]).read_text() == (
        f'@layer a,b;@layer a{{p{{background: url("../{dot}")}}}}'
        "@layer b{a > b{margin: calc(1px + 2px)}}"
    )
    assert set(manifest) == {"css/all.css", "img/dot.svg"}


def test_compressed_copies_hold_the_same(source: Path, tmp_path: Path) -> None:
    manifest = assets.build(source, tmp_path / "out")
    for name in manifest.values():
        plain = (tmp_path / "out" / name).read_bytes()
        assert brotli.decompress((tmp_path / "out" / f"{name}.br").read_bytes()) == plain
        assert gzip.decompress((tmp_path / "out" / f"{name}.gz").read_bytes()) == plain


def test_a_name_changes_with_what_is_inside(source: Path, tmp_path: Path) -> None:
    before = assets.build(source, tmp_path / "out")
    assert assets.build(source, tmp_path / "out") == before
    (source / "img" / "dot.svg").write_text("<svg></svg>")
    after = assets.build(source, tmp_path / "out")
    assert after["img/dot.svg"] != before["img/dot.svg"]
    assert after["css/all.css"] != before["css/all.css"], "it names the picture"


def test_the_application_points_at_files_as_they_lie_while_testing(app: Flask) -> None:
    with app.test_request_context("/ar/about"):
        assert assets.asset_url("css/muster.css") == "/static/css/muster.css"


@pytest.fixture
def built(tmp_path: Path) -> Flask:
    """An application as it runs for visitors."""
    return create_app(make_settings("sqlite://", tmp_path, environment="demo"))


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("coding", ["br", "gzip", ""])
def test_a_built_file_is_kept_for_ever(built: Flask, coding: str) -> None:
    with built.test_request_context():
        address = assets.asset_url("css/muster.css")
    answer = built.test_client().get(address, headers={"Accept-Encoding": coding})
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers.get("Content-Encoding", "") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    answer.close()


def test_nothing_beside_the_assets_is_served(built: Flask) -> None:
    for address in ("/static/../settings.py", "/static/%2e%2e/factory.py", "/static/css/"):
        assert built.test_client().get(address).status_code == 404, address
