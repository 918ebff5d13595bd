"""What a gift is in words: how much, how often, when the next time is, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.render import appeals as render
from app.appeals.rules.giving import Gift
from app.appeals.rules.regular import GOES_ON, next_due
from app.appeals.rules.words import Frequency, RegularState
from app.lib.money import Money
from app.payments.rules.orders import OrderStatus
from app.web.filters import day, money

#: How often one can give; once stands first and is chosen until the donor chooses otherwise.
FREQUENCY_NAMES: Mapping[Frequency, LazyString] = {
    Frequency.ONCE: _l("Once"),
    Frequency.MONTHLY: _l("Every month"),
    Frequency.YEARLY: _l("Every year"),
}
REGULAR_STATE_NAMES: Mapping[RegularState, LazyString] = {
    RegularState.BEGINNING: _l("Not begun yet"),
    RegularState.ACTIVE: _l("Running"),
    RegularState.PAST_DUE: _l("Last collection failed"),
    RegularState.PAUSED: _l("Paused"),
    RegularState.STOPPED: _l("Stopped"),
}
#: Other appeals on the page of thanks.
OTHERS = 2


def amount_in_words(amount: Money, frequency: Frequency) -> str:
    """An amount with how often it is given: £5 every month."""
    match frequency:
        case Frequency.ONCE:
            return str(_("%(sum)s once", sum=money(amount)))
        case Frequency.MONTHLY:
            return str(_("%(sum)s every month", sum=money(amount)))
        case Frequency.YEARLY:
            return str(_("%(sum)s every year", sum=money(amount)))


def button_text(gift: Gift) -> str:
    """What the button does that leads to the payment page."""
    match gift.frequency:
        case Frequency.ONCE:
            return str(_("Pay %(sum)s", sum=money(gift.total)))
        case Frequency.MONTHLY:
            return str(_("Give %(sum)s every month", sum=money(gift.total)))
        case Frequency.YEARLY:
            return str(_("Give %(sum)s every year", sum=money(gift.total)))


def promise(gift: Gift, *, now: datetime) -> str:
    """What the donor is about to agree to, in whole sentences."""
    if gift.frequency is Frequency.ONCE:
        return str(_("%(sum)s once. Nothing is taken from you again.", sum=money(gift.total)))
    next_day = day(next_due(now, gift.frequency, after=now))
    how_to_stop = _("You can stop at any time with one click from any mail; no account needed.")
    first = (
        _(
            "%(sum)s every month, until you stop. The first today, the next on %(day)s.",
            sum=money(gift.total),
            day=next_day,
        )
        if gift.frequency is Frequency.MONTHLY
        else _(
            "%(sum)s every year, until you stop. The first today, the next on %(day)s.",
            sum=money(gift.total),
            day=next_day,
        )
    )
    return f"{first} {how_to_stop}"


def check_page(gift: Gift, *, now: datetime) -> dict[str, Any]:
    """What the check page says of a gift beside its rows."""
    return {
        "gift": gift,
        "how_often": FREQUENCY_NAMES[gift.frequency],
        "promise": promise(gift, now=now),
        "button_text": button_text(gift),
    }


def thanks_page(
    donation: Donation, status: OrderStatus, *, is_fresh: bool, now: datetime
) -> dict[str, Any]:
    """What became of a gift, for the page after the payment."""
    regular = donation.regular
    return {
        "donation": donation,
        "standing": render.standing(status, is_fresh=is_fresh),
        "returned": Money(status.returned.minor, donation.currency),
        "how_often": FREQUENCY_NAMES[donation.frequency],
        "regular": regular,
        "next_at": next_collection(regular, now=now) if regular else None,
        "others": [
            each for each in appeal_reads.list_running(now) if each.id != donation.appeal_id
        ][:OTHERS],
        **render.giving_page(donation.appeal),
    }


def next_collection(regular: RegularDonation, *, now: datetime) -> datetime | None:
    """When a regular gift is collected next, by Stripe or, before we know, by the calendar."""
    if regular.state not in GOES_ON and regular.state is not RegularState.PAUSED:
        return None
    if regular.next_at is not None and regular.next_at > now:
        return regular.next_at
    if regular.state is RegularState.PAUSED:
        return None
    first = regular_reads.find_first_collection(regular.id)
    began = regular.started_at or (first.dated_at if first else now)
    return next_due(began, regular.frequency, after=now)
