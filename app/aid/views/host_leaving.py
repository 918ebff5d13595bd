"""A host asks for a van, says what becomes of what is left, and closes her point."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.aid.forms.hosting import HostButton, LeaveForm, OnceForm, PickupForm
from app.aid.models.points import PointHost
from app.aid.queries import pickups as pickup_reads
from app.aid.render import hosting as render
from app.aid.render.host_leaving import next_points
from app.aid.rules.words import PointState
from app.aid.service import leaving, pickups
from app.aid.service.hosting import HOST
from app.aid.views.hosting import bp, done_words, frame_values, host_after, opened, write
from app.lib import clock
from app.lib.errors import UserError
from app.web.forms import PublicForm
from app.web.pages import render as show_page

__all__ = ["bp"]

Work = Callable[[PointHost], None]


# --- a van ----------------------------------------------------------------------------------------


@bp.get("/host/<token>/pickup")
def ask_pickup(token: str) -> Response:
    """Ask what a van shall fetch, with what lies there in the form."""
    host = opened(token)
    bags, boxes = render.held(host.point)
    data = {"bags": str(bags or ""), "boxes": str(boxes or "")}
    waiting = pickup_reads.find_waiting(point_id=host.point_id)
    if waiting is not None:
        data["note"] = waiting.note
    return _pickup_page(host, PickupForm(formdata=None, data=data))


@bp.post("/host/<token>/pickup")
def pickup(token: str) -> ResponseReturnValue:
    """Ask for a van, or say otherwise what it shall fetch."""
    host, form, now = opened(token), PickupForm(), clock.utcnow()
    if not form.validate():
        return _pickup_page(host, form, status=422)

    def work(held: PointHost) -> None:
        leaving.check_running(held.point)
        counts, note = form.counts, (form.note.data or "").strip()
        pickups.ask(
            held.point,
            boxes=counts["boxes"],
            bags=counts["bags"],
            note=note,
            now=now,
            by=HOST,
        )

    return _go(token, work, form, _pickup_page, done="asked_van")


@bp.post("/host/<token>/pickup/withdraw")
def withdraw_pickup(token: str) -> ResponseReturnValue:
    """Take the wish for a van back."""
    host, form, now = opened(token), HostButton(), clock.utcnow()
    if not form.validate():
        return _pickup_page(host, form, status=422)

    def work(held: PointHost) -> None:
        waiting = pickup_reads.find_waiting(point_id=held.point_id)
        if waiting is not None:
            pickups.withdraw(waiting, now=now, by=HOST)

    return _go(token, work, form, _pickup_page, done="van_off")


def _pickup_page(host: PointHost, form: PublicForm, *, status: int = 200) -> Response:
    is_wish = isinstance(form, PickupForm)
    return show_page(
        "aid/hosting/pickup.html",
        status=status,
        form=form if is_wish else PickupForm(formdata=None),
        button_form=HostButton(formdata=None) if is_wish else form,
        problems=form.problems(),
        van=render.van(host.point),
        **frame_values(host),
    )


# --- the end --------------------------------------------------------------------------------------


@bp.get("/host/<token>/left")
def ask_left(token: str) -> Response:
    """Ask what becomes of what still lies there."""
    host = opened(token)
    return _left_page(host, _leave_form(host, is_fresh=True))


@bp.post("/host/<token>/left")
def left(token: str) -> ResponseReturnValue:
    """Let what is left go where the host says."""
    host, now = opened(token), clock.utcnow()
    form = _leave_form(host)
    if not form.validate():
        return _left_page(host, form, status=422)

    def work(held: PointHost) -> None:
        leaving.settle(held.point, form.left(), client_key=form.nonce, now=now, by=HOST)

    return _go(token, work, form, _left_page, done="left")


@bp.get("/host/<token>/close")
def ask_close(token: str) -> ResponseReturnValue:
    """Say what closing means, and ask what becomes of what still lies there."""
    host = opened(token)
    if host.point.state is PointState.CLOSED:
        return redirect(url_for("point_host.show", token=token), 302)
    return _close_page(host, _leave_form(host, is_fresh=True))


@bp.post("/host/<token>/close")
def close(token: str) -> ResponseReturnValue:
    """Close the point for good."""
    host, now = opened(token), clock.utcnow()
    form = _leave_form(host)
    form.is_asked = leaving.lies(host.point)
    if not form.validate():
        return _close_page(host, form, status=422)

    def work(held: PointHost) -> None:
        wish = form.left() if form.is_asked else None
        leaving.close(held.point, wish, client_key=form.nonce, now=now, by=HOST)

    return _go(token, work, form, _close_page, done="closed")


def _leave_form(host: PointHost, *, is_fresh: bool = False) -> LeaveForm:
    others = [(each.point.public_id, each.words) for each in next_points(host.point)]
    return LeaveForm(others, formdata=None) if is_fresh else LeaveForm(others)


def _left_page(host: PointHost, form: PublicForm, *, status: int = 200) -> Response:
    return _leaving("aid/hosting/left.html", host, form, status)


def _close_page(host: PointHost, form: PublicForm, *, status: int = 200) -> Response:
    return _leaving("aid/hosting/close.html", host, form, status)


def _leaving(template: str, host: PointHost, form: PublicForm, status: int) -> Response:
    return show_page(
        template,
        status=status,
        form=form,
        lies=render.lies(host.point),
        done_words=done_words() if request.method == "GET" else "",
        **frame_values(host),
    )


def _go(
    token: str, work: Work, form: PublicForm, shown: Callable[..., Response], *, done: str
) -> ResponseReturnValue:
    """Do it in one transaction; her page follows, or the form with what is wrong."""
    try:
        write(token, work)
    except UserError as error:
        host = host_after(error, token)
        form.add_problem(error)
        if isinstance(form, OnceForm):
            form.be_new_after(error)
        return shown(host, form, status=error.status)
    return redirect(url_for("point_host.show", token=token, done=done), 303)
