"""What a workplace handed over, as the host of its point found it: all there, otherwise, or not."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.aid.forms.hosting import HostButton
from app.aid.forms.workplaces import CorrectHandOverForm, HandOverForm, anew
from app.aid.models.points import PointHost
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import workplaces as reads
from app.aid.render import hosting as render
from app.aid.render import workplaces as pledge_render
from app.aid.rules.workplaces import COUNTED
from app.aid.service import hand_overs
from app.aid.service.hosting import HOST, entered_by
from app.aid.views.hosting import bp, done_words, frame_values, host_after, opened, write
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.web.forms import PublicForm
from app.web.pages import render as show_page

__all__ = ["bp"]

Work = Callable[[WorkplaceCollection], object]


@bp.get("/host/<token>/pledges/<key>")
def pledge(token: str, key: str) -> Response:
    """Show what a workplace brings or brought."""
    host = opened(token)
    return _page(host, _pledged(host, key))


@bp.post("/host/<token>/pledges/<key>/here")
def take(token: str, key: str) -> ResponseReturnValue:
    """Write down that it came, and how much it was."""
    form, now = HandOverForm(), clock.utcnow()

    def work(row: WorkplaceCollection, who: str) -> None:
        hand_overs.hand_over(
            row,
            form.count(),
            client_key=form.nonce,
            now=now,
            by=HOST,
            entered_by=who,
            is_there=True,
        )

    return _do(token, key, form, "hand_form", work, done="logged")


@bp.post("/host/<token>/pledges/<key>/all-there")
def confirm(token: str, key: str) -> ResponseReturnValue:
    """Say that all is there that the steward told."""
    now = clock.utcnow()

    def work(row: WorkplaceCollection, _who: str) -> None:
        hand_overs.confirm(row, now=now, by=HOST)

    return _do(token, key, HostButton(), "form", work, done="right")


@bp.post("/host/<token>/pledges/<key>/correct")
def correct_pledge(token: str, key: str) -> ResponseReturnValue:
    """Take back what the steward told, and write down what was really there."""
    form, now = CorrectHandOverForm(), clock.utcnow()

    def work(row: WorkplaceCollection, who: str) -> None:
        hand_overs.correct(
            row,
            form.count(),
            reason=form.reason.data or _("Counted differently"),
            client_key=form.nonce,
            now=now,
            by=HOST,
            entered_by=who,
        )

    return _do(token, key, form, "correct_form", work, done="corrected")


@bp.post("/host/<token>/pledges/<key>/not-here")
def refuse_pledge(token: str, key: str) -> ResponseReturnValue:
    """Say that it was not brought after all."""
    form, now = HostButton(), clock.utcnow()

    def work(row: WorkplaceCollection, who: str) -> None:
        hand_overs.take_back(
            row,
            reason=_("It was not brought"),
            client_key=form.nonce,
            now=now,
            by=HOST,
            entered_by=who,
        )

    return _do(token, key, form, "form", work, done="taken_back")


def _do(
    token: str,
    key: str,
    form: PublicForm,
    shown: str,
    work: Callable[[WorkplaceCollection, str], None],
    *,
    done: str,
) -> ResponseReturnValue:
    host = opened(token)
    if not form.validate():
        return _page(host, _pledged(host, key), status=422, **{shown: form})

    def once(held: PointHost) -> None:
        work(_pledged(held, key), entered_by(held.point))

    try:
        write(token, once)
    except UserError as error:
        again = host_after(error, token)
        shown_form = anew(form, error)
        return _page(again, _pledged(again, key), status=error.status, **{shown: shown_form})
    return redirect(url_for("point_host.pledge", token=token, key=key, done=done), 303)


def _pledged(host: PointHost, key: str) -> WorkplaceCollection:
    """A collection that is to come to this point, or came; raises NotFoundError."""
    found = reads.find(key)
    if found is None or found.point_id != host.point_id or found.state not in COUNTED:
        raise NotFoundError
    return found


def _page(
    host: PointHost, workplace: WorkplaceCollection, *, status: int = 200, **forms: PublicForm
) -> Response:
    made: dict[str, PublicForm] = {
        "form": HostButton(formdata=None),
        "hand_form": HandOverForm(formdata=None, data={"boxes": str(workplace.promised_boxes)}),
        "correct_form": CorrectHandOverForm(formdata=None),
    } | forms
    return show_page(
        "aid/workplaces/host_pledge.html",
        status=status,
        done_words=done_words() if status == 200 else "",
        problems=[each for form in made.values() for each in form.problems()],
        pledge=render.pledge_row(workplace),
        **made,
        **pledge_render.for_host(workplace),
        **frame_values(host),
    )
