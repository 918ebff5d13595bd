"""Plain conditions: what each asks, that all must hold, and that none replaces the consent."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from app.db.session import db, transaction
from app.events.rules.words import RsvpState
from app.mailings.queries import audience as reads
from app.mailings.rules.audience import (
    Audience,
    Giving,
    from_json,
    read_areas,
    read_tags,
    to_json,
)
from app.supporters.models.people import Supporter, SupporterTag
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.offers import Offer
from app.supporters.rules.words import Skill
from tests.factories.appeals import make_appeal, make_donation, make_network
from tests.factories.events import make_campaign, make_event, make_rsvp
from tests.factories.mailings import make_reader
from tests.factories.members import make_member
from tests.mailings.test_sending import NOON, OMAR, SANA

if TYPE_CHECKING:
    from flask import Flask

    from app.groups.models import Group

PURPOSE = ConsentPurpose.UPDATES


def who(group: Group, **conditions: Any) -> set[str]:
    """Whom the conditions fit, by the first part of their addresses."""
    audience = Audience(**conditions)
    found = reads.list_readers(audience, group.id, PURPOSE)
    assert reads.count_readers(audience, group.id, PURPOSE) == len(found)
    people = [db.session.get_one(Supporter, each.supporter_id) for each in found]
    return {(person.email or "").partition("@")[0] for person in people}


def test_every_condition_is_asked() -> None:
    assert set(reads.CONDITIONS) == {each.name for each in fields(Audience)}


@pytest.mark.parametrize(
    "audience",
    [
        Audience(),
        Audience(members=True, campaign_id=3, tags=("a", "ب"), without_tags=("c",)),
        Audience(skill=Skill.DRIVING, event_id=4, giving=Giving.NOTHING),
        Audience(gave_to_id=7, areas=("E17", "N"), locale="ar"),
    ],
)
def test_conditions_come_back_as_they_were_kept(audience: Audience) -> None:
    assert from_json(to_json(audience)) == audience


def test_a_condition_that_nobody_knows_is_refused() -> None:
    with pytest.raises(TypeError):
        from_json({"older_than": 30})


def test_tags_and_areas_are_read_from_lines() -> None:
    assert read_tags(" drivers,  van  crew ،drivers,") == ("drivers", "van crew")
    assert read_areas("e17, n15 BD") == ("E17", "N15", "BD")
    assert read_areas("") == ()
    assert read_areas("E17 ???") is None


def test_only_who_agreed_gets_anything(group: Group) -> None:
    with transaction():
        make_reader(group, SANA)
        make_reader(group, OMAR, purpose=ConsentPurpose.EVENTS)
        make_member("only-joined@example.org", group=group)
    assert who(group) == {"sana"}
    assert who(group, members=True) == set()


def test_members_of_the_group_and_of_a_campaign(group: Group) -> None:
    with transaction():
        campaign = make_campaign(group_id=group.id)
        make_member(SANA, group=group, purposes=(PURPOSE,), campaign_ids=(campaign.id,))
        make_member(OMAR, group=group, purposes=(PURPOSE,))
        make_reader(group, "reader@example.org")
    assert who(group) == {"sana", "omar", "reader"}
    assert who(group, members=True) == {"sana", "omar"}
    assert who(group, campaign_id=campaign.id) == {"sana"}


def test_tags_with_and_without(group: Group) -> None:
    with transaction():
        sana, omar = make_reader(group, SANA), make_reader(group, OMAR)
        make_reader(group, "rim@example.org")
        for person, tag in ((sana, "drivers"), (omar, "drivers"), (omar, "press")):
            row = SupporterTag(supporter_id=person.id, group_id=group.id, tag=tag, created_at=NOON)
            db.session.add(row)
    assert who(group, tags=("drivers",)) == {"sana", "omar"}
    assert who(group, tags=("drivers",), without_tags=("press",)) == {"sana"}
    assert who(group, without_tags=("press",)) == {"sana", "rim"}


def test_what_somebody_could_do(group: Group) -> None:
    with transaction():
        offer = Offer(skills=frozenset({Skill.DRIVING}))
        make_member(SANA, group=group, purposes=(PURPOSE,), offer=offer)
        make_member(OMAR, group=group, purposes=(PURPOSE,))
    assert who(group, skill=Skill.DRIVING) == {"sana"}


def test_who_comes_to_an_event_with_a_proven_address(group: Group) -> None:
    with transaction():
        event = make_event(group_id=group.id)
        for email, changes in (
            (SANA, {"confirmed_at": NOON}),
            (OMAR, {}),
            ("rim@example.org", {"confirmed_at": NOON, "state": RsvpState.WITHDRAWN}),
        ):
            make_reader(group, email)
            make_rsvp(event, email=email, **{"confirmed_at": None, **changes})
    assert who(group, event_id=event.id) == {"sana"}


def test_areas_are_whole_parts_of_a_postcode(group: Group) -> None:
    with transaction():
        for name, postcode in (("a", "E17 4PP"), ("b", "E1 6AN"), ("c", "E17"), ("d", None)):
            make_reader(group, f"{name}@example.org").postcode = postcode
    assert who(group, areas=("E17",)) == {"a", "c"}
    assert who(group, areas=("E1",)) == {"b"}
    assert who(group, areas=("E",)) == {"a", "b", "c"}
    assert who(group, areas=("EC", "N")) == set()


def test_who_reads_a_language(group: Group) -> None:
    with transaction():
        make_reader(group, SANA)
        make_reader(group, OMAR, locale="ar")
    assert who(group, locale="ar") == {"omar"}


def test_what_somebody_gave(app: Flask) -> None:
    with transaction():
        network, appeal = make_network(), make_appeal()
        other = make_appeal(slug="other")
        for email, to, received in ((SANA, appeal, 1000), (OMAR, other, 0)):
            donation = make_donation(to, email=email)
            donation.supporter, donation.received_minor = make_reader(network, email), received
        make_reader(network, "rim@example.org")
    assert who(network, giving=Giving.ANYTHING) == {"sana"}
    assert who(network, giving=Giving.NOTHING) == {"omar", "rim"}
    assert who(network, gave_to_id=appeal.id) == {"sana"}
    assert who(network, gave_to_id=other.id) == set()
