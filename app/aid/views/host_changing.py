"""A host changes her point: hours, things, who sees where it is, who knows already."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.aid.errors.hosting import PointEditedError
from app.aid.errors.hours import HoursError
from app.aid.errors.points import PointError
from app.aid.forms.host_editing import HostEditForm
from app.aid.forms.hosting import HostButton
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.render import host_people as render
from app.aid.rules.hosting import EDIT_STATES, narrower
from app.aid.rules.words import Visibility
from app.aid.service import host_editing, moderating_points
from app.aid.service.hosting import HOST
from app.aid.views.hosting import bp, done_words, frame_values, host_after, opened, write
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import differences
from app.web.forms import PublicForm
from app.web.pages import render as show_page

__all__ = ["bp"]

#: Where on the form a problem of a service belongs.
_PARTS = {"items": "items", "max_boxes": "max_boxes", "from_on": "from_on"}


@bp.get("/host/<token>/edit")
def edit(token: str) -> ResponseReturnValue:
    """Show a point to be changed."""
    host = opened(token)
    if host.point.state not in EDIT_STATES:
        return redirect(url_for("point_host.show", token=token), 302)
    return _editor(host, _fresh(host.point))


@bp.post("/host/<token>/edit")
def save(token: str) -> ResponseReturnValue:
    """Change a point; the public reads it at once."""
    host, now = opened(token), clock.utcnow()
    form = HostEditForm(host.point)
    if not form.validate():
        return _editor(host, form, status=422)

    def work(held: PointHost) -> None:
        seen = form.seen_version
        host_editing.edit(held.point, form.edit(), seen=seen, now=now, by=HOST)

    try:
        write(token, work)
    except UserError as error:
        host = host_after(error, token)
        _say(form, error)
        stands = _fresh(host.point) if isinstance(error, PointEditedError) else None
        if stands is not None:
            # What was typed stays, and may be sent over what stands now, knowingly.
            form.version.data = str(host.point.version)
        return _editor(host, form, stands=stands, status=error.status)
    return redirect(url_for("point_host.show", token=token, done="edited"), 303)


def _fresh(point: CollectionPoint) -> HostEditForm:
    form = HostEditForm(point, formdata=None)
    form.version.data = str(point.version)
    return form


def _say(form: HostEditForm, error: UserError) -> None:
    if isinstance(error, HoursError):
        form.add_problem(error, form.hours)
    elif isinstance(error, PointError) and error.part in _PARTS:
        form.add_problem(error, form[_PARTS[error.part]])
    else:
        form.add_problem(error)


def _editor(
    host: PointHost, form: HostEditForm, *, stands: HostEditForm | None = None, status: int = 200
) -> Response:
    return show_page(
        "aid/hosting/edit.html",
        status=status,
        form=form,
        differing=differences(stands, form) if stands is not None else [],
        **frame_values(host),
    )


# --- who sees where it is -------------------------------------------------------------------------


@bp.get("/host/<token>/address")
def address(token: str) -> Response:
    """Show who knows where it is, and who may see it from now on."""
    return _address_page(opened(token), HostButton(formdata=None))


@bp.post("/host/<token>/address/<any(area_only, private, freely, guarded, invitations):wish>")
def guard(token: str, wish: str) -> ResponseReturnValue:
    """Let fewer people see it, or let everyone who confirms; end the invitations passed on."""
    host, form, now = opened(token), HostButton(), clock.utcnow()
    if not form.validate():
        return _address_page(host, form, status=422)

    def work(held: PointHost) -> None:
        point = held.point
        if wish == "invitations":
            moderating_points.end_invitations(point, now=now, by=HOST)
        elif wish in {"freely", "guarded"}:
            host_editing.give_freely(point, is_on=wish == "freely", now=now, by=HOST)
        else:
            host_editing.narrow(point, Visibility(wish), now=now, by=HOST)

    try:
        write(token, work)
    except UserError as error:
        host = host_after(error, token)
        form.add_problem(error)
        return _address_page(host, form, status=error.status)
    done = wish if wish in {"freely", "guarded", "invitations"} else "narrowed"
    return redirect(url_for("point_host.address", token=token, done=done), 303)


def _address_page(host: PointHost, form: PublicForm, *, status: int = 200) -> Response:
    may_change = host.point.state in EDIT_STATES
    return show_page(
        "aid/hosting/address.html",
        status=status,
        form=form,
        problems=form.problems(),
        done_words=done_words() if request.method == "GET" else "",
        narrower=narrower(host.point.visibility) if may_change else [],
        may_change=may_change,
        known=render.disclosures(host.point),
        invitation=render.invitation(host),
        **frame_values(host),
    )
