"""What is kept of somebody's gifts: she reads it, and the books stay when she goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.appeals.mails.donor import giving_link
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import donations as donation_reads
from app.appeals.render.donor import PAID_WORDS
from app.appeals.render.giving import FREQUENCY_NAMES, REGULAR_STATE_NAMES
from app.appeals.render.other_ways import PAYING_BY_NAMES
from app.appeals.rules.giving import ABANDONED_AFTER, KEPT_YEARS, PROMISE_KEPT, kept_since
from app.appeals.rules.words import PayingBy
from app.appeals.service import retention
from app.db.batches import in_batches
from app.db.session import db
from app.db.topics import touch
from app.lib.money import decimal_text
from app.lib.personal import Erased, Holding, Line, Purge, Stayed
from app.lib.text import N_
from app.mail.service import outbox as mail
from app.payments.service import forgetting
from app.web.filters import money, plain

_BATCH = 200


def _donations(email: str) -> Sequence[Donation]:
    found = select(Donation).where(Donation.email == email).order_by(Donation.id)
    return db.session.scalars(found).all()


def _regulars(email: str) -> Sequence[RegularDonation]:
    found = select(RegularDonation).where(RegularDonation.email == email)
    return db.session.scalars(found.order_by(RegularDonation.id)).all()


def _find(email: str) -> Sequence[Line]:
    regular = [_regular_line(each) for each in _regulars(email)]
    return [*regular, *(_line(each) for each in _donations(email))]


def _line(gift: Donation) -> Line:
    is_here = gift.received_minor or gift.on_its_way_minor
    return Line(
        title=_("A gift to %(appeal)s", appeal=plain(gift.appeal.title)),
        facts={
            "reference": gift.reference,
            "amount": decimal_text(gift.amount),
            "currency": gift.currency,
            "frequency": gift.frequency.value,
            "state": gift.state.value,
            "paying_by": gift.paying_by.value,
            "email": gift.email,
            "name": gift.name,
            "public_name": gift.public_name,
            "message": gift.message,
            "locale": gift.locale,
            "came_from": gift.source_code.code if gift.source_code else None,
            "news_asked_at": gift.news_asked_at.isoformat() if gift.news_asked_at else None,
        },
        since=gift.created_at,
        until=_kept_until(gift.dated_at) if is_here else None,
        link=giving_link(gift),
        said={
            **_said_sum(gift),
            "state": str(PAID_WORDS[gift.state][0]),
            "paying_by": _paying_by(gift),
        },
    )


def _said_sum(gift: Donation | RegularDonation) -> dict[str, str]:
    """The sum with its sign; the code of the currency says nothing more."""
    often = str(FREQUENCY_NAMES[gift.frequency])
    return {"amount": money(gift.amount), "currency": "", "frequency": often}


def _paying_by(gift: Donation) -> str:
    # The name of a card in that list is for days on which none is taken.
    is_card = gift.paying_by is PayingBy.CARD
    return _("Card") if is_card else str(PAYING_BY_NAMES[gift.paying_by])


def _regular_line(gift: RegularDonation) -> Line:
    return Line(
        title=_("A regular gift to %(appeal)s", appeal=plain(gift.appeal.title)),
        facts={
            "reference": gift.reference,
            "amount": decimal_text(gift.amount),
            "currency": gift.currency,
            "frequency": gift.frequency.value,
            "state": gift.state.value,
            "email": gift.email,
            "name": gift.name,
            "locale": gift.locale,
        },
        since=gift.created_at,
        link=giving_link(gift),
        said={**_said_sum(gift), "state": str(REGULAR_STATE_NAMES[gift.state])},
    )


def _kept_until(at: datetime) -> datetime:
    return datetime(at.year + KEPT_YEARS + 1, 1, 1, tzinfo=UTC)


# --- erasing --------------------------------------------------------------------------------------


def _erase(email: str, now: datetime) -> Erased:
    donations, regulars = _donations(email), _regulars(email)
    plans = [each.public_id for each in regulars]
    keys = [*(each.public_id for each in donations), *plans]
    # Before the address goes: Stripe is asked by a job, and nobody is left to be told.
    stopped = forgetting.stop(plans, now=now)
    mail.forget(keys, now=now)
    for donation in donations:
        _forget(donation, now=now)
    for regular in regulars:
        regular.email = regular.name = regular.supporter = None
        regular.link_version += 1
    db.session.flush()
    gone = forgetting.forget(keys, email)
    return Erased(gone=len(keys) + gone, stayed=_stayed(donations, stopped))


def _forget(donation: Donation, *, now: datetime) -> None:
    if donation.public_name is not None or donation.message is not None:
        touch(f"appeal:{donation.appeal_id}")
    donation.email = donation.name = donation.public_name = donation.message = None
    donation.is_anonymous, donation.message_state = True, None
    donation.supporter = donation.consent = None
    donation.news_asked_at = donation.news_wording = None
    donation.forgotten_at = now
    donation.link_version += 1


def _stayed(donations: Sequence[Donation], stopped: int) -> tuple[Stayed, ...]:
    paid = [each for each in donations if not each.is_untouched]
    latest = max((_kept_until(each.dated_at) for each in paid), default=None)
    return (
        Stayed(
            what=N_("Your gifts, as sums without a name"),
            why=N_("Accounts must show every gift."),
            count=len(paid),
            until=latest,
        ),
        Stayed(
            what=N_("Your payments, with Stripe"),
            why=N_("Banks' law binds Stripe to keep them. Ask Stripe itself about them."),
            count=1 if paid else 0,
        ),
        Stayed(
            what=N_("Your regular gift, until Stripe has stopped it"),
            why=N_("We asked Stripe to stop it. It is done within the hour."),
            count=stopped,
        ),
    )


# --- what goes by itself --------------------------------------------------------------------------


def _count_abandoned(now: datetime) -> int:
    return donation_reads.count_abandoned(now - ABANDONED_AFTER, promised_before=now - PROMISE_KEPT)


def _count_old(now: datetime) -> int:
    return donation_reads.count_old(kept_since(now))


def _forget_abandoned(now: datetime) -> int:
    return in_batches(retention.forget_abandoned, now=now, limit=_BATCH)


def _forget_old(now: datetime) -> int:
    return in_batches(retention.forget_old, now=now, limit=_BATCH)


HOLDING = Holding(key="appeals", title=N_("Your gifts"), find=_find, erase=_erase)
PURGES = (
    Purge(
        key="appeals.abandoned",
        what=N_("Donors of gifts that were never paid"),
        count=_count_abandoned,
        run=_forget_abandoned,
    ),
    Purge(
        key="appeals.old",
        what=N_("Donors of gifts of six years ago"),
        count=_count_old,
        run=_forget_old,
    ),
)
