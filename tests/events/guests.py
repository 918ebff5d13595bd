"""Somebody without an account at the pages of an event, and what the tests of them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.db.session import db
from app.events.mails.rsvps import PROOF, RSVP, UNSUBSCRIBE, proof_subject
from app.events.models.events import EventSeats
from app.events.models.rsvps import Rsvp
from app.events.queries import rsvps as reads
from app.factory import handlers
from app.lib import links
from app.mail.models.outbox import OutboxMail
from app.queue.jobs import run_due
from app.settings import settings
from tests.appeals.donors import forms_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

SALMA = "salma@example.org"


@dataclass
class Guest:
    """Somebody at the form of one event."""

    client: FlaskClient
    slug: str
    prefix: str = ""
    #: Where she comes from.
    address: str = "203.0.113.5"

    @property
    def path(self) -> str:
        """Where the form is."""
        return f"{self.prefix}/events/{self.slug}/rsvp"

    def type(self, **typed: str) -> dict[str, str]:
        """What a fresh form sends with these fields filled in."""
        page = self.client.get(self.path)
        assert page.status_code == 200, page.status
        return {**forms_of(page)[-1].values, **typed}

    def send(self, typed: dict[str, str]) -> TestResponse:
        """Press the button."""
        where = {"REMOTE_ADDR": self.address}
        return self.client.post(self.path, data=typed, environ_base=where)

    def come(self, **typed: str) -> TestResponse:
        """Fill in the form and press the button."""
        return self.send(self.type(**typed))


def press(client: FlaskClient, page: str, step: str) -> TestResponse:
    """Open a page of somebody's own and press one of its buttons."""
    form = next(each for each in forms_of(client.get(page)) if each.action.endswith(step))
    return client.post(form.action, data=form.values)


def token_of(rsvp: Rsvp, purpose: str = RSVP, **changes: Any) -> str:
    """The end of one of somebody's private links."""
    subject = {
        RSVP: rsvp.public_id,
        PROOF: proof_subject(rsvp, rsvp.new_email or rsvp.email or ""),
        UNSUBSCRIBE: rsvp.public_id,
    }[purpose]
    version = rsvp.link_version if purpose == RSVP else 1
    return links.sign(settings().secret_key, purpose, subject, version=version, **changes)


def own(rsvp: Rsvp) -> str:
    """The address of somebody's own page."""
    return f"/rsvp/{token_of(rsvp)}"


def proof(rsvp: Rsvp) -> str:
    """The address that the mail names."""
    return f"/rsvp/{token_of(rsvp, PROOF)}/confirm"


def rsvps(event_id: int) -> list[Rsvp]:
    """Everybody who comes to an event, the first first."""
    db.session.expire_all()
    return list(db.session.scalars(select(Rsvp).where(Rsvp.event_id == event_id).order_by(Rsvp.id)))


def the_rsvp(event_id: int) -> Rsvp:
    """The only one."""
    (found,) = rsvps(event_id)
    return found


def kinds(rsvp: Rsvp | None = None) -> list[str]:
    """The mails that were put, of one person or all, the first first; the packages are left out."""
    db.session.expire_all()
    wanted = select(OutboxMail).order_by(OutboxMail.id)
    if rsvp is not None:
        wanted = wanted.where(OutboxMail.about == rsvp.public_id)
    return [each.template.partition("/")[2] for each in db.session.scalars(wanted)]


def outbox(template: str) -> list[OutboxMail]:
    """The mails of one kind."""
    db.session.expire_all()
    wanted = select(OutboxMail).where(OutboxMail.template == f"events/{template}")
    return list(db.session.scalars(wanted.order_by(OutboxMail.id)))


def work(*names: str) -> None:
    """Let the worker do jobs of these kinds."""
    known = handlers()
    run_due({name: known[name] for name in names})


def seats_agree(event_id: int) -> None:
    """What stands beside the rows is what a count of them gives, and no seat is promised twice."""
    db.session.expire_all()
    for row in db.session.scalars(select(EventSeats).where(EventSeats.event_id == event_id)):
        assert (row.taken, row.held) == reads.counted(event_id, row.way)
        assert row.capacity is None or row.taken <= (row.ceiling or 0)
