"""The desk's stores: rooms where goods wait."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.forms.stores import StoreForm
from app.aid.models.stock import StockLocation
from app.aid.queries import stores as reads
from app.aid.rules.words import LocationKind
from app.aid.service import stores
from app.db.session import transaction
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.places.queries.finding import Found, find_position
from app.web.forms import ActionForm
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("stores_desk", __name__, url_prefix="/desk/stock/stores")


@bp.get("/")
@requires(Permission.AID_STOCK)
def index() -> ResponseReturnValue:
    """List the stores of her groups."""
    found = reads.list_stores(groups_with(Permission.AID_STOCK), with_closed=True)
    return show_page("aid/desk/stock/stores.html", stores=found)


@bp.get("/new")
@requires(Permission.AID_STOCK)
def new() -> ResponseReturnValue:
    """Ask for a store."""
    return _editor(StoreForm(_groups(), formdata=None))


@bp.post("/new")
@requires(Permission.AID_STOCK)
def create() -> ResponseReturnValue:
    """Write a store down."""
    form = StoreForm(_groups())
    if not form.validate():
        return _editor(form, status=422)
    group = next(each for each in _groups() if str(each.id) == form.group.data)
    check(Permission.AID_STOCK, group.id)
    try:
        with transaction():
            stores.add(group, form.content(_position(form)), now=clock.utcnow(), by=current_actor())
    except UserError as error:
        form.add_problem(error, form.name)
        return _editor(form, status=422)
    flash(_("Saved."), "good")
    return redirect(url_for("stores_desk.index"), 303)


@bp.get("/<public_id>")
@requires(Permission.AID_STOCK)
def edit(public_id: str) -> ResponseReturnValue:
    """Show a store to be corrected."""
    store = _store(public_id)
    return _editor(StoreForm((), store, formdata=None), store)


@bp.post("/<public_id>")
@requires(Permission.AID_STOCK)
def save(public_id: str) -> ResponseReturnValue:
    """Correct a store."""
    form = StoreForm((), _store(public_id))
    if not form.validate():
        return _editor(form, _store(public_id), status=422)
    try:
        with transaction():
            store = _store(public_id)
            known = (store.lat, store.lon) if store.lat is not None else None
            position = _position(form) or known
            stores.edit(store, form.content(position), now=clock.utcnow(), by=current_actor())  # type: ignore[arg-type]
    except UserError as error:
        form.add_problem(error, form.name)
        return _editor(form, _store(public_id), status=error.status)
    flash(_("Saved."), "good")
    return redirect(url_for("stores_desk.index"), 303)


@bp.post("/<public_id>/<any('close', 'open'):step>")
@requires(Permission.AID_STOCK)
def act(public_id: str, step: str) -> ResponseReturnValue:
    """Close a store that is empty, or use it again."""
    store, form = _store(public_id), StoreForm((), _store(public_id), formdata=None)
    if not ActionForm().validate():
        return _editor(form, store, status=422)
    work = stores.close if step == "close" else stores.open_again
    try:
        with transaction():
            work(_store(public_id), now=clock.utcnow(), by=current_actor())
    except UserError as error:
        form.add_problem(error)
        return _editor(form, _store(public_id), status=error.status)
    flash(_("Saved."), "good")
    return redirect(url_for("stores_desk.index"), 303)


def _position(form: StoreForm) -> tuple[float, float] | None:
    """Where the postcode is, if one was typed that we know."""
    found = find_position(form.postcode.data or "", "GB") if form.postcode.data else None
    return found.position if isinstance(found, Found) else None


def _editor(
    form: StoreForm, store: StockLocation | None = None, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/stock/store.html", status=status, form=form, store=store, act=ActionForm()
    )


def _groups() -> Sequence[Group]:
    mine = groups_with(Permission.AID_STOCK)
    return [each for each in groups.list_groups() if each.id in mine]


def _store(public_id: str) -> StockLocation:
    store = reads.get_place(public_id, groups_with(Permission.AID_STOCK))
    if store.kind is not LocationKind.STORE:
        raise NotFoundError
    return store
