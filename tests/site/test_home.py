"""The home page: what leads, what was put first, what can be done; nothing of it twice."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.audit.facts import Actor
from app.db.session import db, transaction
from app.events.rules.words import Status
from app.lib.clock import utcnow
from app.lib.text import Translated
from app.site.errors.pins import (
    NotPublicError,
    PinDayPastError,
    PinnedAlreadyError,
    TooManyPinsError,
)
from app.site.models.pages import HomePin
from app.site.queries import pins as reads
from app.site.rules.pins import MOST_PINS, Shift, shifted
from app.site.rules.words import PinKind
from app.site.service import pins as service
from tests.appeals.crowd import together
from tests.factories.aid import make_drop
from tests.factories.appeals import make_appeal, make_network
from tests.factories.articles import make_article
from tests.factories.events import make_campaign, make_event, make_mobilisation

BY = Actor.system()


def pin(kind: PinKind, thing_id: int, *, days: int | None = None) -> HomePin:
    """Put something first."""
    now = utcnow()
    until = None if days is None else now + timedelta(days=days)
    return service.pin(kind, thing_id, until=until, now=now, by=BY)


def text_of(client: FlaskClient, address: str = "/") -> str:
    """The main part of a page."""
    page = client.get(address).text
    return page[page.index("<main") : page.index("</main>")]


def in_order(page: str, *words: str) -> bool:
    """Whether a page says some things one after the other."""
    return re.search(".*".join(map(re.escape, words)), page, re.DOTALL) is not None


def test_without_pins_the_appeal_leads_then_what_can_be_done(client: FlaskClient) -> None:
    with transaction():
        make_appeal()
        make_event()
        make_drop(make_network())
        make_article()
    page = text_of(client)
    parts = ("home-appeal", "what-you-can-do", "rounds", "what-is-on", "to-read")
    assert in_order(page, *(f'id="{each}"' for each in parts))
    assert page.count("Help us get started") == 1
    assert "Go there" in page
    assert "Bring things" in page


def test_nothing_is_on(client: FlaskClient) -> None:
    assert "Nothing is on at the moment" in text_of(client)


def test_a_pin_leads_and_stands_nowhere_else(client: FlaskClient) -> None:
    with transaction():
        make_appeal()
        day = make_mobilisation(title=Translated.of(en="The great day", ar="اليوم الكبير"))
        drop = make_drop(make_network(), title=Translated.of(en="Winter round"))
        article = make_article(title=Translated.of(en="Something to read"))
        pin(PinKind.MOBILISATION, day.id)
        pin(PinKind.DROP, drop.id)
        pin(PinKind.ARTICLE, article.id)
    page = text_of(client)
    assert in_order(page, 'id="home-lead"', "The great day", 'id="home-first"', "Winter round")
    assert in_order(page, "Something to read", 'id="what-you-can-do"', 'id="home-appeals"')
    for gone in ('id="next-day"', 'id="rounds"', 'id="to-read"', 'id="home-appeal"'):
        assert gone not in page
    assert page.count("Something to read") == 1
    assert "اليوم الكبير" in text_of(client, "/ar/")


def test_what_is_pinned_makes_room_for_what_comes_behind_it(client: FlaskClient) -> None:
    now = utcnow()
    with transaction():
        articles = [
            make_article(
                title=Translated.of(en=f"Letter {number}."),
                published_at=now - timedelta(days=number),
            )
            for number in range(7)
        ]
        event = make_event(title=Translated.of(en="The pinned vigil"))
        make_event(title=Translated.of(en="The next stall"))
        for each in articles[:3]:
            pin(PinKind.ARTICLE, each.id)
        pin(PinKind.EVENT, event.id)
    page = text_of(client)
    assert [page.count(f"Letter {number}.") for number in range(7)] == [1, 1, 1, 1, 1, 1, 0]
    assert page.count("The pinned vigil") == 1
    assert in_order(page, 'id="what-is-on"', "The next stall")


def test_a_pinned_appeal_takes_the_poster(client: FlaskClient) -> None:
    with transaction():
        soon, title = utcnow() + timedelta(days=2), Translated.of(en="Closes first")
        make_appeal(slug="first", title=title, closes_at=soon)
        chosen = make_appeal(slug="chosen", title=Translated.of(en="Chosen"))
        pin(PinKind.APPEAL, chosen.id)
    page = text_of(client)
    assert in_order(page, 'id="home-appeal"', "Chosen", 'id="home-appeals"', "Closes first")


def test_what_is_over_or_hidden_is_not_shown(app: Flask) -> None:
    with transaction():
        event, appeal, campaign = make_event(), make_appeal(), make_campaign()
        article, drop = make_article(), make_drop(make_network())
        day = make_mobilisation()
        for kind, thing in (
            (PinKind.EVENT, event),
            (PinKind.APPEAL, appeal),
            (PinKind.CAMPAIGN, campaign),
            (PinKind.ARTICLE, article),
            (PinKind.DROP, drop),
        ):
            pin(kind, thing.id)
        pin(PinKind.MOBILISATION, day.id, days=1)
    assert len(reads.list_shown(utcnow())) == MOST_PINS
    now = utcnow()
    with transaction():
        event, campaign = db.session.merge(event), db.session.merge(campaign)
        event.status, campaign.closed_at = Status.CANCELLED, now
        appeal, article = db.session.merge(appeal), db.session.merge(article)
        appeal.closes_at, article.withdrawn_at = now, now
    shown = reads.list_shown(utcnow() + timedelta(days=2))
    assert [each.pin.kind for each in shown] == [PinKind.DROP]


def test_what_cannot_be_put_first(app: Flask) -> None:
    with transaction():
        events = [make_event().id for _ in range(MOST_PINS + 1)]
        draft = make_article(published=False)
        with pytest.raises(NotPublicError):
            pin(PinKind.ARTICLE, draft.id)
        with pytest.raises(NotPublicError):
            pin(PinKind.APPEAL, 4711)
        with pytest.raises(PinDayPastError):
            pin(PinKind.EVENT, events[0], days=0)
        for each in events[:MOST_PINS]:
            pin(PinKind.EVENT, each)
        with pytest.raises(PinnedAlreadyError):
            pin(PinKind.EVENT, events[0])
        with pytest.raises(TooManyPinsError):
            pin(PinKind.EVENT, events[-1])


def test_a_button_pressed_twice_at_once_pins_once(disk_app: Flask) -> None:
    with disk_app.app_context(), transaction():
        article_id = make_article().id

    def press(_number: int) -> str:
        with disk_app.app_context():
            try:
                with transaction():
                    pin(PinKind.ARTICLE, article_id)
            except PinnedAlreadyError:
                return "there"
            return "pinned"

    assert sorted(together(4, press)) == ["pinned", "there", "there", "there"]


def test_pins_that_are_over_make_room(app: Flask) -> None:
    with transaction():
        events = [make_event().id for _ in range(MOST_PINS + 1)]
        for each in events[:MOST_PINS]:
            pin(PinKind.EVENT, each, days=1)
    later = utcnow() + timedelta(days=2)
    with transaction():
        service.pin(PinKind.EVENT, events[-1], until=None, now=later, by=BY)
    assert [each.pin.thing_id for each in reads.list_pins(later)] == [events[-1]]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("key", "shift", "order"),
    [
        (1, Shift.UP, [1, 2, 3]),
        (2, Shift.UP, [2, 1, 3]),
        (2, Shift.DOWN, [1, 3, 2]),
        (3, Shift.DOWN, [1, 2, 3]),
    ],
)
def test_a_pin_moves_by_one_place(key: int, shift: Shift, order: list[int]) -> None:
    assert shifted([1, 2, 3], key, shift) == order
