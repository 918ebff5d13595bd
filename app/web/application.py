"""The application class: addresses carry the language of the page, links never trust Host."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import Flask, has_request_context, request
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BuildError, IntegerConverter

from app.settings import settings
from app.web.locale import current_locale, localised_path
from app.web.paging import LARGEST_ID

if TYPE_CHECKING:
    from werkzeug.routing import Map, MapAdapter

    from app.settings import Settings


class RowNumber(IntegerConverter):
    """A row's number in an address; one that no row can have is not found, not an error."""

    def __init__(self, url_map: Map, **limits: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_ID, **limits})


class Application(Flask):
    """Flask, with `url_for` in the language of the page."""

    def __init__(self, import_name: str, **options: Any) -> None:
        super().__init__(import_name, **options)
        self.url_map.converters["int"] = RowNumber

    @cached_property
    def _addresses(self) -> MapAdapter:
        """Builds bare paths; host and language are added by `url_for`."""
        return self.url_map.bind("localhost")

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        _locale: str | None = None,
        **values: Any,
    ) -> str:
        """The address of a page; an external one begins with the configured public address."""
        if endpoint.startswith("."):
            blueprint = request.blueprint if has_request_context() else None
            endpoint = f"{blueprint}{endpoint}" if blueprint else endpoint[1:]
        self.inject_url_defaults(endpoint, values)
        try:
            path = self._addresses.build(endpoint, values, method=_method, force_external=False)
        except BuildError as error:
            return self.handle_url_build_error(error, endpoint, values)
        address = localised_path(path, _locale or current_locale())
        if _anchor is not None:
            address += f"#{_anchor}"
        return settings().base_url + address if _external else address


def configure(app: Flask, given: Settings) -> None:
    """Tell Flask and its templates what the settings say."""
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
