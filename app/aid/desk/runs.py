"""The desk's van's day: made, proposed, moved by hand, confirmed, sent, finished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, Final

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk.pickups import bp
from app.aid.flows import runs as flow
from app.aid.forms.pickups import RunForm
from app.aid.models.drops import Drop
from app.aid.models.pickups import PickupRun, Vehicle
from app.aid.models.stock import StockLocation
from app.aid.queries import drops as drop_reads
from app.aid.queries import pickups as reads
from app.aid.queries import vehicles as vehicle_reads
from app.aid.render import pickups as render
from app.aid.render.route_map import draw
from app.aid.rules.pickups import LIVE_RUNS, OPEN_RUNS, RunContent, Shove
from app.aid.rules.words import RunState
from app.aid.service import driving, planning, results, runs
from app.db.session import retry_deadlocks, transaction
from app.lib import clock
from app.lib.clock import day_in
from app.lib.errors import StaleError, UserError
from app.web.forms import ActionForm, version_in
from app.web.pages import render as show_page

Step = Callable[..., None]
#: What can be done to a run as a whole, by the word in the address.
STEPS: Final[dict[str, Step]] = {
    "confirm": driving.confirm,
    "send": driving.send,
    "reopen": driving.take_back,
    "start": driving.start,
    "finish": results.finish,
    "call-off": driving.call_off,
}
STEP: Final = "any(" + ", ".join(f"'{each}'" for each in STEPS) + ")"


# --- a new day ------------------------------------------------------------------------------------


@bp.get("/new/<drop_id>")
@requires(Permission.AID_STOCK)
def new(drop_id: str) -> ResponseReturnValue:
    """Ask for the van and the shift of a day."""
    drop = _drop(drop_id)
    form = _run_form(drop, formdata=None)
    day = day_in(drop.zone, clock.utcnow()) + timedelta(days=1)
    form.starts_local.data = datetime.combine(day, time(9))
    form.ends_local.data = datetime.combine(day, time(17))
    return _editor(form, drop)


@bp.post("/new/<drop_id>")
@requires(Permission.AID_STOCK)
def create(drop_id: str) -> ResponseReturnValue:
    """Make the draft of a day, and propose an order for what waits."""
    drop = _drop(drop_id)
    form = _run_form(drop)
    if not form.validate():
        return _editor(form, drop, status=422)
    made: list[tuple[str, bool]] = []
    try:
        with transaction():
            drop = _drop(drop_id)
            content = form.content()
            run, is_new = runs.make_once(drop, _vehicle(drop, content), content, **by_now())
            made.append((run.public_id, is_new))
    except UserError as error:
        form.add_problem(error, form.starts_local)
        return _editor(form, _drop(drop_id), status=422)
    ((public_id, is_new),) = made
    if is_new:
        flow.propose(lambda: get_run(public_id), version=1, **by_now())
    return back_to(public_id)


@bp.get("/<public_id>/edit")
@requires(Permission.AID_STOCK)
def edit(public_id: str) -> ResponseReturnValue:
    """Show van, crew and shift of a day."""
    run = get_run(public_id)
    return _editor(_run_form(run.drop, run, formdata=None), run.drop, run)


@bp.post("/<public_id>/edit")
@requires(Permission.AID_STOCK)
def save(public_id: str) -> ResponseReturnValue:
    """Change them; the order stays and is looked at anew."""
    run = get_run(public_id)
    form = _run_form(run.drop, run)
    if not form.validate():
        return _editor(form, run.drop, run, status=422)
    try:
        with transaction():
            run, content = get_run(public_id), form.content()
            vehicle, version = _vehicle(run.drop, content), form.seen_version
            runs.edit(run, vehicle, content, version=version, **by_now())
    except StaleError as error:
        run = get_run(public_id)
        form.version.data = str(run.version)
        form.add_problem(error)
        return _editor(form, run.drop, run, status=409)
    except UserError as error:
        form.add_problem(error, form.starts_local)
        run = get_run(public_id)
        return _editor(form, run.drop, run, status=422)
    flash(_("Saved."), "good")
    return back_to(public_id)


# --- its page -------------------------------------------------------------------------------------


@bp.get("/<public_id>")
@requires(Permission.AID_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show the order of a day, its times and load, what is left out and why."""
    return _run_page(get_run(public_id, Permission.AID_SEE))


@bp.post("/<public_id>/propose")
@requires(Permission.AID_STOCK)
def propose(public_id: str) -> ResponseReturnValue:
    """Propose an order anew, with what came meanwhile."""
    get_run(public_id)

    def work(version: int) -> None:
        flow.propose(lambda: get_run(public_id), version=version, **by_now())

    return _done(public_id, work)


@bp.post(f"/<public_id>/<{STEP}:step>")
@requires(Permission.AID_STOCK)
def take_step(public_id: str, step: str) -> ResponseReturnValue:
    """Confirm, send, start, finish a day, open it again or call it off."""
    get_run(public_id)

    def work(version: int) -> None:
        with transaction():
            STEPS[step](get_run(public_id), version=version, **by_now())

    return _done(public_id, work)


@bp.post("/<public_id>/stops/<key>/<any(up, down, out, in):how>")
@requires(Permission.AID_STOCK)
def shove(public_id: str, key: str, how: str) -> ResponseReturnValue:
    """Move one stop by hand."""
    get_run(public_id)

    def work(version: int) -> None:
        with transaction():
            runs.shove(get_run(public_id), key, Shove(how), version=version, **by_now())

    return _done(public_id, work, anchor="order")


@bp.post("/<public_id>/add/<key>")
@requires(Permission.AID_STOCK)
def add(public_id: str, key: str) -> ResponseReturnValue:
    """Take in what was asked for later."""
    get_run(public_id)

    def work(version: int) -> None:
        with transaction():
            run = get_run(public_id)
            asked = reads.get_request(key, [run.drop.group_id])
            runs.add(run, asked, version=version, **by_now())

    return _done(public_id, work, anchor="order")


def _done(
    public_id: str, work: Callable[[int], None], *, anchor: str | None = None
) -> ResponseReturnValue:
    """Do it, and lead back; what was refused is said on the run's page."""
    if not ActionForm().validate():
        return _run_page(get_run(public_id, Permission.AID_SEE), status=422)
    try:
        retry_deadlocks(lambda: work(version_in(request.form.get("version"))))
    except UserError as error:
        flash(_(error.sentence, **error.params), "bad")
        return _run_page(get_run(public_id, Permission.AID_SEE), status=error.status)
    return back_to(public_id, anchor)


def _run_page(run: PickupRun, *, status: int = 200) -> ResponseReturnValue:
    people_of = groups_with(Permission.AID_SEE_PEOPLE)
    day = planning.day_of(run, [stop.request for stop in run.stops])
    found = planning.problems_of(run) if run.state in OPEN_RUNS | {RunState.SENT} else []
    inside, outside = render.stops_shown(
        run, day.visits, day.ring_first, found, wall=day.wall, people_of=people_of
    )
    there, plan = {stop.request_id for stop in run.stops}, planning.plan_of(run)
    later = [each for each in reads.list_open_of(run.drop_id) if each.id not in there]
    may_see_people = run.drop.group_id in people_of
    order = [day.visits[each.stop.request.public_id].position for each in inside]
    return show_page(
        "aid/desk/pickups/run.html",
        status=status,
        run=run,
        title=render.run_title(run),
        render=render,
        inside=inside,
        outside=outside,
        later=render.asked_rows(later, people_of) if run.state in OPEN_RUNS else [],
        faults=render.whole_faults(found),
        is_broken=bool(found),
        clash=reads.find_clash(run) if run.state in OPEN_RUNS else None,
        sets_off=day.wall(plan.sets_off) if plan else None,
        back=day.wall(plan.back) if plan else None,
        start=reads.get_location(run.start_id),
        end=reads.get_location(run.end_id),
        drawing=draw(day.shift.start_place, order, day.shift.end_place) if may_see_people else None,
        is_open=run.state in OPEN_RUNS,
        is_live=run.state in LIVE_RUNS,
        may_plan=run.drop.group_id in groups_with(Permission.AID_STOCK),
        may_see_people=may_see_people,
        act=ActionForm(),
    )


# --- rows -----------------------------------------------------------------------------------------


def get_run(public_id: str, permission: Permission = Permission.AID_STOCK) -> PickupRun:
    """The run of an address, if the account may do this with it."""
    run = reads.get_run(public_id, groups_with(Permission.AID_SEE))
    check(permission, run.drop.group_id)
    return run


def _drop(public_id: str) -> Drop:
    drop = drop_reads.get_for_desk(public_id, groups_with(Permission.AID_SEE))
    check(Permission.AID_STOCK, drop.group_id)
    return drop


def _run_form(drop: Drop, run: PickupRun | None = None, **values: Any) -> RunForm:  # noqa: ANN401
    vehicles = [*vehicle_reads.list_usable(drop.group_id)]
    if run is not None and all(each.id != run.vehicle_id for each in vehicles):
        vehicles.append(run.vehicle)
    return RunForm(vehicles, _stores(drop), run, **values)


def _stores(drop: Drop) -> list[StockLocation]:
    return [*vehicle_reads.list_stores(drop.group_id)]


def _vehicle(drop: Drop, content: RunContent) -> Vehicle:
    return vehicle_reads.get_by_id(content.vehicle_id, drop.group_id)


def _editor(
    form: RunForm, drop: Drop, run: PickupRun | None = None, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/pickups/edit.html",
        status=status,
        form=form,
        drop=drop,
        run=run,
        title=render.run_title(run) if run else _("Plan a van’s day"),
        has_vehicle=bool(form.vehicle.choices),
        has_store=bool(form.start.choices),
    )


def by_now() -> dict[str, Any]:
    """Who does it, and when."""
    return {"now": clock.utcnow(), "by": current_actor()}


def back_to(public_id: str, anchor: str | None = None) -> ResponseReturnValue:
    """Lead back to the page of a run."""
    address = url_for("pickups_desk.show", public_id=public_id, _anchor=anchor)
    return redirect(address, 303)
