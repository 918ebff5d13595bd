"""What holds for every template: it compiles, imports nothing in vain and names known endpoints."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates"
TEMPLATES = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*")
    if path.suffix in {".html", ".txt", ".svg", ".xml"}
)
#: A mail brings its styles along; a page may not.
MAILS = ("mail/", "layouts/mail.html")
PAGES = [name for name in TEMPLATES if name.endswith(".html") and not name.startswith(MAILS)]
INLINE = re.compile(
    r'<script(?![^>]*\bsrc=)(?! type="application/ld\+json")|'
    r"<style\b|\sstyle=|\son[a-z]+=|javascript:",
    re.IGNORECASE,
)


def parse(app: Flask, name: str) -> nodes.Template:
    """The syntax tree of a template."""
    return app.jinja_env.parse((FOLDER / name).read_text(), name)


def imported(tree: nodes.Template) -> Iterator[str]:
    """Every name that a template imports."""
    for node in tree.find_all((nodes.FromImport, nodes.Import)):
        if isinstance(node, nodes.Import):
            yield node.target
        elif isinstance(node, nodes.FromImport):
            yield from (each if isinstance(each, str) else each[1] for each in node.names)


def endpoints(tree: nodes.Template) -> Iterator[str]:
    """Every endpoint that a template links to by its name."""
    for call in tree.find_all(nodes.Call):
        names = {"url_for", "absolute_url"}
        if isinstance(call.node, nodes.Name) and call.node.name in names and call.args:
            first = call.args[0]
            if isinstance(first, nodes.Const):
                yield str(first.value)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(app: Flask, name: str) -> None:
    app.jinja_env.compile((FOLDER / name).read_text(), name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_imports_nothing_in_vain(app: Flask, name: str) -> None:
    tree = parse(app, name)
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    assert set(imported(tree)) <= used


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_links_to_pages_that_exist(app: Flask, name: str) -> None:
    known = set(app.view_functions)
    assert set(endpoints(parse(app, name))) <= known


@pytest.mark.parametrize("name", PAGES)
def test_a_template_holds_no_inline_script_or_style(name: str) -> None:
    assert not INLINE.search(re.sub(r"\{#.*?#\}", "", (FOLDER / name).read_text(), flags=re.DOTALL))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_named(app: Flask, name: str) -> None:
    frame = parse(app, name).find(nodes.Extends)
    if frame and isinstance(frame.template, nodes.Const):
        above = str(frame.template.value)
        if above.startswith("layouts/") and not name.startswith("layouts/"):
            blocks = {block.name for block in parse(app, name).find_all(nodes.Block)}
            assert blocks & {"title", "heading"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_fits_on_two_screens(name: str) -> None:
    assert len((FOLDER / name).read_text().splitlines()) <= 200
