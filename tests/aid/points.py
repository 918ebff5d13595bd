"""Somebody who offers a point, somebody who brings something, at their browsers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.aid.models.drops import Drop
from app.aid.models.points import BringRequest, CollectionPoint, PointHost
from app.aid.rules.words import Priority
from app.db.session import db, transaction
from app.lib import clock, links
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from app.settings import settings
from tests.appeals.donors import forms_of
from tests.appeals.test_mails import text_of
from tests.factories.aid import make_drop, make_item, make_need

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

FORM = "/aid/winter-round/points/new"
STREET, POSTCODE = "77 Quincunx Row", "E17 9QX"
TYPED = {
    "kind": "home",
    "place_name": "Zanzibargate",
    "street": STREET,
    "postcode": POSTCODE,
    "town": "London",
    "country": "GB",
    "visibility": "area_only",
    "takes": "all",
    "max_boxes": "30",
    "access_note": "The blue door with the heliotrope.",
    "step_free": "yes",
    "van_note": "In front of the garage.",
    "hours-0-first": "0",
    "hours-0-last": "6",
    "hours-0-opens0": "09:00",
    "hours-0-closes0": "18:30",
    "name": "Amal",
    "email": "amal@example.org",
    "phone": "020 7946 0111",
    "about": "The film club knows me.",
    "is_adult": "y",
}
#: What a browser sends of the choices of the form, besides what stands in its boxes.
CHOSEN = {"kind": "home", "country": "GB", "hours-0-first": "0", "hours-0-last": "6"}
BRINGS = {
    "what": "Two bags of blankets",
    "at_time": "17:00",
    "name": "Jo",
    "email": "jo@example.org",
}


def a_drop(**changes: Any) -> Drop:
    """An open round at /aid/winter-round that wants blankets and no coats."""
    with transaction():
        drop = make_drop(**changes)
        blankets, coats = make_item_of(drop, "blankets"), make_item_of(drop, "coats")
        make_need(drop, blankets)
        make_need(drop, coats, priority=Priority.NOT_WANTED)
        return drop


def make_item_of(drop: Drop, code: str) -> Any:
    """A kind of thing of the group of a round; call inside a transaction."""
    return make_item(drop.group, code)


def fill(client: FlaskClient, prefix: str = "", **typed: str) -> dict[str, str]:
    """What the form for a point sends with everything filled in."""
    page = client.get(f"{prefix}{FORM}")
    assert page.status_code == 200, page.status
    return forms_of(page)[-1].values | TYPED | typed


def offer(client: FlaskClient, prefix: str = "", **typed: str) -> TestResponse:
    """Fill in the form and send it."""
    return client.post(f"{prefix}{FORM}", data=fill(client, prefix, **typed))


def the_host() -> PointHost:
    """The one host there is."""
    db.session.expire_all()
    return db.session.scalars(select(PointHost)).one()


def the_point() -> CollectionPoint:
    """The one point there is."""
    db.session.expire_all()
    return db.session.scalars(select(CollectionPoint)).one()


def the_request(email: str | None = "jo@example.org") -> BringRequest:
    """The latest wish of an address."""
    db.session.expire_all()
    found = select(BringRequest).where(BringRequest.email == email)
    return db.session.scalars(found.order_by(BringRequest.id.desc())).first()  # type: ignore[return-value]


def tomorrow() -> str:
    """A day on which every point of these tests is open."""
    return (clock.utcnow() + timedelta(days=1)).date().isoformat()


def ask(
    client: FlaskClient, address: str, *, network: str = "203.0.113.7", **typed: str
) -> TestResponse:
    """Fill in the form that asks to bring something, and send it."""
    page = client.get(address)
    assert page.status_code == 200, page.get_data(as_text=True)
    form = forms_of(page)[-1]
    values = form.values | BRINGS | {"on_day": tomorrow()} | typed
    return client.post(form.action, data=values, environ_base={"REMOTE_ADDR": network})


def press(client: FlaskClient, page: str, ending: str, **typed: str) -> TestResponse:
    """Press the button of a page whose form goes to an address that ends so."""
    shown = client.get(page)
    assert shown.status_code == 200, shown.status
    form = next(each for each in forms_of(shown) if each.action.endswith(ending))
    return client.post(form.action, data=form.values | typed)


def mails(template: str) -> list[OutboxMail]:
    """The mails of a kind, the oldest first."""
    db.session.expire_all()
    wanted = select(OutboxMail).where(OutboxMail.template == template)
    return list(db.session.scalars(wanted.order_by(OutboxMail.id)))


def link_in(mail: OutboxMail, kind: str) -> str:
    """The path of a private page in a mail: `host` or `bring`."""
    found = re.search(rf"http://localhost(\S*/{kind}/[^\s<]+)", text_of(build_message(mail)))
    assert found
    return found[1]


def bring_page(
    client: FlaskClient, address: str, email: str = "jo@example.org", **more: str
) -> str:
    """Ask to bring something and confirm it by mail; the path of her own page."""
    assert ask(client, address, email=email, **more).status_code == 303
    page = link_in(mails("aid/bring_confirm")[-1], "bring")
    assert press(client, page, "/confirm").status_code == 303
    return page


def signed(purpose: str, subject: str, version: int = 1) -> str:
    """The token of a private link."""
    return links.sign(settings().secret_key, purpose, subject, version=version)
