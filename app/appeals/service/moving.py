"""A gift goes to the appeal that the donor meant, with its money, fees and totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.appeals.errors import (
    DonationNotFoundError,
    OtherBodyError,
    RestrictedGiftError,
    SameAppealError,
    StaleDonationError,
)
from app.appeals.mails import desk as desk_mails
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.rules.shares import GiftShares
from app.appeals.service.settling import add_to_totals
from app.audit import queries as audit_reads
from app.audit import service as audit
from app.db.session import db
from app.db.topics import touch
from app.ledger.errors import FundAccountError, FundCurrencyError
from app.payments.service import moving as payments_moving

if TYPE_CHECKING:
    from app.appeals.models.appeals import Appeal
    from app.appeals.models.donations import Donation
    from app.audit.facts import Actor

MOVED = "donation.moved"
NOTHING = GiftShares(0, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Move:
    """Where a gift is to go, and why."""

    reason: str
    #: The donor herself wanted it; without that, money given for one purpose stays.
    donor_asked: bool = False
    #: What a regular gift collects from now on goes there, too.
    with_coming: bool = False


def move(
    public_id: str, target: Appeal, wish: Move, *, seen: str, now: datetime, by: Actor
) -> Donation:
    """Move a gift to another appeal of the same body; done already, it changes nothing.

    Raises DonationNotFoundError, SameAppealError, OtherBodyError, RestrictedGiftError or
    StaleDonationError.
    """
    donation = donation_reads.get_donation(public_id)
    old_appeal, old_fund = donation.appeal, donation.fund
    if target.id == old_appeal.id:
        raise SameAppealError
    if target.currency != donation.currency:
        raise OtherBodyError
    # The money first, then the gift: as news from Stripe locks them.
    if target.fund_id != old_fund.id:
        if old_fund.is_restricted and not wish.donor_asked:
            raise RestrictedGiftError
        try:
            payments_moving.move_order(
                public_id, old=old_fund, new=target.fund, reason=wish.reason, now=now, by=by
            )
        except (FundAccountError, FundCurrencyError) as error:
            raise OtherBodyError from error
    donation = _locked(public_id)
    if donation.fingerprint != seen:
        raise StaleDonationError
    _carry(donation, target)
    if wish.with_coming:
        _carry_plan(donation, target)
    _record(donation, old_appeal, wish, now=now, by=by)
    desk_mails.moved(
        donation,
        old_title=old_appeal.title,
        with_coming=wish.with_coming,
        count=_count_moves(donation),
        now=now,
    )
    return donation


def _locked(public_id: str) -> Donation:
    donation = donation_reads.lock_donation(public_id)
    if donation is None:
        raise DonationNotFoundError
    return donation


def _carry(donation: Donation, target: Appeal) -> None:
    """Let the gift, and its part of both appeals' sums, follow the money."""
    shares, old_appeal = donation.shares, donation.appeal
    donation.appeal, donation.fund = target, target.fund
    donation.secondary_purpose = target.fund.secondary_purpose
    db.session.flush()
    for appeal, change in sorted(
        ((old_appeal, NOTHING - shares), (target, shares)), key=lambda pair: pair[0].id
    ):
        add_to_totals(appeal.id, change)
        touch(f"appeal:{appeal.id}", "home", f"group:{appeal.group_id}")


def _carry_plan(donation: Donation, target: Appeal) -> None:
    """Let what a regular gift collects from now on go to the new appeal."""
    known = donation.regular
    regular = regular_reads.lock_regular(known.public_id) if known is not None else None
    if regular is None:
        return
    if regular.fund_id != target.fund_id:
        payments_moving.move_plan(regular.public_id, old=regular.fund, new=target.fund)
    regular.appeal, regular.fund = target, target.fund
    regular.secondary_purpose = target.fund.secondary_purpose
    db.session.flush()


def _record(
    donation: Donation, old_appeal: Appeal, wish: Move, *, now: datetime, by: Actor
) -> None:
    detail = {
        "appeal": [old_appeal.id, donation.appeal_id],
        "reason": wish.reason,
        "donor_asked": wish.donor_asked,
        "with_coming": wish.with_coming,
    }
    subjects = [f"donation:{donation.id}"]
    if wish.with_coming and donation.regular_id is not None:
        subjects.append(f"regular:{donation.regular_id}")
    for subject in subjects:
        audit.record(by, MOVED, subject, now=now, group_id=donation.appeal.group_id, detail=detail)
    db.session.flush()


def _count_moves(donation: Donation) -> int:
    record = audit_reads.list_for(f"donation:{donation.id}")
    return sum(line.action == MOVED for line in record)
