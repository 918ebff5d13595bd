"""The desk's pages of gifts, as strictly as the standard reads them, and with much on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.accounts.rules.permissions import Role
from app.appeals.queries import regular as regular_reads
from app.appeals.rules.entering import Arrival, Entry
from app.appeals.rules.words import DonationSource, PayingBy
from app.appeals.service import entering
from app.db.session import db, transaction
from app.lib import clock, ids
from app.lib.money import Money
from app.payments.queries import orders as order_reads
from app.payments.queries import plans as plan_reads
from tests.appeals.regulars import begin_regular, renew
from tests.appeals.test_desk_donations import sign_in_as
from tests.factories.appeals import BY, make_appeal, make_donation, make_fund
from tests.house import pages
from tests.house.test_pages import faults_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from app.appeals.models.appeals import Appeal
    from app.rehearsal.core import Rehearsal

pytestmark = pytest.mark.one_database
LONG = "Wolfeschlegelsteinhausenbergerdorff-" * 3


def enter(appeal: Appeal) -> str:
    """A gift with as much on it as fits."""
    now, amount = clock.utcnow(), Money(2500, "GBP")
    entry = Entry(
        amount=amount,
        source=DonationSource.PHONE,
        locale="ar",
        paying_by=PayingBy.CHEQUE,
        email="rana@example.org",
        name=LONG,
        public_name="رنا",
        message="<b>For the hall</b> " * 20,
        wants_updates=True,
    )
    arrival = Arrival(
        amount=amount,
        paying_by=PayingBy.CHEQUE,
        received_at=now,
        bank_reference="Cheque 000123",
        note=LONG,
    )
    with transaction():
        made = entering.enter(
            db.session.merge(appeal), entry, arrival, nonce=ids.token(16), now=now, by=BY
        )
        return made.public_id


@pytest.fixture
def paths(appeal: Appeal, stripe: Rehearsal) -> list[str]:
    """The pages of an entered, an unpaid and a regular gift whose payment is missing."""
    with transaction():
        make_appeal(fund=make_fund(slug="hall-fund"), slug="hall")
        unpaid = make_donation(email="u@example.org").public_id
    entered = enter(appeal)
    [payment] = order_reads.list_payments(entered)
    regular = begin_regular(stripe, appeal.id, name=LONG)
    key, regular_id = regular.public_id, regular.id
    stripe.fail_renewals(plan_reads.get_plan(key).subscription_id, "expired_card")
    renew(stripe)
    [first] = regular_reads.list_collections(regular_id)
    one, two, wishes = f"/desk/donations/{entered}", f"/desk/donations/{unpaid}", ("stop", "amount")
    return [
        *("/desk/donations/new", f"/desk/donations/new?like={entered}", "/desk/regular/"),
        *(
            one,
            f"{one}/address",
            f"{one}/move",
            f"{one}/receipts/1",
            f"{one}/receipts/1?language=en",
        ),
        *(f"{one}/payments/{payment.id}/take-back", two, f"{two}/received", f"{two}/pay-link"),
        *(f"/desk/donations/{first.public_id}/move", f"/desk/regular/{key}"),
        *(f"/desk/regular/{key}/{wish}" for wish in (*wishes, "pause", "resume")),
    ]


def test_the_pages_of_gifts_are_in_order(client: FlaskClient, paths: list[str]) -> None:
    sign_in_as(client, Role.OWNER)
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        page = pages.parse(path, answer)
        assert list(faults_of(page)) == [], path
        assert "<b>For the hall" not in answer.get_data(as_text=True)


def test_each_page_of_a_gift_can_be_reached_from_it(client: FlaskClient, paths: list[str]) -> None:
    sign_in_as(client, Role.OWNER)
    led = set[str]()
    for path in paths:
        led.update(pages.parse(path, client.get(path)).links())
    from_lists = {path for path in paths if path.endswith(("pause", "resume"))}
    assert {path for path in paths if "move" not in path} - led <= from_lists
