"""The language of a page is decided by its address alone: `/ar/…`, no prefix for the default."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from babel import Locale
from flask import current_app, g, has_request_context, redirect, request
from flask_babel import force_locale

from app.settings import settings
from app.web.catalogues import Speech

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask
    from flask.typing import ResponseReturnValue

#: Addresses of machines and organisers: one language each, never prefixed.
NEVER_PREFIXED = ("static", "stripe", "api", "desk", "healthz", "readyz", "metrics", "files")
NEVER_PREFIXED_FILES = ("/.well-known/", "/robots.txt", "/favicon.ico")

ENVIRON_KEY = "muster.locale"
ENVIRON_MISPLACED = "muster.locale_misplaced"

_forced: ContextVar[str | None] = ContextVar("forced_locale", default=None)


def is_localised(path: str) -> bool:
    """Whether an address has a form in each language."""
    first = path.removeprefix("/").split("/", 1)[0]
    return first not in NEVER_PREFIXED and not path.startswith(NEVER_PREFIXED_FILES)


class LocalePrefix:
    """WSGI: take `/ar` off the path and remember it, so that each route exists once."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on, without its prefix."""
        path = environ.get("PATH_INFO", "")
        prefix, _, rest = path.removeprefix("/").partition("/")
        if prefix in settings().locales:
            bare = "/" + rest
            if prefix == settings().default_locale or not is_localised(bare):
                environ[ENVIRON_MISPLACED] = bare
            else:
                environ[ENVIRON_KEY] = prefix
                environ["PATH_INFO"] = bare
                environ["SCRIPT_NAME"] = f"/{prefix}"
        return self.app(environ, start_response)


def localised_path(path: str, locale: str) -> str:
    """The address of a path in a language; the path begins with a slash."""
    if locale == settings().default_locale or not is_localised(path):
        return path
    return f"/{locale}{path}"


def current_locale() -> str:
    """The language texts are written in right now, such as `en` or `ar`."""
    forced = _forced.get()
    if forced:
        return forced
    if has_request_context():
        stored: str | None = g.get("stored_locale")
        return stored or request.environ.get(ENVIRON_KEY) or settings().default_locale
    return settings().default_locale


def use_stored_locale(locale: str) -> None:
    """Speak an organiser's own language for the rest of this request (the desk has one address)."""
    if locale in settings().locales:
        g.stored_locale = locale
        g.pop("_flask_babel", None)


@contextmanager
def in_locale(locale: str) -> Iterator[None]:
    """Speak a language for a while, for instance a recipient's; unknown ones fall back."""
    known = locale if locale in settings().locales else settings().default_locale
    token = _forced.set(known)
    try:
        with force_locale(known):
            yield
    finally:
        _forced.reset(token)


def wished_locale() -> str | None:
    """The language of ours that the browser asks for first: `ar-SY` asks for Arabic."""
    for tag, quality in request.accept_languages:
        language = tag.replace("_", "-").partition("-")[0].lower()
        if quality > 0 and language in settings().locales:
            return language
    return None


def text_direction(locale: str) -> str:
    """Which way a language is written: `ltr` or `rtl`."""
    return Locale.parse(locale).text_direction


def language_name(locale: str) -> str:
    """What a language calls itself."""
    return Locale.parse(locale).get_display_name(locale) or locale


def named_language(locale: str) -> str:
    """What the page's language calls a language; its code where it has no word for it."""
    return Locale.parse(locale).get_display_name(current_locale()) or locale


def language_names() -> dict[str, str]:
    """Each language of the site, as the page's language calls it."""
    return {each: named_language(each) for each in settings().locales}


def absolute_url(endpoint: str, *, locale: str | None = None, **values: Any) -> str:
    """The full public address of a page, built from the settings and never from a Host header."""
    return current_app.url_for(endpoint, _external=True, _locale=locale, **values)


def leave_out_of_links(name: str) -> None:
    """Keep a part of the query that means nothing out of the page, so that it changes nothing."""
    g.left_out = {*g.get("left_out", set()), name}


def page_path(locale: str) -> str:
    """The address of the page being shown, in a language, with its query."""
    query = request.query_string.decode("ascii", "ignore")
    if g.get("left_out"):
        kept = [
            (name, text) for name, text in request.args.items(multi=True) if name not in g.left_out
        ]
        query = urlencode(kept)
    path = _readable(request.path)
    return localised_path(quote(path), locale) + (f"?{query}" if query else "")


def _readable(path: str) -> str:
    """The page that a form stands on, where it is shown again by an address that only takes it."""
    if request.method in {"GET", "HEAD"}:
        return path
    addresses = current_app.url_map.bind("localhost")
    while path != "/" and "GET" not in addresses.allowed_methods(path):
        path = path.rpartition("/")[0] or "/"
    return path


def _redirect_misplaced() -> ResponseReturnValue | None:
    bare = request.environ.get(ENVIRON_MISPLACED)
    if bare is None or request.method not in {"GET", "HEAD"}:
        return None
    query = request.query_string.decode("ascii", "ignore")
    # `//host` would be another site's address.
    return redirect("/" + quote(bare).lstrip("/") + (f"?{query}" if query else ""), 301)


def init_app(app: Flask) -> None:
    """Teach an application to speak each configured language."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings().default_locale
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings().timezone
    Speech(app, locale_selector=current_locale)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.before_request(_redirect_misplaced)
    app.wsgi_app = LocalePrefix(app.wsgi_app)  # type: ignore[method-assign]
