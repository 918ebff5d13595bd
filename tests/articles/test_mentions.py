"""Pages of events and rounds lead to the articles that name them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.actions.rules.words import ActionKind
from app.articles.rules.content import ActionLine
from app.db.session import transaction
from app.lib.clock import utcnow
from app.lib.text import Translated
from tests.factories.aid import make_drop
from tests.factories.appeals import make_network
from tests.factories.articles import make_article, make_review
from tests.factories.events import make_event

pytestmark = pytest.mark.one_database


def panel(client: FlaskClient, address: str) -> str:
    """What a page says was written about its thing."""
    page = client.get(address).text
    if 'id="mentions"' not in page:
        return ""
    found = page[page.index('id="mentions"') :]
    return found[: found.index("</section>")]


def test_an_event_leads_to_its_review_and_to_what_sends_readers_there(client: FlaskClient) -> None:
    with transaction():
        event, other = make_event(), make_event()
        make_review(screening_id=event.id, title=Translated.of(en="A review"))
        line = ActionLine(ActionKind.GO, event.id)
        make_article(actions=[line], title=Translated.of(en="An article"))
        make_article(actions=[line], published=False, title=Translated.of(en="A draft"))
        title = Translated.of(en="Withdrawn")
        make_article(actions=[line], withdrawn_at=utcnow(), title=title)
        addresses = [f"/events/{each.slug}" for each in (event, other)]
    found = panel(client, addresses[0])
    assert "A review" in found
    assert "An article" in found
    assert "A draft" not in found
    assert "Withdrawn" not in found
    assert panel(client, addresses[1]) == ""


@pytest.mark.parametrize("kind", ["bring", "host_point", "collect_at_work"])
def test_a_round_leads_to_what_sends_readers_there(client: FlaskClient, kind: str) -> None:
    with transaction():
        drop = make_drop(make_network())
        make_article(actions=[ActionLine(ActionKind(kind), drop.id)])
        make_article(actions=[ActionLine(ActionKind.GO, drop.id)], title=Translated.of(en="Not"))
        address = f"/aid/{drop.slug}"
    found = panel(client, address)
    assert "What we saw in Calais" in found
    assert "Not" not in found
