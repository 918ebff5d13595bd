"""The desk's points: what waits for a decision, one point with everything that helps to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk import pickups
from app.aid.errors.points import PointNotFoundError
from app.aid.forms.point_desk import (
    ApprovePointForm,
    CodeForm,
    HostEmailForm,
)
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.queries import drops as drop_reads
from app.aid.queries import points as reads
from app.aid.render import again, host_talks, places, stock_desk
from app.aid.render import point_desk as render
from app.aid.render.words import POINT_STATE_NAMES, POINT_STATE_TONES
from app.aid.rules.points import ANSWER_RIGHT_WITHIN, ANSWER_WITHIN, takes_points
from app.aid.rules.words import PointState
from app.aid.service import moderating_points as moderating
from app.aid.service import points
from app.db.session import transaction
from app.events.forms.events import SeenForm
from app.events.forms.moderating import QuestionForm, ReasonForm, SeenButton
from app.lib import clock
from app.lib.errors import UserError
from app.web.forms import ActionForm, Form
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("points_desk", __name__, url_prefix="/desk/points")

#: So many decided points are listed.
DECIDED = 30
#: What one press does, as it stands in the address.
PRESSES = "any(show, pause, close, reopen)"


@bp.get("/")
@requires(Permission.AID_MODERATE)
def index() -> ResponseReturnValue:
    """List what waits for a decision, what hosts changed, who did not answer, what was decided."""
    mine, now = groups_with(Permission.AID_MODERATE), clock.utcnow()
    return show_page(
        "aid/desk/points/index.html",
        pending=render.queue_rows(reads.list_waiting(mine), now=now),
        edited=reads.list_edited(mine),
        unanswered=reads.list_unanswered(mine, before=now - ANSWER_RIGHT_WITHIN),
        decided=reads.list_decided(mine, limit=DECIDED),
        rounds=[each for each in drop_reads.list_running(mine) if takes_points(each.state)],
        sees_people=bool(groups_with(Permission.AID_SEE_PEOPLE)),
        name_of=places.desk_name,
        state_names=POINT_STATE_NAMES,
        state_tones=POINT_STATE_TONES,
    )


@bp.get("/<public_id>")
@requires(Permission.AID_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show a point with everything that helps to decide and to help its host."""
    return _page(get_point(public_id))


def get_point(public_id: str, permission: Permission = Permission.AID_SEE) -> CollectionPoint:
    """The point of an address, if the account may do this in its group."""
    point = reads.get_for_desk(public_id, groups_with(Permission.AID_SEE))
    check(permission, point.drop.group_id)
    return point


def _page(point: CollectionPoint, *, status: int = 200, **forms: Form) -> ResponseReturnValue:
    group_id = point.drop.group_id
    made: dict[str, Form] = {
        "approve_form": ApprovePointForm(formdata=None),
        "reject_form": ReasonForm(formdata=None),
        "question_form": QuestionForm(formdata=None),
        "code_form": CodeForm(formdata=None),
        "email_form": HostEmailForm(formdata=None),
    } | forms
    for form in made.values():
        if isinstance(form, SeenForm) and not form.version.data:
            form.version.data = str(point.version)
    sees_people = group_id in groups_with(Permission.AID_SEE_PEOPLE)
    may_moderate, now = group_id in groups_with(Permission.AID_MODERATE), clock.utcnow()
    return show_page(
        "aid/desk/points/show.html",
        status=status,
        may_moderate=may_moderate,
        act=ActionForm(),
        problems=[problem for form in made.values() for problem in form.problems()],
        **render.desk_page(point, sees_people=sees_people, decides=may_moderate, now=now),
        **_parts(point, sees_people=sees_people),
        **made,
    )


def _parts(point: CollectionPoint, *, sees_people: bool) -> dict[str, Any]:
    """What each side of aid says of a point on its page, by the name its template reads."""
    return {
        "bringers": render.bringers(point) if sees_people else None,
        "host_page": host_talks.block_for(point, clock.utcnow()) if point.host else None,
        "known_from": again.point_block(point),
        **pickups.point_block(point),
        **stock_desk.point_block(point),
        "may_move": point.drop.group_id in groups_with(Permission.AID_STOCK),
    }


# --- decisions ------------------------------------------------------------------------------------


def _decide(
    public_id: str, name: str, form: Form, decide: Callable[[PointHost], object], done: str
) -> ResponseReturnValue:
    """Decide about a point; where that cannot be, show it with the reason beside."""
    point = get_point(public_id, Permission.AID_MODERATE)
    if not form.validate():
        return _page(point, status=422, **{name: form})
    try:
        with transaction():
            decide(_host_of(public_id))
    except UserError as error:
        form.add_problem(error)
        point = get_point(public_id)
        if isinstance(form, SeenForm):
            form.version.data = str(point.version)
        return _page(point, status=error.status, **{name: form})
    flash(done, "good")
    return redirect(url_for("points_desk.show", public_id=public_id), 303)


def _host_of(public_id: str) -> PointHost:
    host = get_point(public_id, Permission.AID_MODERATE).host
    if host is None:
        raise PointNotFoundError
    return host


@bp.post("/<public_id>/<any(review, reconsider, look):step>")
@requires(Permission.AID_MODERATE)
def step(public_id: str, step: str) -> ResponseReturnValue:
    """Say that one is on it, put it back among those that wait, or let a host's change stand."""
    form = SeenButton()
    steps = {
        "review": (moderating.review, _("You are on it.")),
        "reconsider": (moderating.reconsider, _("It waits for a decision again.")),
        "look": (moderating.look, _("The change stands.")),
    }
    work, done = steps[step]

    def decide(host: PointHost) -> None:
        work(host.public_id, seen=form.seen_version, now=clock.utcnow(), by=current_actor())

    return _decide(public_id, "button_form", form, decide, done)


@bp.post("/<public_id>/approve")
@requires(Permission.AID_MODERATE)
def approve(public_id: str) -> ResponseReturnValue:
    """Approve a point, and keep how it was checked."""
    form = ApprovePointForm()

    def decide(host: PointHost) -> None:
        how, note, seen = form.chosen(), (form.note.data or "").strip(), form.seen_version
        by = current_actor()
        moderating.approve(host.public_id, how, note, seen=seen, now=clock.utcnow(), by=by)

    return _decide(public_id, "approve_form", form, decide, _("The point is approved."))


@bp.post("/<public_id>/reject")
@requires(Permission.AID_MODERATE)
def reject(public_id: str) -> ResponseReturnValue:
    """Let an offered point go, and tell the host why."""
    form = ReasonForm()

    def decide(host: PointHost) -> None:
        reason, seen = (form.reason.data or "").strip(), form.seen_version
        by = current_actor()
        moderating.reject(host.public_id, reason, seen=seen, now=clock.utcnow(), by=by)

    return _decide(public_id, "reject_form", form, decide, _("The host hears why."))


@bp.post("/<public_id>/ask")
@requires(Permission.AID_MODERATE)
def ask(public_id: str) -> ResponseReturnValue:
    """Ask a host something."""
    form = QuestionForm()

    def decide(host: PointHost) -> None:
        question, nonce = (form.question.data or "").strip(), form.nonce.data or ""
        by = current_actor()
        moderating.ask(host.public_id, question, nonce=nonce, now=clock.utcnow(), by=by)

    return _decide(public_id, "question_form", form, decide, _("The question is on its way."))


@bp.post("/<public_id>/code")
@requires(Permission.AID_MODERATE)
def tell_code(public_id: str) -> ResponseReturnValue:
    """Write down the code that a host read out of our letter."""
    form = CodeForm()

    def decide(host: PointHost) -> None:
        moderating.tell_code(host, form.code.data or "", now=clock.utcnow(), by=current_actor())

    return _decide(public_id, "code_form", form, decide, _("The code is right."))


@bp.post("/<public_id>/letter")
@requires(Permission.AID_SEE_PEOPLE)
def write_letter(public_id: str) -> ResponseReturnValue:
    """Make a letter with a code, to be printed and posted now: the code is kept nowhere."""
    point = get_point(public_id, Permission.AID_SEE_PEOPLE)
    check(Permission.AID_MODERATE, point.drop.group_id)
    form = SeenButton()
    if not form.validate():
        return _page(point, status=422, button_form=form)
    try:
        with transaction():
            host, code = moderating.write_letter(
                _host_of(public_id).public_id,
                seen=form.seen_version,
                now=clock.utcnow(),
                by=current_actor(),
            )
    except UserError as error:
        form.add_problem(error)
        return _page(get_point(public_id), status=error.status, button_form=form)
    where = places.whole_place(host.point)
    return show_page("aid/desk/points/letter.html", host=host, code=code, where=where)


@bp.post("/<public_id>/email")
@requires(Permission.AID_SEE_PEOPLE)
def correct_email(public_id: str) -> ResponseReturnValue:
    """Put a mistyped address of a host right."""
    check(Permission.AID_SEE_PEOPLE, get_point(public_id).drop.group_id)
    form = HostEmailForm()

    def decide(host: PointHost) -> None:
        email, by = form.email.data or "", current_actor()
        moderating.correct_email(host.public_id, email, now=clock.utcnow(), by=by)

    return _decide(public_id, "email_form", form, decide, _("A new link is on its way."))


@bp.post("/<public_id>/link")
@requires(Permission.AID_MODERATE)
def renew_link(public_id: str) -> ResponseReturnValue:
    """End a host's links and mail her a new one."""
    form = SeenButton()

    def decide(host: PointHost) -> None:
        moderating.renew_link(host.public_id, now=clock.utcnow(), by=current_actor())

    return _decide(public_id, "button_form", form, decide, _("A new link is on its way."))


# --- how it stands --------------------------------------------------------------------------------

_STATES = {
    "show": (PointState.LIVE, "point.shown"),
    "pause": (PointState.PAUSED, "point.paused"),
    "close": (PointState.CLOSED, "point.closed"),
    "reopen": (PointState.APPROVED, "point.reopened"),
}


@bp.post(f"/<public_id>/become/<{PRESSES}:press>")
@requires(Permission.AID_MODERATE)
def become(public_id: str, press: str) -> ResponseReturnValue:
    """Show a point, pause it, close it or open it again."""
    form = SeenButton()
    to, action = _STATES[press]

    def decide(_host: PointHost) -> None:
        point = moderating.lock_seen(get_point(public_id).id, form.seen_version)
        now, by = clock.utcnow(), current_actor()
        points.set_state(point, to, action, now=now, by=by)
        points.show_approved(point, now=now, by=by)

    return _decide(public_id, "button_form", form, decide, _("Done."))


@bp.post("/<public_id>/right")
@requires(Permission.AID_MODERATE)
def still_right(public_id: str) -> ResponseReturnValue:
    """Write down that a host said all is still right."""
    form = SeenButton()

    def decide(_host: PointHost) -> None:
        point = moderating.lock_seen(get_point(public_id).id, form.seen_version)
        points.confirm_right(point, now=clock.utcnow(), by=current_actor())

    return _decide(public_id, "button_form", form, decide, _("Written down."))


# --- what waits -----------------------------------------------------------------------------------


def _applications(_now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.waiting_applications():
        if since is not None:
            yield Waiting(public_id, since=since, group_id=group_id, due_at=since + ANSWER_WITHIN)


def _edits(_now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.waiting_edits():
        if since is not None:
            yield Waiting(public_id, since=since, group_id=group_id)


def _answers(now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.waiting_answers(now - ANSWER_RIGHT_WITHIN):
        if since is not None:
            yield Waiting(public_id, since=since + ANSWER_RIGHT_WITHIN, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="offered_points",
        name=_l("Offered collection points that wait for a decision"),
        advice=_l("Make sure that each is what it says, then approve it or say why not."),
        endpoint="points_desk.index",
        permission=Permission.AID_MODERATE,
        order=60,
    ),
    find=_applications,
)
WAITING_EDITS = WaitingSource(
    WaitingKind(
        key="point_changes",
        name=_l("Points that hosts changed and nobody has looked at"),
        advice=_l("Look at what changed, and let it stand or put it right."),
        endpoint="points_desk.index",
        permission=Permission.AID_MODERATE,
        order=62,
    ),
    find=_edits,
)
WAITING_ANSWERS = WaitingSource(
    WaitingKind(
        key="points_unconfirmed",
        name=_l("Points whose hosts did not say that all is still right"),
        advice=_l("Ring the host, then write down that all is right, or pause the point."),
        endpoint="points_desk.index",
        permission=Permission.AID_MODERATE,
        order=64,
    ),
    find=_answers,
)
