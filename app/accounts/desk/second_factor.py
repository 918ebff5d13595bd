"""Desk pages of one's own second factor: set up, codes for a lost phone, off again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask_babel import gettext

from app.accounts.errors import SecondFactorNeededError, WrongCodeError
from app.accounts.flows import second_factor as flows
from app.accounts.forms import CodeForm
from app.accounts.guard import (
    DESK_PATH,
    begin_session,
    current_account,
    desk_blueprint,
    requires_proof,
)
from app.accounts.service import second_factor as service
from app.lib import clock
from app.settings import settings
from app.web.forms import ActionForm
from app.web.pages import render
from app.web.qr import qr_svg

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = desk_blueprint("second_factor_desk", __name__, url_prefix=f"{DESK_PATH}/account/second-factor")


@bp.get("/")
def show() -> ResponseReturnValue:
    """Say whether there is a second factor, and what it is for."""
    account = current_account()
    return render(
        "accounts/desk/second_factor.html",
        account=account,
        form=ActionForm(),
        left=len(service.left_recovery_codes(account)) if account.has_second_factor else 0,
        is_needed=settings().requires_second_factor and account.has_power,
    )


@bp.post("/begin")
@requires_proof
def begin() -> ResponseReturnValue:
    """Make a new key for the authenticator app."""
    if ActionForm().validate():
        flows.begin(current_account())
    return redirect(url_for("second_factor_desk.set_up"), 303)


@bp.get("/set-up")
@requires_proof
def set_up() -> ResponseReturnValue:
    """Show the key as a picture and as text, and ask for the first code."""
    return _set_up_page(CodeForm())


@bp.post("/set-up")
@requires_proof
def confirm() -> ResponseReturnValue:
    """Take the factor once its first code is right."""
    form = CodeForm()
    if form.validate():
        try:
            changed = flows.confirm(current_account(), form.code.data, now=clock.utcnow())
        except WrongCodeError as error:
            form.add_problem(error, form.code)
        else:
            begin_session(changed)
            flash(gettext("Your second factor is set up. Now keep the codes below."), "good")
            return redirect(url_for("second_factor_desk.codes"), 303)
    return _set_up_page(form, status=422)


def _set_up_page(form: CodeForm, *, status: int = 200) -> ResponseReturnValue:
    key = service.pending_key(current_account())
    if key is None:
        return redirect(url_for("second_factor_desk.show"), 303)
    address, typed = key
    return render(
        "accounts/desk/second_factor_set_up.html",
        status=status,
        form=form,
        picture=qr_svg(address, gettext("QR code for your authenticator app")),
        key=typed,
        address=address,
    )


@bp.get("/codes")
@requires_proof
def codes() -> ResponseReturnValue:
    """Show the recovery codes that still count, to be written down or printed."""
    account = current_account()
    if not account.has_second_factor:
        return redirect(url_for("second_factor_desk.show"), 303)
    return render(
        "accounts/desk/recovery_codes.html",
        codes=service.left_recovery_codes(account),
        form=ActionForm(),
        account=account,
    )


@bp.post("/codes")
@requires_proof
def renew_codes() -> ResponseReturnValue:
    """Make another set; the old ones count no more."""
    account = current_account()
    if ActionForm().validate() and account.has_second_factor:
        flows.renew_codes(account, now=clock.utcnow())
        flash(gettext("These are your new codes. The old ones count no more."), "good")
    return redirect(url_for("second_factor_desk.codes"), 303)


@bp.post("/off")
@requires_proof
def turn_off() -> ResponseReturnValue:
    """Do without it, where her roles allow that."""
    if ActionForm().validate():
        try:
            changed = flows.turn_off(current_account(), now=clock.utcnow())
        except SecondFactorNeededError as error:
            flash(gettext(error.sentence, **error.params), "bad")
        else:
            begin_session(changed)
            flash(gettext("Signing in takes your password alone now."), "good")
    return redirect(url_for("second_factor_desk.show"), 303)
