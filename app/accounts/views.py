"""The pages before the sign-in: signing in and out, and choosing a password by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from app.accounts.errors import WeakPasswordError, WrongCodeError, WrongSignInError
from app.accounts.flows import second_factor
from app.accounts.flows import signing_in as flows
from app.accounts.forms import (
    AskResetForm,
    ChoosePasswordForm,
    GiveCodeForm,
    SignInForm,
    SignOutForm,
)
from app.accounts.guard import (
    BROWSER_COOKIE,
    DESK_PATH,
    begin_half_session,
    begin_session,
    current_account_or_none,
    end_session,
    half_account,
    know_browser,
    open_desk_blueprint,
)
from app.accounts.rules.sessions import RESET_LIFE, local_desk_path
from app.accounts.service import accounts as service
from app.db.session import transaction
from app.lib import clock
from app.web.locale import use_stored_locale
from app.web.pages import render

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = open_desk_blueprint("accounts", __name__, url_prefix=DESK_PATH)


def _wanted() -> str:
    """Where to go once signed in: a page of the desk, never another site."""
    return local_desk_path(request.args.get("next")) or f"{DESK_PATH}/"


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail address and password."""
    if current_account_or_none() is not None:
        return redirect(_wanted(), 303)
    return render("accounts/sign_in.html", form=SignInForm(), wanted=_wanted())


@bp.post("/sign-in")
def sign_in_now() -> ResponseReturnValue:
    """Begin a session for who knows the password."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            account = flows.sign_in(
                form.email.data,
                form.password.data,
                address=request.remote_addr,
                browser=request.cookies.get(BROWSER_COOKIE),
                now=clock.utcnow(),
            )
        except WrongSignInError as error:
            form.add_problem(error)
        else:
            if account.has_second_factor:
                begin_half_session(account)
                return redirect(url_for("accounts.code", next=_wanted()), 303)
            begin_session(account)
            return know_browser(redirect(_wanted(), 303), flows.known_browser(account))
    return render("accounts/sign_in.html", status=422, form=form, wanted=_wanted())


@bp.get("/sign-in/code")
def code() -> ResponseReturnValue:
    """Ask who gave the right password for the code of her app."""
    if current_account_or_none() is not None:
        return redirect(_wanted(), 303)
    if half_account() is None:
        return redirect(url_for("accounts.sign_in", next=_wanted()), 303)
    return render("accounts/code.html", form=GiveCodeForm(), wanted=_wanted())


@bp.post("/sign-in/code")
def give_code() -> ResponseReturnValue:
    """Begin the session once the code is right."""
    form, account = GiveCodeForm(), half_account()
    is_filled_in = form.validate_on_submit()
    if account is None:
        flash(gettext("That took a while. Please sign in again."), "bad")
        return redirect(url_for("accounts.sign_in", next=_wanted()), 303)
    if is_filled_in:
        try:
            account = second_factor.give_code(account, form.code.data, now=clock.utcnow())
        except WrongCodeError as error:
            form.add_problem(error, form.code)
        else:
            begin_session(account)
            return know_browser(redirect(_wanted(), 303), flows.known_browser(account))
    return render("accounts/code.html", status=422, form=form, wanted=_wanted())


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End every session of the account: this browser's, and any copy of its cookie."""
    is_hers = SignOutForm().validate_on_submit()
    account = current_account_or_none()
    if is_hers and account is not None:
        with transaction():
            service.sign_out(account, now=clock.utcnow(), by=flows.actor_of(account))
    end_session()
    flash(gettext("You are signed out, here and in every other browser."), "good")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/reset")
def ask_reset() -> ResponseReturnValue:
    """Ask where to send a link to choose another password."""
    return render("accounts/ask_reset.html", form=AskResetForm())


@bp.post("/reset")
def ask_reset_now() -> ResponseReturnValue:
    """Have the link sent; says the same whether or not there is such an account."""
    form = AskResetForm()
    if form.validate_on_submit():
        flows.ask_for_reset(form.email.data, address=request.remote_addr, now=clock.utcnow())
        return redirect(url_for("accounts.reset_asked"), 303)
    return render("accounts/ask_reset.html", status=422, form=form)


@bp.get("/reset/sent")
def reset_asked() -> ResponseReturnValue:
    """Say what happens next."""
    minutes = int(RESET_LIFE.total_seconds() // 60)
    return render("accounts/reset_asked.html", minutes=minutes)


@bp.get("/reset/<token>")
def choose_password(token: str) -> ResponseReturnValue:
    """Ask for a new password; looking at the page uses nothing up."""
    account = flows.open_link(token, now=clock.utcnow())
    use_stored_locale(account.locale)
    form = ChoosePasswordForm()
    return render("accounts/choose_password.html", form=form, token=token, account=account)


@bp.post("/reset/<token>")
def choose_password_now(token: str) -> ResponseReturnValue:
    """Store the new password and use the link up."""
    form, now = ChoosePasswordForm(), clock.utcnow()
    account = flows.open_link(token, now=now)
    use_stored_locale(account.locale)
    if form.validate_on_submit():
        try:
            flows.choose_password(token, form.new.data, now=now)
        except WeakPasswordError as error:
            form.add_problem(error, form.new)
        else:
            end_session()
            flash(gettext("Your new password is stored. Sign in with it."), "good")
            return redirect(url_for("accounts.sign_in"), 303)
    return render(
        "accounts/choose_password.html", status=422, form=form, token=token, account=account
    )
