"""A POST without the proof that its page was ours is refused, and writes nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from app.accounts.models import User
from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.rules.words import PointState, Visibility
from app.appeals.models.appeals import Appeal, AppealUpdate
from app.campaigns.models.campaigns import Campaign
from app.db.session import db
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.rules.words import EventState
from app.groups.models import Group, PaymentAccount
from app.groups.rules import GroupKind
from tests.factories.accounts import sign_in
from tests.house.conftest import noted_writes
from tests.house.routes import Route, listed, served

pytestmark = pytest.mark.one_database

POSTS = [route for route in listed() if route.method == "POST" and route.csrf.endswith("token")]
SLUG = "help-us-get-started"
TOKENS = ("", "forged", "a~1700000000~b", "\u0661~\u0662~\u0663")
#: What any other place of an address names is not there; saying so (404) before looking at the
#: token gives nothing away.
THERE = {
    *("account_id", "appeal_id", "change", "fund_id", "group_id", "slug", "state", "update_id"),
}
NUMBER, WORD = 10**9, "nowhere"


def address(app: Flask, rule: Rule) -> str:
    """The address of something that is there."""
    appeal = db.session.scalars(select(Appeal).where(Appeal.slug == SLUG)).one()
    news = select(AppealUpdate).where(AppealUpdate.appeal_id == appeal.id)
    payee = select(PaymentAccount).where(PaymentAccount.group_id == appeal.group_id)
    someone = select(User).where(User.email != "owner@example.org")
    account = payee if "/accounts/" in rule.rule else someone
    known: dict[str, object] = {
        "account_id": db.session.scalars(account.limit(1)).one().id,
        "appeal_id": appeal.id,
        "fund_id": appeal.fund_id,
        "group_id": appeal.group_id,
        "slug": slug_in(rule),
        "update_id": db.session.scalars(news.limit(1)).one().id,
    }
    values = {name: known.get(name) or _nothing_for(rule, name) for name in rule.arguments}
    values |= {name: word for name in rule.arguments if (word := _first_of(rule, name))}
    return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def slug_in(rule: Rule) -> str:
    """The end of an address of something that everybody may see."""
    public = {
        "/events/": select(Event.slug).where(Event.state == EventState.PUBLISHED),
        "/mobilisations/": select(Mobilisation.slug),
        "/aid/points/": select(CollectionPoint.slug).where(
            CollectionPoint.visibility == Visibility.AREA_ONLY,
            CollectionPoint.state == PointState.LIVE,
        ),
        "/aid/": select(Drop.slug),
        "/campaigns/": select(Campaign.slug).where(Campaign.published_at.is_not(None)),
        "/groups/": select(Group.slug).where(Group.kind != GroupKind.PARTNER),
    }
    for begin, slugs in public.items():
        if rule.rule.startswith(begin):
            return db.session.scalars(slugs.limit(1)).one()
    return SLUG


def _nothing_for(rule: Rule, name: str) -> object:
    """What fits into a place of an address and names nothing that is there."""
    return NUMBER if isinstance(rule._converters[name], IntegerConverter) else WORD


def _first_of(rule: Rule, name: str) -> str | None:
    """The first of the words that an address takes in this place, where it takes only some."""
    converter = rule._converters[name]
    return min(converter.items) if isinstance(converter, AnyConverter) else None


def refusals(rule: Rule, route: Route) -> set[int]:
    """How a POST without its token may be answered."""
    refused = {400, 403}
    if not route.is_desk and route.csrf == "session token":
        # Before the sign-in there is no session yet: a token that ran out shows the page again.
        refused |= {303, 422}
    return refused | {404} if rule.arguments - THERE else refused


def test_a_post_without_its_token_is_refused(scene: Flask, client: FlaskClient) -> None:
    rules = {(path, method): rule for path, method, rule in served(scene)}
    sign_in(client, "owner@example.org")
    taken = []
    for route in POSTS:
        rule = rules[route.address, route.method]
        path = address(scene, rule)
        for token in TOKENS:
            with noted_writes() as written:
                answer = client.post(path, data={"csrf_token": token} if token else {})
            if answer.status_code not in refusals(rule, route) or written:
                taken.append((str(route), token, answer.status_code, written))
    assert taken == []
