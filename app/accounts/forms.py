"""Forms of signing in, passwords, one's own account, and the people of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext
from wtforms import PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import EqualTo, Length

from app.accounts.rules import PASSWORD_MAX, ROLE_HINTS, ROLE_NAMES, Role
from app.settings import settings
from app.web.fields import EmailField, required_text
from app.web.forms import DeskForm
from app.web.locale import language_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wtforms import Field

    from app.groups.models import Group

#: Longer than any accepted password, so that too long a one is named, not cut.
_PASSWORD_BYTES = PASSWORD_MAX * 8


class OpenDeskForm(DeskForm):
    """A form of the desk that somebody fills in before she has a session."""

    def _is_stale(self, token: Field) -> bool:
        # Her cookie may have ended while the page lay open: show it again, do nothing.
        return bool(token.data)


class SignInForm(OpenDeskForm):
    """E-mail address and password."""

    email = EmailField(
        lazy_gettext("E-mail address"),
        [required_text(lazy_gettext("Enter your e-mail address.")), Length(max=254)],
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [required_text(lazy_gettext("Enter your password.")), Length(max=_PASSWORD_BYTES)],
        is_verbatim=True,
    )


class SignOutForm(OpenDeskForm):
    """A button; where the session has ended already, there is nothing left to prove."""


class AskResetForm(OpenDeskForm):
    """Where to send a link to choose another password."""

    email = EmailField(
        lazy_gettext("E-mail address"),
        [required_text(lazy_gettext("Enter your e-mail address.")), Length(max=254)],
    )


class ChoosePasswordForm(OpenDeskForm):
    """A new password, typed twice."""

    new = PasswordField(
        lazy_gettext("New password"),
        [required_text(lazy_gettext("Enter a new password.")), Length(max=_PASSWORD_BYTES)],
        is_verbatim=True,
    )
    again = PasswordField(
        lazy_gettext("The new password again"),
        [
            required_text(lazy_gettext("Enter the new password a second time.")),
            EqualTo("new", lazy_gettext("The two new passwords are not the same.")),
        ],
        is_verbatim=True,
    )


class ChangePasswordForm(DeskForm):
    """The present password and a new one, typed twice."""

    present = PasswordField(
        lazy_gettext("Present password"),
        [required_text(lazy_gettext("Enter your present password.")), Length(max=_PASSWORD_BYTES)],
        is_verbatim=True,
    )
    new = PasswordField(
        lazy_gettext("New password"),
        [required_text(lazy_gettext("Enter a new password.")), Length(max=_PASSWORD_BYTES)],
        is_verbatim=True,
    )
    again = PasswordField(
        lazy_gettext("The new password again"),
        [
            required_text(lazy_gettext("Enter the new password a second time.")),
            EqualTo("new", lazy_gettext("The two new passwords are not the same.")),
        ],
        is_verbatim=True,
    )


class DetailsForm(DeskForm):
    """One's own name, language and e-mail address."""

    name = StringField(
        lazy_gettext("Your name"),
        [required_text(lazy_gettext("Enter your name.")), Length(max=120)],
    )
    locale = SelectField(lazy_gettext("Language of the desk and of our mails to you"))
    email = EmailField(
        lazy_gettext("E-mail address"),
        [required_text(lazy_gettext("Enter your e-mail address.")), Length(max=254)],
    )
    present = PasswordField(
        lazy_gettext("Present password"), [Length(max=_PASSWORD_BYTES)], is_verbatim=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.locale.choices = [
            SelectChoice(each, language_name(each)) for each in settings().locales
        ]


def _role_choices() -> list[SelectChoice]:
    """Each role with what it may do, in the language of the page."""
    return [
        SelectChoice(role.value, f"{gettext(ROLE_NAMES[role])}: {gettext(ROLE_HINTS[role])}")
        for role in Role
    ]


def _roles_field(validators: Sequence[Any] = ()) -> SelectMultipleField:
    """What somebody is in a group; `data` holds Roles."""
    return SelectMultipleField(
        lazy_gettext("Roles in this group"), validators, coerce=Role, choices=_role_choices
    )


class RolesForm(DeskForm):
    """The roles of one person in one group."""

    roles = _roles_field()


class InviteForm(DeskForm):
    """Somebody new, the group and what she will be there."""

    name = StringField(
        lazy_gettext("Name"), [required_text(lazy_gettext("Enter a name.")), Length(max=120)]
    )
    email = EmailField(
        lazy_gettext("E-mail address"),
        [required_text(lazy_gettext("Enter an e-mail address.")), Length(max=254)],
    )
    group = SelectField(lazy_gettext("Group"), coerce=int)
    roles = _roles_field([required_text(lazy_gettext("Choose at least one role."))])

    def offer_groups(self, groups: Sequence[tuple[Group, str]]) -> None:
        """Let her choose among the groups she may invite to."""
        self.group.choices = [SelectChoice(group.id, name) for group, name in groups]
