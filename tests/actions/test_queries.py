"""What can be done now, and what not any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.actions.queries import actions
from app.actions.rules.words import ActionKind as Kind
from app.aid.rules.words import DropState
from app.articles.models.articles import ArticleAction
from app.db.session import transaction
from app.events.models.events import EventSeries
from app.events.rules.words import EventState, HostPolicy, Mode, Status, Way
from app.groups.rules import GroupKind
from app.lib.clock import utcnow
from app.lib.text import Translated
from tests.factories.aid import make_drop
from tests.factories.appeals import make_appeal, make_network
from tests.factories.events import make_campaign, make_event, make_mobilisation
from tests.factories.groups import make_group

NOW = utcnow()
EARLIER = NOW - timedelta(days=3)
Maker = Callable[[], Any]


def _full() -> Any:
    event = make_event(capacity=1)
    event.seats[0].taken = 1
    return event


def _partner() -> Any:
    return make_group(slug="partner", kind=GroupKind.PARTNER)


CAN_BE_DONE: list[tuple[Kind, Maker]] = [
    (Kind.GIVE, make_appeal),
    (Kind.GO, make_event),
    (Kind.GO, lambda: make_event(capacity=1)),
    (Kind.TAKE_PART, make_mobilisation),
    (Kind.HOST, make_mobilisation),
    (Kind.BRING, make_drop),
    (Kind.HOST_POINT, make_drop),
    (Kind.HOST_POINT, lambda: make_drop(state=DropState.ANNOUNCED)),
    (Kind.COLLECT_AT_WORK, make_drop),
    (Kind.JOIN_GROUP, make_network),
    (Kind.JOIN_CAMPAIGN, make_campaign),
]
CANNOT: list[tuple[Kind, Maker]] = [
    (Kind.GIVE, lambda: make_appeal(is_published=False)),
    (Kind.GIVE, lambda: make_appeal(opens_at=EARLIER, closes_at=EARLIER + timedelta(days=1))),
    (Kind.GO, lambda: make_event(state=EventState.DRAFT)),
    (Kind.GO, lambda: make_event(state=EventState.HIDDEN)),
    (Kind.GO, lambda: make_event(status=Status.CANCELLED)),
    (Kind.GO, lambda: make_event(starts_in=timedelta(days=-2))),
    (Kind.GO, _full),
    (Kind.TAKE_PART, lambda: make_mobilisation(published_at=None)),
    (Kind.TAKE_PART, lambda: make_mobilisation(cancelled_at=NOW)),
    (Kind.TAKE_PART, lambda: make_mobilisation(on_date=EARLIER.date(), until_date=EARLIER.date())),
    (Kind.HOST, lambda: make_mobilisation(host_policy=HostPolicy.CLOSED)),
    (Kind.BRING, lambda: make_drop(state=DropState.DRAFT, announced_at=None)),
    (Kind.BRING, lambda: make_drop(state=DropState.ANNOUNCED)),
    (Kind.BRING, lambda: make_drop(state=DropState.COLLECTING)),
    (Kind.HOST_POINT, lambda: make_drop(state=DropState.DEPARTED)),
    (Kind.COLLECT_AT_WORK, lambda: make_drop(state=DropState.CANCELLED)),
    (Kind.JOIN_GROUP, _partner),
    (Kind.JOIN_CAMPAIGN, lambda: make_campaign(published_at=None)),
    (Kind.JOIN_CAMPAIGN, lambda: make_campaign(closed_at=NOW)),
]


def _name(value: object) -> str | None:
    return value.value if isinstance(value, Kind) else None


@pytest.mark.one_database
@pytest.mark.parametrize(("kind", "make"), CAN_BE_DONE, ids=_name)
def test_what_can_be_done_now(app: Flask, kind: Kind, make: Maker) -> None:
    with transaction():
        thing_id = make().id
    found = actions.find(kind, thing_id, utcnow())
    assert found is not None
    assert found.key == (kind, thing_id)


@pytest.mark.one_database
@pytest.mark.parametrize(("kind", "make"), CANNOT, ids=_name)
def test_what_is_over_closed_full_or_hidden(app: Flask, kind: Kind, make: Maker) -> None:
    with transaction():
        thing_id = make().id
    assert actions.find(kind, thing_id, utcnow()) is None


@pytest.mark.one_database
@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_not_there(app: Flask, kind: Kind) -> None:
    assert actions.find(kind, 4711, utcnow()) is None


def _kinds(found: list[Any]) -> list[Kind]:
    return [each.kind for each in found]


def test_a_campaign_offers_a_little_of_everything(app: Flask) -> None:
    with transaction():
        campaign, group = make_campaign(), make_network()
        appeal = make_appeal()
        day = make_mobilisation(campaign_id=campaign.id, appeal_id=appeal.id)
        make_drop(group, campaign_id=campaign.id)
        event = make_event(campaign_id=campaign.id)
        make_event(campaign_id=campaign.id, mobilisation_id=day.id, starts_in=timedelta(days=1))
        make_event(starts_in=timedelta(days=1))
    found = actions.of_campaign(campaign.id, utcnow())
    assert _kinds(found) == [
        *(Kind.GO, Kind.GIVE, Kind.BRING, Kind.JOIN_CAMPAIGN, Kind.TAKE_PART, Kind.HOST),
    ]
    assert found[0].thing_id == event.id
    assert {each.group_id for each in found} == {group.id}


def test_a_group_offers_itself(app: Flask) -> None:
    with transaction():
        group, other = make_network(), make_group(slug="other")
        make_event(group_id=other.id)
    assert _kinds(actions.of_group(group.id, utcnow())) == [Kind.JOIN_GROUP]
    assert _kinds(actions.of_group(other.id, utcnow())) == [Kind.GO, Kind.JOIN_GROUP]


def test_the_site_shows_nothing_twice(app: Flask) -> None:
    with transaction():
        appeal, group = make_appeal(), make_network()
    now = utcnow()
    shown = {(Kind.GIVE, appeal.id)}
    assert _kinds(actions.next_actions(now)) == [Kind.GIVE, Kind.JOIN_GROUP]
    assert [each.key for each in actions.next_actions(now, exclude=shown)] == [
        (Kind.JOIN_GROUP, group.id)
    ]


def test_a_series_comes_once(app: Flask) -> None:
    with transaction():
        series = EventSeries(
            group_id=make_network().id, rule={}, made_until=(NOW + timedelta(days=90)).date()
        )
        first = make_event(series=series)
        make_event(series=series, starts_in=timedelta(days=14))
    found = [each for each in actions.next_actions(utcnow()) if each.kind is Kind.GO]
    assert [each.thing_id for each in found] == [first.id]


def test_what_is_full_or_comes_every_day_stands_in_nobody_s_way(app: Flask) -> None:
    with transaction():
        series = EventSeries(
            group_id=make_network().id, rule={}, made_until=(NOW + timedelta(days=90)).date()
        )
        make_event(series=series, starts_in=timedelta(days=1), capacity=1).seats[0].taken = 1
        daily = [make_event(series=series, starts_in=timedelta(days=n)) for n in range(2, 18)]
        for _ in range(13):
            _full()
        # Full in the hall alone: who is far away can come still.
        later = make_event(
            starts_in=timedelta(days=20), mode=Mode.HYBRID, capacity=1, online_capacity=5
        )
        next(each for each in later.seats if each.way is Way.IN_PERSON).taken = 1
        wanted = [daily[0].id, later.id]
    found = [each for each in actions.next_actions(utcnow()) if each.kind is Kind.GO]
    assert [each.thing_id for each in found] == wanted


def test_what_an_editor_chose_comes_first_as_far_as_it_can_be_done(app: Flask) -> None:
    with transaction():
        campaign, appeal = make_campaign(), make_appeal()
        gone, event = make_event(status=Status.CANCELLED), make_event(campaign_id=campaign.id)
    chosen = [
        ArticleAction(kind=kind, thing_id=thing_id, position=place, article_id=1)
        for place, (kind, thing_id) in enumerate(
            [(Kind.GO, gone.id), (Kind.JOIN_CAMPAIGN, campaign.id), (Kind.GIVE, appeal.id)]
        )
    ]
    alone = actions.actions_of(chosen, None, utcnow())
    assert _kinds(alone) == [Kind.JOIN_CAMPAIGN, Kind.GIVE]
    found = actions.actions_of(chosen, campaign.id, utcnow())
    assert _kinds(found) == [Kind.JOIN_CAMPAIGN, Kind.GIVE, Kind.GO]
    assert found[-1].thing_id == event.id


def test_an_editor_chooses_among_her_groups_by_words_in_either_language(app: Flask) -> None:
    now = utcnow()
    with transaction():
        group, other = make_network(), make_group(slug="other")
        day = make_mobilisation()
        make_event(mobilisation_id=day.id)
        make_event(group_id=other.id, title=Translated.of(en="Elsewhere"))
    found = actions.choices([group.id], now)
    assert _kinds(found) == [Kind.GO, Kind.JOIN_GROUP, Kind.TAKE_PART, Kind.HOST]
    assert _kinds(actions.choices([group.id], now, "lanterns")) == [Kind.GO]
    assert _kinds(actions.choices([group.id], now, "بالفوانيس")) == [Kind.GO]
    assert actions.choices([], now) == []
