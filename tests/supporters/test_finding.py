"""People are found by words, tag, consent, skill and door; each group sees whom it knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.audit.facts import Actor
from app.db.session import transaction
from app.lib import clock
from app.supporters.errors.people import SupporterNotFoundError
from app.supporters.queries import doors, duplicates, finding
from app.supporters.queries.finding import PeopleFilter
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.offers import Offer
from app.supporters.rules.words import Skill
from app.supporters.service import merging, tags
from tests.factories.appeals import make_donation, make_network
from tests.factories.groups import make_group
from tests.factories.members import make_member
from tests.factories.supporters import make_consent, make_person

if TYPE_CHECKING:
    from flask import Flask

    from app.groups.models import Group

BY = Actor.system()


@pytest.fixture
def group(app: Flask) -> Group:
    """The network."""
    with transaction():
        return make_network()


def found(wanted: PeopleFilter) -> set[str | None]:
    rows = {row.email for row in finding.list_people(wanted, None).rows}
    assert finding.count_people(wanted) == len(rows)
    return rows


def test_each_filter_finds_its_people(group: Group) -> None:
    with transaction():
        salma = make_person("salma@example.org", group=group, name="Huda Q", postcode="N16 7UX")
        make_consent(salma, group=group, purpose=ConsentPurpose.EVENTS)
        tags.add(salma.id, group.id, "van", now=clock.utcnow(), by=BY)
        make_donation(email="donor@example.org")
        offer = Offer(skills=frozenset({Skill.DRIVING}))
        make_member("driver@example.org", group=group, offer=offer)
    everybody = PeopleFilter(group_ids=[group.id])
    gifts, members = doors.list_doors()
    assert (gifts.key, members.key) == ("gifts", "members")
    assert len(found(everybody)) == 3
    for wanted, email in (
        (replace(everybody, words="huda q"), "salma"),
        (replace(everybody, words="n16"), "salma"),
        (replace(everybody, tag="van"), "salma"),
        (replace(everybody, purpose=ConsentPurpose.EVENTS), "salma"),
        (replace(everybody, skill=Skill.DRIVING), "driver"),
        (replace(everybody, door=gifts), "donor"),
        (replace(everybody, door=members), "driver"),
    ):
        assert found(wanted) == {f"{email}@example.org"}
    assert found(replace(everybody, words="100%")) == set()


def test_a_group_sees_of_a_person_only_the_address_that_it_knows(group: Group) -> None:
    with transaction():
        other = make_group(slug="others")
        one = make_person("work@example.org", group=group)
        two = make_person("home@example.org", group=other)
        make_person("home@example.org", group=group)
        merging.merge(one.id, two.id, group_id=group.id, now=clock.utcnow(), by=BY)
    assert found(PeopleFilter(group_ids=[group.id])) == {"work@example.org"}
    assert found(PeopleFilter(group_ids=[other.id])) == {"home@example.org"}
    assert found(PeopleFilter(group_ids=[group.id], words="home")) == {"work@example.org"}
    assert [row.email for row in finding.rows_of(two, [other.id])] == ["home@example.org"]
    with pytest.raises(SupporterNotFoundError):
        finding.get_person(one.public_id, [other.id])


def test_who_looks_like_two_is_shown(group: Group) -> None:
    with transaction():
        one = make_person("a@example.org", group=group, name="Umm Samir", postcode="E17 4PP")
        two = make_person("b@example.org", group=group, name="umm  SAMIR", postcode="E17 4PP")
        three = make_person("c@example.org", group=group, phone="+44 7700 900123")
        four = make_person("d@example.org", group=group, phone="07700 900 123")
        make_person("e@example.org", group=group, name="Leyla", postcode="E17 4PP")
        make_person("f@example.org", group=make_group(slug="others"), phone="07700900123")
    assert duplicates.list_pairs([group.id]) == [(one, two), (three, four)]
    assert duplicates.alike([one], [group.id]) == [two]
    assert duplicates.alike([four], [group.id]) == [three]
