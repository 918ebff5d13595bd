"""The desk's goods: every deed by its form, sent twice it is one, and mistakes are taken back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.rules.permissions import Role
from app.aid.models.stock import Box, StockLocation, StockMove
from app.aid.queries import stock as reads
from app.aid.queries import stores as place_reads
from app.aid.rules import labels
from app.aid.rules.words import BoxState, LocationKind, MoveKind, Unit
from app.db.session import db, transaction
from tests.aid.test_boxes import Shelf
from tests.appeals.test_desk_donations import sign_in_as
from tests.factories.accounts import make_account, sign_in, token_on
from tests.factories.groups import make_group

pytestmark = pytest.mark.one_database


class Desk:
    """An organiser in front of the goods of a round."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        sign_in_as(client, Role.ORGANISER)
        with transaction():
            self.shelf = Shelf()
            self.shelf.log(5)
        self.round = f"/desk/stock/{self.shelf.drop.public_id}"

    def place(self, location: StockLocation, deed: str = "") -> str:
        return f"{self.round}/places/{location.public_id}" + (f"/{deed}" if deed else "")

    def box(self, deed: str = "") -> str:
        return f"/desk/stock/boxes/{self.shelf.box.label}" + (f"/{deed}" if deed else "")

    def text(self, address: str) -> str:
        page = self.client.get(address, follow_redirects=True)
        assert page.status_code == 200, address
        return page.get_data(as_text=True)

    def typed(self, address_: str, **typed: Any) -> dict[str, Any]:
        """What the form on a page sends, its hidden fields too."""
        page = self.client.get(address_)
        text = page.get_data(as_text=True)
        hidden = dict(
            re.findall(r'name="(nonce|seen|version)" type="hidden" value="([^"]*)"', text)
        )
        return {"csrf_token": token_on(page)} | hidden | typed

    def send(self, address_: str, *, on: str | None = None, **typed: Any) -> TestResponse:
        return self.client.post(address_, data=self.typed(on or address_, **typed))

    def qty(self, name: str, unit: Unit) -> str:
        item = {"mixed": self.shelf.mixed, "blankets": self.shelf.blankets}[name]
        return f"g{item.id}_{unit.value}"


@pytest.fixture
def desk(client: FlaskClient, app: Flask) -> Desk:
    """An organiser of the network, signed in."""
    return Desk(client)


def moves(kind: MoveKind | None = None) -> int:
    found = select(func.count()).select_from(StockMove)
    if kind is not None:
        found = found.where(StockMove.kind == kind)
    return db.session.scalar(found) or 0


def test_what_lies_where_leads_to_each_place_and_move(desk: Desk) -> None:
    page = desk.text("/desk/stock/")
    assert "Corner shop" in page
    assert "Blankets: 40" in page
    place = desk.text(desk.place(desk.shelf.at_point))
    assert "Brought" in desk.text(f"{desk.place(desk.shelf.at_point)}?before={10**30}")
    assert "Brought" not in desk.text(f"{desk.place(desk.shelf.at_point)}?before=1")
    assert "5 bags" in place
    move = db.session.scalars(select(StockMove).order_by(StockMove.id.desc()).limit(1)).one()
    assert "the host of a point" in desk.text(f"/desk/stock/moves/{move.public_id}")


def test_things_go_on_once_however_often_the_form_is_sent(desk: Desk) -> None:
    address = desk.place(desk.shelf.at_point, "move")
    van = desk.shelf.van.vehicle
    assert van is not None
    field = desk.qty("mixed", Unit.BAG)
    sent = desk.typed(address, target=f"vehicle:{van.public_id}", **{field: "3"})
    for _ in range(2):
        assert desk.client.post(address, data=sent).status_code == 303
    assert moves(MoveKind.PICK_UP) == 1
    assert reads.bags_and_boxes(desk.shelf.van.id, desk.shelf.drop.id) == (3, 0)
    again = desk.send(address, target=f"vehicle:{van.public_id}", **{field: "3"})
    assert again.status_code == 422
    text = again.get_data(as_text=True)
    assert "Corner shop: only 2 bags of “Mixed” are there." in text
    assert 'value="3"' in text
    assert moves(MoveKind.PICK_UP) == 1


def test_an_old_page_with_other_numbers_is_told_and_can_be_sent_once_more(desk: Desk) -> None:
    address = desk.place(desk.shelf.at_point, "give")
    field = desk.qty("mixed", Unit.BAG)
    sent = desk.typed(address, reason="To a shelter", **{field: "1"})
    assert desk.client.post(address, data=sent).status_code == 303
    other = desk.client.post(address, data=sent | {field: "2"})
    assert other.status_code == 409
    text = other.get_data(as_text=True)
    assert "send it once more" in text
    fresh = re.findall(r'name="nonce" type="hidden" value="([^"]*)"', text)
    again = sent | {field: "2", "nonce": fresh}
    for _ in range(2):
        assert desk.client.post(address, data=again).status_code == 303
    assert moves(MoveKind.GIVE) == 2
    assert desk.shelf.totals()[LocationKind.POINT] == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1", "Enter a whole number, like 12."),
        ("2001", "That cannot be the right amount."),
        ("x", "Enter a whole number, like 12."),
        ("", "Say how many bags, boxes or kilograms."),
    ],
)
def test_numbers_that_cannot_be_are_explained(desk: Desk, typed: str, sentence: str) -> None:
    field = desk.qty("mixed", Unit.BAG)
    answer = desk.send(
        desk.place(desk.shelf.at_point, "give"), reason="To a shelter", **{field: typed}
    )
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert moves(MoveKind.GIVE) == 0


def test_things_are_sorted_counted_given_lost_and_found(desk: Desk) -> None:
    shelf, bags = desk.shelf, desk.qty("mixed", Unit.BAG)
    blankets = str(shelf.blankets.id)
    sort = {bags: "2", "new0_item": blankets, "new0_qty": "20", "new0_unit": "each"}
    assert desk.send(desk.place(shelf.at_point, "sort"), **sort).status_code == 303
    count = {bags: "4", "reason": "Counted by two"}
    assert desk.send(desk.place(shelf.at_point, "count"), **count).status_code == 303
    lost = {desk.qty("blankets", Unit.EACH): "5", "reason": "Wet"}
    for deed in ("give", "lose", "discard"):
        assert desk.send(desk.place(shelf.at_point, deed), **lost).status_code == 303
    refused = desk.send(desk.place(shelf.at_point, "lose"), **lost | {"reason": ""})
    assert refused.status_code == 422
    account = place_reads.find_account(shelf.drop.id, LocationKind.LOST)
    assert account is not None
    found = {desk.qty("blankets", Unit.EACH): "2", "reason": "In the cellar"}
    found["target"] = f"store:{shelf.store.public_id}"
    assert desk.send(desk.place(account, "find"), **found).status_code == 303
    assert shelf.totals() == {
        LocationKind.WORLD_IN: -5,
        LocationKind.POINT: 4,
        LocationKind.ADJUST: 1,
    }
    assert shelf.blankets_by_kind() == {
        LocationKind.ADJUST: -60,
        LocationKind.POINT: 5,
        LocationKind.STORE: 42,
        LocationKind.GIVEN: 5,
        LocationKind.LOST: 3,
        LocationKind.DISCARDED: 5,
    }


def test_a_count_of_what_has_changed_meanwhile_is_shown_again(desk: Desk) -> None:
    address = desk.place(desk.shelf.at_point, "count")
    sent = desk.typed(address, reason="So", **{desk.qty("mixed", Unit.BAG): "4"})
    with transaction():
        desk.shelf.log(1)
    answer = desk.client.post(address, data=sent)
    assert answer.status_code == 409
    assert moves(MoveKind.COUNT) == 1
    text = answer.get_data(as_text=True)
    assert "6 bags" in text
    seen = re.findall(r'name="seen" type="hidden" value="([^"]*)"', text)
    assert desk.client.post(address, data=sent | {"seen": seen}).status_code == 303


def test_a_mistake_is_taken_back_with_a_reason(desk: Desk) -> None:
    move = db.session.scalars(select(StockMove).order_by(StockMove.id.desc()).limit(1)).one()
    address = f"/desk/stock/moves/{move.public_id}"
    assert desk.send(f"{address}/take-back", on=address, reason="").status_code == 422
    assert desk.send(f"{address}/take-back", on=address, reason="Twice").status_code == 303
    assert "Take it back" not in desk.text(address)
    assert desk.shelf.totals() == {}


def test_the_life_of_a_box(desk: Desk) -> None:
    shelf, blankets = desk.shelf, desk.qty("blankets", Unit.EACH)
    packed = desk.typed(desk.box("pack"), **{blankets: "30"})
    for _ in range(2):
        assert desk.client.post(desk.box("pack"), data=packed).status_code == 303
    assert shelf.inside() == [(shelf.blankets.id, 30)]
    seal = desk.typed(desk.box("seal"), gross="12,5", length="60", note="Top shelf")
    for _ in range(2):
        assert desk.client.post(desk.box("seal"), data=seal).status_code == 303
    assert (shelf.box.seal_number, shelf.box.gross_g) == (1, 12500)
    page = desk.text(desk.box())
    assert labels.written(shelf.box.label) in page
    assert desk.client.get(desk.box("pack")).status_code == 404
    printed = desk.text(f"{desk.round}/labels?label={shelf.box.label}")
    assert "Blankets: 30" in printed
    assert 'lang="ar"' in printed
    assert desk.send(desk.box("open")).status_code == 303
    assert "This label is old" in desk.text(f"{desk.box()}?seal=9")
    assert desk.send(desk.box("split"), **{blankets: "10"}).status_code == 303
    other = db.session.scalars(select(Box).where(Box.made_from_id == shelf.box.id)).one()
    assert desk.send(desk.box("merge"), into=other.label).status_code == 303
    assert shelf.state() is BoxState.VOID
    assert [each.qty for each in reads.contents_of(other)] == [30]


def test_a_box_is_loaded_lost_found_and_delivered_short(desk: Desk) -> None:
    shelf, blankets = desk.shelf, desk.qty("blankets", Unit.EACH)
    with transaction():
        shelf.pack(30)
        shelf.seal()
    van = shelf.van.vehicle
    assert van is not None
    loaded = {"target": f"vehicle:{van.public_id}", "boxes": shelf.box.label}
    assert desk.send(desk.place(shelf.store, "move"), **loaded).status_code == 303
    assert desk.send(desk.box("lose"), reason="Not there").status_code == 303
    assert desk.send(desk.box("find"), reason="It was").status_code == 303
    depart = desk.place(shelf.van, "depart")
    assert desk.send(depart, on=desk.place(shelf.van)).status_code == 303
    assert shelf.state() is BoxState.IN_TRANSIT
    wrong = desk.send(desk.box("deliver"), **{blankets: "31"}, reason="Torn")
    assert wrong.status_code == 422
    short = {blankets: "2", f"second_{blankets}": "3", "reason": "Torn"}
    assert desk.send(desk.box("deliver"), **short).status_code == 303
    assert shelf.state() is BoxState.SHORT
    assert shelf.blankets_by_kind()[LocationKind.DESTINATION] == 25


def test_a_label_is_looked_up_and_a_wrong_sign_is_told(desk: Desk) -> None:
    label = desk.shelf.box.label
    found = desk.client.get("/desk/stock/", query_string={"label": labels.written(label).lower()})
    assert found.status_code == 302
    assert found.location.endswith(f"/desk/stock/boxes/{label}")
    wrong = label[:-1] + ("0" if label[-1] != "0" else "1")
    answer = desk.client.get("/desk/stock/", query_string={"label": wrong})
    assert answer.status_code == 422
    assert "Check the signs one by one" in answer.get_data(as_text=True)
    assert desk.client.get(f"/desk/stock/boxes/{wrong}").status_code == 404


def test_boxes_and_stores_are_made(desk: Desk) -> None:
    shelf = desk.shelf
    address = f"{desk.round}/boxes"
    sent = desk.typed(address, count="3", place=shelf.store.public_id)
    assert desk.client.post(address, data=sent).status_code == 303
    answer = desk.client.post(address, data=sent)
    assert answer.status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Box)) == 4
    assert desk.text(answer.location).count("box-label__sign") == 3
    assert desk.send(address, count="65", place=shelf.store.public_id).status_code == 422
    assert "Hall" in desk.text(address)
    new = {
        "group": str(shelf.drop.group_id),
        "name": "Barn",
        "address": "1 Lane",
        "postcode": "E17",
    }
    assert desk.send("/desk/stock/stores/new", **new).status_code == 303
    assert desk.send("/desk/stock/stores/new", **new).status_code == 422
    barn = db.session.scalars(select(StockLocation).where(StockLocation.name == "Barn")).one()
    assert (barn.address, barn.lat is not None) == ("1 Lane", True)
    edit = f"/desk/stock/stores/{barn.public_id}"
    assert desk.send(edit, name="Old barn", address="").status_code == 303
    assert desk.send(f"{edit}/close", on=edit).status_code == 303
    hall = f"/desk/stock/stores/{shelf.store.public_id}"
    assert desk.send(f"{hall}/close", on=hall).status_code == 409
    assert "Old barn" in desk.text("/desk/stock/stores/")


def test_goods_of_another_group_are_none_of_hers(desk: Desk, client: FlaskClient) -> None:
    shelf = desk.shelf
    move = db.session.scalars(select(StockMove).limit(1)).one()
    with transaction():
        others = make_group(slug="others")
    visitor = client.application.test_client()
    with transaction():
        make_account(Role.ORGANISER, group=others, email="others@example.org")
    sign_in(visitor, "others@example.org")
    for address in (
        desk.place(shelf.store),
        desk.box(),
        f"/desk/stock/moves/{move.public_id}",
        f"{desk.round}/boxes",
    ):
        assert visitor.get(address).status_code == 404
    assert "Corner shop" not in visitor.get("/desk/stock/").get_data(as_text=True)
