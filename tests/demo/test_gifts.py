"""The planned gifts: as many, as old and as large as the demo promises."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from app.demo.gifts import CURVES, UNPAID, Outcome, plan_all
from app.demo.people import messages, people, read_texts
from app.demo.regulars import Fate

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
#: At midnight and at a leap day too the newest gift is minutes old.
MOMENTS = [NOW, datetime(2028, 2, 29, 0, 5, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, tzinfo=UTC)]


@pytest.mark.parametrize("now", MOMENTS)
def test_there_are_nearly_900_gifts_of_400_people_over_14_months(now: datetime) -> None:
    plan = plan_all(now)
    collections = sum(1 + len(one.dues) for one in plan.regulars)
    assert 850 < len(plan.gifts) + collections < 950
    givers = {one.person.email for one in plan.gifts}
    givers |= {one.person.email for one in plan.regulars}
    assert len(givers) == len(people()) == 400
    first = min(plan.gifts[0].at, plan.regulars[0].at)
    assert timedelta(days=410) < now - first < timedelta(days=425)
    assert timedelta(0) < now - plan.gifts[-1].at < timedelta(hours=1)
    assert [gift.at for gift in plan.gifts] == sorted(gift.at for gift in plan.gifts)


def test_the_plan_is_the_same_each_time() -> None:
    assert plan_all(NOW) == plan_all(NOW)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: str(curve.appeal))
def test_each_appeal_ends_at_its_sum(curve: object) -> None:
    assert isinstance(curve, type(CURVES[0]))
    plan = plan_all(NOW)
    gifts = [gift for gift in plan.gifts if gift.appeal == curve.appeal]
    lost = UNPAID | {Outcome.DISPUTED}
    kept = [gift.amount_minor - gift.refund_minor for gift in gifts if gift.outcome not in lost]
    again = [one.received_minor(NOW) for one in plan.regulars if one.appeal == curve.appeal]
    assert sum(kept) + sum(again) == curve.target_minor
    assert all(200 <= gift.amount_minor <= 100_000 for gift in gifts)


@pytest.mark.parametrize("now", MOMENTS)
def test_the_monthly_base_grows_and_everything_happens_to_it(now: datetime) -> None:
    regulars = [one for one in plan_all(now).regulars if one.appeal == "help-us-get-started"]
    months = [
        sum(one.at < now - timedelta(days=30 * ago) for one in regulars) for ago in (6, 4, 2, 0)
    ]
    assert months == sorted(set(months))
    assert {one.fate for one in plan_all(now).regulars} == set(Fate)
    assert all(due < now for one in regulars for due in one.dues)


def test_a_small_demo_leaves_nothing_out() -> None:
    small = plan_all(NOW).thinned()
    assert {gift.outcome for gift in small.gifts} == set(Outcome)
    assert {one.fate for one in small.regulars} == set(Fate)
    assert len(small.gifts) < 150


@pytest.mark.parametrize("now", MOMENTS)
def test_no_gift_lies_outside_its_appeals_life(now: datetime) -> None:
    for name in ("hardship", "get_started", "winter_aid"):
        texts = read_texts(name)
        opened = now - timedelta(days=texts["opened_days_ago"])
        closed = now - timedelta(days=texts.get("closed_days_ago", 0))
        plan = plan_all(now)
        dates = [one.at for one in plan.gifts if one.appeal == texts["slug"]]
        dates += [one.at for one in plan.regulars if one.appeal == texts["slug"]]
        assert opened < min(dates)
        assert max(dates) < closed


def test_every_outcome_happens_and_most_gifts_arrive() -> None:
    counted = Counter(gift.outcome for gift in plan_all(NOW).gifts)
    assert set(counted) == set(Outcome)
    assert counted[Outcome.PAID] > 400


def test_some_are_named_some_anonymous_and_some_speak_arabic() -> None:
    gifts = plan_all(NOW).gifts
    assert 100 < sum(gift.public_name is not None for gift in gifts) < 300
    assert {gift.person.locale for gift in gifts if gift.message} == {"en", "ar"}
    said = [gift.message for gift in gifts if gift.message]
    assert len(said) == len(set(said))
    assert any(gift.covers_fee for gift in gifts)


def test_mail_goes_to_example_org_alone() -> None:
    for person in people():
        assert person.email.endswith("@example.org")
        assert person.email.isascii()


def test_every_appeal_has_messages_in_both_languages() -> None:
    assert all(messages(curve.appeal, lang) for curve in CURVES for lang in ("en", "ar"))
