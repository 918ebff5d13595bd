"""Collections at work: signed up once, pledged to a point, handed over into its stock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.aid.errors import workplaces as errors
from app.aid.models.points import BringRequest, Disclosure
from app.aid.models.stock import DropOff, StockMove
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import stock as stock_reads
from app.aid.queries import workplaces as reads
from app.aid.render.places import place_for
from app.aid.rules.words import (
    BringState,
    Discloser,
    DropState,
    Fill,
    PledgeState,
    PointState,
    Unit,
    Visibility,
    WorkplaceState,
)
from app.aid.rules.workplaces import Count, Span, Steward
from app.aid.service import (
    changing,
    drop_offs,
    hand_overs,
    hosting,
    locations,
    pledging,
    workplace_ends,
    workplace_times,
    workplaces,
)
from app.audit.facts import Actor
from app.db.session import db, transaction
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from tests.aid.workplaces import ACCEPTED, ASKED, DECLINED, Round, again, content, mails
from tests.factories.aid import make_drop, make_point

HOST, STEWARD, ORGANISER = Actor.visitor(), Actor.visitor(), Actor.account(1, "Nadia")


def hand_over(collection: WorkplaceCollection, *, key: str = "one", **count: int) -> DropOff:
    return hand_overs.hand_over(
        collection,
        Count(**(count or {"boxes": 8, "bags": 3})),
        client_key=key,
        now=clock.utcnow(),
        by=STEWARD,
        entered_by=f"steward:{collection.public_id}",
    )


def at_point(round_: Round) -> dict[Unit, int]:
    found = stock_reads.balances_at(locations.of_point(round_.point))
    return {each.unit: each.qty for each in found}


@pytest.mark.usefixtures("app")
class TestSigningUp:
    def test_once(self) -> None:
        with transaction():
            round_ = Round()
            first = round_.sign_up(nonce="n" * 22, point=round_.point.slug)
            second = round_.sign_up(nonce="n" * 22)
            assert first is second
        assert (first.state, first.pledge) == (WorkplaceState.PLEDGED, ASKED)
        assert first.bank_reference.startswith("WORK-")
        # Nobody is asked before the mailbox is proven, and the first mail repeats nothing.
        assert not mails("aid/pledge_news")
        (mail,) = mails("aid/workplace_confirm")
        assert "Union branch" not in str(mail.values)

    def test_confirmed_asks_the_host(self) -> None:
        with transaction():
            round_ = Round()
            found = round_.sign_up(point=round_.point.slug)
            workplaces.confirm(found, now=clock.utcnow())
            workplaces.confirm(found, now=clock.utcnow())
        assert again(found).state is WorkplaceState.CONFIRMED
        (mail,) = mails("aid/pledge_news")
        assert mail.to == "amal@example.org"
        assert not {"Sam", "sam@example.org"} & set(map(str, mail.values.values()))

    def test_too_many_of_one_address_say_nothing(self) -> None:
        with transaction():
            round_ = Round()
            made = [round_.sign_up() for _ in range(6)]
        assert [each is None for each in made] == [False] * 5 + [True]

    @pytest.mark.parametrize("state", [DropState.DRAFT, DropState.COLLECTING, DropState.CANCELLED])
    def test_only_while_a_round_takes_things(self, state: DropState) -> None:
        with pytest.raises(errors.WorkplacesClosedError), transaction():
            Round(state=state).sign_up()
        assert db.session.scalar(select(func.count(WorkplaceCollection.id))) == 0

    def test_only_to_a_point_that_takes_it(self) -> None:
        with transaction():
            round_ = Round()
            points = [
                round_.add_point("Full", fill=Fill.FULL),
                round_.add_point("Resting", state=PointState.PAUSED),
            ]
        for point in points:
            with pytest.raises(errors.NotTakingError), transaction():
                round_.sign_up(point=point.slug)

    def test_private_points_are_not_chosen(self) -> None:
        with transaction():
            round_ = Round()
            hidden = round_.add_point("Home", visibility=Visibility.PRIVATE)
        with pytest.raises(errors.NotTakingError), transaction():
            round_.sign_up(point=hidden.slug)

    def test_days_that_cannot_be(self) -> None:
        today = clock.utcnow().date()
        for span in (
            Span(from_on=today, until_on=today - timedelta(days=1)),
            Span(from_on=today, until_on=today + timedelta(days=22)),
        ):
            with pytest.raises(errors.WorkplaceDatesError), transaction():
                Round().sign_up(span=span)


@pytest.mark.usefixtures("app")
class TestPledges:
    def test_accepted(self) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point, pledge=ASKED)
            for _ in range(2):
                pledging.accept(found, what="10 boxes", now=clock.utcnow(), by=HOST)
        assert again(found).pledge is ACCEPTED
        assert len(mails("aid/workplace_accepted")) == 1
        # A public point keeps no secret.
        assert db.session.scalar(select(func.count(BringRequest.id))) == 0

    def test_a_hidden_address_is_told_by_the_yes_alone_and_written_down(self) -> None:
        with transaction():
            round_ = Round()
            home = round_.add_point(
                "E17", host_email="h@example.org", visibility=Visibility.AREA_ONLY
            )
            found = round_.collection()
            pledging.choose(found, home.slug, now=clock.utcnow(), by=STEWARD)
            assert reads.visit_of(found) is None
            pledging.accept(found, what="10 boxes", now=clock.utcnow(), by=HOST)
        visit = reads.visit_of(again(found))
        assert visit is not None
        assert "1 Secret Street" in place_for(visit).lines
        # The host reads the organisation, never who the steward is.
        assert (visit.name, visit.email) == ("Union branch 12", None)
        (disclosure,) = db.session.scalars(select(Disclosure))
        assert (disclosure.by, disclosure.request_id) == (Discloser.HOST, visit.id)
        for mail in db.session.scalars(select(OutboxMail)):
            assert "Secret" not in str(mail.values)

    def test_gone_elsewhere_she_sees_it_no_more_and_may_come_back(self) -> None:
        with transaction():
            round_ = Round()
            home = round_.add_point(
                "E17", host_email="h@example.org", visibility=Visibility.AREA_ONLY
            )
            found = round_.collection()
            pledging.choose(found, home.slug, now=clock.utcnow(), by=STEWARD)
            pledging.accept(found, what="10 boxes", now=clock.utcnow(), by=HOST)
            visit = reads.visit_of(found)
            pledging.choose(found, round_.point.slug, now=clock.utcnow(), by=STEWARD)
        assert visit is not None
        states = [visit.state]
        with transaction():
            pledging.choose(again(found), home.slug, now=clock.utcnow(), by=STEWARD)
            pledging.accept(again(found), what="10 boxes", now=clock.utcnow(), by=ORGANISER)
        states.append(visit.state)
        assert states == [BringState.WITHDRAWN, BringState.ACCEPTED]

    def test_a_yes_to_a_public_place_is_none_to_a_hidden_one(self) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point)
            round_.point.visibility = Visibility.AREA_ONLY
            changing.finish(round_.point, "point.test", now=clock.utcnow(), by=HOST)
            assert again(found).pledge is ASKED
            pledging.accept(again(found), what="10 boxes", now=clock.utcnow(), by=HOST)
            changing.finish(round_.point, "point.test", now=clock.utcnow(), by=HOST)
        visit = reads.visit_of(again(found))
        assert visit is not None
        assert (again(found).pledge, visit.state) == (ACCEPTED, BringState.ACCEPTED)

    def test_declined_she_hears_of_the_two_nearest(self) -> None:
        with transaction():
            round_ = Round()
            for number in range(3):
                round_.add_point(f"Point {number}", north=0.02 * (3 - number))
            found = round_.collection(round_.point, pledge=ASKED)
            pledging.decline(found, now=clock.utcnow(), by=HOST)
        assert again(found).pledge is DECLINED
        (mail,) = mails("aid/workplace_elsewhere")
        assert [each["name"] for each in mail.values["others"]] == ["Point 2", "Point 1"]

    def test_a_full_point_tells_once_and_again_when_it_fills_again(self) -> None:
        with transaction():
            round_ = Round()
            round_.add_point("Next", north=0.02)
            found = round_.collection(round_.point)
            round_.collection(round_.point, state=WorkplaceState.HANDED_OVER)
            for fill in (Fill.FULL, Fill.FULL, Fill.HALF, Fill.FULL):
                hosting.set_fill(round_.point, fill, now=clock.utcnow(), by=HOST)
        told = mails("aid/workplace_elsewhere")
        assert len(told) == 2
        assert [each["name"] for each in told[0].values["others"]] == ["Next"]
        assert again(found).warned_at is not None

    @pytest.mark.parametrize("state", [PointState.CLOSED, PointState.DISPUTED])
    def test_closed_and_disputed_points_tell_too(self, state: PointState) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point)
            round_.point.state = state
            changing.finish(round_.point, "point.test", now=clock.utcnow(), by=HOST)
        assert len(mails("aid/workplace_elsewhere")) == 1
        with transaction(), pytest.raises(errors.NotTakingError):
            pledging.choose(again(found), round_.point.slug, now=clock.utcnow(), by=STEWARD)

    def test_one_tap_to_the_next(self) -> None:
        with transaction():
            round_ = Round()
            other = round_.add_point("Next", north=0.02, host_email="next@example.org")
            found = round_.collection(round_.point)
            for _ in range(2):
                pledging.choose(found, other.slug, now=clock.utcnow(), by=STEWARD)
        stands = again(found)
        assert (stands.point, stands.pledge) == (other, ASKED)
        assert [each.to for each in mails("aid/pledge_news")] == [
            "amal@example.org",
            "next@example.org",
        ]

    def test_a_point_of_another_round_is_none(self) -> None:
        with transaction():
            round_ = Round()
            other = make_point(make_drop(round_.drop.group, slug="other"))
            found = round_.collection()
            with pytest.raises(errors.NotTakingError):
                pledging.choose(found, other.slug, now=clock.utcnow(), by=STEWARD)


@pytest.mark.usefixtures("app")
class TestHandOver:
    def test_lands_in_the_stock_of_the_point_once(self) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point)
            first, second = hand_over(found), hand_over(found)
            assert first is second
        assert at_point(round_) == {Unit.BAG: 3, Unit.BOX: 8}
        stands = again(found)
        assert (stands.state, stands.counted_boxes) == (WorkplaceState.HANDED_OVER, 10)
        assert first.what == found.bank_reference
        assert [each.to for each in mails("aid/workplace_brought")] == ["sam@example.org"]
        assert [each.values["news"] for each in mails("aid/pledge_news")] == ["brought"]

    def test_what_was_counted_at_work_is_moved_and_not_made_twice(self) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point)
            for _ in range(2):
                hand_overs.count_at_work(
                    found,
                    Count(boxes=5),
                    what="blankets",
                    client_key="count",
                    now=clock.utcnow(),
                    by=STEWARD,
                    entered_by="steward:x",
                )
            hand_over(found, boxes=8)
        assert at_point(round_) == {Unit.BOX: 8}
        assert not stock_reads.balances_at(locations.of_workplace(found))
        total = sum(each.qty for each in stock_reads.totals(round_.drop) if each.kind == "world_in")
        assert total == -8

    def test_the_host_corrects_and_takes_back(self) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point)
            hand_over(found)
            for _ in range(2):
                hand_overs.correct(
                    found,
                    Count(boxes=6),
                    reason="Two fewer",
                    client_key="fix",
                    now=clock.utcnow(),
                    by=HOST,
                    entered_by="host:x",
                )
        assert at_point(round_) == {Unit.BOX: 6}
        stands = again(found)
        assert (stands.counted_boxes, stands.received_at is not None) == (6, True)
        with transaction():
            for _ in range(2):
                hand_overs.take_back(
                    stands,
                    reason="Not here",
                    client_key="back",
                    now=clock.utcnow(),
                    by=HOST,
                    entered_by="host:x",
                )
        assert at_point(round_) == {}
        assert (again(found).state, again(found).counted_boxes) == (WorkplaceState.RUNNING, None)

    def test_taken_back_in_the_list_of_the_point_it_goes_on_too(self) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point)
            entry = hand_over(found)
            drop_offs.take_back(
                entry, reason="Slip", client_key="x", now=clock.utcnow(), by=ORGANISER
            )
            hand_over(found, key="two", boxes=4)
        assert at_point(round_) == {Unit.BOX: 4}
        assert again(found).counted_boxes == 4

    @pytest.mark.parametrize(
        ("count", "error"),
        [
            (Count(), errors.NothingCountedError),
            (Count(boxes=-1), errors.AbsurdCountError),
            (Count(boxes=2001), errors.AbsurdCountError),
            (Count(grams=40_000_001), errors.AbsurdCountError),
        ],
    )
    def test_absurd_counts(self, count: Count, error: type[Exception]) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point)
        with pytest.raises(error), transaction():
            hand_overs.hand_over(
                found, count, client_key="k", now=clock.utcnow(), by=STEWARD, entered_by="steward:x"
            )
        assert db.session.scalar(select(func.count(StockMove.id))) == 0

    def test_a_steward_needs_a_yes_and_the_host_says_it_by_taking_it(self) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point, pledge=ASKED)
            with pytest.raises(errors.NotTakingError):
                hand_over(found)
            hand_overs.hand_over(
                found,
                Count(boxes=3),
                client_key="k",
                now=clock.utcnow(),
                by=HOST,
                entered_by="host:x",
                is_there=True,
            )
        assert again(found).pledge is ACCEPTED
        assert again(found).received_at is not None

    def test_what_fills_a_point_turns_it_full_and_the_others_hear(self) -> None:
        with transaction():
            round_ = Round()
            round_.point.max_boxes = 8
            found, other = round_.collection(round_.point), round_.collection(round_.point)
            hand_over(found)
        assert round_.point.state is PointState.FULL
        assert again(other).warned_at is not None
        assert len(mails("aid/workplace_elsewhere")) == 1


@pytest.mark.usefixtures("app")
class TestEnds:
    def test_withdrawn_and_back(self) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point)
            hand_overs.count_at_work(
                found,
                Count(boxes=5),
                what="",
                client_key="count",
                now=clock.utcnow(),
                by=STEWARD,
                entered_by="steward:x",
            )
            for _ in range(2):
                workplace_ends.withdraw(
                    found, reason="Off", now=clock.utcnow(), by=STEWARD, entered_by="steward:x"
                )
        assert again(found).state is WorkplaceState.WITHDRAWN
        assert not [each for each in stock_reads.totals(round_.drop) if each.qty]
        assert [each.values["news"] for each in mails("aid/pledge_news")] == ["off"]
        with transaction():
            workplace_ends.bring_back(found, now=clock.utcnow(), by=ORGANISER)
        assert (again(found).state, again(found).pledge) == (
            WorkplaceState.CONFIRMED,
            PledgeState.NONE,
        )

    def test_a_stale_page_changes_nothing(self) -> None:
        with transaction():
            found = Round().collection()
        steward = Steward(name="Sam", email="sam@example.org", phone=None, locale="en")
        with pytest.raises(errors.WorkplaceChangedError), transaction():
            workplaces.edit(
                found, content(promised_boxes=99), steward, seen=7, now=clock.utcnow(), by=STEWARD
            )
        assert again(found).promised_boxes == 10

    def test_a_new_address_counts_once_it_is_proven(self) -> None:
        with transaction():
            found = Round().collection()
            steward = Steward(name="Sam", email="new@example.org", phone=None, locale="en")
            workplaces.edit(found, content(), steward, seen=1, now=clock.utcnow(), by=STEWARD)
        assert again(found).email == "sam@example.org"
        (mail,) = mails("aid/workplace_mailbox")
        assert mail.to == "new@example.org"
        with transaction():
            subject = mail.values["links"]["proof"]["subject"]
            workplaces.prove_mailbox(found, subject, now=clock.utcnow())
        assert (again(found).email, again(found).link_version) == ("new@example.org", 2)
        with pytest.raises(errors.WorkplaceLinkEndedError):
            workplaces.open_page(found.public_id, 1)


@pytest.mark.usefixtures("app")
class TestWorker:
    def test_unproven_ones_are_forgotten(self) -> None:
        with transaction():
            round_ = Round()
            round_.sign_up()
            later = clock.utcnow() + timedelta(days=8)
            assert workplace_times.forget_unconfirmed(now=later, limit=10) == 1
        assert db.session.scalar(select(func.count(WorkplaceCollection.id))) == 0

    def test_begins_and_reminds_once(self) -> None:
        with transaction():
            round_ = Round()
            today = clock.utcnow().date()
            found = round_.collection(round_.point, bring_on=today + timedelta(days=13))
            for day in (0, 12, 12, 13):
                later = clock.utcnow().replace(hour=12) + timedelta(days=day)
                assert workplace_times.follow_days(now=later, after_id=0, limit=10) is None
        assert again(found).state is WorkplaceState.RUNNING
        assert [each.values["is_bringing"] for each in mails("aid/workplace_reminder")] == [
            False,
            True,
        ]

    def test_thanked_when_it_is_told_what_became_of_it(self) -> None:
        with transaction():
            round_ = Round()
            found = round_.collection(round_.point)
            hand_over(found)
            assert workplace_times.thank(now=clock.utcnow(), limit=10) == 0
            round_.drop.state = DropState.REPORTED
            assert workplace_times.thank(now=clock.utcnow(), limit=10) == 1
            assert workplace_times.thank(now=clock.utcnow(), limit=10) == 0
        assert again(found).state is WorkplaceState.THANKED
        assert len(mails("aid/workplace_thanks")) == 1

    def test_purged_when_the_days_are_over(self) -> None:
        with transaction():
            round_ = Round(ended_at=clock.utcnow(), retention_days=30)
            found = round_.collection(round_.point, note="Rings late", phone="1")
            soon, late = (clock.utcnow() + timedelta(days=day) for day in (29, 31))
            assert workplace_times.purge(now=soon, limit=10) == 0
            assert workplace_times.purge(now=late, limit=10) == 1
            assert workplace_times.purge(now=late, limit=10) == 0
        stands = again(found)
        assert not any(
            (stands.organisation, stands.steward, stands.email, stands.phone, stands.note)
        )
        with pytest.raises(errors.WorkplaceLinkEndedError):
            workplaces.open_page(found.public_id, stands.link_version)

    def test_links(self) -> None:
        with transaction():
            round_ = Round()
            round_.collection(round_.point)
            workplaces.send_links("sam@example.org", locale="ar", now=clock.utcnow(), window=1)
            workplaces.send_links("no@example.org", locale="ar", now=clock.utcnow(), window=1)
        (mail,) = mails("aid/workplace_links")
        assert (mail.to, mail.locale) == ("sam@example.org", "ar")
        assert reads.find_id_of("sam@example.org")
