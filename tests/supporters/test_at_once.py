"""Two things happen to one person at the same moment; neither undoes what the other meant."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.audit import service as audit
from app.audit.facts import Actor
from app.campaigns.flows import members as member_flows
from app.campaigns.models.members import Member
from app.campaigns.rules.members import Wish as JoinWish
from app.campaigns.service import members
from app.campaigns.service.members import Sender
from app.db.session import db, retry_deadlocks, transaction
from app.groups import queries as groups
from app.lib import clock, ids
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState
from app.settings import activate, settings
from app.supporters.errors.people import SamePersonError, SupporterNotFoundError
from app.supporters.flows import importing as file_flows
from app.supporters.flows import rights as rights_flows
from app.supporters.models.people import Consent, Supporter
from app.supporters.queries import consents as consent_reads
from app.supporters.queries.people import find_supporter
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.people import PersonContent
from app.supporters.rules.words import AskedBy
from app.supporters.service import erasing, importing, merging
from app.supporters.service import people as service
from app.supporters.service.correcting import Wish
from app.supporters.service.importing import mark_of
from tests.factories.appeals import make_network
from tests.factories.events import make_campaign
from tests.factories.supporters import make_consent, make_person, make_supporter
from tests.supporters.test_imports import kept

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask

    from app.groups.models import Group

BY = Actor.system()
UPDATES = ConsentPurpose.UPDATES
#: So long the second has to get as far as it can while the first holds what it holds.
HELD = 0.25


@pytest.fixture
def group(disk_app: Flask) -> Group:
    """The network."""
    with disk_app.app_context():
        with transaction():
            made = make_network()
        db.session.refresh(made)
        db.session.expunge(made)
        db.session.remove()
        return made


class Stage:
    """Lets one thing happen while another is in the middle."""

    def __init__(self, app: Flask) -> None:
        self.app, self.given = app, settings()
        self.problems = list[BaseException]()

    def _run(self, work: Callable[[], object]) -> None:
        activate(self.given)
        with self.app.test_request_context():
            try:
                retry_deadlocks(work)
            except BaseException as problem:  # noqa: BLE001 - told to the test below
                self.problems.append(problem)
            finally:
                db.session.remove()

    def meanwhile(
        self, work: Callable[[], object], other: Callable[[], object], place: Any, name: str
    ) -> list[BaseException]:
        """Do `other` when `work` has just left `place.name` and has not committed yet."""
        before, once = getattr(place, name), threading.Event()
        self.problems = []
        second = threading.Thread(target=self._run, args=(other,))

        def wrapped(*given: Any, **named: Any) -> Any:
            outcome = before(*given, **named)
            if threading.current_thread() is first and not once.is_set():
                once.set()
                second.start()
                second.join(HELD)
            return outcome

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(place, name, wrapped)
            first = threading.Thread(target=self._run, args=(work,))
            first.start()
            first.join(60)
        assert once.is_set(), self.problems
        second.join(60)
        return self.problems


@pytest.fixture
def stage(disk_app: Flask) -> Stage:
    """Where two threads play."""
    return Stage(disk_app)


def in_one(work: Callable[..., object], *given: Any, **named: Any) -> Callable[[], object]:
    """A function in a transaction of its own."""

    def run() -> object:
        with transaction():
            return work(*given, now=clock.utcnow(), **named)

    return run


def people(group: Group, count: int) -> list[int]:
    """So many people whom nobody knew before."""
    with transaction():
        found = [make_person(f"{ids.public_id()}@example.org", group=group) for _ in range(count)]
        return [each.id for each in found]


def merged(one: int, two: int, group: Group) -> int:
    with transaction():
        return merging.merge(one, two, group_id=group.id, now=clock.utcnow(), by=BY).id


def stands_for(*wanted: int) -> list[int | None]:
    """Which row stands for each of some."""
    db.session.remove()
    return [db.session.get_one(Supporter, each).merged_into_id for each in wanted]


def erase(supporter_id: int) -> Callable[[], object]:
    email = db.session.get_one(Supporter, supporter_id).email or ""
    return in_one(erasing.erase, email, source=AskedBy.PAGE, by=BY)


def merge(one: int, two: int, group: Group) -> Callable[[], object]:
    return in_one(merging.merge, one, two, group_id=group.id, by=BY)


def undo(edge: int) -> Callable[[], object]:
    return in_one(merging.undo, edge, by=BY)


def test_merges_that_cross(stage: Stage, group: Group) -> None:
    written, cut = (audit, "record"), (merging, "_find_roots")
    with stage.app.app_context():
        # Two of a chain are taken back.
        a, b, c = people(group, 3)
        below, above = merged(b, c, group), merged(a, b, group)
        assert stage.meanwhile(undo(below), undo(above), *cut) == []
        assert stands_for(a, b, c) == [None, None, None]
        # One into the other, and the other into the one.
        a, b = people(group, 2)
        (problem,) = stage.meanwhile(merge(a, b, group), merge(b, a, group), *written)
        assert isinstance(problem, SamePersonError)
        assert stands_for(a, b) == [None, a]
        # Somebody is merged into a row that becomes another's.
        a, b, c = people(group, 3)
        assert stage.meanwhile(merge(b, a, group), merge(a, c, group), *written) == []
        assert stands_for(a, b, c) == [b, None, b]
        # A row parts while the one that stood for it becomes another's.
        a, b, c = people(group, 3)
        edge = merged(a, b, group)
        assert stage.meanwhile(undo(edge), merge(c, a, group), *cut) == []
        assert stands_for(a, b, c) == [c, None, None]


def test_who_is_erased_meanwhile_stands_for_nobody(stage: Stage, group: Group) -> None:
    written, cut = (audit, "record"), (merging, "_find_roots")
    with stage.app.app_context():
        for is_merge_first in (True, False):
            a, b, c = people(group, 3)
            merged(a, b, group)
            joins, goes = merge(c, a, group), erase(a)
            if is_merge_first:
                stage.meanwhile(joins, goes, *written)
            else:
                (problem,) = stage.meanwhile(goes, joins, *cut)
                assert isinstance(problem, SupporterNotFoundError)
            assert stands_for(a, b, c) == [None, None, None]
            assert db.session.get_one(Supporter, a).email is None
        # A merge below her is taken back at the same time.
        a, b, c = people(group, 3)
        below, _ = merged(b, c, group), merged(a, b, group)
        assert stage.meanwhile(erase(a), undo(below), *cut) == []
        assert stands_for(a, b, c) == [None, None, None]


# --- erased while somebody writes about her -------------------------------------------------------


def test_who_is_erased_while_she_proves_her_mailbox_is_no_member(
    stage: Stage, group: Group
) -> None:
    email = "salma@example.org"
    with stage.app.app_context():
        with transaction():
            wish = JoinWish(email=email, name="Salma", campaign_ids=frozenset({make_campaign().id}))
            network = groups.get_group_by_id(group.id)
            members.ask(network, wish, Sender(nonce="1", locale="en"), now=clock.utcnow())
        (asked,) = db.session.scalars(select(Member))
        public_id, seen = asked.public_id, asked.version
        goes = in_one(erasing.erase, email, source=AskedBy.PAGE, by=BY)

        def proves() -> None:
            member_flows.confirm(public_id, seen=seen, now=clock.utcnow())

        assert stage.meanwhile(proves, goes, members, "add_campaigns") == []
        db.session.remove()
        assert db.session.scalars(select(Member)).all() == []
        assert find_supporter(email) is None
        mails = db.session.scalars(select(OutboxMail))
        assert {each.state for each in mails} == {MailState.WITHDRAWN}


def test_who_is_written_down_while_she_is_erased_is_somebody_new(
    stage: Stage, group: Group
) -> None:
    email = "salma@example.org"
    told = PersonContent(name="Salma", phone=None, postcode=None, locale="en")
    with stage.app.app_context():
        with transaction():
            before = make_supporter(email).id
        written = in_one(service.enter, email, told, group_id=group.id, by=BY)
        goes = in_one(erasing.erase, email, source=AskedBy.PAGE, by=BY)
        assert stage.meanwhile(goes, written, merging, "part_all") == []
        db.session.remove()
        assert db.session.get_one(Supporter, before).email is None
        her = find_supporter(email)
        assert her is not None
        assert her.name == "Salma"


def test_who_is_erased_while_she_is_written_down_as_a_member_is_none(
    stage: Stage, group: Group
) -> None:
    email = "salma@example.org"
    with stage.app.app_context():
        with transaction():
            make_supporter(email)

        def written(now: datetime) -> None:
            wish, sender = JoinWish(email=email), Sender(nonce="1", locale="en")
            network = groups.get_group_by_id(group.id)
            members.enter(network, wish, sender, now=now, by=BY)

        goes = in_one(erasing.erase, email, source=AskedBy.PAGE, by=BY)
        assert stage.meanwhile(in_one(written), goes, members, "add_campaigns") == []
        db.session.remove()
        assert db.session.scalars(select(Member)).all() == []
        assert find_supporter(email) is None


def test_who_is_erased_while_she_saves_her_choices_gets_an_answer(
    stage: Stage, group: Group
) -> None:
    email, tries = "salma@example.org", list[str]()
    wishes = [
        Wish(group.id, UPDATES, is_wanted=False),
        Wish(group.id, ConsentPurpose.EVENTS, is_wanted=True),
    ]
    with stage.app.app_context():
        with transaction():
            her = make_supporter(email)
            make_consent(her, group=group)
            her_id = her.id
        erasing_her = in_one(erasing.erase, email, source=AskedBy.PAGE, by=BY)

        def goes() -> None:
            tries.append("goes")
            erasing_her()

        def chooses() -> None:
            tries.append("chooses")
            rights_flows.choose(her_id, wishes, locale="en", now=clock.utcnow())

        assert stage.meanwhile(chooses, goes, service, "remember_no") == []
        db.session.remove()
        # The database had to break neither off.
        assert tries == ["chooses", "goes"]
        assert find_supporter(email) is None
        assert all(each.withdrawn_at for each in db.session.scalars(select(Consent)))


# --- files of people ------------------------------------------------------------------------------

FILE = (
    "email,first_name,zip_code,can2_user_tags,can2_subscription_status\n"
    "salma@example.org,Salma,E17 4PP,van,subscribed\n"
)


def coming_in(group: Group) -> Callable[[], object]:
    """A file that is decided about; what brings it in."""
    found = kept(FILE, group)
    import_id = found.id
    file_flows.bring_in(import_id, seen=mark_of(found), now=clock.utcnow(), by=BY)
    db.session.remove()
    return lambda: file_flows.work_in(import_id)


def test_a_no_while_a_file_comes_in_stays_a_no(stage: Stage, group: Group) -> None:
    with stage.app.app_context():
        with transaction():
            her = make_person(group=group).id
            consent = make_consent(db.session.get_one(Supporter, her), group=group).id
        work = coming_in(group)
        # She pressed before the file was looked at, and was waited for.
        pressed_at = clock.utcnow()

        def say_no() -> None:
            with transaction():
                row = db.session.get_one(Consent, consent)
                service.withdraw_consent(row, now=pressed_at, by=BY)

        problems = stage.meanwhile(work, say_no, importing, "judge")
        assert problems == []
        db.session.remove()
        assert not consent_reads.may_write(her, group.id, UPDATES)
