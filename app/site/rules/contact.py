"""What visitors may write by the form, and how long it is kept."""

from datetime import date, timedelta
from typing import Final

from app.site.rules.words import ContactAbout, ContactState

TEXT_LENGTH: Final = 5000
NAME_LENGTH: Final = 120
#: After it was answered, or somebody said that there is nothing to answer.
KEPT: Final = timedelta(days=90)
#: Nobody answered in a year: then nobody will.
KEPT_UNREAD: Final = timedelta(days=365)
#: Networks are forgotten after a day, so what stands for them need not change within it.
NETWORK_KEPT: Final = timedelta(days=1)
SEAL_DAY: Final = date(2000, 1, 1)
#: By when somebody should have answered.
_ANSWER_WITHIN: Final = timedelta(days=5)
_PRESS_WITHIN: Final = timedelta(hours=12)

#: From a state → where it may go.
MOVES: Final = {
    ContactState.UNREAD: {ContactState.ANSWERED, ContactState.DONE},
    ContactState.DONE: {ContactState.UNREAD},
    ContactState.ANSWERED: set[ContactState](),
}


def may_move(state: ContactState, to: ContactState) -> bool:
    """Whether a message in one state may get into another."""
    return to in MOVES[state]


def answer_within(about: ContactAbout) -> timedelta:
    """How long somebody may wait for an answer; the press waits less."""
    return _PRESS_WITHIN if about is ContactAbout.PRESS else _ANSWER_WITHIN
