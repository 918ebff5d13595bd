"""What holds for every module below app/."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
MODULES = sorted(APP.rglob("*.py"))
#: Packages without rooms inside: plain tools, the frame of the pages, the two stand-ins.
ROOMLESS = {"cli", "db", "demo", "lib", "parts", "rehearsal", "static", "translations", "web"}
#: Where a transaction may end: in transaction(), between two jobs of the worker, and behind a look
#: at a database that may not answer.
COMMITTERS = {APP / "db" / "session.py", APP / "queue" / "jobs.py", APP / "cli" / "checks.py"}
#: Folders of templates that belong to no package.
COMMON_TEMPLATES = {"components", "errors", "layouts", "mail"}


def packages() -> list[str]:
    """The packages directly below app/."""
    return sorted(path.parent.name for path in APP.glob("*/__init__.py"))


def name_of(path: object) -> str:
    """What a parametrised test is called."""
    return str(path.relative_to(ROOT)) if isinstance(path, Path) else str(path)


def endings(tree: ast.AST) -> Iterator[int]:
    """The lines where a session is committed or rolled back."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="commit" | "rollback")):
                if "session" in ast.unparse(owner):
                    yield node.lineno


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function's body takes, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_transaction_ends_in_one_place(path: Path) -> None:
    if path not in COMMITTERS:
        assert list(endings(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize(
    "path", [each for each in MODULES if each.name == "__init__.py"], ids=name_of
)
def test_a_package_says_what_it_is_and_nothing_else(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    assert len(body) == 1
    assert ast.get_docstring(ast.Module(body=body, type_ignores=[]))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= 400
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert body_length(node) <= 40, f"{node.name} (line {node.lineno})"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_stand_at_the_top(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [
                each for each in ast.walk(node) if isinstance(each, ast.Import | ast.ImportFrom)
            ]
            assert not inner, f"{node.name} (line {node.lineno}) imports"


def test_no_package_escapes_the_contract_about_its_rooms() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    inside = next(each for each in contracts if each["id"] == "inside")
    assert {f"app.{name}" for name in packages() if name not in ROOMLESS} == set(
        inside["containers"]
    )


def test_every_package_has_tests() -> None:
    missing = [name for name in packages() if not list((ROOT / "tests" / name).glob("test_*.py"))]
    assert missing == []


def test_every_folder_of_templates_belongs_to_a_package() -> None:
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert folders - COMMON_TEMPLATES <= set(packages())


def test_every_folder_of_mails_belongs_to_a_package() -> None:
    folders = {path.name for path in (ROOT / "templates" / "mail").glob("*/") if path.is_dir()}
    assert folders <= set(packages())


def test_every_folder_of_tests_belongs_to_a_package() -> None:
    common = {"components", "factories", "fakes", "house", "journeys", "support", "bench"}
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert folders - common - {"__pycache__"} <= set(packages())
