"""Numbers to ring for tests; call inside a transaction."""

from __future__ import annotations

from typing import Any

from app.db.session import db
from app.events.models.events import SafetyContact
from app.events.rules.words import SafetyContactKind
from app.lib import clock
from tests.factories.appeals import make_network


def make_contact(
    kind: SafetyContactKind = SafetyContactKind.LEGAL_SUPPORT, **changes: Any
) -> SafetyContact:
    """A number of the network, checked today."""
    values: dict[str, Any] = {
        "group_id": make_network().id,
        "name": "Legal support",
        "phone": "07700 900100",
        "checked_on": clock.utcnow().date(),
    }
    contact = SafetyContact(kind=kind, **values | changes)
    db.session.add(contact)
    db.session.flush()
    return contact
