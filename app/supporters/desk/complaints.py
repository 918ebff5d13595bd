"""The desk's complaints: by the day they are due, looked into, answered, set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.lib.errors import NotFoundError, StaleError, UserError
from app.settings import settings
from app.supporters.forms.rights_desk import ComplaintStepForm, EnterComplaintForm
from app.supporters.models.rights import Complaint
from app.supporters.queries import rights as reads
from app.supporters.render import rights as render
from app.supporters.rules.rights import OPEN, PRESSING, is_late
from app.supporters.rules.words import AskedBy, ComplaintState
from app.supporters.service import complaints
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("complaints_desk", __name__, url_prefix="/desk/complaints")
_MAY = Permission.PRIVACY_MANAGE


@bp.get("/")
@requires(_MAY)
def index() -> ResponseReturnValue:
    """List what waits by the day it is due, and what was closed."""
    hers, now = groups_with(_MAY), clock.utcnow()
    done = reads.list_complaints(hers, is_open=False, before_id=_before())
    return show_page(
        "supporters/desk/complaints/index.html",
        waiting=reads.list_complaints(hers, is_open=True),
        done=done[: reads.PAGE_SIZE],
        next_id=done[reads.PAGE_SIZE - 1].id if len(done) > reads.PAGE_SIZE else None,
        is_late=lambda each: is_late(each.state, each.due_at, now=now),
        is_pressing=lambda each: now >= each.due_at - PRESSING,
        **_words(),
    )


def _before() -> int | None:
    typed = request.args.get("before", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else None


@bp.get("/new")
@requires(_MAY)
def ask() -> ResponseReturnValue:
    """Ask what somebody complained about who rang or wrote a letter."""
    form = EnterComplaintForm(_groups(), formdata=None)
    form.received_on.data = clock.day_in(settings().timezone, clock.utcnow())
    return show_page("supporters/desk/complaints/enter.html", form=form)


@bp.post("/new")
@requires(_MAY)
def enter() -> ResponseReturnValue:
    """Write it down; the days count from when it reached us."""
    form, now = EnterComplaintForm(_groups()), clock.utcnow()
    if not form.validate() or form.received_on.data is None:
        return show_page("supporters/desk/complaints/enter.html", status=422, form=form)
    came_at = datetime.combine(form.received_on.data, time(12), ZoneInfo(settings().timezone))
    with transaction():
        kept = complaints.receive(
            form.content(),
            locale=str(form.locale.data),
            source=AskedBy(form.source.data),
            nonce=None,
            now=now,
            by=current_actor(),
            received_at=min(came_at, now),
        )
    return redirect(url_for("complaints_desk.show", public_id=kept.public_id), 303)


@bp.get("/<public_id>")
@requires(_MAY)
def show(public_id: str) -> ResponseReturnValue:
    """Show a complaint with every step."""
    complaint = _get(public_id)
    return _page(complaint, ComplaintStepForm(complaint, formdata=None))


@bp.post("/<public_id>/<any(note, write, answer, told, aside):step>")
@requires(_MAY)
def take_step(public_id: str, step: str) -> ResponseReturnValue:
    """Note, write, answer by mail, note how it was answered, or set aside."""
    complaint = _get(public_id)
    form = ComplaintStepForm(complaint)
    if step in {"answer", "told"} and not form.outcome.data:
        form.validate()
        form.outcome.errors = [_("Say what was found and done.")]
    elif form.validate():
        try:
            with transaction():
                _STEPS[step](public_id, form)
        except UserError as error:
            form.add_problem(error)
            return _page(_get(public_id), form, status=error.status)
        flash(_("Saved."), "good")
        return redirect(url_for("complaints_desk.show", public_id=public_id), 303)
    return _page(complaint, form, status=422)


@bp.post("/<public_id>/again")
@requires(_MAY)
def take_up_again(public_id: str) -> ResponseReturnValue:
    """Let what was set aside wait again."""
    complaint = _get(public_id)
    if ActionForm().validate():
        try:
            with transaction():
                complaints.take_up_again(
                    public_id,
                    seen_version=complaint.version,
                    now=clock.utcnow(),
                    by=current_actor(),
                )
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
    return redirect(url_for("complaints_desk.show", public_id=public_id), 303)


def _note(public_id: str, form: ComplaintStepForm) -> None:
    seen, now, by = form.seen_version, clock.utcnow(), current_actor()
    complaints.add_note(public_id, form.words, seen_version=seen, now=now, by=by)


def _write(public_id: str, form: ComplaintStepForm) -> None:
    seen, now, by = form.seen_version, clock.utcnow(), current_actor()
    complaints.write(public_id, form.words, seen_version=seen, now=now, by=by)


def _answer(public_id: str, form: ComplaintStepForm, *, is_mailed: bool = True) -> None:
    complaints.answer(
        public_id,
        form.words,
        outcome=form.outcome.data or "",
        is_mailed=is_mailed,
        seen_version=form.seen_version,
        now=clock.utcnow(),
        by=current_actor(),
    )


def _told(public_id: str, form: ComplaintStepForm) -> None:
    _answer(public_id, form, is_mailed=False)


def _set_aside(public_id: str, form: ComplaintStepForm) -> None:
    seen, now, by = form.seen_version, clock.utcnow(), current_actor()
    complaints.set_aside(public_id, form.words, seen_version=seen, now=now, by=by)


_STEPS: dict[str, Callable[[str, ComplaintStepForm], None]] = {
    "note": _note,
    "write": _write,
    "answer": _answer,
    "told": _told,
    "aside": _set_aside,
}


def _page(
    complaint: Complaint, form: ComplaintStepForm, *, status: int = 200
) -> ResponseReturnValue:
    if status == StaleError.status:
        # The next press is made from the row as it is now.
        form.version.data = str(complaint.version)
    group = groups.get_group_by_id(complaint.group_id) if complaint.group_id else None
    return show_page(
        "supporters/desk/complaints/show.html",
        status=status,
        complaint=complaint,
        group=group,
        form=form,
        button_form=ActionForm(formdata=None),
        is_open=complaint.state in OPEN,
        is_aside=complaint.state is ComplaintState.SET_ASIDE and complaint.purged_at is None,
        is_late=is_late(complaint.state, complaint.due_at, now=clock.utcnow()),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "kind_names": render.COMPLAINT_KIND_NAMES,
        "state_names": render.COMPLAINT_STATE_NAMES,
        "state_tones": render.COMPLAINT_STATE_TONES,
        "source_names": render.ASKED_BY_NAMES,
    }


def _get(public_id: str) -> Complaint:
    """A complaint of one of her groups, or of none; raises NotFoundError."""
    complaint = reads.find_complaint(public_id)
    if complaint is None or complaint.group_id not in {None, *groups_with(_MAY)}:
        raise NotFoundError
    return complaint


def _groups() -> list[Group]:
    hers = groups_with(_MAY)
    return [each for each in groups.list_groups() if each.id in hers]


def _find(_now: datetime) -> Iterator[Waiting]:
    for public_id, since, due_at, group_id in reads.waiting_complaints():
        yield Waiting(public_id, since=since, group_id=group_id, due_at=due_at)


WAITING = WaitingSource(
    WaitingKind(
        key="complaints",
        name=_l("Complaints"),
        advice=_l("Read what happened, look into it, and answer within thirty days."),
        endpoint="complaints_desk.index",
        permission=_MAY,
        is_urgent=True,
        order=7,
    ),
    find=_find,
)
