"""Members for tests; call inside a transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from app.audit.facts import Actor
from app.campaigns.models.members import Member
from app.campaigns.rules.members import Wish
from app.campaigns.service import members as service
from app.campaigns.service.members import Sender
from app.lib import clock, ids
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.rules.offers import Offer
from tests.factories.appeals import make_network

if TYPE_CHECKING:
    from datetime import datetime

    from app.groups.models import Group


def make_member(
    email: str = "salma@example.org",
    *,
    group: Group | None = None,
    name: str | None = "Salma Haddad",
    postcode: str | None = "E17 4PP",
    offer: Offer | None = None,
    purposes: Collection[ConsentPurpose] = (),
    campaign_ids: Collection[int] = (),
    locale: str = "en",
    source: ConsentSource = ConsentSource.PAPER,
    now: datetime | None = None,
) -> Member:
    """Somebody whom an organiser wrote down as a member of the network, or of another group."""
    wish = Wish(
        email=email,
        name=name,
        postcode=postcode,
        offer=offer or Offer(),
        purposes=frozenset(purposes),
        campaign_ids=frozenset(campaign_ids),
    )
    sender = Sender(nonce=f"test:{ids.token()}", locale=locale, source=source)
    by, at = Actor.system(), now or clock.utcnow()
    return service.enter(group or make_network(), wish, sender, now=at, by=by)
