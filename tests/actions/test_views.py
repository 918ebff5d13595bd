"""What can be done, on the pages of groups and campaigns and in lists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from app.actions.queries import actions as reads
from app.actions.render.actions import actions_shown
from app.actions.rules.words import ActionKind as Kind
from app.db.session import transaction
from app.events.rules.words import Mode
from app.groups.rules import GroupKind
from app.ledger.rules import FundKind
from app.lib.clock import utcnow
from app.lib.text import Translated
from tests.appeals.test_giving import words
from tests.factories.aid import make_drop, make_item, make_need
from tests.factories.appeals import make_appeal, make_fund, make_network
from tests.factories.events import make_campaign, make_event, make_mobilisation
from tests.factories.groups import make_group

pytestmark = pytest.mark.one_database


def shown(app: Flask, kind: Kind, thing_id: int, *, came_from: str = "", base: str = "/") -> str:
    """The list with one thing to do, as a page shows it."""
    now = utcnow()
    found = reads.find(kind, thing_id, now)
    assert found is not None
    with app.test_request_context(base):
        rows = actions_shown([found], now=now, came_from=came_from)
        return render_template("actions/_list.html", actions=rows)


def test_a_group_shows_one_thing_and_how_to_join(client: FlaskClient) -> None:
    with transaction():
        make_network()
        make_event(title=Translated.of(en="Vigil at the bridge"))
        make_appeal()
    page = client.get("/groups/lea-valley").text
    assert page.count('id="next"') == page.count('id="join"') == 1
    block = page[page.index('id="next"') :]
    assert "Vigil at the bridge" in block[: block.index("</section>")]
    assert "Go there" in block[: block.index("</section>")]


def test_a_group_with_nothing_on_only_asks_people_to_join(client: FlaskClient) -> None:
    with transaction():
        make_network()
    page = client.get("/groups/lea-valley").text
    assert 'id="next"' not in page
    assert 'id="join"' in page


def test_a_partner_leads_to_the_page_where_it_takes_gifts(client: FlaskClient) -> None:
    with transaction():
        partner = make_group(slug="long-road", kind=GroupKind.PARTNER)
        address = "https://longroad.example.org/give"
        make_fund(partner, kind=FundKind.PARTNER, slug="vans", partner_url=address)
    page = client.get("/groups/long-road").text
    assert f'href="{address}"' in page
    assert 'id="join"' not in page
    assert 'id="next"' not in page


def test_a_campaign_shows_what_it_needs(client: FlaskClient) -> None:
    with transaction():
        campaign, appeal = make_campaign(), make_appeal()
        make_mobilisation(campaign_id=campaign.id, appeal_id=appeal.id)
    page = client.get("/campaigns/tell-the-truth").text
    assert 'id="group-appeals"' in page
    assert 'id="join"' in page
    assert "Help us get started" in page


def test_a_campaign_that_is_over_asks_for_nothing(client: FlaskClient) -> None:
    with transaction():
        campaign = make_campaign(closed_at=utcnow())
        make_appeal()
        make_event(campaign_id=campaign.id)
    page = client.get("/campaigns/tell-the-truth").text
    assert 'id="next"' not in page
    assert 'id="group-appeals"' not in page


def test_a_list_says_when_and_where(app: Flask) -> None:
    with transaction():
        event = make_event().id
    page = shown(app, Kind.GO, event)
    assert "Go there" in page
    assert "Kings Hall, London" in page


def test_nobody_goes_to_what_is_online(app: Flask) -> None:
    with transaction():
        event = make_event(mode=Mode.ONLINE).id
    page = shown(app, Kind.GO, event)
    assert "Take part" in page
    assert "Go there" not in page


def test_a_round_says_what_it_needs_most(app: Flask) -> None:
    with transaction():
        group = make_network()
        drop = make_drop(group)
        make_need(drop, make_item(group, name=Translated.of(en="Blankets")))
    page = shown(app, Kind.BRING, drop.id)
    assert "Bring things until" in page
    assert "Blankets" in page
    assert f'href="/aid/{drop.slug}/points"' in page


def test_joining_knows_what_led_there(app: Flask) -> None:
    with transaction():
        campaign, group = make_campaign().id, make_network().id
    page = shown(app, Kind.JOIN_CAMPAIGN, campaign, came_from="a-review")
    assert 'href="/campaigns/tell-the-truth/join?from=a-review"' in page
    assert "For honest news." in page
    assert 'href="/groups/lea-valley/join"' in shown(app, Kind.JOIN_GROUP, group)


def test_an_appeal_says_until_when_and_a_partners_where(app: Flask) -> None:
    with transaction():
        soon = make_appeal(closes_at=utcnow() + timedelta(days=3)).id
        partner = make_group(slug="long-road", kind=GroupKind.PARTNER)
        address = "https://longroad.example.org/give"
        fund = make_fund(partner, kind=FundKind.PARTNER, slug="vans", partner_url=address)
        theirs = make_appeal(fund=fund, slug="vans").id
    assert "Open until" in shown(app, Kind.GIVE, soon)
    page = shown(app, Kind.GIVE, theirs)
    assert 'href="/appeals/vans"' in page
    assert "takes the gifts on its own page" in page


def test_the_same_in_arabic(client: FlaskClient) -> None:
    with transaction():
        make_network()
        make_event()
    assert "وقفة بالفوانيس" in words(client.get("/ar/groups/lea-valley"))
