"""Supporters for tests."""

from __future__ import annotations

from datetime import datetime

from app.audit.facts import Actor
from app.groups.models import Group
from app.lib import clock
from app.supporters.models.imports import PeopleImport
from app.supporters.models.people import Consent, Supporter
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.rules.people_files import guess_columns, read_table
from app.supporters.rules.words import ImportProfile
from app.supporters.service import importing
from app.supporters.service import people as service


def make_supporter(
    email: str = "salma@example.org", *, locale: str = "en", now: datetime | None = None
) -> Supporter:
    """Save a supporter; call it inside a transaction."""
    return service.meet(email, locale=locale, now=now or clock.utcnow())


def make_person(
    email: str = "salma@example.org",
    *,
    group: Group,
    locale: str = "en",
    now: datetime | None = None,
    **values: str,
) -> Supporter:
    """Save a supporter whom a group's organisers wrote down; call it inside a transaction."""
    supporter = make_supporter(email, locale=locale, now=now)
    service.know(supporter.id, group.id, now=now or clock.utcnow())
    for name, value in values.items():
        setattr(supporter, name, value)
    return supporter


def make_consent(
    supporter: Supporter,
    *,
    group: Group,
    purpose: ConsentPurpose = ConsentPurpose.UPDATES,
    now: datetime | None = None,
) -> Consent:
    """Let a supporter agree to something; call it inside a transaction."""
    return service.give_consent(
        supporter,
        group_id=group.id,
        purpose=purpose,
        locale=supporter.locale,
        source=ConsentSource.GIVING_FORM,
        now=now or clock.utcnow(),
        by=Actor.visitor(),
    )


def make_file(group: Group, *, now: datetime | None = None) -> PeopleImport:
    """A file of people that was looked over; call it inside a transaction."""
    table = read_table(
        b"email,first_name,zip_code,can2_user_tags,can2_subscription_status\n"
        b"leyla@example.org,Leyla,E17 4PP,van,subscribed\nnobody,No,,,\n"
    )
    terms = importing.Terms(columns=guess_columns(table.head))
    profile = ImportProfile.ACTION_NETWORK
    return importing.keep(
        table,
        importing.plan(table.lines, terms, profile=profile, group_id=group.id),
        terms,
        profile=profile,
        file_name="people.csv",
        group_id=group.id,
        now=now or clock.utcnow(),
        by=Actor.system(),
    )
