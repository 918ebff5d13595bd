"""The desk's bringers: who waits for a yes, who rang, who was told where a hidden point is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk.points import get_point
from app.aid.errors.bringing import BringDayError
from app.aid.errors.points import PointNotFoundError
from app.aid.forms.point_desk import EnterBringForm
from app.aid.models.points import BringRequest, CollectionPoint
from app.aid.queries import bringing as reads
from app.aid.render import bringing as render
from app.aid.render import places
from app.aid.rules.words import Discloser
from app.aid.service import bringing
from app.db.session import retry_deadlocks, transaction
from app.events.rules.words import EntrySource
from app.lib import clock
from app.lib.errors import UserError
from app.web.forms import ActionForm
from app.web.locale import current_locale
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("bringers_desk", __name__, url_prefix="/desk/bringers")

#: A host has so long to answer before an organiser is reminded of it.
HOST_ANSWERS_WITHIN = timedelta(days=2)


@bp.get("/")
@requires(Permission.AID_SEE_PEOPLE)
def index() -> ResponseReturnValue:
    """List who wants to bring something to a hidden point and waits for a yes."""
    found = reads.list_asked(groups_with(Permission.AID_SEE_PEOPLE))
    return show_page(
        "aid/desk/points/bringers.html",
        rows=[render.row(each) for each in found],
        name_of=places.desk_name,
        form=ActionForm(),
    )


@bp.post("/<public_id>/<any(accept, decline, brought, withdraw):step>")
@requires(Permission.AID_SEE_PEOPLE)
def act(public_id: str, step: str) -> ResponseReturnValue:
    """Say yes or no instead of the host, or write down what she told us."""
    point = _request(public_id).point
    if ActionForm().validate():
        try:
            retry_deadlocks(lambda: _carry_out(public_id, step))
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
        else:
            flash(_("Written down."), "good")
    page = url_for("points_desk.show", public_id=point.public_id, _anchor="bringers")
    return redirect(page, 303)


def _carry_out(public_id: str, step: str) -> None:
    now, by = clock.utcnow(), current_actor()
    steps: dict[str, Callable[[BringRequest], object]] = {
        "accept": lambda each: bringing.accept(each, by=by, discloser=Discloser.ORGANISER, now=now),
        "decline": lambda each: bringing.decline(each, by=by, now=now),
        "brought": lambda each: bringing.mark_brought(each, now=now, by=by),
        "withdraw": lambda each: bringing.withdraw(each, now=now, by=by),
    }
    with transaction():
        steps[step](_request(public_id))


def _request(public_id: str) -> BringRequest:
    found = reads.find_request(public_id)
    mine = groups_with(Permission.AID_SEE_PEOPLE)
    if found is None or found.point.drop.group_id not in mine:
        raise PointNotFoundError
    return found


# --- people who rang ------------------------------------------------------------------------------


@bp.get("/new/<point_id>")
@requires(Permission.AID_SEE_PEOPLE)
def new(point_id: str) -> ResponseReturnValue:
    """Show the form for somebody who rang and wants to bring something."""
    return _enter_page(_point(point_id), EnterBringForm(formdata=None))


@bp.post("/new/<point_id>")
@requires(Permission.AID_SEE_PEOPLE)
def enter(point_id: str) -> ResponseReturnValue:
    """Write down who rang; where she was told the address, the host sees that she was."""
    point, form = _point(point_id), EnterBringForm()
    if not form.validate():
        return _enter_page(point, form, status=422)
    try:
        retry_deadlocks(lambda: _enter(point_id, form))
    except UserError as error:
        form.add_problem(error, form.on_day if isinstance(error, BringDayError) else None)
        return _enter_page(_point(point_id), form, status=error.status)
    flash(_("Written down."), "good")
    page = url_for("points_desk.show", public_id=point_id, _anchor="bringers")
    return redirect(page, 303)


def _point(public_id: str) -> CollectionPoint:
    return get_point(public_id, Permission.AID_SEE_PEOPLE)


def _enter(point_id: str, form: EnterBringForm) -> None:
    now, by = clock.utcnow(), current_actor()
    with transaction():
        request = bringing.ask(
            _point(point_id),
            form.wish,
            nonce=(form.nonce.data or "")[:60],
            network=None,
            locale=current_locale(),
            source=EntrySource.PHONE,
            now=now,
            by=by,
        )
        if request is not None and form.is_told.data:
            bringing.accept(request, by=by, discloser=Discloser.ORGANISER, now=now)


def _enter_page(
    point: CollectionPoint, form: EnterBringForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/points/enter_bring.html",
        status=status,
        form=form,
        where=places.whole_place(point),
        label=places.desk_name(point),
        **render.point_values(point, now=clock.utcnow()),
    )


def _asked(now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.waiting_requests():
        if since is not None and now - since > HOST_ANSWERS_WITHIN:
            yield Waiting(public_id, since=since + HOST_ANSWERS_WITHIN, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="bring_requests",
        name=_l("People who want to bring something and whom no host answered"),
        advice=_l("Ring the host, then say yes or no instead of her."),
        endpoint="bringers_desk.index",
        permission=Permission.AID_SEE_PEOPLE,
        order=63,
    ),
    find=_asked,
)
