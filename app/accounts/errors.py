"""What can be wrong with a sign-in, a password or a change of roles."""

from __future__ import annotations

from typing import ClassVar

from app.accounts.rules.sessions import PASSWORD_MAX, PASSWORD_MIN, PasswordProblem
from app.lib.errors import ForbiddenError, GoneError, NotFoundError, TooManyError, UserError
from app.lib.text import N_


class SignedOutError(ForbiddenError):
    """A form of the desk was sent after the session had ended."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "You are not signed in any more, so nothing was changed. Sign in in another "
                "window, then reload this page: what you typed is sent again."
            )
        )


class WrongSignInError(UserError):
    """E-mail and password do not belong together; says the same for every reason."""

    def __init__(self) -> None:
        super().__init__(N_("The e-mail address or the password is not right."))


class WrongPasswordError(UserError):
    """The present password, asked for again, is not right."""

    def __init__(self) -> None:
        super().__init__(N_("This is not your present password."))


class WrongCodeError(UserError):
    """The code of the authenticator app, or the recovery code, is not right or was used."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This code is not right, or it was used already. Wait for the next one, and check "
                "that the clock of your phone is right."
            )
        )


class SecondFactorNeededError(UserError):
    """Somebody whose roles have power may change her second factor, not do without."""

    def __init__(self) -> None:
        super().__init__(N_("Your roles need a second factor. You can set up another one instead."))


class SecondFactorMissingError(ForbiddenError):
    """Somebody whose roles have power has not set up a second factor yet."""

    def __init__(self) -> None:
        super().__init__(
            N_("Your roles need a second factor. Set it up first; nothing was changed.")
        )


class TooManyTriesError(TooManyError):
    """Too many tries from one place or at one account."""

    def __init__(self) -> None:
        super().__init__(
            N_("There were too many tries. Please wait a few minutes and then try again.")
        )


class LinkUsedError(GoneError):
    """A link to choose a password was used, has run out or was replaced by a newer one."""

    def __init__(self) -> None:
        super().__init__(
            N_("This link was used already, has run out, or a newer one was sent to you.")
        )


class WeakPasswordError(UserError):
    """A new password is too short, too long or easy to guess."""

    _SENTENCES: ClassVar = {
        PasswordProblem.TOO_SHORT: N_("Choose a password of at least %(least)s characters."),
        PasswordProblem.TOO_LONG: N_("Choose a password of at most %(most)s characters."),
        PasswordProblem.GUESSABLE: N_(
            "This password is easy to guess. Four or five words that do not belong together"
            " make a good one."
        ),
    }

    def __init__(self, problem: PasswordProblem) -> None:
        super().__init__(self._SENTENCES[problem], least=PASSWORD_MIN, most=PASSWORD_MAX)


class AccountExistsError(UserError):
    """Another account has this e-mail address."""

    def __init__(self) -> None:
        super().__init__(N_("There is an account with this e-mail address already."))


class UnknownGroupError(NotFoundError):
    """The command line named a group that does not exist."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            "there is no group %(slug)s; with --group-name it is founded", slug=repr(slug)
        )


class UnknownAccountError(NotFoundError):
    """The command line named an address that has no account."""

    def __init__(self, email: str) -> None:
        super().__init__("no account has the address %(email)s", email=repr(email))


class LastOwnerError(UserError):
    """A group would be left without an owner who can sign in."""

    def __init__(self) -> None:
        super().__init__(N_("A group needs at least one owner. Name another owner first."))


class AccountClosedError(UserError):
    """The account was closed and gets no roles."""

    def __init__(self) -> None:
        super().__init__(N_("This account is closed. Open it again before you give it a role."))
