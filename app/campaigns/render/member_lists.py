"""What the desk's lists, pages and files say of members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.campaigns.models.members import Member
from app.campaigns.queries import member_lists as lists
from app.campaigns.queries import members as reads
from app.campaigns.queries.member_lists import MemberFilter
from app.campaigns.render.members import SOURCE_NAMES, STATE_NAMES, campaign_titles, words_of_lines
from app.campaigns.rules.members import MemberState
from app.lib.csv_lines import csv_file, safe_cell
from app.supporters.models.people import SkillOffer
from app.supporters.render.words import PURPOSE_NAMES
from app.supporters.rules.words import OfferKind
from app.web.locale import language_name

COLUMNS: Final = (
    "email", "name", "postcode", "language", "group", "state", "joined", "left", "source",
    "came_from", "campaigns", "skills", "languages", "times", "area", "note",
)  # fmt: skip
_CHUNK: Final = 200
TONES: Final = {MemberState.MEMBER: "good", MemberState.LEFT: "neutral"}


def rows(members: Sequence[Member], offers: Mapping[int, SkillOffer]) -> list[dict[str, Any]]:
    """One row of the list for each member."""
    return [_row(member, offers.get(member.id)) for member in members]


def _row(member: Member, offer: SkillOffer | None) -> dict[str, Any]:
    lines = offer.lines if offer else ()
    return {
        "member": member,
        "person": member.supporter,
        "campaigns": campaign_titles(member),
        "skills": words_of_lines(lines, OfferKind.SKILL),
        "languages": words_of_lines(lines, OfferKind.LANGUAGE),
        "times": words_of_lines(lines, OfferKind.TIME),
        "area": offer.area if offer else None,
        "note": offer.note if offer else None,
    }


def member_page(member: Member) -> dict[str, Any]:
    """What stands on a member's page on the desk beside what can be changed."""
    consents = reads.live_consents(member.supporter_id or 0, member.group_id)
    return {
        "state_name": STATE_NAMES[member.state],
        "state_tone": TONES.get(member.state, "wait"),
        "source_name": SOURCE_NAMES.get(member.source, member.source.value),
        "language": language_name(member.locale),
        "agreed": [(PURPOSE_NAMES[each.purpose], each.given_at) for each in consents],
        "campaigns": campaign_titles(member),
    }


def csv_lines(wanted: MemberFilter) -> Iterator[str]:
    """The file of what a list shows, some members at a time."""
    yield from csv_file(COLUMNS, _cells(wanted))


def _cells(wanted: MemberFilter) -> Iterator[Sequence[str]]:
    for some in _in_chunks(lists.each_member(wanted)):
        offers = lists.offers_of(some)
        for row in rows(some, offers):
            yield _cells_of(row)


def _in_chunks(members: Iterator[Member]) -> Iterator[list[Member]]:
    some: list[Member] = []
    for member in members:
        some.append(member)
        if len(some) == _CHUNK:
            yield some
            some = []
    if some:
        yield some


def _cells_of(row: Mapping[str, Any]) -> Sequence[str]:
    member, person = row["member"], row["person"]
    told = (
        person.email or "",
        person.name or "",
        person.postcode or "",
        member.locale,
        member.group.slug,
        member.state.value,
        member.confirmed_at.isoformat() if member.confirmed_at else "",
        member.left_at.isoformat() if member.left_at else "",
        member.source.value,
        member.came_from or "",
        "; ".join(row["campaigns"]),
        *(row[each] for each in ("skills", "languages", "times")),
        row["area"] or "",
        row["note"] or "",
    )
    return [safe_cell(each) for each in told]
