"""What can happen to people: we meet them, they agree to something, they take it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.supporters.errors.people import AddressKnownError, StaleSupporterError
from app.supporters.models.people import Consent, Supporter, SupporterGroup, SupporterTag
from app.supporters.queries import doors, finding
from app.supporters.queries import people as queries
from app.supporters.queries.consents import is_her_no, overruled
from app.supporters.rules.consents import ConsentPurpose, ConsentSource, current_wording
from app.supporters.rules.people import PersonContent
from app.supporters.service import merging

#: What is written down where nothing stands; never over what somebody said herself.
GAPS = ("name", "phone", "postcode")


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


def meet_alone(email: str, *, locale: str, now: datetime) -> Supporter:
    """Do so and hold her: of two that write about her at once the second sees the first.

    Somebody who is erased or moves at that moment is not met: the address is a new person's.
    """
    while True:
        supporter = meet(email, locale=locale, now=now)
        db.session.flush()
        db.session.refresh(supporter, with_for_update={"of": Supporter})
        if supporter.email == email:
            return supporter


def give_consent(
    supporter: Supporter,
    *,
    group_id: int,
    purpose: ConsentPurpose,
    locale: str,
    source: ConsentSource,
    now: datetime,
    by: Actor,
    wording: int | None = None,
    given_at: datetime | None = None,
) -> Consent:
    """Write down that she agreed; one that stands in these words, and counts, is kept as it is.

    `wording` and `given_at` say what she read and when, where it is written down only later.
    """
    version = wording or current_wording(purpose)[0]
    standing = queries.find_live_consent(supporter.id, group_id, purpose)
    if standing is not None and _counts(standing, version):
        return standing
    consent = Consent(
        supporter=supporter,
        group_id=group_id,
        purpose=purpose,
        wording_version=version,
        locale=locale,
        source=source,
        given_at=given_at or now,
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


def _counts(standing: Consent, wording: int) -> bool:
    """Whether she agreed to these words, and said no to them nowhere since."""
    is_the_same = standing.wording_version == wording
    return is_the_same and standing.id not in overruled(standing.supporter_id)


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
    if doors.groups_know(supporter.id):
        return False
    merging.part_all(supporter, now=now, by=Actor.system())
    db.session.execute(delete(SupporterTag).where(SupporterTag.supporter_id == supporter.id))
    supporter.email = supporter.name = supporter.phone = supporter.postcode = None
    supporter.erased_at = now
    return True


# --- written down at the desk ---------------------------------------------------------------------


def know(supporter_id: int, group_id: int, *, now: datetime) -> bool:
    """Write down that a group knows somebody; whether that was new."""
    if db.session.get(SupporterGroup, (supporter_id, group_id)) is not None:
        return False
    row = SupporterGroup(supporter_id=supporter_id, group_id=group_id, created_at=now)
    db.session.add(row)
    db.session.flush()
    return True


def enter(
    email: str, content: PersonContent, *, group_id: int, now: datetime, by: Actor
) -> Supporter:
    """Write down somebody who rang or filled in a paper; raises AddressKnownError.

    Somebody whom this group does not know yet, and another does, is only known to both from now
    on: what she told the others stays as it is, and gaps are filled.
    """
    is_new = queries.find_supporter(email) is None
    supporter = meet_alone(email, locale=content.locale, now=now)
    if not know(supporter.id, group_id, now=now) and not is_new:
        raise AddressKnownError
    for name in GAPS:
        if getattr(supporter, name) is None:
            setattr(supporter, name, getattr(content, name))
    db.session.flush()
    audit.record(by, "supporter.entered", f"supporter:{supporter.id}", now=now, group_id=group_id)
    return supporter


def edit(
    supporter_id: int, content: PersonContent, *, seen_version: int, now: datetime, by: Actor
) -> None:
    """Correct what is known of somebody; raises StaleSupporterError."""
    supporter = finding.lock_supporter(supporter_id)
    if supporter.version != seen_version:
        raise StaleSupporterError
    changed = [name for name, value in vars(content).items() if getattr(supporter, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(supporter, name, getattr(content, name))
    supporter.version += 1
    audit.record(
        by,
        "supporter.edited",
        f"supporter:{supporter.id}",
        now=now,
        detail={"columns": ", ".join(sorted(changed))},
    )


def say_no(
    supporter: Supporter, group_id: int, purpose: ConsentPurpose, *, now: datetime, by: Actor
) -> None:
    """Write down that somebody takes back what she agreed to, at each address of hers."""
    for row in finding.rows_of(supporter):
        for consent in queries.list_live_consents(row.id, group_id, purpose):
            withdraw_consent(consent, now=now, by=by)
        remember_no(row.id, group_id, purpose, now=now)


def remember_no(
    supporter_id: int, group_id: int, purpose: ConsentPurpose, *, now: datetime
) -> None:
    """Let her no count where an import that was undone had ended her consent before.

    Else the same file, brought in again, would make a yes of it.
    """
    ended = select(Consent).where(
        Consent.supporter_id == supporter_id,
        Consent.group_id == group_id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_not(None),
        ~is_her_no(),
    )
    for consent in db.session.scalars(ended).all():
        consent.withdrawn_at = now
    db.session.flush()
