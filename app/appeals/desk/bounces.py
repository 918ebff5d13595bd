"""Mails to donors that came back: on Today, in a list, and on the page of the gift."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import bounces as bounce_reads
from app.appeals.queries import regular as regular_reads
from app.db.session import transaction
from app.lib import clock
from app.mail.models.outbox import OutboxMail
from app.mail.render import KIND_NAMES, bounce_words
from app.mail.service import outbox as mail
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp = desk_blueprint("bounces_desk", __name__, url_prefix="/desk/bounces")

MOST = 200


@dataclass(frozen=True)
class Returned:
    """A mail that came back, as the page of its gift tells it."""

    at: datetime
    what: str
    why: str
    advice: str
    #: The address of the gift has been corrected, or somebody put it aside.
    is_settled: bool


def returned_mails(gift: Donation | RegularDonation) -> list[Returned]:
    """What came back of the mails about a gift, the latest first."""
    about = [gift.public_id]
    if isinstance(gift, RegularDonation):
        about += [each.public_id for each in regular_reads.list_collections(gift.id)]
    mails = bounce_reads.bounces_about(about)
    return [_returned(each, gift) for each in mails]


def _returned(row: OutboxMail, gift: Donation | RegularDonation) -> Returned:
    why, advice = bounce_words(row)
    return Returned(
        at=row.bounced_at or row.created_at,
        what=str(KIND_NAMES.get(row.template, row.template)),
        why=why,
        advice=advice,
        is_settled=row.bounce_seen_at is not None or row.to != gift.email,
    )


@bp.get("/")
@requires(Permission.DONATIONS_SEE)
def index() -> ResponseReturnValue:
    """List what came back and waits for somebody."""
    found = bounce_reads.list_bounced(groups_with(Permission.DONATIONS_SEE), limit=MOST)
    return show_page(
        "appeals/desk/bounces.html",
        rows=[(each, _returned(each.mail, each.gift)) for each in found],
        edit_groups=groups_with(Permission.DONATIONS_EDIT),
        form=ActionForm(),
    )


@bp.post("/<int:mail_id>/aside")
@requires(Permission.DONATIONS_EDIT)
def put_aside(mail_id: int) -> ResponseReturnValue:
    """Take a returned mail off the list: nothing more is to be done."""
    if ActionForm().validate():
        with transaction():
            found = bounce_reads.get_bounced(mail_id, groups_with(Permission.DONATIONS_EDIT))
            group_id = found.gift.appeal.group_id
            mail.put_aside(found.mail, by=current_actor(), now=clock.utcnow(), group_id=group_id)
        flash(_("Put aside. It still stands on the page of the gift."), "good")
    return redirect(url_for("bounces_desk.index"), 303)


def _find(_now: datetime) -> Iterator[Waiting]:
    for mail_id, bounced_at, group_id in bounce_reads.list_waiting():
        yield Waiting(str(mail_id), since=bounced_at, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="bounces",
        name=_l("Mails to donors that came back"),
        advice=_l("Correct the address of the gift; the receipt is sent again by itself."),
        endpoint="bounces_desk.index",
        permission=Permission.DONATIONS_SEE,
        order=45,
    ),
    find=_find,
)
