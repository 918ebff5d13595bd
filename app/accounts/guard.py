"""Who is signed in, what they may do, and the desk's blueprints, guarded when they are made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    current_app,  # noqa: TID251  # for its views, not its settings
    g,
    redirect,
    request,
    session,
    url_for,
)
from flask_security import Security, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.errors import SecondFactorMissingError, SignedOutError
from app.accounts.rules.permissions import Permission, may
from app.accounts.rules.sessions import (
    CODE_TIME,
    KNOWN_BROWSER_LIFE,
    PROOF_LIFE,
    SEEN_STEP,
    local_desk_path,
    session_is_over,
)
from app.accounts.service.accounts import AccountStore
from app.audit.facts import Actor
from app.db.session import db
from app.lib import clock
from app.lib.errors import ForbiddenError, NotFoundError
from app.lib.ids import fingerprint
from app.settings import settings
from app.web.locale import use_stored_locale, wished_locale
from app.web.pages import NOT_KEPT
from app.web.panels import Panels, panels

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from app.accounts.models import User

P = ParamSpec("P")
R = TypeVar("R")

#: The desk's cookie goes to the desk alone: public pages are the same for everybody.
DESK_PATH = "/desk"
_BEGAN, _SEEN, _PROVED, _HALF = "began", "seen", "proved", "half"
#: What somebody can do before she has the second factor that her roles need.
_BEFORE_THE_FACTOR = frozenset(
    {
        "second_factor_desk.show",
        "second_factor_desk.begin",
        "second_factor_desk.set_up",
        "second_factor_desk.confirm",
        "accounts_desk.prove",
        "accounts_desk.prove_now",
    }
)
#: Says that an account signed in with this browser before; counts its tries apart, opens nothing.
BROWSER_COOKIE = "muster_browser"


# --- blueprints and views ---------------------------------------------------------------------


def desk_blueprint(name: str, import_name: str, *, url_prefix: str) -> Blueprint:
    """A blueprint whose every page needs a signed-in organiser; the guard is in it when made."""
    bp = Blueprint(name, import_name, url_prefix=url_prefix)
    bp.before_request(_turn_visitors_away)
    bp.after_request(_keep_nothing)
    return bp


def open_desk_blueprint(name: str, import_name: str, *, url_prefix: str) -> Blueprint:
    """A blueprint for the few pages of the desk that come before the sign-in."""
    bp = Blueprint(name, import_name, url_prefix=url_prefix)
    bp.before_request(_speak_her_language)
    bp.after_request(_keep_nothing)
    return bp


def requires(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Answer 403 unless the account may do this in at least one group.

    Which rows she may do it to is for the view: `groups_with` for lists, `check` for one row.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if not groups_with(permission):
                raise ForbiddenError
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def requires_proof(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Ask for the password again where it was given long ago; a stolen cookie is no password."""

    @wraps(view)
    def proven(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        current_account()
        proved, now = _instant(_PROVED), clock.utcnow()
        if proved is not None and timedelta(0) <= now - proved < PROOF_LIFE:
            return view(*args, **kwargs)
        return redirect(url_for("accounts_desk.prove", next=_page_of_request()), 303)

    return proven


def _page_of_request() -> str | None:
    """The page being asked for, or the one that a form stood on."""
    if request.method in {"GET", "HEAD"}:
        return local_desk_path(request.full_path.rstrip("?"))
    try:
        return local_desk_path(urlsplit(request.referrer or "").path)
    except ValueError:
        return None


def _turn_visitors_away() -> ResponseReturnValue | None:
    account = current_account_or_none()
    if account is not None:
        _speak_her_language()
        return _ask_for_second_factor(account)
    if request.method in {"GET", "HEAD"}:
        wanted = local_desk_path(request.full_path.rstrip("?"))
        return redirect(url_for("accounts.sign_in", next=wanted), 303)
    raise SignedOutError


def _ask_for_second_factor(account: User) -> ResponseReturnValue | None:
    """Lead whoever has power and no second factor to where it is set up, before anything else."""
    is_needed = settings().requires_second_factor and account.has_power and not account.is_demo
    if not is_needed or account.has_second_factor or request.endpoint in _BEFORE_THE_FACTOR:
        return None
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("second_factor_desk.show"), 303)
    raise SecondFactorMissingError


def _speak_her_language() -> None:
    """An organiser's own language; before the sign-in, the one that her browser asks for."""
    account = current_account_or_none()
    locale = account.locale if account is not None else wished_locale()
    if locale:
        use_stored_locale(locale)


def _keep_nothing(response: Response) -> Response:
    response.headers["Cache-Control"] = NOT_KEPT
    return response


# --- who is there -----------------------------------------------------------------------------


def current_account_or_none() -> User | None:
    """The account whose session this is, unless the session has run out; asked once a request."""
    if "desk_account" not in g:
        g.desk_account = _account_of_session()
    return cast("User | None", g.desk_account)


def current_account() -> User:
    """The account that is signed in; raises ForbiddenError when nobody is."""
    account = current_account_or_none()
    if account is None:
        raise ForbiddenError
    return account


def current_actor() -> Actor:
    """Who does what is being done: the account, or a visitor."""
    account = current_account_or_none()
    if account is None:
        return Actor.visitor()
    return Actor.account(account.id, account.name)


def groups_with(permission: Permission) -> list[int]:
    """The ids of the groups in which the account may do this."""
    account = current_account()
    return [
        group_id for group_id in account.group_ids if may(account.roles_in(group_id), permission)
    ]


def check(permission: Permission, group_id: int) -> None:
    """Let through only who may do this in the group that a row belongs to.

    Raises NotFoundError for a group she has no role in, as if its rows did not exist, and
    ForbiddenError where she has a role that does not allow this.
    """
    roles = current_account().roles_in(group_id)
    if not roles:
        raise NotFoundError
    if not may(roles, permission):
        raise ForbiddenError


def _account_of_session() -> User | None:
    # Nothing is asked of the session on pages that never see its cookie.
    if not request.path.startswith(DESK_PATH) or "_user_id" not in session:
        return None
    now = clock.utcnow()
    began, seen = _instant(_BEGAN), _instant(_SEEN)
    if began is None or seen is None or session_is_over(began, seen, now):
        session.clear()
        return None
    account = current_user._get_current_object()  # noqa: SLF001  # the row, not its proxy
    if not account.is_authenticated or _is_misplaced_demo(account):
        return None
    if now - seen >= SEEN_STEP:
        session[_SEEN] = int(now.timestamp())
    return cast("User", account)


def _instant(key: str) -> datetime | None:
    value = session.get(key)
    return datetime.fromtimestamp(value, tz=UTC) if isinstance(value, int) else None


def _is_misplaced_demo(account: User) -> bool:
    return account.is_demo and not settings().is_demo


# --- sessions ---------------------------------------------------------------------------------


def begin_session(account: User) -> None:
    """Start a session of its own for an account; whatever the browser brought along is dropped."""
    session.clear()
    for cached in ("csrf_token", "desk_account"):
        g.pop(cached, None)
    now = clock.timestamp()
    session[_BEGAN] = session[_SEEN] = session[_PROVED] = now
    login_user(account, remember=False, authn_via=["password"])


def begin_half_session(account: User) -> None:
    """Remember for some minutes who gave the right password and owes the code; opens nothing."""
    session.clear()
    for cached in ("csrf_token", "desk_account"):
        g.pop(cached, None)
    session[_HALF] = [account.id, fingerprint(account.fs_uniquifier), clock.timestamp()]


def half_account() -> User | None:
    """Who gave the right password in this browser just now, and owes the code."""
    account_id, mark, at = session.get(_HALF, [0, "", 0])
    if not 0 <= clock.timestamp() - at < CODE_TIME.total_seconds():
        return None
    account = queries.find_account(account_id)
    if account is None or not account.active or fingerprint(account.fs_uniquifier) != mark:
        return None
    return account


def know_browser(response: Response, token: str) -> Response:
    """Let the browser keep what shows that the account signed in with it."""
    response.set_cookie(
        BROWSER_COOKIE,
        token,
        max_age=KNOWN_BROWSER_LIFE,
        path=DESK_PATH,
        secure=settings().uses_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def note_proof() -> None:
    """Remember that the password was given just now."""
    session[_PROVED] = clock.timestamp()


def keep_session(account: User) -> None:
    """Stay signed in after a change that ended the account's sessions, where it did."""
    if session.get("_user_id") != account.get_id():
        begin_session(account)


def end_session() -> None:
    """Forget who this browser is; its cookies elsewhere die with the account's uniquifier."""
    logout_user()
    session.clear()
    g.pop("desk_account", None)


# --- start ------------------------------------------------------------------------------------


def init_app(app: Flask) -> None:
    """Stand organisers' sign-in on Flask-Security: its hashes, sessions and log-ins, our pages."""
    app.config.update(
        SESSION_COOKIE_PATH=DESK_PATH,
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        # No pepper from the settings: a rotated secret would lock everybody out.
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__type": "ID",
            "argon2__memory_cost": settings().password_hash_kib,
            "argon2__time_cost": 3,
            "argon2__parallelism": 1,
        },
        SECURITY_DATETIME_FACTORY=clock.utcnow,
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_USE_REGISTER_V2=True,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
    )
    Security().init_app(app, AccountStore(db.session), register_blueprint=False)
    _leave_visitors_alone(app)
    app.context_processor(_desk_values)


def _leave_visitors_alone(app: Flask) -> None:
    """Take away what would look into the session, or for a token, on every page of the site.

    Flask-Principal loads the user before each request and Flask-Login looks for a remember-me
    cookie after it: both make every public page vary by cookie. A token in an address or a header
    would be a second way to sign in, past the limits of the first.
    """
    security, manager = app.extensions["security"], cast("Any", app).login_manager
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001
    app.after_request_funcs[None].remove(manager._update_remember_cookie)  # noqa: SLF001
    app.template_context_processors[None][:] = [
        each
        for each in app.template_context_processors[None]
        if each.__module__.split(".")[0] != "flask_login"
    ]
    manager._request_callback = None  # noqa: SLF001
    # The network and the browser's name change under a person on the move.
    manager.session_protection = None


def _desk_values() -> dict[str, Any]:
    """What the desk's layout shows; of who is signed in only where the guard has looked."""
    account: User | None = g.get("desk_account")
    return {
        "desk_account": account,
        "desk_nav": _nav_for(account) if account else [],
        "desk_token": generate_csrf,
    }


def _nav_for(account: User) -> list[dict[str, Any]]:
    """The desk's navigation, without pages that would turn her away."""
    everything = panels()
    allowed = [link for link in everything.desk_nav if _may_open(account, link.endpoint)]
    return Panels(desk_nav=allowed).desk_sections()


def _may_open(account: User, endpoint: str) -> bool:
    view = current_app.view_functions[endpoint]
    permission: Permission | None = getattr(view, "permission", None)
    return permission is None or any(
        may(account.roles_in(group_id), permission) for group_id in account.group_ids
    )
