"""The driver's sheet, and what comes back on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.desk.pickups import bp
from app.aid.desk.runs import back_to, by_now, get_run
from app.aid.forms.pickups import ResultsForm, results_form
from app.aid.models.pickups import PickupRun
from app.aid.queries import pickups as reads
from app.aid.render import pickups as render
from app.aid.rules.words import RunState
from app.aid.service import driving, planning, results
from app.db.session import retry_deadlocks, transaction
from app.lib.errors import StaleError, UserError
from app.web.differences import Difference, differences
from app.web.locale import absolute_url, current_locale, in_locale
from app.web.pages import render as show_page

_ENTERED: Final = (RunState.SENT, RunState.RUNNING)


@bp.get("/<public_id>/sheet")
@requires(Permission.AID_SEE_PEOPLE)
def sheet(public_id: str) -> ResponseReturnValue:
    """Show the driver's sheet: every door, hidden ones too, and whom to ring."""
    run = get_run(public_id, Permission.AID_SEE_PEOPLE)
    with in_locale(request.args.get("in") or current_locale()):
        day = planning.day_of(run, [stop.request for stop in run.stops])
        people_of = groups_with(Permission.AID_SEE_PEOPLE)
        inside, _outside = render.stops_shown(
            run, day.visits, day.ring_first, (), wall=day.wall, people_of=people_of
        )
        address = absolute_url("pickups_desk.enter", public_id=run.public_id)
        plan = planning.plan_of(run)
        return show_page(
            "aid/desk/pickups/sheet.html",
            run=run,
            title=render.run_title(run),
            render=render,
            sheets=render.sheets(inside),
            sets_off=day.wall(plan.sets_off) if plan else run.starts_local,
            back=day.wall(plan.back) if plan else run.ends_local,
            start=reads.get_location(run.start_id),
            end=reads.get_location(run.end_id),
            picture=render.results_code(address),
            address=address.partition("//")[2],
        )


@bp.get("/<public_id>/results")
@requires(Permission.AID_STOCK)
def enter(public_id: str) -> ResponseReturnValue:
    """Show the form for what happened at each stop."""
    run = get_run(public_id)
    return _results_page(run, results_form(run, driving.in_order(run), formdata=None))


@bp.post("/<public_id>/results")
@requires(Permission.AID_STOCK)
def write_results(public_id: str) -> ResponseReturnValue:
    """Write it down: all stops that were filled in, or none."""
    run = get_run(public_id)
    form = results_form(run, driving.in_order(run))
    if not form.validate() or not form.check_rows():
        return _results_page(run, form, status=422)

    def work() -> None:
        with transaction():
            results.enter(
                get_run(public_id),
                form.results(),
                counted=_("Counted by the driver"),
                version=form.seen_version,
                **by_now(),
            )

    try:
        retry_deadlocks(work)
    except StaleError as error:
        form.add_problem(error)
        run = get_run(public_id)
        form.version.data = str(run.version)
        stands = results_form(run, driving.in_order(run), formdata=None)
        return _results_page(run, form, status=409, found=differences(stands, form))
    except UserError as error:
        form.add_problem(error)
        return _results_page(get_run(public_id), form, status=error.status)
    flash(_("Saved."), "good")
    return back_to(public_id)


def _results_page(
    run: PickupRun,
    form: ResultsForm,
    *,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    people_of = groups_with(Permission.AID_SEE_PEOPLE)
    asked = {stop: render.asked_row(stop.request, people_of) for stop in form.stops}
    return show_page(
        "aid/desk/pickups/results.html",
        status=status,
        run=run,
        title=render.run_title(run),
        form=form,
        differences=found,
        asked=asked,
        may_enter=run.state in _ENTERED,
    )
