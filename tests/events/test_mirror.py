"""The static copy of what is on: what it holds, what it keeps to itself, what it overwrites."""

from __future__ import annotations

import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import html5lib
import pytest
from click import ClickException
from click.testing import CliRunner
from icalendar import Calendar

from app.cli import export
from app.db.session import transaction
from app.events.queries import mirror as reads
from app.events.render import mirror
from app.events.rules.words import (
    EventState,
    LinkShown,
    Mode,
    PlaceShown,
    SafetyContactKind,
    Status,
)
from app.lib import clock
from app.lib.text import Translated
from app.places.rules import Spot
from tests.factories.events import make_event, make_place
from tests.factories.safety import make_contact

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

pytestmark = pytest.mark.one_database

CANARY = Spot(name="Canary Hall", street="1 Canary Row", postcode="E1 9ZZ", lat=51.1, lon=-0.11)


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """A copy of a site with events of every sort."""
    with transaction():
        make_event(
            slug="vigil",
            body=Translated.of(en="See [the appeal](/appeals/tents) <script>alert(1)</script>"),
        )
        make_event(slug="off", status=Status.CANCELLED)
        make_event(slug="secret", place_shown=PlaceShown.ACCEPTED, place_id=make_place(CANARY).id)
        make_event(
            slug="later",
            place_shown=PlaceShown.RELEASED,
            place_released_at=clock.utcnow() + timedelta(days=1),
            place_id=make_place(CANARY).id,
            meeting_point=Translated.of(en="Canary fountain"),
        )
        make_event(
            slug="room",
            mode=Mode.ONLINE,
            online_url="https://meet.example.org/canary",
            online_shown=LinkShown.ACCEPTED,
        )
        make_event(slug="over", starts_in=timedelta(days=-3))
        make_event(slug="draft", state=EventState.DRAFT)
        make_event(slug="hidden", state=EventState.HIDDEN)
        make_contact(SafetyContactKind.SOLICITOR)
    target = tmp_path / "mirror"
    export._write(target)
    return target


def pages(folder: Path) -> dict[str, str]:
    """Every page of the copy by its place."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.html")
    }


def test_it_holds_what_anybody_may_see(folder: Path) -> None:
    shown = {path.stem for path in (folder / "events").glob("*.html")}
    assert shown == {"vigil", "off", "secret", "later", "room"}
    assert {path.name for path in (folder / "ar/events").iterdir()} == {
        f"{name}.{kind}" for name in shown for kind in ("html", "ics")
    }
    index = pages(folder)["index.html"]
    assert all(f'href="events/{name}.html"' in index for name in shown)
    assert "Cancelled" in index
    assert "cancelled" in pages(folder)["events/off.html"]
    assert (folder / "cards/vigil.html").is_file()


def test_it_names_nothing_that_is_hidden(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert "canary" not in text.lower(), path
            assert "51.1" not in text, path


def test_nothing_in_it_runs_and_its_links_lead_to_its_own_files(folder: Path) -> None:
    for name, text in pages(folder).items():
        root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
        tags = {element.tag for element in root.iter()}
        assert not tags & {"script", "form", "iframe", "img"}, name
        for element in (*root.iter("a"), *root.iter("link")):
            address = element.get("href") or ""
            if element.get("rel") == "canonical" or ":" in address:
                assert address.startswith(("http://localhost/", "mailto:", "tel:", "https://www."))
            elif not address.startswith("#"):
                assert not address.startswith("/"), (name, address)
                target = (folder / name).parent / address
                assert target.resolve().is_file(), (name, address)
    assert 'href="http://localhost/appeals/tents"' in pages(folder)["events/vigil.html"]


def test_the_calendars_say_the_same(folder: Path) -> None:
    whole = Calendar.from_ical((folder / "events.ics").read_text("utf-8"))
    assert len(whole.walk("VEVENT")) == 5
    (off,) = Calendar.from_ical((folder / "events/off.ics").read_text("utf-8")).walk("VEVENT")
    assert off["STATUS"] == "CANCELLED"


def test_another_server_may_read_it(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        wanted = 0o755 if path.is_dir() else 0o644
        assert stat.S_IMODE(path.stat().st_mode) == wanted


def test_an_earlier_copy_is_replaced_as_a_whole(folder: Path) -> None:
    (folder / "events/stale.html").write_text("gone from the site")
    export._refuse_foreign(folder)
    export._write(folder)
    assert not (folder / "events/stale.html").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["mirror"]


def test_an_earlier_copy_stays_where_the_new_one_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mirror, "files", fail)
    with pytest.raises(ClickException, match="No space left"):
        export._write(folder)
    assert (folder / "index.html").is_file()
    assert [path.name for path in folder.parent.iterdir()] == ["mirror"]


def test_what_is_not_ours_is_kept(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    export._refuse_foreign(photos)
    export._refuse_foreign(tmp_path / "new")
    (photos / "march.jpg").touch()
    (tmp_path / "link").symlink_to(photos)
    (tmp_path / "file").touch()
    for place in ("photos", "link", "file"):
        ended = CliRunner().invoke(export.export, ["site", str(tmp_path / place)])
        assert ended.exit_code != 0
    assert (photos / "march.jpg").exists()


def test_more_events_than_are_read_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "_AT_ONCE", 2)
    at = clock.utcnow().replace(microsecond=0) + timedelta(days=2)
    with transaction():
        for place in range(5):
            make_event(slug=f"e{place}", starts_at=at)
    assert [each.slug for each in reads.each_coming(clock.utcnow())] == [
        f"e{place}" for place in range(5)
    ]
