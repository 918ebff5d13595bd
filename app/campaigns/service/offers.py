"""What a supporter tells one group she could do: kept, changed, forgotten."""

from __future__ import annotations

from datetime import datetime

from app.campaigns.queries import members as reads
from app.db.session import db
from app.supporters.models.people import OfferLine, SkillOffer
from app.supporters.rules.offers import Offer


def keep(supporter_id: int, group_id: int, offer: Offer, *, now: datetime) -> None:
    """Keep what somebody offers a group, in place of what stood; an empty offer is none."""
    standing = reads.find_offer(supporter_id, group_id)
    if not offer:
        if standing is not None:
            db.session.delete(standing)
        return
    if standing is None:
        standing = SkillOffer(supporter_id=supporter_id, group_id=group_id, created_at=now)
        db.session.add(standing)
    standing.area, standing.note = offer.area, offer.note
    standing.changed_at, standing.asked_again_at = now, None
    wanted = {(kind.value, value) for kind, value in offer.lines()}
    for line in [each for each in standing.lines if (each.kind, each.value) not in wanted]:
        standing.lines.remove(line)
    known = {(each.kind, each.value) for each in standing.lines}
    for kind, value in sorted(wanted - known):
        standing.lines.append(OfferLine(kind=kind, value=value))
    db.session.flush()


def forget(supporter_id: int, group_id: int) -> None:
    """Forget what somebody offered a group."""
    standing = reads.find_offer(supporter_id, group_id)
    if standing is not None:
        db.session.delete(standing)
