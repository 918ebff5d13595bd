"""An organiser at her desk with a round of collecting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.aid.models.drops import Drop, DropNeed
from app.db.session import db
from app.mail.models.outbox import OutboxMail
from tests.appeals.donors import forms_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

TYPED = {
    "slug": "spring-round",
    "title-en": "Spring round",
    "title-ar": "جولة الربيع",
    "summary-en": "Tents for families.",
    "body-en": "Come and **bring** tents.",
    "destination-en": "Families in tents.",
    "opens_on": "2026-12-01",
    "closes_on": "2026-12-20",
    "depart_on": "2027-01-05",
    "zone": "Europe/London",
    "target_boxes": "600",
    "phone": "020 7946 0140",
    "retention_days": "30",
}


def the_drop() -> Drop:
    """The one round there is, as it stands now."""
    db.session.expire_all()
    return db.session.scalars(select(Drop)).one()


def needs_of(drop: Drop) -> dict[str, DropNeed]:
    """The lines of a list by the codes of their things."""
    db.session.expire_all()
    found = db.session.scalars(select(DropNeed).where(DropNeed.drop_id == drop.id))
    return {each.item.code: each for each in found}


def at_desk(drop: Drop, page: str = "") -> str:
    """The address of a page of a round on the desk."""
    return f"/desk/aid/{drop.public_id}{page}"


def press(client: FlaskClient, page: str, ending: str, **typed: Any) -> TestResponse:
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
