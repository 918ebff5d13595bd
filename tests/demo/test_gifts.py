"""The planned gifts: as many, as old and as large as the demo promises."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from app.demo.gifts import CURVES, UNPAID, Outcome, plan_gifts
from app.demo.people import messages, people, read_texts

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
#: At midnight and at a leap day too the newest gift is minutes old.
MOMENTS = [NOW, datetime(2028, 2, 29, 0, 5, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, tzinfo=UTC)]


@pytest.mark.parametrize("now", MOMENTS)
def test_there_are_150_gifts_of_60_people_over_14_months(now: datetime) -> None:
    gifts = plan_gifts(now)
    assert len(gifts) == 150
    assert len({gift.person.email for gift in gifts}) == 60
    assert timedelta(days=410) < now - gifts[0].at < timedelta(days=425)
    assert timedelta(0) < now - gifts[-1].at < timedelta(hours=1)
    assert [gift.at for gift in gifts] == sorted(gift.at for gift in gifts)


def test_the_plan_is_the_same_each_time() -> None:
    assert plan_gifts(NOW) == plan_gifts(NOW)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: str(curve.appeal))
def test_each_appeal_ends_at_its_sum(curve: object) -> None:
    assert isinstance(curve, type(CURVES[0]))
    gifts = [gift for gift in plan_gifts(NOW) if gift.appeal == curve.appeal]
    kept = [gift.amount_minor - gift.refund_minor for gift in gifts if gift.outcome not in UNPAID]
    assert sum(kept) == curve.target_minor
    assert all(200 <= gift.amount_minor <= 100_000 for gift in gifts)


@pytest.mark.parametrize("now", MOMENTS)
def test_no_gift_lies_outside_its_appeals_life(now: datetime) -> None:
    for name in ("hardship", "get_started", "winter_aid"):
        texts = read_texts(name)
        opened = now - timedelta(days=texts["opened_days_ago"])
        closed = now - timedelta(days=texts.get("closed_days_ago", 0))
        dates = [gift.at for gift in plan_gifts(now) if gift.appeal == texts["slug"]]
        assert opened < min(dates)
        assert max(dates) < closed


def test_every_outcome_happens_and_most_gifts_arrive() -> None:
    counted = Counter(gift.outcome for gift in plan_gifts(NOW))
    assert set(counted) == set(Outcome)
    assert counted[Outcome.PAID] > 120


def test_some_are_named_some_anonymous_and_some_speak_arabic() -> None:
    gifts = plan_gifts(NOW)
    assert 30 < sum(gift.public_name is not None for gift in gifts) < 100
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
