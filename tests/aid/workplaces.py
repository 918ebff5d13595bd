"""A round with points near each other and a union branch that collects, for several tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import workplaces as reads
from app.aid.rules import workplaces as rules
from app.aid.rules.words import PledgeState
from app.aid.rules.workplaces import Content, Span, Steward
from app.aid.service import workplaces
from app.aid.service.listing import relist
from app.audit.facts import Actor
from app.db.session import db
from app.events.rules.words import EntrySource
from app.lib import clock, ids
from app.mail.models.outbox import OutboxMail
from app.places.models import Place
from app.places.rules import Spot
from tests.factories.aid import make_drop, make_item, make_point, make_point_host, make_workplace
from tests.factories.events import make_place

LONDON = rules.Spot(locality="London", country="GB", lat=51.58, lon=-0.02)


class Round:
    """An open round with a point that has a host; more points a few kilometres away."""

    def __init__(self, **changes: Any) -> None:
        self.drop = make_drop(**changes)
        self.mixed = make_item(self.drop.group, "mixed")
        self.point = self.add_point("Corner shop", host_email="amal@example.org")

    def add_point(
        self, name: str, *, north: float = 0.0, host_email: str = "", **changes: Any
    ) -> Any:
        place = _place(north)
        point = make_point(self.drop, place=place, name=name, **changes)
        if host_email:
            make_point_host(point, email=host_email)
        relist(point, now=clock.utcnow())
        db.session.flush()
        return point

    def collection(self, point: Any = None, **changes: Any) -> WorkplaceCollection:
        return make_workplace(self.drop, point, **changes)

    def sign_up(self, *, nonce: str = "", point: str | None = None, **changes: Any) -> Any:
        return workplaces.sign_up(
            self.drop,
            content(**changes),
            STEWARD,
            point_slug=point,
            nonce=nonce or ids.token(),
            network=None,
            source=EntrySource.WEB,
            now=clock.utcnow(),
            by=Actor.visitor(),
        )


def _place(north: float) -> Place:
    spot = Spot(name="Hall", street="1 Secret Street", lat=51.58 + north, lon=-0.02)
    return make_place(spot)


STEWARD = Steward(name="Sam", email="sam@example.org", phone="020 7946 0112", locale="en")


def content(**changes: Any) -> Content:
    """What a steward says: ten boxes within two weeks, unless told otherwise."""
    today = clock.utcnow().date()
    values: dict[str, Any] = {
        "organisation": "Union branch 12",
        "is_public": False,
        "spot": LONDON,
        "span": Span(from_on=today, until_on=today + timedelta(days=14)),
        "promised_boxes": 10,
    }
    return Content(**values | changes)


def again(workplace: WorkplaceCollection) -> WorkplaceCollection:
    """How a collection stands in the table now."""
    found = reads.find(workplace.public_id)
    assert found is not None
    return found


def mails(template: str) -> list[OutboxMail]:
    """The mails of one kind that were put into the outbox, the first first."""
    found = db.session.query(OutboxMail).filter_by(template=template).order_by(OutboxMail.id)
    return list(found)


ACCEPTED, ASKED, DECLINED = PledgeState.ACCEPTED, PledgeState.ASKED, PledgeState.DECLINED
