"""The payment accounts of a group: what donors read of them, how they are tied to Stripe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from app.accounts.guard import (
    check,
    current_actor,
    desk_blueprint,
    groups_with,
    requires,
    requires_proof,
)
from app.accounts.rules.permissions import Permission
from app.appeals.jobs import CARDS_BACK
from app.db.session import transaction
from app.desk import queries, render
from app.desk.forms.payment_accounts import CardsForm, PaymentAccountForm
from app.groups import queries as groups
from app.groups import service
from app.groups.errors import StalePaymentAccountError
from app.groups.rules import GroupKind
from app.lib import clock
from app.lib.errors import UserError
from app.queue import service as queue
from app.web.differences import Difference, differences
from app.web.pages import render as show_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from app.groups.models import Group, PaymentAccount

bp = desk_blueprint(
    "payment_accounts_desk", __name__, url_prefix="/desk/groups/<int:group_id>/accounts"
)


@bp.get("/new")
@requires(Permission.GROUP_EDIT)
def new(group_id: int) -> ResponseReturnValue:
    """Show an empty payment account."""
    group = _group(group_id)
    return _new_editor(_first_form(group), group)


@bp.post("/new")
@requires(Permission.GROUP_EDIT)
def create(group_id: int) -> ResponseReturnValue:
    """Note an account that the group has at Stripe."""
    group, form = _group(group_id), PaymentAccountForm()
    if form.validate():
        try:
            account_id = _create(form, group_id)
        except UserError as error:
            form.refuse(error)
        else:
            flash(_("The payment account is added. Next, add a fund that uses it."), "good")
            address = url_for(
                "payment_accounts_desk.edit", group_id=group_id, account_id=account_id
            )
            return redirect(address, 303)
    return _new_editor(form, group, status=422)


def _create(form: PaymentAccountForm, group_id: int) -> int:
    with transaction():
        group = groups.lock_group(group_id)
        by, now = current_actor(), clock.utcnow()
        return service.create_payment_account(group, form.new_account(), now=now, by=by).id


@bp.get("/<int:account_id>")
@requires(Permission.GROUP_SEE)
def edit(group_id: int, account_id: int) -> ResponseReturnValue:
    """Show a payment account, to be edited by who may."""
    check(Permission.GROUP_SEE, group_id)
    account = groups.get_account_of(group_id, account_id)
    return _editor(PaymentAccountForm(account), account)


@bp.post("/<int:account_id>")
@requires(Permission.GROUP_EDIT)
def update(group_id: int, account_id: int) -> ResponseReturnValue:
    """Save an edited account; 409 with both texts when somebody else saved in between."""
    account = groups.get_account_of(_group(group_id).id, account_id)
    form = PaymentAccountForm(account)
    if not form.validate():
        return _editor(form, account, status=422)
    try:
        _save(form, account_id)
    except StalePaymentAccountError as error:
        form.refuse(error)
        return _stale_editor(form, groups.get_account_of(group_id, account_id))
    except UserError as error:
        form.refuse(error)
        return _editor(form, groups.get_account_of(group_id, account_id), status=422)
    flash(_("The payment account is saved."), "good")
    return redirect(url_for("groups_desk.show", group_id=group_id), 303)


@bp.post("/<int:account_id>/cards/<any(on, off):state>")
@requires(Permission.BOOKS_EDIT)
@requires_proof
def switch_cards(group_id: int, account_id: int, state: str) -> ResponseReturnValue:
    """Let the account take cards, or rest, with a reason."""
    check(Permission.BOOKS_EDIT, group_id)
    account, cards = groups.get_account_of(group_id, account_id), CardsForm()
    if not cards.validate():
        return _editor(PaymentAccountForm(account, formdata=None), account, cards=cards, status=422)
    with transaction():
        service.switch_cards(
            groups.lock_payment_account(account_id),
            on=state == "on",
            reason=cards.reason.data or "",
            now=clock.utcnow(),
            by=current_actor(),
        )
        if state == "on":
            # Whoever waits for cards need not wait for the minute to be full.
            queue.put(CARDS_BACK, {}, now=clock.utcnow())
    flash(_("Cards are taken again.") if state == "on" else _("Cards rest now."), "good")
    return redirect(url_for("groups_desk.show", group_id=group_id), 303)


def _group(group_id: int) -> Group:
    check(Permission.GROUP_EDIT, group_id)
    return groups.get_group_by_id(group_id)


def _first_form(group: Group) -> PaymentAccountForm:
    """A form that knows already what the group is called, and which keys wait for an account."""
    waiting = queries.unused_keys()
    shown = {
        "name": waiting[0] if waiting else "",
        "legal_name": group.legal_name,
        "sender_name": group.name.origin_text,
        "currency": "GBP",
    }
    return PaymentAccountForm(data=shown)


def _save(form: PaymentAccountForm, account_id: int) -> None:
    seen, details = form.seen.data or "", form.details()
    with transaction():
        service.edit_payment_account(
            account_id, details, seen=seen, now=clock.utcnow(), by=current_actor()
        )


def _stale_editor(form: PaymentAccountForm, account: PaymentAccount) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    form.seen.data = account.fingerprint
    found = differences(PaymentAccountForm(account, formdata=None), form)
    return _editor(form, account, status=409, found=found)


def _new_editor(
    form: PaymentAccountForm, group: Group, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "desk/groups/new_account.html",
        status=status,
        form=form,
        group=group,
        is_partner=group.kind is GroupKind.PARTNER,
        preview=_preview(form, None),
    )


def _editor(
    form: PaymentAccountForm,
    account: PaymentAccount,
    *,
    status: int = 200,
    found: Sequence[Difference] = (),
    cards: CardsForm | None = None,
) -> ResponseReturnValue:
    values: dict[str, Any] = {
        "form": form,
        "account": account,
        "group": account.group,
        "differences": found,
        "connection": render.connection(account),
        "switched": render.switched(account),
        "cause": render.cause_of(account),
        "preview": _preview(form, account),
        "cards": cards or CardsForm(formdata=None),
        "may_edit": account.group_id in groups_with(Permission.GROUP_EDIT),
        "may_switch": account.group_id in groups_with(Permission.BOOKS_EDIT),
    }
    return show_page("desk/groups/edit_account.html", status=status, **values)


def _preview(form: PaymentAccountForm, account: PaymentAccount | None) -> str:
    """The line on a statement, with the name as it is typed."""
    name = form.statement_name.data or ""
    slug = queries.find_slug_of_appeal(account.id) if account else None
    return render.statement_preview(name, slug) if name else ""
