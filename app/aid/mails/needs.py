"""The mails to whoever wants to hear when a list of needs changes.

The address was typed by somebody, perhaps not by whoever reads the mail: the first mail only asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.aid.models.drops import DropNeed, NeedsSubscription
from app.aid.rules.needs import NEEDS_LINK
from app.mail.service import outbox as mail


def page_link(subscription: NeedsSubscription) -> dict[str, Any]:
    """The link to the page on which a subscription is confirmed or ended, as a mail keeps it."""
    return _link(subscription, "needs.show")


def confirm(subscription: NeedsSubscription, *, now: datetime) -> None:
    """Ask whoever reads a mailbox whether she wants to hear of changes; at most once an hour."""
    hour = int(now.timestamp() // 3600)
    _put("aid/needs_confirm", f"{subscription.public_id}:{hour}", subscription, {}, now=now)


def changed(subscription: NeedsSubscription, needs: Sequence[DropNeed], *, now: datetime) -> None:
    """Send the list as it is now."""
    key = f"{subscription.public_id}:{now.date().isoformat()}"
    values = {"needs": [_line(each) for each in needs]}
    _put("aid/needs_changed", key, subscription, values, now=now, is_bulk=True)


def over(subscription: NeedsSubscription, *, is_called_off: bool, now: datetime) -> None:
    """Say that nothing more is collected; it is the last mail."""
    values = {"is_called_off": is_called_off}
    _put("aid/needs_over", subscription.public_id, subscription, values, now=now)


def links(
    subscriptions: Sequence[NeedsSubscription], *, to: str, locale: str, key: str, now: datetime
) -> None:
    """Send somebody the links with which she ends what she hears of."""
    if not subscriptions:
        return
    first = subscriptions[0]
    mail.put(
        "aid/needs_links",
        key=key,
        to=to,
        locale=locale,
        now=now,
        about=first.public_id,
        reply_to=first.drop.group.contact_email,
        values={
            "rounds": [
                {"link": f"page_{place}", "title": each.drop.title}
                for place, each in enumerate(subscriptions)
            ],
            "links": {f"page_{place}": page_link(each) for place, each in enumerate(subscriptions)},
        },
    )


def _line(need: DropNeed) -> dict[str, Any]:
    return {
        "item_name": need.item.name,
        "priority": need.priority.value,
        "why": need.why,
        "is_enough": need.fulfilled_at is not None,
    }


def _put(
    template: str,
    key: str,
    subscription: NeedsSubscription,
    values: Mapping[str, Any],
    *,
    now: datetime,
    is_bulk: bool = False,
) -> None:
    drop = subscription.drop
    made = {
        "page": page_link(subscription),
        "drop": {"endpoint": "drops.show", "values": {"slug": drop.slug}},
    }
    if is_bulk:
        made["unsubscribe"] = _link(subscription, "needs.ask_end")
    mail.put(
        template,
        key=key,
        to=subscription.email,
        locale=subscription.locale,
        now=now,
        about=subscription.public_id,
        reply_to=drop.group.contact_email,
        values={
            "drop_title": drop.title,
            "group_name": drop.group.name,
            "contact_email": drop.group.contact_email,
            **values,
            "links": made,
        },
    )


def _link(subscription: NeedsSubscription, endpoint: str) -> dict[str, Any]:
    return {
        "endpoint": endpoint,
        "purpose": NEEDS_LINK,
        "subject": subscription.public_id,
        "version": subscription.link_version,
    }
