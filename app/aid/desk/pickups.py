"""The desk's pick-ups: what waits to be fetched, and vans' days that are to come or over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.forms.pickups import AskForm
from app.aid.models.points import CollectionPoint
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import drops as drop_reads
from app.aid.queries import pickups as reads
from app.aid.render import pickups as render
from app.aid.render.desk_lists import name_of
from app.aid.service import pickups
from app.db.session import retry_deadlocks, transaction
from app.events.rules import times
from app.lib import clock
from app.lib.errors import UserError
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("pickups_desk", __name__, url_prefix="/desk/pickups")

_COMING_MOST: Final = 50
_OVER_MOST: Final = 20
#: Vans are a little late; nobody is asked for results at the stroke of the hour.
_PATIENCE: Final = timedelta(hours=2)


@bp.get("/")
@requires(Permission.AID_SEE)
def index() -> ResponseReturnValue:
    """List what waits to be fetched, the oldest first, and the days of vans."""
    group_ids, people_of = groups_with(Permission.AID_SEE), groups_with(Permission.AID_SEE_PEOPLE)
    may_plan, now = groups_with(Permission.AID_STOCK), clock.utcnow()
    waiting = reads.list_open(group_ids)
    drops = {each.drop_id: each.drop for each in waiting}
    drops |= {each.id: each for each in drop_reads.list_running(group_ids)}
    return show_page(
        "aid/desk/pickups/index.html",
        waiting=render.asked_rows(waiting, people_of),
        days=lambda request: render.days_waiting(request, now),
        drops=[each for each in drops.values() if each.group_id in may_plan],
        several=len(drops) > 1,
        coming=reads.list_runs(group_ids, is_over=False, limit=_COMING_MOST),
        over=reads.list_runs(group_ids, is_over=True, limit=_OVER_MOST),
        render=render,
        may_plan=may_plan,
        act=ActionForm(),
    )


@bp.get("/ask/<public_id>")
@requires(Permission.AID_STOCK)
def ask(public_id: str) -> ResponseReturnValue:
    """Show what a place asks to have fetched, for somebody who rang."""
    place = _place(public_id)
    return _ask_page(place, AskForm(pickups.find_waiting(place), formdata=None))


@bp.post("/ask/<public_id>")
@requires(Permission.AID_STOCK)
def write_down(public_id: str) -> ResponseReturnValue:
    """Write down what is to be fetched; again, it says the new amounts."""
    form = AskForm()
    if not form.validate():
        return _ask_page(_place(public_id), form, status=422)

    def work() -> None:
        with transaction():
            pickups.ask(
                _place(public_id),
                boxes=form.boxes.data or 0,
                bags=form.bags.data or 0,
                note=form.note.data or "",
                now=clock.utcnow(),
                by=current_actor(),
            )

    try:
        retry_deadlocks(work)
    except UserError as error:
        form.add_problem(error, form.bags)
        return _ask_page(_place(public_id), form, status=422)
    flash(_("Written down: it waits to be fetched."), "good")
    return redirect(url_for("pickups_desk.index"), 303)


@bp.post("/requests/<public_id>/withdraw")
@requires(Permission.AID_STOCK)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take a wish back for somebody who rang."""
    reads.get_request(public_id, groups_with(Permission.AID_STOCK))
    if ActionForm().validate():
        try:
            with transaction():
                request = reads.get_request(public_id, groups_with(Permission.AID_STOCK))
                pickups.withdraw(request, now=clock.utcnow(), by=current_actor())
        except UserError as error:
            flash(_(error.sentence), "bad")
        else:
            flash(_("Taken back."), "good")
    return redirect(url_for("pickups_desk.index"), 303)


def point_block(point: CollectionPoint) -> dict[str, Any]:
    """What a point's page on the desk says about having things fetched."""
    return {
        "pickups": render.block_for(point, groups_with(Permission.AID_SEE_PEOPLE)),
        "may_ask_pickup": point.drop.group_id in groups_with(Permission.AID_STOCK),
    }


def _place(public_id: str) -> CollectionPoint | WorkplaceCollection:
    place = reads.get_place(public_id, groups_with(Permission.AID_SEE))
    check(Permission.AID_STOCK, place.drop.group_id)
    return place


def _ask_page(
    place: CollectionPoint | WorkplaceCollection, form: AskForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/pickups/ask.html",
        status=status,
        form=form,
        place=place,
        name=name_of(place, groups_with(Permission.AID_SEE_PEOPLE)),
    )


# --- what waits -----------------------------------------------------------------------------------


def _unplanned(now: datetime) -> Iterator[Waiting]:
    for public_id, asked_at, group_id in reads.list_waiting():
        yield Waiting(public_id, since=min(asked_at, now), group_id=group_id)


def _without_results(now: datetime) -> Iterator[Waiting]:
    for public_id, ends_local, zone, group_id in reads.list_live():
        over = times.instant(ends_local, zone) + _PATIENCE
        if over <= now:
            yield Waiting(public_id, since=over, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="pickups_asked",
        name=_l("Things to fetch that no van is planned for"),
        advice=_l("Plan a van’s day."),
        endpoint="pickups_desk.index",
        permission=Permission.AID_STOCK,
        order=73,
    ),
    find=_unplanned,
)
WAITING_RESULTS = WaitingSource(
    WaitingKind(
        key="run_results",
        name=_l("Vans’ days that are over and have no results"),
        advice=_l("Enter what happened from the driver’s sheet, or say that no van went."),
        endpoint="pickups_desk.index",
        permission=Permission.AID_STOCK,
        order=74,
    ),
    find=_without_results,
)
