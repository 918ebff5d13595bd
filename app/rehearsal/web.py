"""The rehearsal as a web application: the API, the payment page, the panel of buttons."""

import os
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from app.rehearsal import billing_pages, control, pages
from app.rehearsal.config import RehearsalConfig, refuse_live_keys
from app.rehearsal.core import Rehearsal
from app.rehearsal.courier import Courier
from app.rehearsal.problems import ConnectionLostError

MAX_BODY = 1_000_000
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def create_rehearsal(config: RehearsalConfig, rehearsal: Rehearsal | None = None) -> Flask:
    """The application of a rehearsal; raises LiveKeyError beside a live key.

    It delivers no webhooks by itself: ``server.serve`` does, or ``POST /_rehearsal/flush``.
    """
    # The only look at the environment: a key that moves real money must not be anywhere near.
    refuse_live_keys(os.environ.values())  # noqa: TID251
    app = Flask(__name__, static_folder="static", static_url_path="/assets")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY)
    app.json.sort_keys = False  # type: ignore[attr-defined] # the default provider has it
    core = rehearsal or Rehearsal(config)
    app.extensions["rehearsal"] = core
    app.extensions["courier"] = courier = Courier(core)
    app.register_blueprint(pages.PaymentPage(core).blueprint())
    app.register_blueprint(billing_pages.InvoicePage(core).blueprint())
    app.register_blueprint(billing_pages.PortalPage(core).blueprint())
    app.register_blueprint(control.make_blueprint(core, courier))
    app.add_url_rule("/v1/<path:rest>", view_func=_api(core), methods=["GET", "POST", "DELETE"])
    app.before_request(_guard(config))
    app.after_request(_protect)
    return app


def _api(rehearsal: Rehearsal) -> Callable[[str], ResponseReturnValue]:
    def api(rest: str) -> ResponseReturnValue:
        """Hand the call to the core as it came."""
        path = f"/v1/{rest}"
        if request.query_string:
            path += f"?{request.query_string.decode('latin-1')}"
        try:
            status, headers, body = rehearsal.handle(
                request.method, path, dict(request.headers), request.get_data()
            )
        except ConnectionLostError:
            return _break_connection()
        return Response(body, status, headers)

    return api


def _break_connection() -> Response:
    """Hang up without an answer, as a broken network does."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=502)


def _guard(config: RehearsalConfig) -> Callable[[], None]:
    names = {*LOOPBACK, urlsplit(config.public_url).hostname}

    def guard() -> None:
        """Other pages of the browser may neither press buttons here nor name us otherwise."""
        if urlsplit(f"//{request.host}").hostname not in names:
            raise Forbidden("This address is not served here.")
        site = request.headers.get("Sec-Fetch-Site", "none")
        if request.method == "POST" and site not in {"same-origin", "none"}:
            raise Forbidden("A form of another site was refused.")

    return guard


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", pages.policy())
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
