"""A site with something to see on it, for the tests that look at all of its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from app.accounts.rules.permissions import Role
from app.accounts.service import accounts
from app.aid.rules.words import PointKind, PointState, Visibility
from app.aid.service.listing import relist
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.demo import scenery
from app.demo.people import read_texts
from app.events.models.events import EventNote, ProgrammeItem, SafetyContact
from app.events.rules.words import EventKind, EventState, Nation, ProgrammeKind, SafetyContactKind
from app.groups import queries as groups
from app.groups.models import Group
from app.ledger import queries as funds
from app.lib.clock import utcnow
from app.lib.text import Translated
from app.mailings.service.starting import put_off
from app.places.rules import Spot
from app.site.models.pages import HomePin
from app.site.rules.words import ContactAbout, PageKey, PinKind
from app.site.service import contact
from app.site.service import pages as standing
from app.site.service.contact import Letter
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.offers import Offer
from app.supporters.rules.rights import ComplaintContent
from app.supporters.rules.words import AskedBy, ComplaintKind, FreeTime, Skill
from app.supporters.service import complaints, erasing, merging, people, tags
from tests.factories.accounts import make_account
from tests.factories.aid import (
    make_drop,
    make_item,
    make_need,
    make_point,
    make_point_host,
    make_request,
    make_vehicle,
    make_workplace,
)
from tests.factories.articles import make_article, make_author, make_review, make_series
from tests.factories.events import (
    make_campaign,
    make_event,
    make_host,
    make_mobilisation,
    make_place,
    make_rsvp,
    make_shift,
    make_signup,
)
from tests.factories.mail import make_received
from tests.factories.mailings import make_mailing, make_sending
from tests.factories.members import make_member
from tests.factories.supporters import make_consent, make_file, make_person

TEXT = Translated.of(en="Words", ar="كلمات")


@pytest.fixture
def scene(app: Flask) -> Flask:
    """The bodies, funds, organisers and appeals of the demo, and somebody who may do everything."""
    now = utcnow()
    with transaction():
        made = scenery.make_groups(now)
        scenery.make_organisers(made, now)
        owner = make_account(email="owner@example.org")
        for group in made.values():
            accounts.grant_role(owner, group.id, Role.OWNER, now=now, by=scenery.BY)
    for name in scenery.APPEALS:
        texts = read_texts(name)
        fund = funds.get_fund(texts["fund"])
        scenery.make_appeal(texts, fund, groups.get_group_by_id(fund.group_id), now=now)
    with transaction():
        make_what_is_on(made[scenery.ACTIVE[0]].id)
        make_aid(made[scenery.ACTIVE[0]])
        make_received()
        make_words(made[scenery.ACTIVE[0]].id)
        make_members(made[scenery.ACTIVE[0]])
        make_supporters(made[scenery.ACTIVE[0]])
        make_mails(made[scenery.ACTIVE[0]])
        make_what_visitors_write(made[scenery.ACTIVE[0]].id)
    return app


def make_what_is_on(group_id: int) -> None:
    """A march with everything that an event can have, of a campaign and a day of action."""
    day, campaign = make_mobilisation(group_id=group_id), make_campaign(group_id=group_id)
    march = make_event(
        group_id=group_id,
        kind=EventKind.MARCH,
        nation=Nation.ENGLAND_WALES,
        mobilisation_id=day.id,
        campaign_id=campaign.id,
        safety=TEXT,
        route=TEXT,
        aimed_at=TEXT,
    )
    make_event(group_id=group_id, mobilisation_id=day.id, kind=EventKind.SCREENING)
    make_event(group_id=group_id, state=EventState.DRAFT)
    make_event(group_id=group_id, starts_in=timedelta(days=-2))
    make_host(make_event(group_id=group_id, mobilisation_id=day.id, state=EventState.PENDING))
    first = {"group_id": group_id, "position": 1, "created_at": utcnow()}
    db.session.add(HomePin(kind=PinKind.EVENT, thing_id=march.id, **first))
    make_rsvp(march, name="Samir", email="samir@example.org")
    make_signup(make_shift(march))
    now = utcnow()
    part = ProgrammeItem(event_id=march.id, position=0, kind=ProgrammeKind.TALK, title=TEXT)
    note = EventNote(event_id=march.id, text=TEXT, posted_at=now)
    number = SafetyContact(
        group_id=group_id,
        kind=SafetyContactKind.LEGAL_SUPPORT,
        name="Legal line",
        phone="020 7946 0000",
        checked_on=now.date(),
    )
    db.session.add_all([part, note, number])


def make_words(group_id: int) -> None:
    """A review with everything that an article can have, a draft, and one that is off the site."""
    series, now = make_series(group_id=group_id, about=TEXT), utcnow()
    author = make_author(group_id=group_id, slug="hala", about=TEXT, website="https://example.org/")
    whole: dict[str, Any] = {
        "authors": [author],
        "tags": ["film"],
        "links": [("More", "https://example.org/more")],
        "series_id": series.id,
    }
    make_review(group_id=group_id, slug="a-review", **whole)
    make_article(group_id=group_id, **whole)
    make_article(group_id=group_id, published=False)
    make_article(group_id=group_id, withdrawn_at=now)


def make_aid(group: Group) -> None:
    """A round with a shop, a home of which the area is shown, one that waits, and a workplace."""
    drop = make_drop(group)
    make_need(drop, make_item(group))
    spot = Spot(street="12 Hoe Street", postcode="E17 4PP")
    hidden: dict[str, Any] = {
        "kind": PointKind.HOME,
        "name": "E17",
        "visibility": Visibility.AREA_ONLY,
    }
    shop = make_point(drop, slug="corner-shop", place=make_place(spot))
    home = make_point(drop, slug="home-e17", place=make_place(spot), **hidden)
    waits = make_point(drop, place=make_place(spot), state=PointState.EMAIL_CONFIRMED, **hidden)
    for number, point in enumerate((shop, home, waits)):
        make_point_host(point, email=f"host{number}@example.org")
        relist(point, now=utcnow())
    make_request(home)
    make_workplace(drop, shop)
    make_vehicle(group)


def make_what_visitors_write(group_id: int) -> None:
    """A message to us, and a page that says something else than at first."""
    now, by = utcnow(), Actor.system()
    letter = Letter(group_id=group_id, about=ContactAbout.PRESS, text="Who speaks?", locale="en")
    contact.keep(letter, nonce="scene", now=now, by=by)
    complaint = ComplaintContent(
        kind=ComplaintKind.DATA, text="You rang.", group_id=group_id, name="Hala", email=None
    )
    source = AskedBy.PAGE
    complaints.receive(complaint, locale="en", source=source, nonce="scene", now=now, by=by)
    erasing.erase("gone@example.org", source=source, now=now, by=by)
    words = Translated.of(en="Ask *us*.")
    standing.save(PageKey.REFUNDS, words, seen_version=0, now=now, by=by)


def make_members(group: Group) -> None:
    """Somebody who joined and said what she could do."""
    offer = Offer(
        skills=frozenset({Skill.DRIVING}),
        languages=frozenset({"ar"}),
        times=frozenset({FreeTime.WEEKENDS}),
        area="E17",
        note="I have a van",
    )
    make_member(group=group, offer=offer, purposes=[ConsentPurpose.UPDATES])


def make_supporters(group: Group) -> None:
    """Somebody with two addresses, whatever can be known of her, and a file of more people."""
    salma = make_person("salma@example.org", group=group, name="Salma", postcode="E17 4PP")
    umm_samir = make_person("umm.samir@example.org", group=group, name="أم سمير")
    make_person("s.haddad@example.org", group=group, name="Salma", postcode="E17 4PP")
    for purpose in ConsentPurpose:
        make_consent(salma, group=group, purpose=purpose)
    now, by = utcnow(), scenery.BY
    people.say_no(salma, group.id, ConsentPurpose.EVENTS, now=now, by=by)
    tags.add(salma.id, group.id, "van", now=now, by=by)
    merging.merge(salma.id, umm_samir.id, group_id=group.id, now=now, by=by)
    make_file(group)


def make_mails(group: Group) -> None:
    """A mailing that is written, one that goes, and one that waits for a person."""
    make_mailing(group)
    make_sending(group)
    put_off(make_mailing(group), now=utcnow())


@contextmanager
def noted_writes() -> Iterator[list[str]]:
    """Every statement that changes a row meanwhile."""
    written: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield written
    finally:
        event.remove(engine, "before_cursor_execute", note)
