"""How far one try at paying came, and the words for Checkout."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from app.lib.text import ascii_fold


class AttemptState(StrEnum):
    """How far one try at paying came."""

    CREATING = "creating"
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"
    ERROR = "error"


#: An attempt that we gave up, or that Stripe refused, moves once more if Stripe shows its session:
#: the answer to the call was lost, the session was not.
ATTEMPT_MOVES: Mapping[AttemptState, frozenset[AttemptState]] = {
    AttemptState.CREATING: frozenset(
        {AttemptState.OPEN, AttemptState.COMPLETE, AttemptState.EXPIRED, AttemptState.ERROR}
    ),
    AttemptState.OPEN: frozenset({AttemptState.COMPLETE, AttemptState.EXPIRED}),
    AttemptState.COMPLETE: frozenset(),
    AttemptState.EXPIRED: frozenset({AttemptState.COMPLETE}),
    AttemptState.ERROR: frozenset({AttemptState.COMPLETE, AttemptState.EXPIRED}),
}

LIVE_ATTEMPTS = frozenset({AttemptState.CREATING, AttemptState.OPEN})

#: Stripe keeps a session open for 30 minutes to 24 hours. Keys of repeated calls live for at least
#: 24 hours: a repeat after that would name an `expires_at` in the past and be refused, so a key
#: that Stripe forgot can never make a second session.
SESSION_LIFE = timedelta(hours=3)
#: A session must be open for this long after it is made, or Stripe refuses to make it.
SHORTEST_SESSION = timedelta(minutes=31)


_SESSION_STATES: Mapping[str, AttemptState] = {
    "open": AttemptState.OPEN,
    "complete": AttemptState.COMPLETE,
    "expired": AttemptState.EXPIRED,
}


def state_of_session(status: str | None) -> AttemptState | None:
    """The state that Stripe's word for a session means, or nothing where the word is new."""
    return _SESSION_STATES.get(status or "")


def attempt_may_become(old: AttemptState, new: AttemptState) -> bool:
    """Whether an attempt may go from one state to another."""
    return new in ATTEMPT_MOVES[old]


#: The languages of the payment page that we also speak. It has no Arabic: those donors read the
#: check page in Arabic first and are told that the card page is in English.
CHECKOUT_LOCALES: Mapping[str, str] = {"en": "en-GB", "ar": "en-GB"}
SUFFIX_LIMIT = 22


def checkout_locale(locale: str) -> str:
    """The language to ask Checkout for; `auto` lets it follow the browser."""
    return CHECKOUT_LOCALES.get(locale, "auto")


def statement_suffix(text: str | None, statement_name: str) -> str | None:
    """What may follow the statement name on a card statement, or nothing.

    Stripe puts `NAME* ` before it and allows 22 characters for the whole.
    """
    room = SUFFIX_LIMIT - len(statement_name) - 2
    folded = ascii_fold(text or "", max(room, 0))
    return folded if any(sign.isalpha() for sign in folded) else None
