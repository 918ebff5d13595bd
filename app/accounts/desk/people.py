"""Desk pages of accounts: one's own account, and the people of one's groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for
from flask_babel import gettext

from app.accounts import queries
from app.accounts.errors import (
    AccountClosedError,
    AccountExistsError,
    LastOwnerError,
    WeakPasswordError,
    WrongPasswordError,
)
from app.accounts.flows import signing_in as flows
from app.accounts.forms import (
    ChangePasswordForm,
    DetailsForm,
    InviteForm,
    ProveForm,
    RolesForm,
)
from app.accounts.guard import (
    DESK_PATH,
    begin_session,
    check,
    current_account,
    current_actor,
    desk_blueprint,
    groups_with,
    keep_session,
    note_proof,
    requires,
    requires_proof,
)
from app.accounts.rules.permissions import ROLE_NAMES, Permission
from app.accounts.rules.sessions import local_desk_path
from app.accounts.service import accounts as service
from app.accounts.service import second_factor
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import ForbiddenError, NotFoundError, UserError
from app.web.forms import ActionForm
from app.web.locale import current_locale
from app.web.pages import render, render_block
from app.web.panels import panels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from app.accounts.models import User
    from app.groups.models import Group

bp = desk_blueprint("accounts_desk", __name__, url_prefix=DESK_PATH)


# --- one's own account ------------------------------------------------------------------------


@bp.get("/account")
def account() -> ResponseReturnValue:
    """Show one's own name, language and e-mail address."""
    return _account_page(DetailsForm(obj=current_account()))


@bp.post("/account")
def change_details() -> ResponseReturnValue:
    """Change them; another e-mail address needs the present password."""
    form = DetailsForm()
    if form.validate_on_submit():
        try:
            changed = flows.change_details(current_account(), **form.details(), now=clock.utcnow())
        except WrongPasswordError as error:
            form.add_problem(error, form.present)
        except AccountExistsError as error:
            form.add_problem(error, form.email)
        else:
            keep_session(changed)
            flash(gettext("Your account is changed."), "good")
            return redirect(url_for("accounts_desk.account"), 303)
    return _account_page(form, status=422)


def _account_page(form: DetailsForm, *, status: int = 200) -> ResponseReturnValue:
    blocks = [render_block(block) for block in panels().account_blocks()]
    return render("accounts/desk/account.html", status=status, form=form, blocks=blocks)


@bp.get("/account/password")
def password() -> ResponseReturnValue:
    """Ask for the present password and a new one."""
    return render("accounts/desk/password.html", form=ChangePasswordForm())


@bp.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change it: every other browser is signed out, this one gets a new session."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            changed = flows.change_password(
                current_account(), form.present.data, form.new.data, now=clock.utcnow()
            )
        except WrongPasswordError as error:
            form.add_problem(error, form.present)
        except WeakPasswordError as error:
            form.add_problem(error, form.new)
        else:
            begin_session(changed)
            flash(gettext("Your password is changed. Every other browser is signed out."), "good")
            return redirect(url_for("accounts_desk.account"), 303)
    return render("accounts/desk/password.html", status=422, form=form)


@bp.get("/prove")
def prove() -> ResponseReturnValue:
    """Ask for the password again."""
    return render("accounts/desk/prove.html", form=ProveForm(), wanted=_wanted())


@bp.post("/prove")
def prove_now() -> ResponseReturnValue:
    """Go on with what needs it."""
    form = ProveForm()
    if form.validate_on_submit():
        try:
            flows.prove_password(current_account(), form.present.data, now=clock.utcnow())
        except WrongPasswordError as error:
            form.add_problem(error, form.present)
        else:
            note_proof()
            return redirect(_wanted(), 303)
    return render("accounts/desk/prove.html", status=422, form=form, wanted=_wanted())


def _wanted() -> str:
    return local_desk_path(request.args.get("next")) or f"{DESK_PATH}/"


# --- the people of one's groups ---------------------------------------------------------------


@bp.get("/people/")
@requires(Permission.ACCOUNTS_MANAGE)
def people() -> ResponseReturnValue:
    """List who may do what in the groups whose accounts one manages."""
    accounts = queries.list_accounts(groups_with(Permission.ACCOUNTS_MANAGE))
    groups = [
        (group, name, [each for each in accounts if group.id in each.group_ids])
        for group, name in _managed_groups()
    ]
    return render("accounts/desk/people.html", groups=groups, role_names=ROLE_NAMES)


@bp.get("/people/invite")
@requires(Permission.ACCOUNTS_MANAGE)
@requires_proof
def invite() -> ResponseReturnValue:
    """Ask for somebody's name, address and roles."""
    return render("accounts/desk/invite.html", form=_invite_form())


@bp.post("/people/invite")
@requires(Permission.ACCOUNTS_MANAGE)
@requires_proof
def invite_now() -> ResponseReturnValue:
    """Give somebody roles in a group, and an account if she has none."""
    form = _invite_form()
    if form.validate_on_submit():
        check(Permission.ACCOUNTS_MANAGE, form.group.data)
        try:
            with transaction():
                service.invite_to_group(**form.invitation(), now=clock.utcnow(), by=current_actor())
        except (AccountClosedError, AccountExistsError) as error:
            form.add_problem(error, form.email)
        else:
            flash(gettext("A mail is on its way to %(email)s.", email=form.email.data), "good")
            return redirect(url_for("accounts_desk.people"), 303)
    return render("accounts/desk/invite.html", status=422, form=form)


@bp.get("/people/<int:account_id>")
@requires(Permission.ACCOUNTS_MANAGE)
@requires_proof
def person(account_id: int) -> ResponseReturnValue:
    """Show what somebody may do in one's groups."""
    return _person_page(_managed_person(account_id))


@bp.post("/people/<int:account_id>/roles/<int:group_id>")
@requires(Permission.ACCOUNTS_MANAGE)
@requires_proof
def change_roles(account_id: int, group_id: int) -> ResponseReturnValue:
    """Give somebody exactly these roles in a group; she has to sign in again."""
    check(Permission.ACCOUNTS_MANAGE, group_id)
    _managed_person(account_id)
    form = RolesForm()
    if not form.validate_on_submit():
        return _person_page(_managed_person(account_id), status=422)
    try:
        with transaction():
            someone = queries.lock_with_owners(account_id, [group_id])
            service.set_roles(
                someone, group_id, form.roles.data, now=clock.utcnow(), by=current_actor()
            )
    except (AccountClosedError, LastOwnerError) as error:
        return _person_page(_managed_person(account_id), status=422, problem=error)
    flash(gettext("The roles are changed."), "good")
    return redirect(url_for("accounts_desk.people"), 303)


@bp.post("/people/<int:account_id>/invite")
@requires(Permission.ACCOUNTS_MANAGE)
@requires_proof
def invite_again(account_id: int) -> ResponseReturnValue:
    """Send another link to somebody who has not chosen a password yet."""
    someone = _managed_person(account_id)
    ActionForm().validate_on_submit()
    if not someone.is_invited or not someone.active:
        raise ForbiddenError
    with transaction():
        someone = queries.lock_account(account_id)
        service.invite(someone, now=clock.utcnow(), by=current_actor())
    flash(gettext("A mail is on its way to %(email)s.", email=someone.email), "good")
    return redirect(url_for("accounts_desk.person", account_id=account_id), 303)


@bp.post("/people/<int:account_id>/disable")
@requires(Permission.ACCOUNTS_MANAGE)
@requires_proof
def disable(account_id: int) -> ResponseReturnValue:
    """Close somebody's account at once."""
    group_ids = _wholly_managed_person(account_id).group_ids
    ActionForm().validate_on_submit()
    try:
        with transaction():
            someone = queries.lock_with_owners(account_id, group_ids)
            service.disable(someone, now=clock.utcnow(), by=current_actor())
    except LastOwnerError as error:
        return _person_page(_managed_person(account_id), status=422, problem=error)
    flash(gettext("The account is closed and signed out everywhere."), "good")
    return redirect(url_for("accounts_desk.people"), 303)


@bp.post("/people/<int:account_id>/enable")
@requires(Permission.ACCOUNTS_MANAGE)
@requires_proof
def enable(account_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    _wholly_managed_person(account_id)
    ActionForm().validate_on_submit()
    with transaction():
        service.enable(queries.lock_account(account_id), now=clock.utcnow(), by=current_actor())
    flash(gettext("The account is open again."), "good")
    return redirect(url_for("accounts_desk.person", account_id=account_id), 303)


@bp.post("/people/<int:account_id>/second-factor/reset")
@requires(Permission.ACCOUNTS_MANAGE)
@requires_proof
def reset_second_factor(account_id: int) -> ResponseReturnValue:
    """Take the second factor off the account of somebody who lost her phone."""
    _wholly_managed_person(account_id)
    ActionForm().validate_on_submit()
    with transaction():
        someone = queries.lock_account(account_id)
        if someone.has_second_factor:
            second_factor.reset(someone, now=clock.utcnow(), by=current_actor())
    flash(gettext("The second factor is taken off. She was told by mail."), "good")
    return redirect(url_for("accounts_desk.person", account_id=account_id), 303)


def _managed_groups() -> list[tuple[Group, str]]:
    groups: Sequence[Group] = queries.list_groups_of(groups_with(Permission.ACCOUNTS_MANAGE))
    return [(group, group.name.pick(current_locale()).text) for group in groups]


def _managed_person(account_id: int) -> User:
    """Somebody with a role in one of the groups one manages; raises NotFoundError."""
    someone = queries.get_account(account_id)
    if not set(someone.group_ids) & set(groups_with(Permission.ACCOUNTS_MANAGE)):
        raise NotFoundError
    return someone


def _wholly_managed_person(account_id: int) -> User:
    """Somebody all of whose groups one manages, and not oneself; raises ForbiddenError."""
    someone = _managed_person(account_id)
    if someone.id == current_account().id or not _manages_all_groups_of(someone):
        raise ForbiddenError
    return someone


def _manages_all_groups_of(someone: User) -> bool:
    return set(someone.group_ids) <= set(groups_with(Permission.ACCOUNTS_MANAGE))


def _invite_form() -> InviteForm:
    form = InviteForm()
    form.offer_groups(_managed_groups())
    return form


def _person_page(
    someone: User, *, status: int = 200, problem: UserError | None = None
) -> ResponseReturnValue:
    forms = [(group, name, _roles_form(someone, group.id)) for group, name in _managed_groups()]
    return render(
        "accounts/desk/person.html",
        status=status,
        person=someone,
        groups=forms,
        may_close=someone.id != current_account().id and _manages_all_groups_of(someone),
        action=ActionForm(),
        problems=[("", gettext(problem.sentence, **problem.params))] if problem else [],
    )


def _roles_form(someone: User, group_id: int) -> RolesForm:
    # Several of these forms stand on one page: each id is its own.
    form = RolesForm(formdata=None, roles=sorted(someone.roles_in(group_id)))
    form.roles.id = f"roles-{group_id}"
    return form
