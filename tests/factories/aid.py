"""Drops, points, hosts and goods for tests; call inside a transaction.

Rows are written as they are, without the services, so that any state can be made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

from app.aid.models.drops import AidItem, Drop, DropNeed
from app.aid.models.pickups import Vehicle
from app.aid.models.points import BringRequest, CollectionPoint, PointHost, PointHours, PointItem
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.words import (
    BringState,
    DropState,
    Fill,
    HoursKind,
    ItemCategory,
    PledgeState,
    PointChecked,
    PointKind,
    PointState,
    Priority,
    Unit,
    Visibility,
    WorkplaceState,
)
from app.aid.service.listing import relist
from app.db.session import db
from app.events.rules.words import Answer, EntrySource, Nation
from app.lib import clock, ids
from app.lib.text import Translated
from tests.factories.appeals import make_network
from tests.factories.events import make_place

ZONE = "Europe/London"


def make_item(group: Any, code: str = "blankets", **changes: Any) -> AidItem:
    """A kind of thing that the group collects: blankets, unless told otherwise."""
    values: dict[str, Any] = {
        "name": Translated.of(en=code.replace("_", " ").capitalize()),
        "category": ItemCategory.MIXED if code == "mixed" else ItemCategory.BEDDING,
        "unit": Unit.BAG if code == "mixed" else Unit.EACH,
    }
    item = AidItem(group_id=group.id, code=code, **values | changes)
    db.session.add(item)
    db.session.flush()
    return item


def make_drop(group: Any = None, **changes: Any) -> Drop:
    """A round that is open from last week until three weeks from now, with unsorted goods."""
    now = clock.utcnow()
    group = group or make_network()
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "slug": "winter-round",
        "title": Translated.of(en="Winter round", ar="جولة الشتاء"),
        "summary": Translated.of(en="Blankets and first-aid kits for the winter."),
        "body": Translated.of(en="Bring what is on the list."),
        "zone": ZONE,
        "opens_on": now.date() - timedelta(days=7),
        "closes_on": now.date() + timedelta(days=21),
        "state": DropState.OPEN,
        "announced_at": now - timedelta(days=14),
        "created_at": now - timedelta(days=20),
        "updated_at": now - timedelta(days=20),
    }
    drop = Drop(group_id=group.id, **values | changes)
    db.session.add(drop)
    db.session.flush()
    return drop


def make_need(drop: Drop, item: AidItem, **changes: Any) -> DropNeed:
    """A thing that is needed."""
    values: dict[str, Any] = {"priority": Priority.NEEDED, "checked_at": clock.utcnow()}
    need = DropNeed(drop_id=drop.id, item_id=item.id, **values | changes)
    db.session.add(need)
    db.session.flush()
    return need


def make_point(
    drop: Drop,
    *,
    place: Any = None,
    hours: bool = True,
    takes: Sequence[AidItem] = (),
    **changes: Any,
) -> CollectionPoint:
    """A public shop that is live and open every day from nine to half past six.

    It takes all that the drop wants, or the things that are named.
    """
    now = clock.utcnow()
    public_id = ids.public_id()
    values: dict[str, Any] = {
        "public_id": public_id,
        "slug": f"point-{public_id[:8]}",
        "kind": PointKind.SHOP,
        "name": "Corner shop",
        "visibility": Visibility.PUBLIC,
        "state": PointState.LIVE,
        "fill": Fill.EMPTY,
        "max_boxes": 40,
        "takes_all": not takes,
        "zone": ZONE,
        "nation": Nation.ENGLAND_WALES,
        "step_free": Answer.YES,
        "live_at": now,
        "created_at": now,
        "updated_at": now,
    }
    point = CollectionPoint(drop=drop, place=place or make_place(), **values | changes)
    if hours:
        for day in range(7):
            point.hours.append(
                PointHours(
                    position=day,
                    weekday=day,
                    kind=HoursKind.OPEN,
                    opens=time(9),
                    closes=time(18, 30),
                )
            )
    for item in takes:
        point.takes.append(PointItem(item_id=item.id))
    db.session.add(point)
    db.session.flush()
    relist(point, now=now)
    return point


def make_point_host(point: CollectionPoint, **changes: Any) -> PointHost:
    """A host whose mailbox is proven and whom an organiser knows."""
    now = clock.utcnow()
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "nonce": ids.token(),
        "name": "Amal",
        "email": "amal@example.org",
        "phone": "020 7946 0111",
        "locale": "en",
        "source": EntrySource.WEB,
        "is_adult": True,
        "applied_at": now,
        "confirmed_at": now,
        "checked_at": now,
        "how_checked": PointChecked.KNOWN_PERSON,
    }
    host = PointHost(point=point, **values | changes)
    db.session.add(host)
    db.session.flush()
    return host


def make_request(point: CollectionPoint, **changes: Any) -> BringRequest:
    """Somebody with a proven mailbox who asks to bring two bags tomorrow."""
    now = clock.utcnow()
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "nonce": ids.token(),
        "name": "Jo",
        "email": "jo@example.org",
        "what": "Two bags of blankets",
        "brings_on": now.date() + timedelta(days=1),
        "locale": "en",
        "source": EntrySource.WEB,
        "state": BringState.ASKED,
        "created_at": now,
        "confirmed_at": now,
    }
    request = BringRequest(point=point, **values | changes)
    db.session.add(request)
    db.session.flush()
    return request


def make_workplace(
    drop: Drop, point: CollectionPoint | None = None, **changes: Any
) -> WorkplaceCollection:
    """A union branch that collects, pledged to a point where one is given."""
    now = clock.utcnow()
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "nonce": ids.token(),
        "organisation": "Union branch 12",
        "locality": "London",
        "country": "GB",
        "lat": 51.58,
        "lon": -0.02,
        "steward": "Sam",
        "email": "sam@example.org",
        "locale": "en",
        "source": EntrySource.WEB,
        "from_on": now.date(),
        "until_on": now.date() + timedelta(days=14),
        "pledge": PledgeState.ACCEPTED if point else PledgeState.NONE,
        "promised_boxes": 10,
        "state": WorkplaceState.CONFIRMED,
        "bank_reference": ids.short_reference("WORK"),
        "created_at": now,
        "confirmed_at": now,
        "updated_at": now,
    }
    workplace = WorkplaceCollection(drop=drop, point=point, **values | changes)
    db.session.add(workplace)
    db.session.flush()
    return workplace


def make_vehicle(group: Any, **changes: Any) -> Vehicle:
    """A van that holds 120 boxes."""
    values: dict[str, Any] = {
        "public_id": ids.public_id(),
        "name": "Blue van",
        "capacity_boxes": 120,
    }
    vehicle = Vehicle(group_id=group.id, **values | changes)
    db.session.add(vehicle)
    db.session.flush()
    return vehicle
