"""What pages and lists say of members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.campaigns.models.campaigns import Campaign
from app.campaigns.models.members import Member
from app.campaigns.queries import campaigns as campaign_reads
from app.campaigns.rules.members import MemberState, Wish
from app.supporters.render.offers import SKILL_NAMES, TIME_NAMES, language_name, line_words
from app.supporters.rules.consents import ConsentPurpose, ConsentSource, current_wording
from app.supporters.rules.offers import Offer
from app.supporters.rules.words import OfferKind
from app.web.filters import plain
from app.web.locale import current_locale

STATE_NAMES: Final = {
    MemberState.ASKED: _l("Not confirmed yet"),
    MemberState.MEMBER: _l("Member"),
    MemberState.LEFT: _l("Has left"),
}
SOURCE_NAMES: Final = {
    ConsentSource.JOIN_FORM: _l("On the site"),
    ConsentSource.PHONE: _l("By telephone"),
    ConsentSource.PAPER: _l("On paper"),
}


def summary_of_offer(offer: Offer) -> Iterator[tuple[str, str]]:
    """(what, words) for each part of an offer that says something."""
    comma = _(", ")
    named = (
        (_("Skills"), [SKILL_NAMES[each] for each in sorted(offer.skills)]),
        (_("Languages"), [language_name(each) for each in sorted(offer.languages)]),
        (_("When"), [TIME_NAMES[each] for each in sorted(offer.times)]),
        (_("Where"), [offer.area] if offer.area else []),
        (_("Anything else?"), [offer.note] if offer.note else []),
    )
    for what, words in named:
        if words:
            yield what, comma.join(map(str, words))


def asked_page(member: Member, wish: Wish) -> dict[str, Any]:
    """What the page shows on which somebody confirms what was told in her name."""
    running = campaign_reads.list_public_of_group(member.group_id)
    group = member.group.name.pick(current_locale()).text
    return {
        "group": member.group,
        "wish": wish,
        "campaigns": [each for each in running if each.id in wish.campaign_ids],
        "summary": list(summary_of_offer(wish.offer)),
        "agreed": [
            _(current_wording(purpose)[1], group=group)
            for purpose in ConsentPurpose
            if purpose in wish.purposes
        ],
    }


def campaign_titles(member: Member, running: Collection[Campaign] | None = None) -> list[str]:
    """The campaigns that a member joined for, in the language of the page."""
    wanted = None if running is None else {each.id for each in running}
    return [
        plain(each.campaign.title)
        for each in sorted(member.campaigns, key=lambda each: each.campaign_id)
        if wanted is None or each.campaign_id in wanted
    ]


def words_of_lines(lines: Iterable[Any], kind: OfferKind) -> str:
    """The lines of one kind of an offer, in words, one behind the other."""
    words = sorted(line_words(each.kind, each.value) for each in lines if each.kind == kind)
    return str(_(", ").join(words))
