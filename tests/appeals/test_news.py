"""News that a donor asks for: a wish until the money is here, her consent from then on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.appeals.models.donations import Donation
from app.appeals.service import giving, news
from app.appeals.service.holding import HOLDING
from app.db.session import db, transaction
from app.lib import clock
from app.supporters.models.people import Consent
from app.supporters.rules.consents import ConsentSource
from tests.factories.appeals import BY, make_appeal, make_donation, make_gift
from tests.factories.supporters import make_consent

pytestmark = pytest.mark.one_database
NOW = clock.utcnow()


def asking() -> Donation:
    return make_donation(make_appeal(), wants_updates=True)


def consents() -> list[Consent]:
    return list(db.session.scalars(select(Consent).order_by(Consent.id)))


def test_a_wish_becomes_one_consent_that_says_what_was_read_and_when(app: Flask) -> None:
    with transaction():
        donation = asking()
        asked_at = donation.news_asked_at
        news.ask(donation, now=NOW + timedelta(hours=1))
        assert donation.news_asked_at == asked_at
        donation.news_wording = 7
        news.agree(donation, now=NOW + timedelta(days=2))
        news.agree(donation, now=NOW + timedelta(days=3))
        (consent,) = consents()
        assert (consent.given_at, consent.wording_version) == (asked_at, 7)
        assert (consent.source, consent.locale) == (ConsentSource.GIVING_FORM, donation.locale)
        assert (donation.consent, donation.news_asked_at) == (consent, None)
        assert giving.gift_of(donation).wants_updates


def test_nobody_agrees_for_whom_nothing_names_any_more(app: Flask) -> None:
    with transaction():
        donation = asking()
        donation.supporter = None
        news.agree(donation, now=NOW)
        assert (consents(), donation.consent) == ([], None)


@pytest.mark.parametrize("is_of_this_gift", [True, False])
def test_a_form_without_the_tick_ends_the_consent_of_its_own_gift_alone(
    app: Flask, *, is_of_this_gift: bool
) -> None:
    with transaction():
        donation = make_donation(make_appeal())
        assert donation.supporter is not None
        given_at = donation.created_at + timedelta(minutes=0 if is_of_this_gift else -1)
        group = donation.appeal.group
        donation.consent = make_consent(donation.supporter, group=group, now=given_at)
        giving.revise(donation, make_gift(), now=clock.utcnow(), by=BY)
        (consent,) = consents()
        assert (consent.withdrawn_at is not None) is is_of_this_gift
        assert donation.consent is None


def test_a_wish_goes_to_one_later_gift_and_no_further(app: Flask) -> None:
    with transaction():
        first = asking()
        asked_at = first.news_asked_at
        second, third = (make_donation(first.appeal) for _ in range(2))
        news.carry_over(first, second)
        news.carry_over(first, third)
        assert (second.news_asked_at, second.news_wording) == (asked_at, 1)
        assert (third.news_asked_at, third.news_wording) == (None, None)


def test_a_wish_goes_with_whoever_is_erased(app: Flask) -> None:
    with transaction():
        donation = asking()
        assert donation.email is not None
        (line,) = HOLDING.find(donation.email)
        assert line.facts["news_asked_at"]
        HOLDING.erase(donation.email, clock.utcnow())
        assert (donation.news_asked_at, donation.news_wording) == (None, None)
