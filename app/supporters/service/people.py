"""What can happen to people: we meet them, they agree to something, they take it back."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.supporters.models.people import Consent, Supporter
from app.supporters.queries import people as queries
from app.supporters.rules.consents import ConsentPurpose, ConsentSource, current_wording


def meet(email: str, *, locale: str, now: datetime) -> Supporter:
    """Find the supporter with this normalised address, or begin to know her.

    Two first gifts at the same moment meet the same row: the unique address decides.
    """
    known = queries.find_supporter(email)
    if known is not None:
        return known
    fresh = Supporter(public_id=ids.public_id(), email=email, locale=locale, created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(fresh)
    except IntegrityError:
        known = queries.find_supporter(email)
        if known is None:
            raise
        return known
    return fresh


def give_consent(
    supporter: Supporter,
    *,
    group_id: int,
    purpose: ConsentPurpose,
    locale: str,
    source: ConsentSource,
    now: datetime,
    by: Actor,
) -> Consent:
    """Write down that she agreed; a consent that already stands in these words is kept as it is."""
    version, _ = current_wording(purpose)
    standing = queries.find_live_consent(supporter.id, group_id, purpose)
    if standing is not None and standing.wording_version == version:
        return standing
    consent = Consent(
        supporter=supporter,
        group_id=group_id,
        purpose=purpose,
        wording_version=version,
        locale=locale,
        source=source,
        given_at=now,
    )
    db.session.add(consent)
    db.session.flush()
    audit.record(
        by,
        "supporter.consent_given",
        f"supporter:{supporter.id}",
        now=now,
        group_id=group_id,
        detail={"purpose": purpose.value, "wording": version, "source": source.value},
    )
    return consent


def withdraw_consent(consent: Consent, *, now: datetime, by: Actor) -> None:
    """Write down that she took a consent back; doing it twice changes nothing."""
    if consent.withdrawn_at is not None:
        return
    consent.withdrawn_at = now
    audit.record(
        by,
        "supporter.consent_withdrawn",
        f"supporter:{consent.supporter_id}",
        now=now,
        group_id=consent.group_id,
        detail={"purpose": consent.purpose.value},
    )


def forget_unless_she_agreed(supporter: Supporter, *, now: datetime) -> bool:
    """Erase a supporter of whom nothing else is known, unless a consent of hers stands.

    Her consents stay as rows without a name: they show that we wrote only to people who said yes.
    """
    if queries.has_live_consent(supporter.id):
        return False
    supporter.email = None
    supporter.erased_at = now
    return True
