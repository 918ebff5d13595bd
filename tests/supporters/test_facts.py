"""What her page says of her: every fact by a name, nothing in the words of programs."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.rules.permissions import Role
from app.articles.models.articles import ArticleDraft
from app.campaigns.models.members import Member
from app.campaigns.rules.members import MemberState, Wish, close
from app.db.session import db, transaction
from app.events.models.rsvps import Rsvp
from app.events.rules.words import Paper
from app.lib import clock, links
from app.lib.personal import Line
from app.mail.rules.addresses import SuppressionReason
from app.mail.service import suppression
from app.settings import settings
from app.supporters.models.rights import DataLink
from app.supporters.render.rights import FACT_NAMES, facts_of
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.offers import Offer
from app.supporters.rules.rights import DATA_LINK
from app.supporters.rules.words import Skill
from app.supporters.service import rights
from app.web.locale import in_locale
from tests.factories.accounts import make_account
from tests.factories.appeals import make_network
from tests.factories.mailings import make_sending
from tests.factories.people import EMAIL, NAME, make_everything

pytestmark = pytest.mark.one_database

#: What somebody wrote, names and numbers: these stand as they are.
AS_WRITTEN = frozenset(
    {"email", "new_email", "name", "public_name", "phone", "postcode", "address", "place", "point"}
    | {"reference", "licence_number", "organisation", "area", "tag", "group", "campaigns", "roles"}
    | {"about", "access_note", "van_note", "needs", "note", "skills", "what", "content"}
    | {"message", "messages", "text", "answer", "answers", "outcome", "checked_note"}
    | {"rejected_reason", "amount"}
)
LATIN = re.compile("[A-Za-z_]{2,}")
HOLDINGS = sorted(Path("app").glob("*/service/holding*.py"))


def make_the_rest() -> None:
    """What the canary has not: a row of every other holding, and what is rarely filled in."""
    now, network = clock.utcnow(), make_network()
    make_sending(network)
    account = make_account(Role.EDITOR, group=network, email=EMAIL, name=NAME)
    account.last_sign_in_at = now
    draft = ArticleDraft(
        group_id=network.id,
        user_id=account.id,
        content={"title-en": ["Words"], "kind": ["review"], "body-ar": ["كلام"]},
        saved_at=now,
    )
    db.session.add(draft)
    suppression.suppress(EMAIL, SuppressionReason.BOUNCE, now=now)
    for rsvp in db.session.scalars(select(Rsvp).where(Rsvp.email == EMAIL)):
        rsvp.came_from, rsvp.checked_in_at = Paper.POSTER, now


def make_wish() -> None:
    """Somebody who asked to join and has not proven her mailbox."""
    member = db.session.scalars(select(Member)).one()
    wish = Wish(
        email=EMAIL,
        offer=Offer(skills=frozenset({Skill.DRIVING}), languages=frozenset({"ar"})),
        purposes=frozenset(ConsentPurpose),
    )
    member.state, member.email, member.asked = MemberState.ASKED, EMAIL, close(wish)
    member.confirmed_at = member.supporter_id = None


def look_through(lines: list[Line]) -> None:
    """No fact without a name, no word of a program."""
    for line in lines:
        for name, value in line.facts.items():
            alone = facts_of(replace(line, facts={name: value}))
            assert name in FACT_NAMES or name in line.called or not alone, name
            is_hers = name in AS_WRITTEN or name in line.called
            told = [words for _, words in alone if LATIN.search(words)]
            assert is_hers or not told, (line.title, name, told)


def test_every_fact_has_a_name_and_words_of_ours_in_arabic(app: Flask) -> None:
    with transaction():
        make_everything()
        make_the_rest()
    with app.test_request_context(), in_locale("ar"):
        found = rights.find_everything(EMAIL)
        assert {each.holding.key for each in found} == {each.key for each in rights.holdings()}
        look_through([line for each in found for line in each.lines])
        with transaction():
            make_wish()
        (members,) = (each for each in rights.holdings() if each.key == "members")
        look_through(list(members.find(EMAIL)))


def names_in(path: Path) -> set[str]:
    """The facts that a holding writes down by name."""
    given = [
        each.value
        for each in ast.walk(ast.parse(path.read_text()))
        if (isinstance(each, ast.keyword) and each.arg == "facts")
        or (isinstance(each, ast.Assign | ast.AnnAssign | ast.AugAssign) and _is_facts(each))
    ]
    return {
        key.value
        for each in given
        if isinstance(each, ast.Dict)
        for key in each.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _is_facts(each: ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
    targets = each.targets if isinstance(each, ast.Assign) else [each.target]
    return any(isinstance(target, ast.Name) and target.id == "facts" for target in targets)


@pytest.mark.parametrize("path", HOLDINGS, ids=lambda path: path.parts[1])
def test_whatever_a_holding_tells_is_named(path: Path) -> None:
    assert names_in(path) <= set(FACT_NAMES)


def test_the_page_says_it_and_the_file_keeps_the_plain_word(
    app: Flask, client: FlaskClient
) -> None:
    with transaction():
        make_everything()
    link = db.session.scalars(select(DataLink)).one()
    path = f"/your-data/{links.sign(settings().secret_key, DATA_LINK, link.public_id)}"
    page = client.get(path).get_data(as_text=True)
    assert "not paid" in page
    assert "not_paid" not in page
    packed = client.get(f"{path}/everything.json").get_data(as_text=True)
    assert '"state": "not_paid"' in packed
    assert '"wording"' in packed
