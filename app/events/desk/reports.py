"""The desk's reports: what people say is wrong with an event, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.events.forms.moderating import ReportsForm
from app.events.queries import events as event_reads
from app.events.queries import reports as reads
from app.events.render.hosting import event_when
from app.events.render.words import REPORT_KIND_NAMES, STATE_NAMES, STATE_TONES
from app.events.service import reporting
from app.lib import clock
from app.lib.errors import UserError
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("reports_desk", __name__, url_prefix="/desk/reports")


@bp.get("/")
@requires(Permission.EVENTS_MODERATE)
def index() -> ResponseReturnValue:
    """List the open reports, event by event, those first that are out of sight."""
    found = reads.list_open(groups_with(Permission.EVENTS_MODERATE))
    return show_page(
        "events/desk/hosting/reports.html",
        groups=[(event, list(rows)) for event, rows in groupby(found, key=lambda each: each.event)],
        form=ReportsForm(formdata=None),
        event_when=event_when,
        kind_names=REPORT_KIND_NAMES,
        state_names=STATE_NAMES,
        state_tones=STATE_TONES,
    )


@bp.post("/<public_id>/<any(right, wrong):answer>")
@requires(Permission.EVENTS_MODERATE)
def close(public_id: str, answer: str) -> ResponseReturnValue:
    """Leave an event out of sight, or show it again, and close its reports."""
    event = event_reads.get_for_desk(public_id, groups_with(Permission.EVENTS_SEE))
    check(Permission.EVENTS_MODERATE, event.group_id)
    form, was_right = ReportsForm(), answer == "right"
    if form.validate():
        try:
            with transaction():
                seen, now, by = form.seen_count, clock.utcnow(), current_actor()
                reporting.answer(event.id, was_right=was_right, seen=seen, now=now, by=by)
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
        else:
            done = _("The event stays out of sight.") if was_right else _("The event is shown.")
            flash(done, "good")
    return redirect(url_for("reports_desk.index"), 303)


def _find(_now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.waiting_reports():
        if since is not None:
            yield Waiting(public_id, since=since, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="event_reports",
        name=_l("Events of which somebody says that something is wrong"),
        advice=_l("Read what people say, then show the event again or leave it out of sight."),
        endpoint="reports_desk.index",
        permission=Permission.EVENTS_MODERATE,
        is_urgent=True,
        order=5,
    ),
    find=_find,
)
