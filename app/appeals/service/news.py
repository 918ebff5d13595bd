"""News that a donor asks for on the giving form: her consent once money shows that it is she.

Anybody can type somebody's address into the form and never pay. So the wish stands in the donation
until its money has arrived; nobody is written to before.
"""

from __future__ import annotations

from datetime import datetime

from app.appeals.models.donations import Donation
from app.audit.facts import Actor
from app.supporters.rules.consents import ConsentPurpose, ConsentSource, current_wording
from app.supporters.service import people as supporters


def is_asked_for(donation: Donation) -> bool:
    """Whether its donor asked for news, be it her consent already or not."""
    return donation.news_asked_at is not None or donation.consent is not None


def ask(donation: Donation, *, now: datetime) -> None:
    """Note that the form asks for news; asking again changes nothing."""
    if is_asked_for(donation):
        return
    donation.news_asked_at = now
    donation.news_wording, _ = current_wording(ConsentPurpose.UPDATES)


def take_back(donation: Donation, *, now: datetime, by: Actor) -> None:
    """Note that the form asks for no news any more; a consent that came with the gift ends."""
    donation.news_asked_at = donation.news_wording = None
    if donation.consent is None:
        return
    # One that she gave before is no business of a form into which anybody types her address.
    if donation.consent.given_at >= donation.created_at:
        supporters.withdraw_consent(donation.consent, now=now, by=by)
    donation.consent = None


def carry_over(first: Donation, later: Donation) -> None:
    """Let a later gift of a regular donor stand for what she asked for with the first.

    A wish moves along: else each month's money would make a yes of it anew, after her no, too.
    """
    later.consent_id = first.consent_id
    later.news_asked_at, later.news_wording = first.news_asked_at, first.news_wording
    first.news_asked_at = first.news_wording = None


def agree(donation: Donation, *, now: datetime) -> None:
    """Write her consent down, now that the money is here.

    It counts from when she asked: a no that she said since outlives it.
    """
    asked_at, supporter = donation.news_asked_at, donation.supporter
    if asked_at is None or supporter is None:
        return
    donation.consent = supporters.give_consent(
        supporter,
        group_id=donation.appeal.group_id,
        purpose=ConsentPurpose.UPDATES,
        locale=donation.locale,
        source=ConsentSource.GIVING_FORM,
        wording=donation.news_wording,
        given_at=asked_at,
        now=now,
        by=Actor.visitor(),
    )
    donation.news_asked_at = donation.news_wording = None
