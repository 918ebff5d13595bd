"""The words of the desk about mailings: how they stand, to whom they go, what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.appeals.queries import appeals as appeal_reads
from app.campaigns.queries import campaigns as campaign_reads
from app.events.queries import events as event_reads
from app.lib.text import isolate
from app.mailings.models.mailings import Mailing
from app.mailings.queries import mailings as reads
from app.mailings.rules.audience import Audience, Giving, from_json
from app.mailings.rules.mailings import OPEN_ROWS, PURPOSE_OF
from app.mailings.rules.words import MailingKind, MailingState, RecipientState, SkipReason
from app.supporters.render.offers import SKILL_NAMES
from app.supporters.render.words import PURPOSE_NAMES
from app.web.filters import plain
from app.web.locale import language_name

KIND_NAMES: Final[Mapping[MailingKind, LazyString]] = {
    kind: PURPOSE_NAMES[purpose] for kind, purpose in PURPOSE_OF.items()
}
#: Name and tone.
STATE_TAGS: Final[Mapping[MailingState, tuple[LazyString, str]]] = {
    MailingState.DRAFT: (_l("Draft"), "neutral"),
    MailingState.SCHEDULED: (_l("Goes at its hour"), "info"),
    MailingState.OVERDUE: (_l("Waits for you"), "bad"),
    MailingState.SENDING: (_l("On its way"), "wait"),
    MailingState.PAUSED: (_l("Paused"), "wait"),
    MailingState.STOPPED: (_l("Stopped"), "neutral"),
    MailingState.SENT: (_l("Sent"), "good"),
}
ROW_NAMES: Final[Mapping[RecipientState, LazyString]] = {
    RecipientState.SENT: _l("Sent"),
    RecipientState.WAITING: _l("Waiting to be sent"),
    RecipientState.SENDING: _l("Going out now"),
    RecipientState.REFUSED: _l("Refused by the mail server"),
    RecipientState.FAILED: _l("Not taken for days"),
    RecipientState.SKIPPED: _l("Not written to"),
}
SKIP_NAMES: Final[Mapping[SkipReason, LazyString]] = {
    SkipReason.NO_CONSENT: _l("She took her yes back."),
    SkipReason.SUPPRESSED: _l("Mail to this address is stopped."),
    SkipReason.ERASED: _l("Erased"),
    SkipReason.SAME_PERSON: _l("Another address of hers gets it."),
    SkipReason.STOPPED: _l("The mailing was stopped."),
}
GIVING_NAMES: Final[Mapping[Giving, LazyString]] = {
    Giving.ANYTHING: _l("Gave to us before"),
    Giving.NOTHING: _l("Gave us nothing yet"),
}


def audience_lines(mailing: Mailing) -> list[str]:
    """The conditions in words, one for each."""
    audience, lines = from_json(mailing.audience), []
    if audience.members and audience.campaign_id is None:
        lines.append(_("Members of the group"))
    lines.extend(_of_things(audience, [mailing.group_id]))
    if audience.tags:
        lines.append(_("Tagged %(tags)s", tags=_list(audience.tags)))
    if audience.without_tags:
        lines.append(_("Not tagged %(tags)s", tags=_list(audience.without_tags)))
    if audience.skill is not None:
        lines.append(_("Could do: %(skill)s", skill=SKILL_NAMES[audience.skill]))
    if audience.giving is not None:
        lines.append(str(GIVING_NAMES[audience.giving]))
    if audience.areas:
        lines.append(_("Postcode begins with %(areas)s", areas=_list(audience.areas)))
    if audience.locale is not None:
        lines.append(_("Reads %(language)s", language=language_name(audience.locale)))
    return lines


def _of_things(audience: Audience, group_ids: list[int]) -> list[str]:
    lines = []
    if audience.campaign_id is not None:
        campaign = campaign_reads.get_campaign(audience.campaign_id, group_ids)
        lines.append(_("Joined for “%(title)s”", title=plain(campaign.title)))
    if audience.event_id is not None:
        event = event_reads.get_by_id(audience.event_id)
        lines.append(_("Comes to “%(title)s”", title=plain(event.title)))
    if audience.gave_to_id is not None:
        appeal = appeal_reads.get_appeal(audience.gave_to_id, group_ids)
        lines.append(_("Gave to “%(title)s”", title=plain(appeal.title)))
    return lines


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(isolate(each) for each in words)


@dataclass(frozen=True)
class Progress:
    """How many people stand where, counted from their rows; after a year what was kept of that."""

    states: Mapping[RecipientState, int]

    @property
    def total(self) -> int:
        """For how many it was when it was sent."""
        return sum(self.states.values())

    @property
    def sent(self) -> int:
        """How many servers took it."""
        return self.states.get(RecipientState.SENT, 0)

    @property
    def open(self) -> int:
        """How many wait still."""
        return sum(self.states.get(each, 0) for each in OPEN_ROWS)

    @property
    def failed(self) -> int:
        """How many could be tried once more."""
        return self.states.get(RecipientState.FAILED, 0)

    @property
    def rows(self) -> list[tuple[RecipientState, str, int]]:
        """State, name and number of those that are not empty."""
        known = ((state, self.states.get(state, 0)) for state in ROW_NAMES)
        return [(state, str(ROW_NAMES[state]), count) for state, count in known if count]


def progress_of(mailings: Sequence[Mailing]) -> dict[int, Progress]:
    """How far each of some mailings is."""
    counted = reads.count_states([each.id for each in mailings])
    return {each.id: Progress(_states(each, counted[each.id])) for each in mailings}


def _states(
    mailing: Mailing, counted: Mapping[RecipientState, int]
) -> Mapping[RecipientState, int]:
    if mailing.totals is None:
        return counted
    return {each: mailing.totals[each.value] for each in RecipientState if each in mailing.totals}


def consequences(mailing: Mailing) -> tuple[int, int]:
    """To how many it came back, and how many ended such mails by its link."""
    if mailing.totals is not None:
        return mailing.totals.get("bounced", 0), mailing.totals.get("unsubscribed", 0)
    return reads.count_bounced(mailing.id), reads.count_unsubscribed(mailing.id)
