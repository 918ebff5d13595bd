"""Consents that were taken back go after six years; whatever named one stays without it."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.appeals.models.donations import Donation
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.supporters.models.people import Consent
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.rights import CONSENT_KEPT
from app.supporters.service import people, rights
from tests.factories.appeals import make_appeal, make_donation, make_network
from tests.factories.supporters import make_consent, make_supporter


def test_a_consent_goes_six_years_after_it_was_taken_back(app: Flask) -> None:
    now, by = clock.utcnow(), Actor.visitor()
    long_ago = now - CONSENT_KEPT - timedelta(days=1)
    with transaction():
        supporter, group = make_supporter(), make_network()
        old = make_consent(supporter, group=group, now=long_ago)
        late = make_consent(supporter, group=group, purpose=ConsentPurpose.EVENTS, now=long_ago)
        live = make_consent(supporter, group=group, purpose=ConsentPurpose.APPEALS, now=long_ago)
        people.withdraw_consent(old, now=long_ago, by=by)
        people.withdraw_consent(late, now=now - CONSENT_KEPT + timedelta(days=1), by=by)
        make_donation(email="salma@example.org").consent = old
        kept = {late.id, live.id}
    (purge,) = (each for each in rights.purges() if each.key == "supporters.consents")
    assert purge.count(now) == 1
    assert purge.run(now) == 1
    db.session.expire_all()
    assert set(db.session.scalars(select(Consent.id))) == kept
    assert db.session.scalars(select(Donation)).one().consent_id is None
    assert (purge.count(now), purge.run(now)) == (0, 0)


def test_who_is_known_for_nothing_else_goes_with_her_last_consent(app: Flask) -> None:
    now, by = clock.utcnow(), Actor.visitor()
    long_ago = now - CONSENT_KEPT - timedelta(days=1)
    with transaction():
        group = make_network()
        reader, guest, no, donor = (
            make_supporter(f"{each}@example.org") for each in ("reader", "guest", "no", "donor")
        )
        people.know(guest.id, group.id, now=long_ago)
        make_donation(make_appeal(), email="donor@example.org")
        for each in (reader, guest, no, donor):
            consent = make_consent(each, group=group, now=long_ago)
            people.withdraw_consent(consent, now=long_ago, by=by)
        later = make_consent(no, group=group, purpose=ConsentPurpose.EVENTS, now=long_ago)
        people.withdraw_consent(later, now=now - timedelta(days=1), by=by)
    (purge,) = (each for each in rights.purges() if each.key == "supporters.consents")
    assert purge.run(now) == 4
    db.session.expire_all()
    assert [each.email for each in (reader, guest, no, donor)] == [
        None,
        "guest@example.org",
        "no@example.org",
        "donor@example.org",
    ]
    assert reader.erased_at == now
