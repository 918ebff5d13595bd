"""The one place that knows every package: it makes the application and hands things upward."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app.db.session import configure_database
from app.settings import Settings, activate
from app.web import assets, csrf, errors, filters, headers, limits, locale, pages
from app.web.application import Application
from app.web.panels import Panels

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).resolve().parent.parent


def create_app(given: Settings) -> Flask:
    """Make an application for these settings; it does not look at the database yet."""
    activate(given)
    app = Application("app", template_folder=str(ROOT / "templates"))
    _configure(app, given)
    configure_database(app, given.database_url)
    for part in (limits, csrf, locale, headers, filters, assets, pages, errors):
        part.init_app(app)
    app.extensions["muster_panels"] = Panels()
    return app


def _configure(app: Flask, given: Settings) -> None:
    app.config.update(
        BASE_URL=given.base_url,
        SECRET_KEY=given.secret_key,
        SECRET_KEY_FALLBACKS=list(given.previous_secret_keys),
        TRUSTED_HOSTS=list(given.trusted_hosts),
        SESSION_COOKIE_NAME="muster",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=given.uses_https,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_I18N_ENABLED=True,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if given.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=given.trusted_proxies, x_proto=given.trusted_proxies
        )
