"""What can be done about what waits, and groups together with who owns them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.accounts.rules.permissions import Role
from app.accounts.service import accounts
from app.audit import service as audit
from app.desk.errors import GroupHasCharityFundError
from app.groups import service as groups
from app.groups.rules import GroupKind
from app.ledger import queries as ledger
from app.ledger.rules import FundKind
from app.payments.service.inbox import APPLY_JOB
from app.queue import service as queue

if TYPE_CHECKING:
    from datetime import datetime

    from app.accounts.models import User
    from app.audit.facts import Actor
    from app.groups.models import Group
    from app.groups.service import GroupDetails, NewGroup
    from app.payments.models.inbox import StripeEvent


def retry_event(event: StripeEvent, *, now: datetime, by: Actor) -> None:
    """Let the worker work a message from Stripe in at once, beside the tries it has coming."""
    queue.put(APPLY_JOB, {"event": event.id}, now=now, key=f"{APPLY_JOB}:{event.id}:{now}")
    audit.record(
        by,
        "stripe_event.retried",
        f"stripe_event:{event.id}",
        now=now,
        group_id=event.payment_account.group_id,
        detail={"type": event.type},
    )


def found_group(new: NewGroup, owner: User, *, now: datetime, by: Actor) -> Group:
    """Give a body its page and an owner; raises what `create_group` and `grant_role` raise."""
    group = groups.create_group(new, now=now, by=by)
    accounts.grant_role(owner, group.id, Role.OWNER, now=now, by=by)
    return group


def edit_group(
    group_id: int, details: GroupDetails, *, seen_version: int, now: datetime, by: Actor
) -> Group:
    """Save what a body says of itself.

    Raises GroupHasCharityFundError, or what `groups.service.edit_group` raises.
    """
    if details.kind is not GroupKind.CHARITY and any(
        fund.kind is FundKind.CHARITY for fund in ledger.list_funds([group_id])
    ):
        raise GroupHasCharityFundError
    return groups.edit_group(group_id, details, seen_version=seen_version, now=now, by=by)
