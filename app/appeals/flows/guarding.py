"""The guard before the payment page, and what a donor does who is asked for a proof."""

from datetime import datetime

from app.appeals.errors import (
    DonationNotFoundError,
    ForeignNonceError,
    PartnerFundError,
    ProofAskedError,
)
from app.appeals.models.donations import Donation
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.rules.giving import Gift
from app.appeals.rules.words import PayingBy
from app.appeals.service import giving, promises
from app.audit.facts import Actor
from app.db.session import transaction
from app.payments.errors import TooManyPagesError
from app.payments.flows import guarded
from app.payments.rules.guard import Verdict, Visitor
from app.payments.service.guard import Knock


def pass_guard(
    public_id: str,
    visitor: Visitor,
    *,
    is_proven: bool = False,
    is_change: bool = False,
    now: datetime,
) -> None:
    """Let the donor of a gift that is kept go on to the payment page, or ask her for a proof.

    Raises ProofAskedError when a mail is under way to her, or TooManyPagesError.
    """
    account = donation_reads.get_donation(public_id).fund.payment_account
    if account is None:
        raise PartnerFundError
    knock = Knock(
        order_key=public_id,
        account_id=account.id,
        visitor=visitor,
        is_proven=is_proven,
        is_change=is_change,
    )

    def ask() -> None:
        promises.ask_for_proof(_locked(public_id), knock, now=now)

    verdict = guarded.knock(knock, now=now, on_proof=ask)
    if verdict is Verdict.WAIT:
        raise TooManyPagesError
    if verdict is Verdict.PROVE:
        raise ProofAskedError


def promise(
    appeal_id: int,
    gift: Gift,
    paying_by: PayingBy,
    *,
    nonce: str,
    again: str | None,
    visitor: Visitor,
    now: datetime,
    by: Actor,
) -> str:
    """Keep a gift that comes another way; its public id. Nothing of it reaches Stripe.

    Raises what `giving.pledge` and `promises.promise` raise.
    """
    with transaction():
        donation = _kept(appeal_id, gift, nonce=nonce, again=again, now=now, by=by)
        promises.promise(donation, paying_by, visitor=visitor, now=now, by=by)
        return donation.public_id


def _kept(
    appeal_id: int, gift: Gift, *, nonce: str, again: str | None, now: datetime, by: Actor
) -> Donation:
    if again is None:
        appeal = appeal_reads.get_appeal_by_id(appeal_id)
        donation = giving.pledge(appeal, gift, nonce=nonce, now=now, by=by, by_card=False)
    else:
        donation = _locked(again)
    if donation.appeal_id != appeal_id:
        raise ForeignNonceError
    if not giving.says_the_same(donation, gift):
        giving.revise(donation, gift, now=now, by=by, by_card=False)
    return donation


def _locked(public_id: str) -> Donation:
    donation = donation_reads.lock_donation(public_id)
    if donation is None:
        raise DonationNotFoundError
    return donation
