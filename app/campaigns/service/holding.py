"""What memberships keep of the person behind an address, and what goes when its time is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from flask_babel import gettext as _

from app.campaigns.mails.members import page_link
from app.campaigns.models.members import Member
from app.campaigns.queries import members as reads
from app.campaigns.render.members import SOURCE_NAMES, STATE_NAMES, summary_of_offer
from app.campaigns.rules import members as rules
from app.campaigns.rules.members import MemberState
from app.campaigns.service import member_retention as retention
from app.db.batches import in_batches
from app.db.session import db
from app.lib.personal import Erased, Holding, Line, Purge
from app.lib.text import N_
from app.mail.service import outbox as mail
from app.supporters.render.rights import PURPOSE_NAMES
from app.supporters.rules import offers as offer_rules
from app.web.locale import current_locale

#: Rows in one transaction; others can write in between.
BATCH = 200


class _Step(Protocol):
    """Lets some rows go; returns how many."""

    def __call__(self, *, now: datetime, limit: int) -> int: ...


def find(email: str) -> Sequence[Line]:
    """Everything about somebody who joined, or asked to."""
    return [_line(member) for member in reads.list_all_of_address(email)]


def _line(member: Member) -> Line:
    group = member.group.name.pick(current_locale()).text
    campaigns = [each.campaign.title.pick(current_locale()).text for each in member.campaigns]
    facts: dict[str, object] = {
        "group": group,
        "state": member.state.value,
        "language": member.locale,
        "source": member.source.value,
        "campaigns": sorted(campaigns),
        "confirmed_at": member.confirmed_at.isoformat() if member.confirmed_at else None,
        "left_at": member.left_at.isoformat() if member.left_at else None,
        "came_from": member.came_from,
    }
    said = {
        "state": str(STATE_NAMES[member.state]),
        "source": str(SOURCE_NAMES.get(member.source, member.source.value)),
    }
    if member.state is MemberState.ASKED:
        wish = rules.reopen(member.asked, email=member.email or "", name=member.name)
        facts |= {
            "name": wish.name,
            "postcode": wish.postcode,
            "offer": wish.offer.to_json(),
            "agreed": sorted(each.value for each in wish.purposes),
        }
        said |= {
            "offer": _("; ").join(
                f"{what}: {words}" for what, words in summary_of_offer(wish.offer)
            ),
            "agreed": _("; ").join(str(PURPOSE_NAMES[each]) for each in sorted(wish.purposes)),
        }
    return Line(
        title=_("Membership of %(group)s", group=group),
        facts=facts,
        since=member.created_at,
        until=_until(member),
        link=page_link(member) if member.state is MemberState.MEMBER else None,
        said=said,
    )


def _until(member: Member) -> datetime | None:
    if member.state is MemberState.ASKED:
        return member.created_at + rules.UNPROVEN_LIFE
    return member.left_at + rules.LEFT_KEPT if member.left_at else None


def erase(email: str, now: datetime) -> Erased:
    """Forget that somebody ever joined; nothing of it is needed for the books."""
    found = reads.lock_all_of_address(email)
    mail.forget([each.public_id for each in found], now=now)
    for member in found:
        db.session.delete(member)
    db.session.flush()
    return Erased(gone=len(found))


HOLDING = Holding(key="members", title=N_("Your groups"), find=find, erase=erase)


def _in_batches(step: _Step) -> Callable[[datetime], int]:
    return lambda now: in_batches(step, now=now, limit=BATCH)


forget_unproven = _in_batches(retention.forget_unproven)
forget_left = _in_batches(retention.forget_left)
forget_offers = _in_batches(retention.forget_offers)

PURGES = (
    Purge(
        key="members_unproven",
        what=N_("People who asked to join and did not confirm it"),
        count=lambda now: reads.count_unproven(now - rules.UNPROVEN_LIFE),
        run=forget_unproven,
    ),
    Purge(
        key="members_left",
        what=N_("People who left a group a year ago"),
        count=lambda now: reads.count_left(now - rules.LEFT_KEPT),
        run=forget_left,
    ),
    Purge(
        key="offers_unanswered",
        what=N_("Offers to help about which nobody answered"),
        count=lambda now: reads.count_offers_unanswered(now - offer_rules.ANSWER_TIME),
        run=forget_offers,
    ),
)
