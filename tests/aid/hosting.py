"""A host at her page, with a round that wants blankets and no coats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.aid.models.points import CollectionPoint, PointHost
from app.aid.models.stock import DropOff
from app.aid.queries import hosting as reads
from app.aid.queries import stock as stock_reads
from app.aid.render.hosting import held
from app.aid.rules.points import HOST_LINK
from app.aid.rules.words import Priority
from app.db.session import db, transaction
from app.lib import links
from app.places.rules import Spot
from app.settings import settings
from tests.appeals.donors import forms_of
from tests.factories.aid import make_drop, make_item, make_need, make_point, make_point_host
from tests.factories.events import make_place

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

SPOT = Spot(name="Zanzibargate", street="77 Quincunx Row", postcode="E17 9QX")


def make_hosted(**changes: Any) -> PointHost:
    """A live point with its host, in a round of its own unless one is given."""
    with transaction():
        drop = changes.pop("drop", None)
        if drop is None:
            drop = make_drop()
            make_item(drop.group, "mixed")
            make_need(drop, make_item(drop.group, "blankets"))
            make_need(drop, make_item(drop.group, "coats"), priority=Priority.NOT_WANTED)
        else:
            drop = db.session.merge(drop)
        host = changes.pop("host", {})
        changes.setdefault("place", make_place(SPOT))
        return make_point_host(make_point(drop, **changes), **host)


def page_of(host: PointHost, prefix: str = "") -> str:
    """The path of a host's page."""
    db.session.refresh(host)
    token = links.sign(settings().secret_key, HOST_LINK, host.public_id, version=host.link_version)
    return f"{prefix}/host/{token}"


def again(host: PointHost) -> CollectionPoint:
    """The point as it stands now."""
    db.session.expire_all()
    return db.session.get_one(CollectionPoint, host.point_id)


def press(client: FlaskClient, page: str, ending: str, **typed: str) -> TestResponse:
    """Press the button of a page whose form goes to an address that ends so."""
    shown = client.get(page)
    assert shown.status_code == 200, shown.status
    form = next(each for each in forms_of(shown) if each.action.endswith(ending))
    return client.post(form.action, data=form.values | typed)


def log(client: FlaskClient, page: str, **typed: str) -> TestResponse:
    """Write down that something was brought."""
    return press(client, page, "/drop-offs", **typed)


def entries(host: PointHost) -> list[DropOff]:
    """What was written down at a point, the newest first."""
    db.session.expire_all()
    return list(reads.list_drop_offs(host.point_id))


def holds(host: PointHost) -> tuple[int, int]:
    """Bags and boxes that lie at a point."""
    return held(again(host))


def lying(host: PointHost) -> dict[tuple[str, str], int]:
    """How much of what lies at a point: (code of the item, unit) to amount."""
    location = reads.find_location(host.point_id)
    if location is None:
        return {}
    rows = stock_reads.balances_at(location)
    return {(row.item.code, row.unit.value): row.qty for row in rows}
