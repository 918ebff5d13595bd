"""The funds of a group: what each is for, and where its money goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.desk.forms.funds import FundForm
from app.groups import queries as groups
from app.ledger import queries, service
from app.ledger.errors import StaleFundError
from app.ledger.rules import FUND_KIND_HINTS
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.web.differences import Difference, differences
from app.web.pages import render as show_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from app.groups.models import Group
    from app.ledger.models import Fund

bp = desk_blueprint("funds_desk", __name__, url_prefix="/desk/groups/<int:group_id>/funds")


@bp.get("/new")
@requires(Permission.BOOKS_EDIT)
def new(group_id: int) -> ResponseReturnValue:
    """Show an empty fund."""
    group = _group(group_id)
    return _editor(FundForm(group.payment_accounts), group)


@bp.post("/new")
@requires(Permission.BOOKS_EDIT)
def create(group_id: int) -> ResponseReturnValue:
    """Open a fund."""
    group = _group(group_id)
    form = FundForm(group.payment_accounts)
    if form.validate():
        try:
            with transaction():
                owner, now = groups.lock_group(group_id), clock.utcnow()
                service.create_fund(owner, form.new_fund(), now=now, by=current_actor())
        except UserError as error:
            form.refuse(error)
        else:
            flash(_("The fund is open. Next, write an appeal that collects for it."), "good")
            return redirect(url_for("groups_desk.show", group_id=group_id), 303)
    return _editor(form, groups.get_group_by_id(group_id), status=422)


@bp.get("/<int:fund_id>")
@requires(Permission.BOOKS_EDIT)
def edit(group_id: int, fund_id: int) -> ResponseReturnValue:
    """Show a fund to be edited."""
    group = _group(group_id)
    fund = _fund(group_id, fund_id)
    return _editor(FundForm(group.payment_accounts, fund), group, fund=fund)


@bp.post("/<int:fund_id>")
@requires(Permission.BOOKS_EDIT)
def update(group_id: int, fund_id: int) -> ResponseReturnValue:
    """Save an edited fund; 409 with both texts when somebody else saved in between."""
    group = _group(group_id)
    form = FundForm(group.payment_accounts, _fund(group_id, fund_id))
    if not form.validate():
        return _editor(form, group, fund=_fund(group_id, fund_id), status=422)
    try:
        _save(form, fund_id)
    except StaleFundError as error:
        form.refuse(error)
        return _stale_editor(form, _fund(group_id, fund_id))
    except UserError as error:
        form.refuse(error)
        fund = _fund(group_id, fund_id)
        return _editor(form, fund.group, fund=fund, status=422)
    flash(_("The fund is saved."), "good")
    return redirect(url_for("groups_desk.show", group_id=group_id), 303)


def _group(group_id: int) -> Group:
    check(Permission.BOOKS_EDIT, group_id)
    return groups.get_group_by_id(group_id)


def _fund(group_id: int, fund_id: int) -> Fund:
    fund = queries.get_fund_by_id(fund_id)
    if fund.group_id != group_id:
        raise NotFoundError
    return fund


def _save(form: FundForm, fund_id: int) -> None:
    seen = form.seen.data or ""
    with transaction():
        now, by = clock.utcnow(), current_actor()
        service.edit_fund(fund_id, form.details(), seen=seen, now=now, by=by)


def _stale_editor(form: FundForm, fund: Fund) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    form.seen.data = fund.fingerprint
    stands = FundForm(fund.group.payment_accounts, fund, formdata=None)
    return _editor(form, fund.group, fund=fund, status=409, found=differences(stands, form))


def _editor(
    form: FundForm,
    group: Group,
    *,
    fund: Fund | None = None,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "desk/groups/fund.html",
        status=status,
        form=form,
        group=group,
        fund=fund,
        hints={kind: _(hint) for kind, hint in FUND_KIND_HINTS.items()},
        differences=found,
        has_money=fund is not None and queries.has_money_moved(fund.id),
    )
