"""The static copy of what is collected: what it holds, and what it keeps to itself."""

from __future__ import annotations

from pathlib import Path

import html5lib
import pytest
from flask import Flask

from app.aid.rules.words import DropState, PointKind, PointState, Priority, Visibility
from app.aid.service.listing import relist
from app.cli import export
from app.db.session import transaction
from app.lib import clock
from app.places.rules import Spot
from tests.factories.aid import make_drop, make_item, make_need, make_point
from tests.factories.events import make_place

pytestmark = pytest.mark.one_database

CANARY = Spot(name="Canary", street="1 Canary Row", postcode="E1 9ZZ", lat=51.1, lon=-0.11)


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """A copy of a site with points of every sort."""
    with transaction():
        drop = make_drop()
        make_need(drop, make_item(drop.group), priority=Priority.URGENT)
        points = [
            make_point(drop, slug="shop"),
            make_point(drop, slug="full", name="Full library", state=PointState.FULL),
            make_point(drop, slug="waits", name="Canary", state=PointState.UNDER_REVIEW),
            make_point(
                drop,
                slug="canary-home",
                name="Canary flat",
                kind=PointKind.HOME,
                is_home_public=True,
                place=make_place(CANARY),
            ),
            make_point(
                drop,
                slug="area",
                name="E17",
                visibility=Visibility.AREA_ONLY,
                place=make_place(CANARY),
                access_note="Ring at 1 Canary Row",
            ),
            make_point(
                drop,
                slug="canary-private",
                name="Canary",
                visibility=Visibility.PRIVATE,
                place=make_place(CANARY),
            ),
        ]
        make_drop(drop.group, slug="canary-draft", state=DropState.DRAFT, announced_at=None)
        for point in points:
            relist(point, now=clock.utcnow())
    target = tmp_path / "mirror"
    export._write(target)
    return target


def pages(folder: Path) -> dict[str, str]:
    """Every page of the copy by its place."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.html")
    }


def test_the_copy_holds_rounds_and_the_points_that_anybody_may_see(folder: Path) -> None:
    found = pages(folder)
    aid = {path for path in found if "aid/" in path}
    names = ("index", "winter-round", "points/shop", "points/full", "points/area")
    assert aid == {f"{own}aid/{name}.html" for own in ("", "ar/") for name in names}
    assert "Blankets" in found["aid/winter-round.html"]
    assert "12 Hoe Street" in found["aid/points/shop.html"]
    assert 'href="aid/index.html"' in found["index.html"]
    assert "جولة الشتاء" in found["ar/aid/winter-round.html"]


def test_no_hidden_place_and_no_home_is_copied(folder: Path) -> None:
    for path, text in pages(folder).items():
        assert "canary" not in path.lower()
        assert "canary" not in text.lower(), path
    assert "E17" in (folder / "aid/points/area.html").read_text("utf-8")


def test_every_link_within_the_copy_leads_somewhere(folder: Path) -> None:
    for path, text in pages(folder).items():
        for element in html5lib.parse(text, namespaceHTMLElements=False).iter("a"):
            target = element.get("href", "").partition("#")[0]
            if target and "://" not in target and not target.startswith(("mailto:", "tel:")):
                assert (folder / path).parent.joinpath(target).resolve().is_file(), (path, target)


def test_a_site_that_collects_nothing_copies_nothing_of_it(app: Flask, tmp_path: Path) -> None:
    export._write(tmp_path / "mirror")
    assert not (tmp_path / "mirror/aid").exists()
