"""What may be done with a mailing in which state, and what it asks of its readers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.lib.text import Translated
from app.mailings.rules.audience import Audience
from app.mailings.rules.words import MailingKind, MailingState, RecipientState
from app.supporters.rules.consents import ConsentPurpose

PURPOSE_OF: Mapping[MailingKind, ConsentPurpose] = {
    MailingKind.NEWS: ConsentPurpose.UPDATES,
    MailingKind.APPEAL: ConsentPurpose.APPEALS,
    MailingKind.EVENTS: ConsentPurpose.EVENTS,
}
LONGEST_SUBJECT: Final = 120
#: A mail that is longer is not read, and cut by some programs.
LONGEST_BODY: Final = 20_000
#: One whose hour passed longer ago waits for a person.
OVERDUE_AFTER: Final = timedelta(hours=1)
#: A row in hand for longer belonged to a worker that died; longer than all time-outs of a sending.
STALE_AFTER: Final = timedelta(minutes=4)
#: One that nobody worked at for so long has lost its job and gets another.
LOST_AFTER: Final = timedelta(minutes=10)
#: The list of who got it is kept so long; then only the numbers are.
KEEP_ROWS: Final = timedelta(days=365)
#: An hour of sending that lies further ahead is a slip.
FURTHEST: Final = timedelta(days=366)
SOURCE: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])")

#: Nothing of it is out, and it can be written on.
WRITABLE: Final = frozenset({MailingState.DRAFT})
#: It goes now, or would if nobody held it.
UNDER_WAY: Final = frozenset({MailingState.SENDING, MailingState.PAUSED})
#: From where it can be sent.
STARTABLE: Final = frozenset({MailingState.DRAFT, MailingState.SCHEDULED, MailingState.OVERDUE})
STOPPABLE: Final = frozenset({*UNDER_WAY, MailingState.OVERDUE, MailingState.SCHEDULED})
#: Everybody on its list was dealt with.
OVER: Final = frozenset({MailingState.SENT, MailingState.STOPPED})
#: Somebody waits for it still.
OPEN_ROWS: Final = (RecipientState.WAITING, RecipientState.SENDING)


@dataclass(frozen=True, kw_only=True)
class MailingContent:
    """What somebody wrote, and to whom."""

    kind: MailingKind
    appeal_id: int | None
    subject: Translated
    body: Translated
    audience: Audience
    source_word: str

    @property
    def purpose(self) -> ConsentPurpose:
        """The consent that it needs."""
        return PURPOSE_OF[self.kind]


def is_overdue(send_at: datetime, now: datetime) -> bool:
    """Whether its hour passed so long ago that a person decides."""
    return now - send_at > OVERDUE_AFTER


def languages(subject: Translated, body: Translated) -> tuple[str, ...]:
    """In which languages it is written, the one of origin first."""
    both = [each for each in body.texts if subject.has(each)]
    return tuple(sorted(both, key=lambda each: each != body.origin))
