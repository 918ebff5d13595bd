"""Somebody who hosts a local event, at her browser; and the organiser who looks at it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.db.session import db, transaction
from app.events.models.hosting import EventHost
from app.events.models.mobilisations import Mobilisation
from app.mail.models.outbox import OutboxMail
from app.mail.render import build_message
from tests.appeals.donors import forms_of
from tests.appeals.test_mails import text_of
from tests.factories.events import make_mobilisation

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

TYPED = {
    "town": "Kraków",
    "country": "PL",
    "place_name": "By the Cloth Hall",
    "street": "Rynek Główny 1",
    "starts": "13:00",
    "place_shown": "public",
    "kind": "static_protest",
    "title": "",
    "words": "We stand by the Cloth Hall with lanterns.",
    "called_by": "Kraków for the truth",
    "name": "Zofia",
    "email": "zofia@example.org",
    "phone": "+48 600 000 000",
    "about": "We host the film club.",
    "is_adult": "y",
}


def make_day(**changes: object) -> Mobilisation:
    """A published day of action at /mobilisations/global-day."""
    with transaction():
        return make_mobilisation(**{"slug": "global-day", **changes})


def fill(client: FlaskClient, prefix: str = "", **typed: str) -> dict[str, str]:
    """What the form of the day sends with everything filled in."""
    page = client.get(f"{prefix}/mobilisations/global-day/host")
    assert page.status_code == 200, page.status
    return forms_of(page)[-1].values | TYPED | typed


def send(client: FlaskClient, values: dict[str, str], prefix: str = "") -> TestResponse:
    """Send the form or the page that shows it once more."""
    return client.post(f"{prefix}/mobilisations/global-day/host", data=values)


def offer(client: FlaskClient, prefix: str = "", **typed: str) -> TestResponse:
    """Fill in the form, look it over, send it."""
    checked = send(client, fill(client, prefix, **typed), prefix)
    assert checked.status_code == 200, checked.get_data(as_text=True)
    return send(client, forms_of(checked)[-1].values, prefix)


def mails(template: str) -> list[OutboxMail]:
    """The mails of a kind, the oldest first."""
    db.session.expire_all()
    wanted = select(OutboxMail).where(OutboxMail.template == template)
    return list(db.session.scalars(wanted.order_by(OutboxMail.id)))


def link_in(mail: OutboxMail) -> str:
    """The path of the host's own page in a mail."""
    found = re.search(r"http://localhost(\S*/actions/[^\s<]+)", text_of(build_message(mail)))
    assert found
    return found[1]


def the_host() -> EventHost:
    """The one host there is."""
    db.session.expire_all()
    return db.session.scalars(select(EventHost)).one()


def press(client: FlaskClient, page: str, ending: str, **typed: str) -> TestResponse:
    """Press the button of a page whose form goes to an address that ends so."""
    shown = client.get(page)
    assert shown.status_code == 200, shown.status
    form = next(each for each in forms_of(shown) if each.action.endswith(ending))
    return client.post(form.action, data=form.values | typed)


def host_page(client: FlaskClient, prefix: str = "", **typed: str) -> str:
    """Offer an event and confirm it by mail; the path of the host's page."""
    offer(client, prefix, **typed)
    page = link_in(mails("events/offer_confirm")[-1])
    assert press(client, page, "/confirm").status_code == 303
    return page
