"""Organisers write appeals, publish and close them, and tell the news."""

from datetime import datetime, timedelta

from app.appeals.errors import (
    BadSlugError,
    DatesCrossedError,
    ForeignFundError,
    FundInUseError,
    MoneyCameError,
    NoPictureTextError,
    NoSecondaryPurposeError,
    NotOpenedYetError,
    SlugTakenError,
    StaleAppealError,
)
from app.appeals.models.appeals import Appeal, AppealTotals, AppealUpdate
from app.appeals.models.donations import ReceiptCounter
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.rules import giving as giving_rules
from app.appeals.rules.appeals import AppealContent, UpdateContent
from app.appeals.rules.words import AppealStage
from app.appeals.service import indexing
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.db.topics import touch
from app.groups.models import Group
from app.groups.rules import is_slug
from app.ledger.models import Fund

#: The same news told again this soon are a double click, or a page sent again by the back button.
SENT_TWICE_WITHIN = timedelta(hours=1)


def create_appeal(
    group: Group, content: AppealContent, *, slug: str, now: datetime, by: Actor
) -> Appeal:
    """Begin an appeal as a draft.

    Raises BadSlugError, SlugTakenError, ForeignFundError, DatesCrossedError, NoPictureTextError
    or an error of the suggested amounts.
    """
    if not is_slug(slug):
        raise BadSlugError
    if appeal_reads.find_appeal(slug) is not None:
        raise SlugTakenError
    fund = _check(group.id, content)
    appeal = Appeal(
        slug=slug,
        group=group,
        currency=fund.currency,
        created_at=now,
        updated_at=now,
        version=1,
    )
    _write(appeal, content)
    appeal.totals = AppealTotals(currency=fund.currency)
    db.session.add(appeal)
    if db.session.get(ReceiptCounter, group.id) is None:
        db.session.add(ReceiptCounter(group_id=group.id, last_number=0))
    db.session.flush()
    _tell(appeal, "appeal.created", now=now, by=by)
    return appeal


def edit_appeal(
    appeal_id: int, content: AppealContent, *, seen_version: int, now: datetime, by: Actor
) -> Appeal:
    """Save an edited appeal.

    Raises StaleAppealError when somebody saved after this page was made, FundInUseError when gifts
    would change their fund, or what `create_appeal` raises about the content.
    """
    appeal = appeal_reads.lock_appeal(appeal_id)
    if appeal.version != seen_version:
        raise StaleAppealError
    _check(appeal.group_id, content, currency=appeal.currency)
    if content.fund_id != appeal.fund_id and donation_reads.has_gifts(appeal.id):
        raise FundInUseError
    _write(appeal, content)
    appeal.version += 1
    appeal.updated_at = now
    db.session.flush()
    _tell(appeal, "appeal.edited", now=now, by=by)
    return appeal


def _check(group_id: int, content: AppealContent, *, currency: str | None = None) -> Fund:
    fund = db.session.get(Fund, content.fund_id)
    if fund is None or fund.group_id != group_id:
        raise ForeignFundError
    if fund.currency != content.goal.currency or currency not in {None, fund.currency}:
        raise ForeignFundError
    if content.closes_at is not None and content.closes_at <= content.opens_at:
        raise DatesCrossedError
    if content.picture_id is not None and content.picture_alt is None:
        raise NoPictureTextError
    for amount in content.suggested:
        giving_rules.check_amount(amount)
    return fund


def _write(appeal: Appeal, content: AppealContent) -> None:
    appeal.fund_id = content.fund_id
    appeal.title = content.title
    appeal.summary = content.summary
    appeal.story = content.story
    appeal.goal_minor = content.goal.minor
    appeal.suggested_minor = list(content.suggested_minor)
    appeal.opens_at = content.opens_at
    appeal.closes_at = content.closes_at
    appeal.picture_id = content.picture_id
    appeal.picture_alt = content.picture_alt


def publish_appeal(appeal_id: int, *, now: datetime, by: Actor) -> None:
    """Show an appeal to everybody; raises NoSecondaryPurposeError. Twice changes nothing."""
    appeal = appeal_reads.lock_appeal(appeal_id)
    if not appeal.fund.secondary_purpose.origin_text:
        raise NoSecondaryPurposeError
    if appeal.published_at is not None:
        return
    appeal.published_at = now
    appeal.version += 1
    _tell(appeal, "appeal.published", now=now, by=by)


def withdraw_appeal(appeal_id: int, *, now: datetime, by: Actor) -> None:
    """Make an appeal a draft again; raises MoneyCameError once somebody gave."""
    appeal = appeal_reads.lock_appeal(appeal_id)
    totals = appeal.totals
    if totals.received_minor or totals.on_its_way_minor:
        raise MoneyCameError
    if appeal.published_at is None:
        return
    appeal.published_at = None
    appeal.version += 1
    _tell(appeal, "appeal.withdrawn", now=now, by=by)


def close_appeal(appeal_id: int, *, now: datetime, by: Actor) -> None:
    """Take no more gifts from now on; late money is still taken. Raises NotOpenedYetError."""
    appeal = appeal_reads.lock_appeal(appeal_id)
    if appeal.stage(now) is AppealStage.CLOSED:
        return
    if appeal.opens_at >= now:
        raise NotOpenedYetError
    appeal.closes_at = now
    appeal.version += 1
    _tell(appeal, "appeal.closed", now=now, by=by)


def post_update(
    appeal: Appeal, content: UpdateContent, *, now: datetime, by: Actor
) -> AppealUpdate:
    """Tell the news below an appeal; the very same soon after is a form that was sent twice."""
    appeal_reads.lock_appeal(appeal.id)
    for told in appeal_reads.list_updates(appeal.id):
        is_same = told.title == content.title and told.body == content.body
        if is_same and now - told.posted_at < SENT_TWICE_WITHIN:
            return told
    update = AppealUpdate(
        appeal=appeal,
        title=content.title,
        body=content.body,
        posted_at=now,
        changed_at=now,
        version=1,
    )
    db.session.add(update)
    db.session.flush()
    _tell(appeal, "appeal.update_posted", now=now, by=by, update=update)
    return update


def edit_update(
    update: AppealUpdate, content: UpdateContent, *, seen_version: int, now: datetime, by: Actor
) -> None:
    """Correct the news; its date stays. Raises StaleAppealError."""
    appeal_reads.lock_appeal(update.appeal_id)
    db.session.refresh(update)
    if update.version != seen_version:
        raise StaleAppealError
    update.title = content.title
    update.body = content.body
    update.changed_at = now
    update.version += 1
    db.session.flush()
    _tell(update.appeal, "appeal.update_edited", now=now, by=by, update=update)


def _tell(
    appeal: Appeal, action: str, *, now: datetime, by: Actor, update: AppealUpdate | None = None
) -> None:
    audit.record(
        by,
        action,
        f"appeal:{appeal.id}",
        now=now,
        group_id=appeal.group_id,
        detail={"slug": appeal.slug} | ({"update": update.id} if update else {}),
    )
    db.session.refresh(appeal, ["updates"])
    indexing.index(appeal)
    touch(f"appeal:{appeal.id}", "home", f"group:{appeal.group_id}")
