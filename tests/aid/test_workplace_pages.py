"""The pages of collections at work: of stewards, of hosts, of organisers, and what is printed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.accounts.rules.permissions import Role
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.rules.points import HOST_LINK
from app.aid.rules.words import DropState, Fill, PledgeState, PointState, Visibility, WorkplaceState
from app.aid.rules.workplaces import WORKPLACE_LINK, Count
from app.aid.service import changing, hand_overs, pledging
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock, links
from app.mail.render import build_message
from app.settings import settings
from tests.aid.workplaces import ACCEPTED, ASKED, Round, again, mails
from tests.appeals.donors import forms_of
from tests.appeals.test_desk_donations import sign_in_as
from tests.appeals.test_mails import text_of
from tests.factories.appeals import make_appeal

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.one_database

NEW = "/aid/winter-round/workplaces/new"
BY = Actor.visitor()


@pytest.fixture
def round_(client: FlaskClient) -> Round:
    """An open round with a point, and one more a little to the north."""
    with transaction():
        made = Round()
        made.add_point("Next", north=0.02, host_email="next@example.org")
    return made


def typed(**changes: str) -> dict[str, str]:
    today = clock.utcnow().date()
    values = {
        "organisation": "Union branch 12",
        "where": "E17 4PP",
        "from_on": today.isoformat(),
        "until_on": (today + timedelta(days=10)).isoformat(),
        "boxes": "10",
        "name": "Sam",
        "email": "sam@example.org",
    }
    return values | changes


def send(client: FlaskClient, prefix: str = "", **changes: str) -> TestResponse:
    form = forms_of(client.get(prefix + NEW))[-1]
    return client.post(prefix + NEW, data=form.values | typed(**changes))


def text(page: TestResponse) -> str:
    return page.get_data(as_text=True)


def page_of(found: WorkplaceCollection, rest: str = "") -> str:
    version = again(found).link_version
    token = links.sign(settings().secret_key, WORKPLACE_LINK, found.public_id, version=version)
    return f"/workplace/{token}{rest}"


def press(client: FlaskClient, page: str, part: str, **changes: str) -> TestResponse:
    """Send the form of a page whose address ends with a part."""
    shown = client.get(page)
    form = next(each for each in forms_of(shown) if each.action.endswith(part))
    return client.post(form.action, data=form.values | changes)


def collection(round_: Round, *args: Any, **changes: Any) -> WorkplaceCollection:
    with transaction():
        return round_.collection(*args, **changes)


def only() -> WorkplaceCollection:
    found = db.session.query(WorkplaceCollection).one()
    assert isinstance(found, WorkplaceCollection)
    return found


# --- signing up -----------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_signing_up_offers_the_nearest_and_asks_by_mail(
    client: FlaskClient, round_: Round, prefix: str
) -> None:
    page = send(client, prefix)
    assert page.status_code == 200
    form = forms_of(page)[-1]
    assert round_.point.slug in _values(page, "point")
    sent = client.post(prefix + NEW, data=form.values | {"point": round_.point.slug})
    again_ = client.post(prefix + NEW, data=form.values | {"point": round_.point.slug})
    assert (sent.status_code, again_.status_code) == (303, 303)
    found = only()
    assert (found.point, found.pledge, found.locale) == (round_.point, ASKED, prefix[1:] or "en")
    (mail,) = mails("aid/workplace_confirm")
    assert "/workplace/" in text_of(build_message(mail))
    assert client.get(sent.location).status_code == 200


def _values(page: TestResponse, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', text(page))


def test_a_postcode_of_northern_ireland_asks_for_the_town(
    client: FlaskClient, round_: Round
) -> None:
    page = send(client, where="BT1 1AA")
    assert page.status_code == 422
    assert "Northern Ireland" in text(page)
    assert 'value="BT1 1AA"' in text(page)
    assert send(client, where="Belfast").status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"where": "Xyzzyville"}, "We do not know that place."),
        ({"where": "Newport"}, "Several places are called so."),
        ({"boxes": "-3"}, "Enter a whole number"),
        ({"boxes": "99999"}, "cannot be the right amount"),
        ({"boxes": "0"}, "Say roughly how many boxes."),
        ({"staff": "many"}, "Enter a whole number"),
        ({"until_on": "2020-01-01"}, "before the first one"),
        ({"until_on": "2199-01-01"}, "at most"),
        ({"from_on": ""}, "Enter a day"),
        ({"organisation": ""}, "Say where it is collected."),
        ({"email": "nobody"}, "address"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    client: FlaskClient, round_: Round, changes: dict[str, str], words: str
) -> None:
    page = send(client, **changes)
    assert page.status_code == 422
    assert words in text(page)
    if "organisation" not in changes:
        assert "Union branch 12" in text(page)
    assert db.session.query(WorkplaceCollection).count() == 0


def test_arabic_digits_are_read(client: FlaskClient, round_: Round) -> None:
    form = forms_of(send(client, "/ar", boxes="١٢"))[-1]
    client.post("/ar" + NEW, data=form.values)
    assert only().promised_boxes == 12


def test_a_round_that_takes_none_says_so(client: FlaskClient, round_: Round) -> None:
    with transaction():
        round_.drop.state = DropState.COLLECTING
    assert "takes no new workplace collections" in text(client.get(NEW))
    assert client.post(NEW, data={}).status_code == 422


# --- the steward ----------------------------------------------------------------------------------


def test_a_get_writes_nothing_and_a_press_confirms(client: FlaskClient, round_: Round) -> None:
    found = collection(round_, round_.point, state=WorkplaceState.PLEDGED, pledge=ASKED)
    assert "One more step" in text(client.get(page_of(found)))
    assert again(found).state is WorkplaceState.PLEDGED
    assert press(client, page_of(found), "/confirm").status_code == 303
    assert again(found).state is WorkplaceState.CONFIRMED


def test_the_point_fills_and_one_press_leads_to_the_next(
    client: FlaskClient, round_: Round
) -> None:
    found = collection(round_, round_.point)
    with transaction():
        round_.point.state, round_.point.fill = PointState.FULL, Fill.FULL
        changing.finish(round_.point, "point.test", now=clock.utcnow(), by=BY)
    (mail,) = mails("aid/workplace_elsewhere")
    assert "Next" in text_of(build_message(mail))
    page = text(client.get(page_of(found)))
    assert "Please choose another point" in page
    assert press(client, page_of(found), "/point").status_code == 303
    point = again(found).point
    assert point is not None
    assert point.name == "Next"
    assert "The host was asked" in text(client.get(page_of(found)))


def test_a_hidden_address_stands_on_the_page_alone_and_after_the_yes(
    client: FlaskClient, round_: Round
) -> None:
    found = collection(round_)
    with transaction():
        home = round_.add_point("E17", visibility=Visibility.AREA_ONLY)
        pledging.choose(found, home.slug, now=clock.utcnow(), by=BY)
    assert "Secret Street" not in text(client.get(page_of(found, "/papers/poster")))
    before = text(client.get(page_of(found)))
    # The other points are public; this one is named by its area.
    assert before.count("Secret Street") == before.count("Take it to another point") * 2
    with transaction():
        pledging.accept(found, what="10", now=clock.utcnow(), by=BY)
    assert text(client.get(page_of(found))).count("Secret Street") > before.count("Secret Street")
    for sheet in ("poster", "sheet", "letter", "labels"):
        assert "Secret Street" not in text(client.get(page_of(found, f"/papers/{sheet}")))


def test_hand_over_sent_twice_is_one_and_can_be_taken_back(
    client: FlaskClient, round_: Round
) -> None:
    found = collection(round_, round_.point)
    form = next(
        each for each in forms_of(client.get(page_of(found))) if "handed-over" in each.action
    )
    for _ in range(2):
        sent = client.post(form.action, data=form.values | {"boxes": "4", "bags": "1"})
        assert sent.status_code == 303
    assert again(found).counted_boxes == 5
    # Back in the browser, another number: nothing is passed over in silence.
    other = client.post(form.action, data=form.values | {"boxes": "9"})
    assert other.status_code == 409
    assert again(found).counted_boxes == 5
    assert press(client, page_of(found), "/running").status_code == 303
    assert again(found).state is WorkplaceState.RUNNING
    late = client.post(form.action, data=form.values | {"boxes": "4", "bags": "1"})
    assert late.status_code == 409
    anew = next(each for each in forms_of(late) if "handed-over" in each.action)
    assert client.post(anew.action, data=anew.values).status_code == 303
    assert again(found).counted_boxes == 5


def test_absurd_numbers_are_refused(client: FlaskClient, round_: Round) -> None:
    found = collection(round_, round_.point)
    for boxes in ("-1", "many", "100000", ""):
        assert press(client, page_of(found), "/handed-over", boxes=boxes).status_code == 422
        assert press(client, page_of(found), "/counted", boxes=boxes).status_code == 422
    assert again(found).state is WorkplaceState.CONFIRMED


def test_a_stale_edit_shows_both_texts(client: FlaskClient, round_: Round) -> None:
    found = collection(round_, round_.point)
    form = forms_of(client.get(page_of(found, "/edit")))[-1]
    assert press(client, page_of(found, "/edit"), "/edit", boxes="20").status_code == 303
    stale = client.post(form.action, data=form.values | {"boxes": "30"})
    assert stale.status_code == 409
    assert "30" in text(stale)
    assert again(found).promised_boxes == 20
    knowingly = forms_of(stale)[-1]
    assert client.post(form.action, data=knowingly.values).status_code == 303
    assert again(found).promised_boxes == 30


def test_a_van_is_asked_for_and_called_off(client: FlaskClient, round_: Round) -> None:
    found = collection(round_, round_.point)
    assert press(client, page_of(found), "/fetch", boxes="4").status_code == 303
    assert "You asked for a van" in text(client.get(page_of(found)))
    assert press(client, page_of(found), "/unfetch").status_code == 303
    assert "You asked for a van" not in text(client.get(page_of(found)))


def test_called_off(client: FlaskClient, round_: Round) -> None:
    found = collection(round_, round_.point)
    assert press(client, page_of(found, "/withdraw"), "/withdraw").status_code == 303
    assert again(found).state is WorkplaceState.WITHDRAWN
    assert "called off" in text(client.get(page_of(found)))


def test_links_end(client: FlaskClient, round_: Round) -> None:
    found, other = collection(round_), collection(round_)
    old = page_of(found)
    assert press(client, old, "/link").status_code == 200
    assert client.get(old).status_code == 410
    assert client.get(page_of(found)).status_code == 200
    assert client.get(page_of(found).replace(found.public_id, other.public_id)).status_code == 404


def test_money_goes_by_its_own_reference(client: FlaskClient, round_: Round) -> None:
    found = collection(round_, round_.point)
    assert "If people give money" not in text(client.get(page_of(found)))
    with transaction():
        appeal = make_appeal()
        round_.drop.appeal = appeal
        account = appeal.fund.payment_account
        assert account is not None
        account.bank_account_name = "Network"
        account.bank_sort_code, account.bank_account_number = "123456", "12345678"
    page = text(client.get(page_of(found)))
    assert found.bank_reference in page
    assert "12345678" in page


@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_papers(client: FlaskClient, round_: Round, prefix: str) -> None:
    found = collection(round_, round_.point, is_public=False)
    for sheet in ("", "/poster", "/sheet", "/letter", "/labels"):
        page = client.get(prefix + page_of(found, f"/papers{sheet}"))
        assert page.status_code == 200
        if sheet == "/poster":
            assert "<svg" in text(page)
        if sheet == "/labels":
            assert "Union branch 12" not in text(page)
        if sheet in {"/sheet", "/labels", "/poster"}:
            assert "sam@example.org" not in text(page)


# --- in public ------------------------------------------------------------------------------------


def test_only_those_who_ticked_it_are_named(client: FlaskClient, round_: Round) -> None:
    collection(round_, organisation="Hidden works")
    collection(round_, organisation="Proud bakery", is_public=True)
    collection(round_, organisation="Unproven", is_public=True, state=WorkplaceState.PLEDGED)
    page = text(client.get("/aid/winter-round"))
    assert "Proud bakery" in page
    assert "Hidden works" not in page
    assert "Unproven" not in page
    assert "2 workplaces collect" in page


# --- the host -------------------------------------------------------------------------------------


def host_page(round_: Round, rest: str = "") -> str:
    host = round_.point.host
    token = links.sign(settings().secret_key, HOST_LINK, host.public_id, version=host.link_version)
    return f"/host/{token}{rest}"


def test_the_host_answers_confirms_corrects_and_takes_back(
    client: FlaskClient, round_: Round
) -> None:
    found = collection(round_, round_.point, pledge=ASKED)
    page = host_page(round_, f"/pledges/{found.public_id}")
    shown = text(client.get(page))
    assert "Union branch 12" in shown
    assert not {"Sam", "sam@example.org"} & set(shown.replace("<", " ").split())
    assert press(client, page, "/accept").status_code == 303
    assert again(found).pledge is ACCEPTED
    with transaction():
        hand_overs.hand_over(
            found, Count(boxes=8), client_key="k", now=clock.utcnow(), by=BY, entered_by="steward:x"
        )
    assert press(client, page, "/all-there").status_code == 303
    assert again(found).received_at is not None
    assert press(client, page, "/correct", boxes="7").status_code == 303
    assert again(found).counted_boxes == 7
    assert press(client, page, "/not-here").status_code == 303
    assert again(found).state is WorkplaceState.RUNNING
    assert press(client, page, "/here", boxes="6").status_code == 303
    assert again(found).counted_boxes == 6


def test_another_host_sees_nothing_of_it(client: FlaskClient, round_: Round) -> None:
    with transaction():
        other = round_.add_point("Far", north=0.1, host_email="far@example.org")
    found = collection(round_, other)
    assert client.get(host_page(round_, f"/pledges/{found.public_id}")).status_code == 404


# --- the desk -------------------------------------------------------------------------------------


def test_the_desk_lists_filters_and_answers(client: FlaskClient, round_: Round) -> None:
    sign_in_as(client, Role.ORGANISER)
    found = collection(round_, round_.point, pledge=ASKED)
    collection(round_, organisation="Bakery", state=WorkplaceState.WITHDRAWN)
    assert "Bakery" in text(client.get("/desk/workplaces/"))
    narrowed = text(client.get("/desk/workplaces/?pledge=asked&q=union"))
    assert "Union branch 12" in narrowed
    assert "Bakery" not in narrowed
    page = f"/desk/workplaces/{found.public_id}"
    assert press(client, page, "/accept").status_code == 303
    assert again(found).pledge is ACCEPTED
    assert press(client, page, "/handed-over", boxes="9").status_code == 303
    assert again(found).counted_boxes == 9
    assert press(client, page, "/take-back").status_code == 422
    assert press(client, page, "/take-back", reason="Slip").status_code == 303
    assert press(client, page, "/note", note="Rings late").status_code == 303
    assert press(client, page, "/address", email="new@example.org").status_code == 303
    assert again(found).email == "new@example.org"
    assert press(client, page, "/send_link").status_code == 303
    assert press(client, page, "/withdraw").status_code == 303
    assert press(client, page, "/back").status_code == 303
    assert again(found).state is WorkplaceState.CONFIRMED


def test_an_organiser_enters_one_for_somebody_who_rang(client: FlaskClient, round_: Round) -> None:
    sign_in_as(client, Role.ORGANISER)
    page = f"/desk/workplaces/new/{round_.drop.public_id}"
    form = next(each for each in forms_of(client.get(page)) if "/new/" in each.action)
    for _ in range(2):
        sent = client.post(page, data=form.values | typed(where="London") | {"source": "phone"})
        assert sent.status_code == 303
    found = only()
    assert (found.state, found.pledge) == (WorkplaceState.CONFIRMED, PledgeState.NONE)
    assert len(mails("aid/workplace_entered")) == 1
    edit = f"/desk/workplaces/{found.public_id}/edit"
    assert press(client, edit, "/edit", boxes="12").status_code == 303
    assert again(found).promised_boxes == 12


def test_who_may_not_see_people_reads_no_names(client: FlaskClient, round_: Round) -> None:
    sign_in_as(client, Role.EDITOR)
    found = collection(round_, round_.point)
    for page in ("/desk/workplaces/", f"/desk/workplaces/{found.public_id}"):
        shown = text(client.get(page))
        assert "Union branch" not in shown
        assert "sam@example.org" not in shown
    assert client.get("/desk/workplaces/?q=union").status_code == 200
    assert client.post(f"/desk/workplaces/{found.public_id}/accept").status_code in {400, 403}
