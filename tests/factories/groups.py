"""Groups for tests."""

from __future__ import annotations

from typing import Any

from app.audit.facts import Actor
from app.groups import service
from app.groups.models import Group
from app.groups.rules import GroupKind
from app.groups.service import NewGroup
from app.lib import clock
from app.lib.text import Translated


def make_group(**changes: Any) -> Group:
    """Save a group; call it inside a transaction."""
    values: dict[str, Any] = {
        "slug": "open-hands",
        "name": Translated.of(en="Open Hands Relief", ar="إغاثة الأيدي المفتوحة"),
        "about": Translated.of(
            en="We drive *blankets* where they are needed.", ar="نوصل البطانيات."
        ),
        "kind": GroupKind.CHARITY,
        "legal_name": "Open Hands Relief CIO",
        "legal_form": "Charitable incorporated organisation",
        "legal_number": "1999999",
        "contact_email": "hands@example.org",
    }
    new = NewGroup(**(values | changes))
    return service.create_group(new, now=clock.utcnow(), by=Actor.system())
