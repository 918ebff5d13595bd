"""A donor decides to give: the donation is kept before anything outside is asked."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.appeals.errors import (
    AlreadyPaidError,
    AppealClosedError,
    AppealNotFoundError,
    AppealNotYetOpenError,
    CardsOffError,
    DonationForgottenError,
    ForeignNonceError,
    PartnerFundError,
)
from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.appeals.models.sources import SourceCode
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import sources as source_reads
from app.appeals.rules import giving as giving_rules
from app.appeals.rules.giving import Gift
from app.appeals.rules.regular import INTERVALS, is_regular
from app.appeals.rules.words import AppealStage, DonationSource, MessageState
from app.appeals.service import news, regular
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.groups.models import PaymentAccount
from app.ledger.rules import FundKind
from app.lib import ids
from app.payments.models.collecting import CheckoutAttempt
from app.payments.rules.orders import CheckoutOrder
from app.payments.service import attempts
from app.supporters.service import people as supporters


def check_open(appeal: Appeal, *, now: datetime, by_card: bool = True) -> PaymentAccount:
    """Return the account that an open appeal collects with; raises an AppealNotOpenError.

    Who does not pay `by_card` can give while cards rest, too.
    """
    if appeal.fund.kind is FundKind.PARTNER or appeal.fund.payment_account is None:
        raise PartnerFundError
    match appeal.stage(now):
        case AppealStage.DRAFT:
            raise AppealNotFoundError
        case AppealStage.CLOSED:
            raise AppealClosedError
        case AppealStage.UPCOMING:
            raise AppealNotYetOpenError
        case AppealStage.OPEN:
            pass
    if by_card and not appeal.fund.payment_account.cards_on:
        raise CardsOffError
    return appeal.fund.payment_account


def check_gift(appeal: Appeal, gift: Gift, *, now: datetime, by_card: bool = True) -> None:
    """Accept a gift to an appeal; raises an AppealNotOpenError or an error of the amount."""
    check_open(appeal, now=now, by_card=by_card)
    giving_rules.check_amount(gift.amount)
    giving_rules.check_age(gift)


def pledge(
    appeal: Appeal, gift: Gift, *, nonce: str, now: datetime, by: Actor, by_card: bool = True
) -> Donation:
    """Keep what a donor decided, once for each form.

    The nonce of the form is unique: of two requests with the same form one makes the donation and
    the other finds it. Raises what `check_gift` raises, or ForeignNonceError.
    """
    check_gift(appeal, gift, now=now, by_card=by_card)
    donation = donation_reads.find_donation_by_nonce(nonce)
    if donation is None:
        donation = _keep_or_find(appeal, gift, nonce=nonce, now=now, by=by)
    if donation.appeal_id != appeal.id:
        raise ForeignNonceError
    return donation


def _keep_or_find(appeal: Appeal, gift: Gift, *, nonce: str, now: datetime, by: Actor) -> Donation:
    try:
        with db.session.begin_nested():
            return _keep(appeal, gift, nonce=nonce, now=now, by=by)
    except IntegrityError:
        donation = donation_reads.find_donation_by_nonce(nonce)
        if donation is None:
            raise
        return donation


def _keep(appeal: Appeal, gift: Gift, *, nonce: str, now: datetime, by: Actor) -> Donation:
    donation = Donation(
        public_id=ids.public_id(),
        reference=donation_reads.free_reference(nonce),
        form_nonce=nonce,
        appeal=appeal,
        fund_id=appeal.fund_id,
        currency=appeal.currency,
        source=DonationSource.WEB,
        secondary_purpose=appeal.fund.secondary_purpose,
        created_at=now,
        dated_at=now,
    )
    _write(donation, gift, now=now, by=by)
    db.session.add(donation)
    db.session.flush()
    regular.keep_decision(donation, gift, now=now, by=by)
    audit.record(
        by,
        "donation.pledged",
        f"donation:{donation.id}",
        now=now,
        group_id=appeal.group_id,
        detail={"amount_minor": donation.amount_minor, "currency": donation.currency},
    )
    return donation


def _write(donation: Donation, gift: Gift, *, now: datetime, by: Actor) -> None:
    supporter = supporters.meet(gift.email, locale=gift.locale, now=now)
    donation.supporter = supporter
    donation.email = gift.email
    donation.name = gift.name
    donation.public_name = gift.public_name
    donation.is_anonymous = gift.public_name is None
    donation.message = gift.message
    donation.message_state = MessageState.WAITING if gift.shows_message else None
    donation.source_code = _source_of(donation.appeal, gift)
    donation.amount_minor = gift.amount.minor
    donation.covered_fee_minor = gift.covered_fee.minor
    donation.frequency = gift.frequency
    donation.locale = gift.locale
    if gift.wants_updates:
        news.ask(donation, now=now)
    else:
        news.take_back(donation, now=now, by=by)


def _source_of(appeal: Appeal, gift: Gift) -> SourceCode | None:
    return source_reads.find_source(appeal.id, gift.came_from) if gift.came_from else None


def says_the_same(donation: Donation, gift: Gift) -> bool:
    """Whether a form that came again asks for exactly what the donation holds."""
    return gift == gift_of(donation)


def gift_of(donation: Donation) -> Gift:
    """Return what the donor decided, as the form would give it."""
    return Gift(
        amount=donation.amount,
        email=donation.email or "",
        locale=donation.locale,
        frequency=donation.frequency,
        is_adult=is_regular(donation.frequency),
        covers_fee=donation.covered_fee_minor > 0,
        name=donation.name,
        public_name=donation.public_name,
        message=donation.message,
        shows_message=donation.message_state is not None,
        came_from=donation.source_code.code if donation.source_code else None,
        wants_updates=news.is_asked_for(donation),
    )


def revise(
    donation: Donation, gift: Gift, *, now: datetime, by: Actor, by_card: bool = True
) -> None:
    """Keep a changed mind about a donation for which no money moved; raises AlreadyPaidError."""
    if not donation.is_untouched:
        raise AlreadyPaidError
    check_gift(donation.appeal, gift, now=now, by_card=by_card)
    _write(donation, gift, now=now, by=by)
    # What is kept of an unpaid gift goes some time after it was last decided.
    donation.dated_at, donation.forgotten_at = now, None
    db.session.flush()
    regular.keep_decision(donation, gift, now=now, by=by)
    audit.record(
        by,
        "donation.revised",
        f"donation:{donation.id}",
        now=now,
        group_id=donation.appeal.group_id,
        detail={"amount_minor": donation.amount_minor, "currency": donation.currency},
    )


def open_checkout(donation: Donation, *, now: datetime) -> CheckoutAttempt:
    """Open a try at paying a donation; the same try as long as it can still be paid.

    Raises an AppealNotOpenError or DonationForgottenError.
    """
    account = check_open(donation.appeal, now=now)
    if donation.email is None:
        raise DonationForgottenError
    order = CheckoutOrder(
        order_key=donation.public_id,
        account_name=account.name,
        fund_id=donation.fund_id,
        amount=donation.total,
        covered_fee=donation.covered_fee,
        product_name=donation.appeal.title.pick(donation.locale).text,
        email=donation.email,
        locale=donation.locale,
        statement_suffix=giving_rules.statement_text(donation.appeal.slug),
        plan_key=donation.regular.public_id if donation.regular else None,
        interval=INTERVALS[donation.frequency] if donation.regular else None,
    )
    return attempts.open_attempt(order, now=now)
