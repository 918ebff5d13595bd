"""Where a hidden point is stands in no output of any format, for anybody who asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.aid import jobs
from app.aid.models.points import CollectionPoint, PointHelper
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import finding
from app.aid.rules.bringing import BRING_LINK
from app.aid.rules.hosting import HELPER_LINK
from app.aid.rules.points import HOST_LINK, INVITE_LINK
from app.aid.rules.words import (
    BringState,
    Discloser,
    Fill,
    PledgeState,
    PointKind,
    PointState,
    Visibility,
)
from app.aid.rules.workplaces import WORKPLACE_LINK
from app.aid.service import bringing, point_content, points
from app.aid.service.listing import relist
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock, ids
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.places.rules import Spot
from app.places.service import details_of
from tests.aid.points import a_drop, signed
from tests.appeals.donors import forms_of
from tests.appeals.test_mails import text_of
from tests.factories.accounts import make_account, sign_in
from tests.factories.aid import make_point, make_point_host, make_request, make_workplace
from tests.factories.events import make_place
from tests.house import pages
from tests.support.apps import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from app.aid.models.drops import Drop

pytestmark = pytest.mark.one_database

#: Far from the middle of its area, so that a distance would tell.
SPOT = Spot(
    name="Zanzibargate Hall", street="77 Quincunx Row", postcode="CM3 9QX", lat=51.8137, lon=0.4716
)
#: What must not be seen of either, in any spelling that a format may give it.
CANARIES = re.compile(
    r"zanzibargate|quincunx|CM3[ +]?9QX|\b9QX|51[.,]81|0[.,]471|heliotrope|garagegate",
    re.IGNORECASE,
)
#: What must not be seen of the private one: not even its town.
PRIVATE = re.compile(r"CM3|Chelmsford|private-[a-z]+-slug", re.IGNORECASE)
WAYS: dict[str, dict[str, Any]] = {
    "home": {"kind": PointKind.HOME},
    "shop": {},
    "full": {"state": PointState.FULL, "fill": Fill.FULL},
    "paused": {"state": PointState.PAUSED},
    "disputed": {"state": PointState.DISPUTED},
    "closed": {"kind": PointKind.HOME, "state": PointState.CLOSED},
    "waiting": {"state": PointState.EMAIL_CONFIRMED},
    "approved": {"state": PointState.APPROVED},
}
ASKED = (
    *("near=CM3+9QX", "near=CM3", "near=E17", "near=Chelmsford", "item=blankets", "time=10:30"),
    *("near=CM3+9QX&item=blankets&time=12:00", "near=nowhere", "near=BT1+1AA", "show=100"),
)
PUBLIC = (
    *("/", "/aid/", "/aid/winter-round", "/aid/winter-round/points", "/aid/points.geojson"),
    *("/aid/points.geojson?drop=winter-round", "/aid/winter-round/needs", "/groups/lea-valley"),
    *("/aid/winter-round/points/new", "/aid/winter-round/workplaces/new", "/robots.txt"),
    *("/sitemap.xml", "/events.geojson", "/events/?q=zanzibargate", "/links"),
)


def make(drop: Drop, name: str, visibility: Visibility, **changes: Any) -> CollectionPoint:
    """A hidden point with a host, listed as services list it; call inside a transaction."""
    point = make_point(
        drop,
        place=make_place(SPOT, locality="Chelmsford"),
        slug=f"x-{ids.public_id()[:8]}",
        visibility=visibility,
        access_note="Behind the heliotrope fountain",
        van_note="By the garagegate",
        **changes,
    )
    assert point.place is not None
    point.slug = point.public_id
    point_content.put_name(point, point.place)
    make_point_host(point, email=f"{name}@example.org", phone="020 7946 0999")
    db.session.flush()
    relist(point, now=clock.utcnow())
    return point


@pytest.fixture
def scene(app: Flask) -> dict[str, CollectionPoint]:
    """Points of every state, hidden in both ways, with people who may not know where they are."""
    drop = a_drop()
    with transaction():
        row, made = db.session.merge(drop), {}
        for visibility in (Visibility.AREA_ONLY, Visibility.PRIVATE):
            for name, changes in WAYS.items():
                key = f"{visibility.value}-{name}"
                made[key] = make(row, key, visibility, **changes)
        make_account(Role.OWNER, group=row.group, email="amina@example.org")
        return made


def held(scene: dict[str, CollectionPoint], key: str) -> CollectionPoint:
    return db.session.merge(scene[key])


def in_both(addresses: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    for path in addresses:
        yield path
        yield f"/ar{path}"


def addresses(scene: dict[str, CollectionPoint]) -> Iterator[str]:
    """Every public address about points, with every question, in both languages."""
    found = [*PUBLIC, *(f"/aid/winter-round/points?{asked}" for asked in ASKED)]
    for key in scene:
        slug = held(scene, key).slug
        found += [f"/aid/points/{slug}{more}" for more in ("", "/bring", "/report", "/bring/sent")]
    yield from in_both(tuple(found))


def all_of(answer: TestResponse) -> str:
    """Everything that went over the line, without what the asker said herself."""
    asked = answer.request.query_string.decode()
    text = f"{answer.headers}\n{answer.get_data(as_text=True)}"
    for typed in re.findall("[a-z]+=([^&]+)", asked):
        spelt = re.sub(r"\\?[+ ]", "(?:%20|[+ ])", re.escape(typed))
        text = re.sub(spelt, "", text, flags=re.IGNORECASE)
    # The middle of the postcode that she asked about herself.
    return re.sub(r"map__(line|here)[^>]+>", "", text)


def test_no_public_page_tells(
    app: Flask, client: FlaskClient, scene: dict[str, CollectionPoint]
) -> None:
    links = pages.crawl(app, client, ("/", "/aid/"), is_wanted=lambda path: "/desk" not in path)
    walked = [*links, *((path, client.get(path)) for path in addresses(scene))]
    assert sum(answer.status_code == 200 for _, answer in walked) > 60
    for path, answer in walked:
        assert answer.status_code < 500, path
        found = CANARIES.search(all_of(answer))
        assert found is None, (path, found)


def test_a_private_point_is_nowhere_at_all(
    client: FlaskClient, scene: dict[str, CollectionPoint]
) -> None:
    for key in [each for each in scene if each.startswith("area_only")]:
        with transaction():
            point = held(scene, key)
            point.visibility = Visibility.PRIVATE
            assert point.place is not None
            point_content.put_name(point, point.place)
            relist(point, now=clock.utcnow())
    for path in addresses(scene):
        found = PRIVATE.search(all_of(client.get(path)))
        assert found is None, (path, found)
    for key in scene:
        point = held(scene, key)
        assert client.get(f"/aid/points/{point.slug}").status_code == 404
        assert point.public_id not in client.get("/aid/points.geojson").get_data(as_text=True)


def test_distances_tell_of_the_area_alone(scene: dict[str, CollectionPoint]) -> None:
    home = held(scene, "area_only-home")
    assert home.place is not None
    drop_id, at = home.drop_id, (SPOT.lat or 0.0, SPOT.lon or 0.0)
    area = (home.place.area_lat, home.place.area_lon)
    for each in finding.around(drop_id, at, limit=50):
        assert each.point.visibility is Visibility.AREA_ONLY
        assert each.position == area
        assert each.km > 1


def private_pages(scene: dict[str, CollectionPoint]) -> Iterator[str]:
    """The pages behind links of people who are not told, and all that is printed."""
    with transaction():
        for key in ("area_only-home", "private-home"):
            point = held(scene, key)
            host = point.host
            assert host is not None
            yield f"/aid/invited/{signed(INVITE_LINK, host.public_id)}"
            for state in BringState:
                if state is not BringState.ACCEPTED:
                    request = make_request(point, state=state, email=f"{state}@example.org")
                    yield f"/bring/{signed(BRING_LINK, request.public_id)}"
                    yield f"/bring/{signed(BRING_LINK, request.public_id)}/change"
            # Paper hangs in streets, so what the host prints tells nothing either.
            yield f"/host/{signed(HOST_LINK, host.public_id)}/pack"
            helper = PointHelper(
                public_id=ids.public_id(), point=point, label="Sis", created_at=clock.utcnow()
            )
            db.session.add(helper)
            work = make_workplace(point.drop, point)
            asked = make_workplace(point.drop, point, pledge=PledgeState.ASKED)
            db.session.flush()
            yield f"/host/helper/{signed(HELPER_LINK, helper.public_id)}"
            yield f"/workplace/{signed(WORKPLACE_LINK, asked.public_id)}"
            for sheet in ("poster", "sheet", "letter", "labels"):
                token = signed(WORKPLACE_LINK, work.public_id)
                yield f"/workplace/{token}/papers/{sheet}"


def test_no_private_page_and_no_paper_tells_who_is_not_told(
    client: FlaskClient, scene: dict[str, CollectionPoint]
) -> None:
    statuses = []
    for path in in_both(tuple(private_pages(scene))):
        answer = client.get(path)
        statuses.append(answer.status_code)
        found = CANARIES.search(all_of(answer))
        assert found is None, (path, found)
    assert statuses.count(200) > 40
    assert not [status for status in statuses if status >= 500]


def test_no_mail_tells(client: FlaskClient, scene: dict[str, CollectionPoint]) -> None:
    """Whatever happens to a hidden point: nobody's mailbox holds its address."""
    by, later = Actor.visitor(), timedelta(days=20)
    for key in ("area_only-home", "private-home"):
        with transaction():
            point = held(scene, key)
            yes, no, other = (
                make_request(point, email=f"{name}{key}@example.org", name=name.title())
                for name in ("yes", "no", "other")
            )
            make_workplace(point.drop, point)
        now = clock.utcnow()
        with transaction():
            bringing.accept(yes, by=by, discloser=Discloser.HOST, now=now)
            bringing.accept(other, by=by, discloser=Discloser.HOST, now=now)
            bringing.decline(no, by=by, now=now)
            bringing.withdraw(other, now=now, by=by)
        with transaction():
            point = held(scene, key)
            point.live_at = now - later
        jobs.ask_hosts({})
        with transaction():
            points.set_state(held(scene, key), PointState.CLOSED, "point.closed", now=now, by=by)
    found = db.session.scalars(select(OutboxMail)).all()
    assert len(found) > 8
    for mail in found:
        message = build_message(mail)
        assert CANARIES.search(f"{mail.values}{message}{text_of(message)}") is None, mail.template


def test_no_file_of_the_desk_tells_unless_it_is_asked_for(
    app: Flask, scene: dict[str, CollectionPoint]
) -> None:
    browser = Visitor(app, app.response_class)
    sign_in(browser, "amina@example.org")
    page = browser.get("/desk/aid/exports/")
    form = forms_of(page)[0]
    drop = held(scene, "area_only-home").drop
    for what in ("points", "hosts", "drop-offs", "moves", "boxes", "workplaces"):
        values = {"csrf_token": form.values["csrf_token"], "drop": drop.public_id}
        answer = browser.post(f"/desk/aid/exports/{what}.csv", data=values, buffered=True)
        assert answer.status_code == 200, what
        assert CANARIES.search(answer.get_data(as_text=True)) is None, what


def test_the_same_walk_sees_what_is_public(client: FlaskClient, app: Flask) -> None:
    drop = a_drop()
    with transaction():
        point = make(db.session.merge(drop), "open", Visibility.PUBLIC)
        assert point.place is not None
        assert details_of(point.place).postcode == "CM3 9QX"
        slug = point.slug
    for path in (f"/aid/points/{slug}", "/aid/points.geojson", "/aid/winter-round/points"):
        assert CANARIES.search(all_of(client.get(path))), path
    assert db.session.scalars(select(WorkplaceCollection)).first() is None
