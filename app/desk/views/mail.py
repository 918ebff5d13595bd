"""How mail fares, what came in to the address for bounces, and who gets no more mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import current_actor, desk_blueprint, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.desk.forms.mail import AddressForm, SuppressForm
from app.desk.render import RECEIVED_NAMES
from app.lib import clock
from app.mail.models.addresses import Suppression
from app.mail.queries import addresses as address_reads
from app.mail.queries import health as health_reads
from app.mail.queries import outbox as outbox_reads
from app.mail.queries import pacing as pacing_reads
from app.mail.queries import received as reads
from app.mail.render import BOUNCE_NAMES, REASON_NAMES
from app.mail.rules.addresses import SuppressionReason
from app.mail.rules.outbox import MailState
from app.mail.service import receiving, suppression
from app.settings import settings
from app.web.forms import ActionForm, version_in
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp = desk_blueprint("mail_desk", __name__, url_prefix="/desk/mail")

PAGE = 25
#: How far the numbers look back.
LOOK_BACK = timedelta(days=30)


@bp.get("/")
@requires(Permission.PRIVACY_MANAGE)
def index() -> ResponseReturnValue:
    """Show in numbers whether mail leaves and arrives."""
    now = clock.utcnow()
    brake = pacing_reads.find_brake()
    resting = brake.rests_until if brake and (brake.rests_until or now) > now else None
    return show_page(
        "desk/mail/index.html",
        sent=pacing_reads.count_sent(now),
        limit=settings().mail_per_hour,
        resting=resting,
        waiting=outbox_reads.count_mails(MailState.WAITING),
        returned=health_reads.count_returned(now - LOOK_BACK),
        suppressed=address_reads.count_live(),
        unread=reads.count_unread(),
        takes_bounces=bool(settings().bounce_address),
        bounce_names=BOUNCE_NAMES,
        reason_names=REASON_NAMES,
    )


@bp.get("/received")
@requires(Permission.PRIVACY_MANAGE)
def received() -> ResponseReturnValue:
    """List what came in and is for a person to read, the latest first."""
    before = version_in(request.args.get("before")) or None
    rows = reads.list_received(before_id=before, limit=PAGE + 1)
    shown = rows[:PAGE]
    return show_page(
        "desk/mail/received.html",
        rows=[(each, receiving.open_letter(each)) for each in shown],
        names=RECEIVED_NAMES,
        older=shown[-1].id if len(rows) > PAGE else None,
        is_first=before is None,
        act=ActionForm(),
    )


@bp.get("/received/<public_id>")
@requires(Permission.PRIVACY_MANAGE)
def letter(public_id: str) -> ResponseReturnValue:
    """Show what one of them says, as plain text."""
    mail = reads.get_received(public_id)
    return show_page(
        "desk/mail/letter.html",
        mail=mail,
        letter=receiving.open_letter(mail),
        name=RECEIVED_NAMES[mail.kind],
        act=ActionForm(),
    )


@bp.post("/received/<public_id>/seen")
@requires(Permission.PRIVACY_MANAGE)
def seen(public_id: str) -> ResponseReturnValue:
    """Note that somebody read one of them."""
    if ActionForm().validate():
        with transaction():
            receiving.mark_seen(reads.get_received(public_id), now=clock.utcnow())
    return redirect(url_for("mail_desk.received"), 303)


@bp.get("/suppressed")
@requires(Permission.PRIVACY_MANAGE)
def suppressed() -> ResponseReturnValue:
    """Ask for an address; the addresses themselves are not kept, so none can be listed."""
    return _suppressed_page(AddressForm(formdata=None))


@bp.post("/suppressed")
@requires(Permission.PRIVACY_MANAGE)
def look_up() -> ResponseReturnValue:
    """Say whether mail may go to an address; nothing is written."""
    form = AddressForm()
    if not form.validate():
        return _suppressed_page(form, status=422)
    found = list(address_reads.list_live(form.email.data or ""))
    return _suppressed_page(form, found=found, entry=_entry(form.email.data or ""))


@bp.post("/suppressed/add")
@requires(Permission.PRIVACY_MANAGE)
def suppress() -> ResponseReturnValue:
    """Let no more mail go to an address, for somebody who rang or wrote."""
    form = SuppressForm()
    if not form.validate():
        return _suppressed_page(AddressForm(formdata=None), entry=form, status=422)
    with transaction():
        suppression.suppress_for(
            form.to.data or "",
            SuppressionReason(form.reason.data),
            now=clock.utcnow(),
            by=current_actor(),
        )
    flash(_("No more mail to many goes to this address."), "good")
    return redirect(url_for("mail_desk.suppressed"), 303)


def _entry(email: str) -> SuppressForm:
    form = SuppressForm(formdata=None)
    form.to.data = email
    return form


def _suppressed_page(
    form: AddressForm,
    *,
    found: list[Suppression] | None = None,
    entry: SuppressForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return show_page(
        "desk/mail/suppressed.html",
        status=status,
        form=form,
        found=found,
        entry=entry,
        names=REASON_NAMES,
    )


def _find(_now: datetime) -> Iterator[Waiting]:
    for public_id, since in reads.list_unread():
        yield Waiting(public_id, since=since)


WAITING = WaitingSource(
    WaitingKind(
        key="received_mails",
        name=_l("Mail that came back and no program understands"),
        advice=_l("Read it, answer if somebody asks for something, and mark it as read."),
        endpoint="mail_desk.received",
        permission=Permission.PRIVACY_MANAGE,
        order=85,
    ),
    find=_find,
)
