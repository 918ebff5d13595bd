"""The desk's vehicles."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.forms.pickups import VehicleForm
from app.aid.models.pickups import Vehicle
from app.aid.queries import vehicles as reads
from app.aid.service import vehicles
from app.db.session import transaction
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.lib.errors import StaleError, UserError
from app.web.differences import Difference, differences
from app.web.forms import ActionForm
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("vehicles_desk", __name__, url_prefix="/desk/vehicles")


@bp.get("/")
@requires(Permission.AID_SEE)
def index() -> ResponseReturnValue:
    """List the vehicles of her groups, those in use first."""
    may_edit = groups_with(Permission.AID_STOCK)
    return show_page(
        "aid/desk/vehicles/index.html",
        vehicles=reads.list_vehicles(groups_with(Permission.AID_SEE)),
        may_edit=may_edit,
        act=ActionForm(),
    )


@bp.get("/new")
@requires(Permission.AID_STOCK)
def new() -> ResponseReturnValue:
    """Ask for a vehicle."""
    return _editor(VehicleForm(_groups(), formdata=None))


@bp.post("/new")
@requires(Permission.AID_STOCK)
def create() -> ResponseReturnValue:
    """Write a vehicle down."""
    form = VehicleForm(_groups())
    if not form.validate():
        return _editor(form, status=422)
    group_id = int(form.group.data)
    check(Permission.AID_STOCK, group_id)
    try:
        with transaction():
            vehicles.add(group_id, form.content(), now=clock.utcnow(), by=current_actor())
    except UserError as error:
        form.add_problem(error, form.name)
        return _editor(form, status=422)
    flash(_("Saved."), "good")
    return redirect(url_for("vehicles_desk.index"), 303)


@bp.get("/<public_id>")
@requires(Permission.AID_STOCK)
def edit(public_id: str) -> ResponseReturnValue:
    """Show a vehicle to be corrected."""
    vehicle = _vehicle(public_id)
    return _editor(VehicleForm(_groups(), vehicle, formdata=None), vehicle)


@bp.post("/<public_id>")
@requires(Permission.AID_STOCK)
def save(public_id: str) -> ResponseReturnValue:
    """Correct a vehicle; 409 with both texts where somebody else did meanwhile."""
    form = VehicleForm(_groups(), _vehicle(public_id))
    if not form.validate():
        return _editor(form, _vehicle(public_id), status=422)
    try:
        with transaction():
            vehicles.edit(
                _vehicle(public_id),
                form.content(),
                version=form.seen_version,
                now=clock.utcnow(),
                by=current_actor(),
            )
    except StaleError as error:
        form.add_problem(error)
        vehicle = _vehicle(public_id)
        form.version.data = str(vehicle.version)
        stands = VehicleForm(_groups(), vehicle, formdata=None)
        return _editor(form, vehicle, status=409, found=differences(stands, form))
    except UserError as error:
        form.add_problem(error, form.name)
        return _editor(form, _vehicle(public_id), status=422)
    flash(_("Saved."), "good")
    return redirect(url_for("vehicles_desk.index"), 303)


@bp.post("/<public_id>/<any('retire', 'bring-back'):step>")
@requires(Permission.AID_STOCK)
def act(public_id: str, step: str) -> ResponseReturnValue:
    """Offer a vehicle for new runs no more, or again."""
    _vehicle(public_id)
    if ActionForm().validate():
        with transaction():
            vehicles.retire(
                _vehicle(public_id),
                is_retired=step == "retire",
                now=clock.utcnow(),
                by=current_actor(),
            )
        flash(_("Saved."), "good")
    return redirect(url_for("vehicles_desk.index"), 303)


def _groups() -> list[Group]:
    return [groups.get_group_by_id(each) for each in groups_with(Permission.AID_STOCK)]


def _vehicle(public_id: str) -> Vehicle:
    return reads.get_vehicle(public_id, groups_with(Permission.AID_STOCK))


def _editor(
    form: VehicleForm,
    vehicle: Vehicle | None = None,
    *,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/vehicles/edit.html",
        status=status,
        form=form,
        vehicle=vehicle,
        differences=found,
        act=ActionForm(),
    )
