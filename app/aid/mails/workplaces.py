"""The mails to stewards of collections at work, and to hosts about what was pledged to them.

The address was typed by somebody, perhaps not by whoever reads the mail: the first one says nothing
that was typed. Where a hidden point is stands in none of them, and a host never reads who the
steward is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.aid.mails.hosting import page_link as host_page_link
from app.aid.models.points import CollectionPoint
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries.workplace_points import NearbyPoint
from app.aid.rules.workplaces import WORKPLACE_LINK, WORKPLACE_MAILBOX_LINK
from app.lib import ids
from app.mail.service import outbox as mail

LINKS_MAIL = "aid/workplace_links"


def page_link(workplace: WorkplaceCollection) -> dict[str, Any]:
    """The link to a steward's own page, as a mail keeps it."""
    return {
        "endpoint": "workplaces.show",
        "purpose": WORKPLACE_LINK,
        "subject": workplace.public_id,
        "version": workplace.link_version,
    }


def confirm(workplace: WorkplaceCollection, *, now: datetime) -> None:
    """Send the link that proves the mailbox."""
    key = f"{workplace.public_id}:{workplace.link_version}"
    _put("aid/workplace_confirm", key, workplace, now=now)


def entered(workplace: WorkplaceCollection, *, now: datetime) -> None:
    """Tell somebody who rang that her collection was entered, with her link."""
    key = f"{workplace.public_id}:{workplace.link_version}"
    _put("aid/workplace_entered", key, workplace, now=now)


def pledge_answered(workplace: WorkplaceCollection, *, now: datetime) -> None:
    """Tell a steward that a host expects her; where it is, her page says."""
    values = {"point_name": workplace.point.name if workplace.point else ""}
    _put("aid/workplace_accepted", _key(workplace, now), workplace, values, now=now)


def look_elsewhere(
    workplace: WorkplaceCollection,
    nearest: Sequence[NearbyPoint],
    *,
    is_declined: bool,
    now: datetime,
) -> None:
    """Tell a steward that her point cannot take it, and which two nearest can."""
    values = {
        "is_declined": is_declined,
        "point_name": workplace.point.name if workplace.point else "",
        "others": [
            {"link": f"point_{place}", "name": each.point.name, "km": _whole(each.km)}
            for place, each in enumerate(nearest)
        ],
    }
    links = {
        f"point_{place}": {"endpoint": "points.show", "values": {"slug": each.point.slug}}
        for place, each in enumerate(nearest)
    }
    _put("aid/workplace_elsewhere", _key(workplace, now), workplace, values, now=now, links=links)


def reminder(workplace: WorkplaceCollection, *, key: str, is_bringing: bool, now: datetime) -> None:
    """Remind a steward that her collection ends, or that today is the day of bringing."""
    values = {
        "is_bringing": is_bringing,
        "until_on": workplace.until_on,
        "bring_on": workplace.bring_on,
    }
    key = f"{workplace.public_id}:{key}"
    _put("aid/workplace_reminder", key, workplace, values, now=now)


def brought(workplace: WorkplaceCollection, *, key: str, now: datetime) -> None:
    """Tell a steward that what her workplace collected is at the point."""
    values = {"boxes": workplace.counted_boxes or 0}
    _put("aid/workplace_brought", f"{workplace.public_id}:{key}", workplace, values, now=now)


def thanks(workplace: WorkplaceCollection, *, now: datetime) -> None:
    """Thank a steward, and tell her where to read what became of it."""
    link = {"endpoint": "drops.show", "values": {"slug": workplace.drop.slug}}
    values = {"boxes": workplace.counted_boxes or 0}
    name = workplace.public_id
    _put("aid/workplace_thanks", name, workplace, values, now=now, links={"drop": link})


def prove_mailbox(workplace: WorkplaceCollection, *, now: datetime) -> None:
    """Ask whoever reads the new mailbox of a steward to confirm it; the mail says nothing else."""
    if workplace.new_email is None:
        return
    link = {
        "endpoint": "workplaces.ask_mailbox",
        "purpose": WORKPLACE_MAILBOX_LINK,
        "subject": mailbox_subject(workplace),
        "version": workplace.link_version,
    }
    key = f"{mailbox_subject(workplace)}:{now.isoformat()}"
    to = workplace.new_email
    _put("aid/workplace_mailbox", key, workplace, now=now, to=to, links={"proof": link})


def mailbox_subject(workplace: WorkplaceCollection) -> str:
    """What the link is signed for that proves a new mailbox, and no other."""
    return f"{workplace.public_id}_{ids.fingerprint(workplace.new_email)}"


def new_link(workplace: WorkplaceCollection, *, now: datetime) -> None:
    """Send the link that replaces all earlier ones."""
    key = f"link:{workplace.public_id}:{workplace.link_version}"
    to, locale = workplace.email or "", workplace.locale
    workplace_links([workplace], to=to, locale=locale, key=key, now=now)


def workplace_links(
    workplaces: Sequence[WorkplaceCollection], *, to: str, locale: str, key: str, now: datetime
) -> None:
    """Send somebody the links to all the collections she looks after."""
    if not to or not workplaces:
        return
    mail.put(
        LINKS_MAIL,
        key=key,
        to=to,
        locale=locale,
        now=now,
        about=workplaces[0].public_id,
        reply_to=workplaces[0].drop.group.contact_email,
        values={
            "workplaces": [
                {
                    "link": f"workplace_{place}",
                    "title": each.drop.title,
                    "until_on": each.until_on,
                }
                for place, each in enumerate(workplaces)
            ],
            "links": {
                f"workplace_{place}": page_link(each) for place, each in enumerate(workplaces)
            },
        },
    )


# --- to the host of a point -----------------------------------------------------------------------


def host_asked(workplace: WorkplaceCollection, *, now: datetime) -> None:
    """Tell a host that a workplace wants to bring its things to her."""
    _to_host(workplace, "asked", now=now)


def host_told(
    workplace: WorkplaceCollection,
    news: str,
    *,
    now: datetime,
    point: CollectionPoint | None = None,
) -> None:
    """Tell a host that a pledge was changed, is off, or was brought."""
    _to_host(workplace, news, now=now, point=point)


def _to_host(
    workplace: WorkplaceCollection,
    news: str,
    *,
    now: datetime,
    point: CollectionPoint | None = None,
) -> None:
    point = point or workplace.point
    host = point.host if point is not None else None
    if point is None or host is None or host.email is None:
        return
    mail.put(
        "aid/pledge_news",
        key=f"{news}:{workplace.public_id}:{point.id}:{workplace.version}:{now.isoformat()}",
        to=host.email,
        locale=host.locale,
        now=now,
        about=host.public_id,
        reply_to=point.drop.group.contact_email,
        values={
            "news": news,
            "drop_title": point.drop.title,
            "point_name": point.name,
            "boxes": workplace.counted_boxes if news == "brought" else workplace.promised_boxes,
            "contact_email": point.drop.group.contact_email,
            "links": {"host": host_page_link(host)},
        },
    )


def _whole(km: float | None) -> int | None:
    return None if km is None else max(1, round(km))


def _key(workplace: WorkplaceCollection, now: datetime) -> str:
    return f"{workplace.public_id}:{workplace.point_id}:{now.isoformat()}"


def _put(
    template: str,
    key: str,
    workplace: WorkplaceCollection,
    values: Mapping[str, Any] | None = None,
    *,
    now: datetime,
    to: str | None = None,
    links: Mapping[str, Any] | None = None,
) -> None:
    to = to or workplace.email
    if to is None:
        return
    group = workplace.drop.group
    mail.put(
        template,
        key=key,
        to=to,
        locale=workplace.locale,
        now=now,
        about=workplace.public_id,
        reply_to=group.contact_email,
        values={
            "drop_title": workplace.drop.title,
            "group_name": group.name,
            "contact_email": group.contact_email,
            "links": {"workplace": page_link(workplace), **(links or {})},
            **(values or {}),
        },
    )
