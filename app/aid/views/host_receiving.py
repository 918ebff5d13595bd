"""What was brought, written down by a host or her helper, and put right."""

from __future__ import annotations

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.aid.errors.hosting import NoSuchDropOffError
from app.aid.forms.hosting import CorrectForm, DropOffForm
from app.aid.models.points import BringRequest, PointHelper, PointHost
from app.aid.models.stock import DropOff
from app.aid.queries import hosting as reads
from app.aid.render import hosting as render
from app.aid.rules.hosting import HELPER_LINK, may_log
from app.aid.service import helpers, receiving
from app.aid.service.hosting import HOST
from app.aid.views.hosting import (
    bp,
    done_words,
    frame_values,
    host_after,
    items_of,
    opened,
    press,
    write,
)
from app.db.session import retry_deadlocks, transaction
from app.lib import clock, links
from app.lib.errors import UserError
from app.settings import settings
from app.web.pages import render as show_page

__all__ = ["bp"]


@bp.get("/host/<token>/drop-offs")
def drop_offs(token: str) -> Response:
    """List everything that was brought."""
    host = opened(token)
    return show_page(
        "aid/hosting/drop_offs.html",
        brought=render.brought(host.point),
        done_words=done_words(),
        **frame_values(host),
    )


@bp.post("/host/<token>/drop-offs")
def log(token: str) -> ResponseReturnValue:
    """Write down what was brought."""
    now = clock.utcnow()
    form = DropOffForm(items_of(opened(token).point))

    def work(host: PointHost) -> None:
        receiving.log(host.point, form.content(), client_key=form.nonce, now=now, by=HOST)

    return press(token, work, done="logged", form=form, shown="log_form")


# --- from somebody who was accepted ---------------------------------------------------------------


@bp.get("/host/<token>/bringers/<key>/brought")
def ask_brought(token: str, key: str) -> Response:
    """Ask what somebody brought."""
    host = opened(token)
    wish = reads.get_bringer(host.point_id, key)
    data = {"bags": "1", "what": wish.what or ""}
    form = DropOffForm(items_of(host.point), formdata=None, data=data)
    return _brought_page(host, wish, form)


@bp.post("/host/<token>/bringers/<key>/brought")
def log_brought(token: str, key: str) -> ResponseReturnValue:
    """Write down what somebody brought who was accepted."""
    host, now = opened(token), clock.utcnow()
    wish, form = reads.get_bringer(host.point_id, key), DropOffForm(items_of(host.point))
    if not form.validate():
        return _brought_page(host, wish, form, status=422)

    def work(held: PointHost) -> None:
        content = form.content(request_id=reads.get_bringer(held.point_id, key).id)
        receiving.log(held.point, content, client_key=f"{form.nonce}:{key}", now=now, by=HOST)

    try:
        write(token, work)
    except UserError as error:
        host = host_after(error, token)
        form.add_problem(error)
        form.be_new_after(error)
        return _brought_page(host, reads.get_bringer(host.point_id, key), form, status=error.status)
    return redirect(url_for("point_host.show", token=token, done="logged"), 303)


def _brought_page(
    host: PointHost, wish: BringRequest, form: DropOffForm, *, status: int = 200
) -> Response:
    return show_page(
        "aid/hosting/brought.html",
        status=status,
        form=form,
        bringer=render.bringer(wish, {}),
        **frame_values(host),
    )


# --- mistakes -------------------------------------------------------------------------------------


@bp.get("/host/<token>/drop-offs/<key>")
def ask_correct(token: str, key: str) -> ResponseReturnValue:
    """Show an entry to be put right, with what it says in the form."""
    host = opened(token)
    drop_off = reads.get_drop_off(host.point_id, key)
    if not render.may_correct(drop_off):
        return redirect(url_for("point_host.drop_offs", token=token), 302)
    return _correct_page(host, drop_off, CorrectForm.of(drop_off, items_of(host.point)))


@bp.post("/host/<token>/drop-offs/<key>/<any(anew, back):how>")
def correct(token: str, key: str, how: str) -> ResponseReturnValue:
    """Take an entry back and, where something came after all, write it down as it was."""
    host, now = opened(token), clock.utcnow()
    drop_off = reads.get_drop_off(host.point_id, key)
    form = CorrectForm(items_of(host.point), is_taken_back=how == "back")
    if not form.validate():
        return _correct_page(host, drop_off, form, status=422)

    def work(held: PointHost) -> None:
        wrong = reads.get_drop_off(held.point_id, key)
        if not render.may_correct(wrong) and wrong.void_id is None:
            raise NoSuchDropOffError
        right = None if how == "back" else form.content(request_id=wrong.request_id)
        receiving.correct(
            held.point, wrong, right, reason=form.why, client_key=form.nonce, now=now, by=HOST
        )

    try:
        write(token, work)
    except UserError as error:
        host = host_after(error, token)
        form.add_problem(error)
        form.be_new_after(error)
        drop_off = reads.get_drop_off(host.point_id, key)
        return _correct_page(host, drop_off, form, status=error.status)
    done = "taken_back" if how == "back" else "corrected"
    return redirect(url_for("point_host.drop_offs", token=token, done=done), 303)


def _correct_page(
    host: PointHost, drop_off: DropOff, form: CorrectForm, *, status: int = 200
) -> Response:
    return show_page(
        "aid/hosting/correct.html",
        status=status,
        form=form,
        key=drop_off.public_id,
        row=render.drop_off_row(drop_off, host.point),
        **frame_values(host),
    )


# --- helpers --------------------------------------------------------------------------------------


@bp.get("/host/helper/<token>")
def help_page(token: str) -> Response:
    """Show a helper the form with which she writes down what comes, and nothing else."""
    helper = _helper(token)
    return _help_page(token, helper, DropOffForm(items_of(helper.point), formdata=None))


@bp.post("/host/helper/<token>")
def help_log(token: str) -> ResponseReturnValue:
    """Write down what was brought to a helper."""
    helper, now = _helper(token), clock.utcnow()
    form = DropOffForm(items_of(helper.point))
    if not form.validate():
        return _help_page(token, helper, form, status=422)

    def once() -> None:
        with transaction():
            held = helpers.open_link(helper_key)
            receiving.log_by_helper(held, form.content(), client_key=form.nonce, now=now, by=HOST)

    helper_key = helper.public_id
    try:
        retry_deadlocks(once)
    except UserError as error:
        form.add_problem(error)
        form.be_new_after(error)
        return _help_page(token, _helper(token), form, status=error.status)
    return redirect(url_for("point_host.help_page", token=token, done="logged"), 303)


def _help_page(
    token: str, helper: PointHelper, form: DropOffForm, *, status: int = 200
) -> Response:
    point = helper.point
    return show_page(
        "aid/hosting/helper.html",
        status=status,
        token=token,
        form=form,
        point=point,
        drop=point.drop,
        may_log=may_log(point.state, point.drop.state),
        brought=render.brought_by_helper(helper, clock.utcnow()),
        done_words=done_words() if status == 200 else "",
    )


def _helper(token: str) -> PointHelper:
    """The helper of a link; raises BadLinkError (404) or HelperLinkEndedError (410)."""
    return helpers.open_link(links.read(settings().secrets, HELPER_LINK, token).subject)
