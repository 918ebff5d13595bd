"""“Something is wrong here”: a form on every public event, for anybody."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.events.flows import hosting as flows
from app.events.forms.hosting import ReportForm
from app.events.models.events import Event
from app.events.queries import events as event_reads
from app.events.queries import reports as reads
from app.events.rules.words import EventState, ReportKind
from app.lib import clock
from app.lib.errors import UserError
from app.web.pages import render as show_page

bp = Blueprint("reports", __name__)


@bp.get("/events/<slug>/report")
def new(slug: str) -> Response:
    """Ask what is wrong with an event."""
    return _form_page(_event(slug), ReportForm(formdata=None))


@bp.post("/events/<slug>/report")
def send(slug: str) -> ResponseReturnValue:
    """Keep what somebody says is wrong; nobody is asked who she is."""
    event, form = _event(slug), ReportForm()
    if not form.validate():
        return _form_page(event, form, status=422)
    try:
        flows.report(
            event.id,
            ReportKind(form.kind.data),
            (form.text.data or "").strip(),
            nonce=form.nonce,
            address=request.remote_addr,
            now=clock.utcnow(),
        )
    except UserError as error:
        form.add_problem(error)
        return _form_page(_event(slug), form, status=error.status)
    return redirect(url_for("reports.sent", slug=slug), 303)


@bp.get("/events/<slug>/report/sent")
def sent(slug: str) -> Response:
    """Thank whoever told us; says nothing of what became of the event."""
    return show_page("events/hosting/report_sent.html", event=_event(slug))


def _event(slug: str) -> Event:
    """The event; of a hidden one, too, one can say more. Raises what `get_published` raises."""
    event = reads.find_reportable(slug)
    return event if event is not None else event_reads.get_published(slug)


def _form_page(event: Event, form: ReportForm, *, status: int = 200) -> Response:
    # The title of an event that is out of sight is out of sight, too.
    is_shown = event.state is EventState.PUBLISHED
    return show_page(
        "events/hosting/report.html", status=status, form=form, event=event, is_shown=is_shown
    )
