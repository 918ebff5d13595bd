"""The desk names the kinds of things that a group collects."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, requires
from app.accounts.rules.permissions import Permission
from app.aid.errors.drops import StaleDropError
from app.aid.errors.needs import ItemNotFoundError
from app.aid.forms.needs import ItemForm
from app.aid.models.drops import AidItem
from app.aid.queries import items as reads
from app.aid.render.items import CATEGORY_NAMES
from app.aid.render.words import UNIT_NAMES
from app.aid.rules.catalogue import MEDICINES, MIXED
from app.aid.service import items as service
from app.db.session import transaction
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.forms import ActionForm
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("items_desk", __name__, url_prefix="/desk/aid/items")


@bp.get("/<int:group_id>")
@requires(Permission.AID_EDIT)
def index(group_id: int) -> ResponseReturnValue:
    """List what a group collects, and offer to add to it."""
    return _list_page(_group(group_id), ItemForm(formdata=None))


@bp.post("/<int:group_id>")
@requires(Permission.AID_EDIT)
def add(group_id: int) -> ResponseReturnValue:
    """Add a kind of thing."""
    group, form = _group(group_id), ItemForm()
    if not form.validate():
        return _list_page(group, form, status=422)
    try:
        with transaction():
            service.add_item(group_id, form.content(), now=clock.utcnow(), by=current_actor())
    except UserError as error:
        form.add_problem(error)
        return _list_page(_group(group_id), form, status=error.status)
    return _back(group_id)


@bp.get("/<int:group_id>/<int:item_id>")
@requires(Permission.AID_EDIT)
def edit(group_id: int, item_id: int) -> ResponseReturnValue:
    """Show a kind of thing, to be changed."""
    group, item = _group(group_id), _item(group_id, item_id)
    return _item_page(group, item, ItemForm(item, formdata=None))


@bp.post("/<int:group_id>/<int:item_id>")
@requires(Permission.AID_EDIT)
def save(group_id: int, item_id: int) -> ResponseReturnValue:
    """Rename a kind of thing; 409 with both texts when somebody else did in between."""
    group, item = _group(group_id), _item(group_id, item_id)
    form = ItemForm(item)
    if not form.validate():
        return _item_page(group, item, form, status=422)
    try:
        with transaction():
            content, seen, by = form.content(), form.seen_version, current_actor()
            service.edit_item(
                group_id, item_id, content, seen_version=seen, now=clock.utcnow(), by=by
            )
    except StaleDropError as error:
        form.add_problem(error)
        item = _item(group_id, item_id)
        form.version.data = str(item.version)
        found = differences(ItemForm(item, formdata=None), form)
        return _item_page(_group(group_id), item, form, status=409, found=found)
    except UserError as error:
        form.add_problem(error)
        group, item = _group(group_id), _item(group_id, item_id)
        return _item_page(group, item, form, status=error.status)
    flash(_("Saved."), "good")
    return _back(group_id)


@bp.post("/<int:group_id>/<int:item_id>/<any(retire, revive):change>")
@requires(Permission.AID_EDIT)
def change_item(group_id: int, item_id: int, change: str) -> ResponseReturnValue:
    """Offer a kind of thing for new needs no more, or again."""
    _group(group_id)
    if ActionForm().validate():
        try:
            with transaction():
                is_retired, by = change == "retire", current_actor()
                service.retire_item(
                    group_id, item_id, is_retired=is_retired, now=clock.utcnow(), by=by
                )
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
    return _back(group_id)


def _group(group_id: int) -> Group:
    check(Permission.AID_EDIT, group_id)
    return groups.get_group_by_id(group_id)


def _item(group_id: int, item_id: int) -> AidItem:
    found = reads.find_item(group_id, item_id)
    if found is None:
        raise ItemNotFoundError
    return found


def _back(group_id: int) -> ResponseReturnValue:
    return redirect(url_for("items_desk.index", group_id=group_id), 303)


def _list_page(group: Group, form: ItemForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "aid/desk/items/index.html",
        status=status,
        group=group,
        form=form,
        items=reads.list_items(group.id, with_retired=True),
        categories=CATEGORY_NAMES,
        units=UNIT_NAMES,
        always=(MIXED, MEDICINES),
        act=ActionForm(),
    )


def _item_page(
    group: Group,
    item: AidItem,
    form: ItemForm,
    *,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/items/edit.html",
        status=status,
        group=group,
        item=item,
        form=form,
        differences=found,
    )
