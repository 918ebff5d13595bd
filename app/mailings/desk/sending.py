"""The desk's side of sending: tested, sent, held, stopped, looked at, copied for everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.guard import check, current_account, current_actor, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError
from app.mail.render import BOUNCE_NAMES
from app.mailings.desk.mailings import bp, get_mailing
from app.mailings.forms.mailings import HourForm
from app.mailings.models.mailings import Mailing
from app.mailings.queries import audience as audience_reads
from app.mailings.queries import mailings as reads
from app.mailings.queries import recipients as row_reads
from app.mailings.render import desk as render
from app.mailings.rules.audience import from_json
from app.mailings.rules.mailings import OVER, STARTABLE, STOPPABLE, WRITABLE, languages
from app.mailings.rules.words import MailingState, RecipientState
from app.mailings.service import copying, starting, writing
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.panels import WaitingKind, WaitingSource

__all__ = ["bp"]

WAITING = WaitingSource(
    WaitingKind(
        key="mailings_overdue",
        name=_l("Mailings whose hour has passed"),
        advice=_l("Send it now, or stop it: it may have gone out before the server was down."),
        endpoint="mailings_desk.index",
        permission=Permission.MAILINGS_SEND,
    ),
    find=reads.waiting,
)
CHANGES: Mapping[str, Callable[..., Any]] = {
    "pause": starting.pause,
    "resume": starting.resume,
    "stop": starting.stop,
    "again": starting.try_failed_again,
    "unschedule": starting.unschedule,
}


@bp.get("/<public_id>")
@requires(Permission.MAILINGS_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show how a mailing stands, and what can be done with it."""
    return _page(get_mailing(public_id))


def _page(mailing: Mailing) -> ResponseReturnValue:
    returned, left = render.consequences(mailing)
    return show_page(
        "mailings/desk/show.html",
        mailing=mailing,
        state_tag=render.STATE_TAGS[mailing.state],
        kind_name=render.KIND_NAMES[mailing.kind],
        lines=render.audience_lines(mailing),
        people=None if mailing.started_at else _count(mailing),
        progress=render.progress_of([mailing])[mailing.id],
        returned=returned,
        unsubscribed=left,
        joined=reads.count_joined(mailing),
        written=languages(mailing.subject, mailing.body),
        is_tested=mailing.tested_version == mailing.version,
        act=ActionForm(),
        can=_what_can_be_done(mailing),
        may_write=bool(groups_with(Permission.MAILINGS_EDIT)),
        may_see_people=mailing.group_id in groups_with(Permission.PEOPLE_SEE),
    )


def _count(mailing: Mailing) -> int:
    return audience_reads.count_readers(
        from_json(mailing.audience), mailing.group_id, mailing.purpose
    )


def _what_can_be_done(mailing: Mailing) -> dict[str, bool]:
    may_edit = mailing.group_id in groups_with(Permission.MAILINGS_EDIT)
    may_send = mailing.group_id in groups_with(Permission.MAILINGS_SEND)
    may_write = mailing.group_id in groups_with(Permission.ARTICLES_EDIT)
    state = mailing.state
    return {
        "edit": may_edit and state in WRITABLE,
        "send": may_send and state in STARTABLE,
        "pause": may_send and state is MailingState.SENDING,
        "resume": may_send and state is MailingState.PAUSED,
        "stop": may_send and state in STOPPABLE,
        "unschedule": may_send and state is MailingState.SCHEDULED,
        "again": may_send and state not in STARTABLE and state is not MailingState.STOPPED,
        "make_copy": may_write and state in OVER and mailing.started_at is not None,
    }


@bp.post("/<public_id>/test")
@requires(Permission.MAILINGS_EDIT)
def test(public_id: str) -> ResponseReturnValue:
    """Mail it to the organiser herself, in every language it has."""
    mailing = get_mailing(public_id, Permission.MAILINGS_EDIT)
    if ActionForm().validate():
        _do(lambda: writing.send_test(mailing.id, current_account(), **_now()))
    return redirect(url_for("mailings_desk.show", public_id=public_id), 303)


def _now() -> dict[str, Any]:
    return {"now": clock.utcnow(), "by": current_actor()}


def _do(work: Callable[[], object]) -> object | None:
    """Do it, or tell why not; what it answered."""
    try:
        with transaction():
            return work()
    except UserError as error:
        flash(_(error.sentence, **error.params), "bad")
        return None


@bp.get("/<public_id>/send")
@requires(Permission.MAILINGS_SEND)
def ask_send(public_id: str) -> ResponseReturnValue:
    """Show once more what goes, and to how many, before it does."""
    return _send_page(get_mailing(public_id, Permission.MAILINGS_SEND), HourForm(formdata=None))


def _send_page(mailing: Mailing, form: HourForm, *, status: int = 200) -> ResponseReturnValue:
    if mailing.state not in STARTABLE:
        return redirect(url_for("mailings_desk.show", public_id=mailing.public_id), 303)
    return show_page(
        "mailings/desk/send.html",
        status=status,
        mailing=mailing,
        form=form,
        act=ActionForm(),
        kind_name=render.KIND_NAMES[mailing.kind],
        lines=render.audience_lines(mailing),
        progress=render.progress_of([mailing])[mailing.id],
        people=None if mailing.started_at else _count(mailing),
        written=languages(mailing.subject, mailing.body),
        is_tested=mailing.tested_version == mailing.version,
    )


@bp.post("/<public_id>/send")
@requires(Permission.MAILINGS_SEND)
def send(public_id: str) -> ResponseReturnValue:
    """Let it go now."""
    mailing = get_mailing(public_id, Permission.MAILINGS_SEND)
    if ActionForm().validate():
        count = _do(lambda: starting.send_now(mailing.id, **_now()))
        if isinstance(count, int):
            flash(_("It is on its way."), "good")
    return redirect(url_for("mailings_desk.show", public_id=public_id), 303)


@bp.post("/<public_id>/schedule")
@requires(Permission.MAILINGS_SEND)
def schedule(public_id: str) -> ResponseReturnValue:
    """Let it go at an hour."""
    mailing, form = get_mailing(public_id, Permission.MAILINGS_SEND), HourForm()
    if not form.validate():
        return _send_page(mailing, form, status=422)
    try:
        with transaction():
            starting.schedule(mailing.id, form.instant(), **_now())
    except UserError as error:
        form.add_problem(error)
        return _send_page(get_mailing(public_id), form, status=error.status)
    return redirect(url_for("mailings_desk.show", public_id=public_id), 303)


@bp.post("/<public_id>/<any(pause, resume, stop, again, unschedule):change>")
@requires(Permission.MAILINGS_SEND)
def change_state(public_id: str, change: str) -> ResponseReturnValue:
    """Hold it, go on, stop what is not out, or try those once more who did not get it."""
    mailing = get_mailing(public_id, Permission.MAILINGS_SEND)
    if ActionForm().validate():
        done = _do(lambda: CHANGES[change](mailing.id, **_now()))
        if change == "stop" and isinstance(done, int):
            words = ngettext(
                "It does not go to %(num)s person.", "It does not go to %(num)s people.", done
            )
            flash(words, "good")
    return redirect(url_for("mailings_desk.show", public_id=public_id), 303)


@bp.post("/<public_id>/copy")
@requires(Permission.ARTICLES_EDIT)
def copy(public_id: str) -> ResponseReturnValue:
    """Write it as an article, without anything that is meant for one reader."""
    mailing = get_mailing(public_id, Permission.ARTICLES_EDIT)
    if ActionForm().validate():
        article = _do(lambda: copying.make_copy(mailing.id, **_now()))
        if article is not None:
            flash(_("The copy is a draft among the articles."), "good")
    return redirect(url_for("mailings_desk.show", public_id=public_id), 303)


@bp.get("/<public_id>/people")
@requires(Permission.PEOPLE_SEE)
def people(public_id: str) -> ResponseReturnValue:
    """Who got it, and who did not and why."""
    mailing = get_mailing(public_id)
    check(Permission.PEOPLE_SEE, mailing.group_id)
    typed, after = request.args.get("state", ""), request.args.get("after", "")
    state = RecipientState(typed) if typed in set(RecipientState) else None
    after_id = int(after) if after.isdecimal() and len(after) < 18 else 0
    rows, next_id = row_reads.list_recipients(mailing.id, state, after_id)
    return show_page(
        "mailings/desk/people.html",
        mailing=mailing,
        rows=rows,
        next_id=next_id,
        is_first=not after_id,
        state=state,
        progress=render.progress_of([mailing])[mailing.id],
        row_names=render.ROW_NAMES,
        skip_names=render.SKIP_NAMES,
        bounce_names=BOUNCE_NAMES,
    )
