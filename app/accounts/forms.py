"""Forms of signing in, passwords, one's own account, and the people of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext
from wtforms import PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import EqualTo, Length

from app.accounts.rules.permissions import ROLE_HINTS, ROLE_NAMES, Role
from app.accounts.rules.sessions import PASSWORD_MAX
from app.settings import settings
from app.web.fields import EmailField, required_text
from app.web.forms import DeskForm
from app.web.locale import language_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask_babel import LazyString
    from wtforms import Field

    from app.groups.models import Group

#: Longer than any accepted password, so that too long a one is named, not cut.
_PASSWORD_MOST = PASSWORD_MAX * 8


def _email_field() -> Any:  # noqa: ANN401  # a bound field's data is text once the form is valid
    return EmailField(
        lazy_gettext("E-mail address"),
        [required_text(lazy_gettext("Enter an e-mail address.")), Length(max=254)],
    )


def _name_field(label: LazyString, missing: LazyString) -> Any:  # noqa: ANN401
    return StringField(label, [required_text(missing), Length(max=120)])


def _password_field(label: LazyString, *checks: Any) -> Any:  # noqa: ANN401
    # Every sign of a password counts: nothing is cleaned or cut off.
    verbatim: Any = PasswordField
    return verbatim(label, [*checks, Length(max=_PASSWORD_MOST)], is_verbatim=True)


def _present_field() -> Any:  # noqa: ANN401
    missing = required_text(lazy_gettext("Enter your present password."))
    return _password_field(lazy_gettext("Present password"), missing)


def _new_field() -> Any:  # noqa: ANN401
    missing = required_text(lazy_gettext("Enter a new password."))
    return _password_field(lazy_gettext("New password"), missing)


def _again_field() -> Any:  # noqa: ANN401
    return _password_field(
        lazy_gettext("The new password again"),
        required_text(lazy_gettext("Enter the new password a second time.")),
        EqualTo("new", lazy_gettext("The two new passwords are not the same.")),
    )


class OpenDeskForm(DeskForm):
    """A form of the desk that somebody fills in before she has a session."""

    def _is_stale(self, token: Field) -> bool:
        # Her cookie may have ended while the page lay open: show it again, do nothing.
        return bool(token.data)


class SignInForm(OpenDeskForm):
    """E-mail address and password."""

    email = _email_field()
    password = _password_field(
        lazy_gettext("Password"), required_text(lazy_gettext("Enter your password."))
    )


def _code_field() -> Any:  # noqa: ANN401
    return StringField(
        lazy_gettext("Code"),
        [required_text(lazy_gettext("Enter the code that your app shows.")), Length(max=60)],
    )


class GiveCodeForm(OpenDeskForm):
    """The code of the second step of signing in."""

    code = _code_field()


class CodeForm(DeskForm):
    """The first code of a second factor that is being set up."""

    code = _code_field()


class SignOutForm(OpenDeskForm):
    """A button; where the session has ended already, there is nothing left to prove."""


class AskResetForm(OpenDeskForm):
    """Where to send a link to choose another password."""

    email = _email_field()


class ChoosePasswordForm(OpenDeskForm):
    """A new password, typed twice."""

    new = _new_field()
    again = _again_field()


class ChangePasswordForm(DeskForm):
    """The present password and a new one, typed twice."""

    present = _present_field()
    new = _new_field()
    again = _again_field()


class ProveForm(DeskForm):
    """The present password alone."""

    present = _present_field()


class DetailsForm(DeskForm):
    """One's own name, language and e-mail address."""

    name = _name_field(lazy_gettext("Your name"), lazy_gettext("Enter your name."))
    locale = SelectField(lazy_gettext("Language of the desk and of our mails to you"))
    email = _email_field()
    present = _password_field(lazy_gettext("Present password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.locale.choices = [
            SelectChoice(each, language_name(each)) for each in settings().locales
        ]

    def details(self) -> dict[str, Any]:
        """What `flows.change_details` takes; call it on a valid form only."""
        return {
            "name": self.name.data,
            "email": self.email.data,
            "locale": self.locale.data,
            "present": self.present.data or "",
        }


def _role_choices() -> list[SelectChoice]:
    """Each role with what it may do, in the language of the page."""
    return [
        SelectChoice(role.value, f"{gettext(ROLE_NAMES[role])}: {gettext(ROLE_HINTS[role])}")
        for role in Role
    ]


def _roles_field(*checks: Any) -> Any:  # noqa: ANN401
    """What somebody is in a group; `data` holds Roles."""
    return SelectMultipleField(
        lazy_gettext("Roles in this group"), checks, coerce=Role, choices=_role_choices
    )


class RolesForm(DeskForm):
    """The roles of one person in one group."""

    roles = _roles_field()


class InviteForm(DeskForm):
    """Somebody new, the group and what she will be there."""

    name = _name_field(lazy_gettext("Name"), lazy_gettext("Enter a name."))
    email = _email_field()
    group = SelectField(lazy_gettext("Group"), coerce=int)
    roles = _roles_field(required_text(lazy_gettext("Choose at least one role.")))

    def offer_groups(self, groups: Sequence[tuple[Group, str]]) -> None:
        """Let her choose among the groups she may invite to."""
        self.group.choices = [SelectChoice(group.id, name) for group, name in groups]

    def invitation(self) -> dict[str, Any]:
        """What `service.invite_to_group` takes; call it on a valid form only."""
        return {
            "email": self.email.data,
            "name": self.name.data,
            "group_id": self.group.data,
            "roles": self.roles.data,
        }
