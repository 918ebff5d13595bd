"""OSDI-shaped JSON: what anybody may read, and by key what belongs to a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from app.api.errors.asking import ApiError, NoKeyError, NoScopeError, NoSuchResourceError
from app.api.models.keys import ApiKey
from app.api.queries import collections as reads
from app.api.queries import keys
from app.api.render import hal, openapi, resources
from app.api.rules.asking import read
from app.api.rules.scopes import Scope
from app.lib import clock

bp = Blueprint("api", __name__, url_prefix="/api")


@bp.get("/")
def about() -> Response:
    """Say what programs can read here, for the people who write them."""
    page = Response(render_template("api/about.html", says=openapi.SAYS, scopes=set(Scope)))
    page.headers["Cache-Control"] = "public, no-cache"
    return page


@bp.get("/openapi.json")
def description() -> Response:
    """Describe all of it to programs."""
    return _answer(openapi.document(), is_public=True)


@bp.get("/osdi/v1/")
def entry() -> Response:
    """Name every collection."""
    return _answer(hal.entry_point(list(openapi.SAYS)), is_public=True, mimetype=HAL)


@bp.get("/osdi/v1/<name>")
def index(name: str) -> Response:
    """Show a page of a collection."""
    now = clock.utcnow()
    key = _key_for(name, now)
    asked = read(request.args, reads.COLLECTIONS[name].kinds)
    group_id = key.group_id if key else None
    page = reads.list_page(name, asked, now=now, group_id=group_id)
    rows = _shown(name, page.rows, now=now, group_id=group_id)
    document = hal.collection(name, rows, total=page.total, asked=asked)
    return _answer(document, is_public=key is None, mimetype=HAL)


@bp.get("/osdi/v1/<name>/<public_id>")
def show(name: str, public_id: str) -> Response:
    """Show one thing."""
    now = clock.utcnow()
    key = _key_for(name, now)
    group_id = key.group_id if key else None
    row = reads.find_one(name, public_id, now=now, group_id=group_id)
    if row is None:
        raise NoSuchResourceError
    [shown] = _shown(name, [row], now=now, group_id=group_id)
    return _answer(hal.single(shown), is_public=key is None, mimetype=HAL)


@bp.errorhandler(ApiError)
def refused(error: ApiError) -> Response:
    """Say as JSON what is wrong."""
    words = {"response_code": error.status, "error_description": str(error)}
    response = jsonify({"osdi:error": words})
    response.status_code = error.status
    response.headers["Cache-Control"] = "private, no-store"
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'OSDI-API-Token realm="api"'
    return response


HAL = "application/hal+json"
#: What needs nothing beside its own row.
PLAIN: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "fundraising_pages": resources.fundraising_page,
    "event_campaigns": resources.event_campaign,
    "campaigns": resources.campaign,
    "attendances": resources.attendance,
}


def _key_for(name: str, now: datetime) -> ApiKey | None:
    """The key that opens a collection; nothing for what is public.

    Raises NoSuchResourceError, NoKeyError or NoScopeError.
    """
    if name not in reads.COLLECTIONS:
        raise NoSuchResourceError
    if name not in set(Scope):
        return None
    secret = request.headers.get("OSDI-API-Token", "").strip()
    key = keys.find_live(secret, now) if secret else None
    if key is None:
        raise NoKeyError
    if name not in key.scopes:
        raise NoScopeError
    return key


def _shown(
    name: str, rows: Sequence[Any], *, now: datetime, group_id: int | None
) -> list[dict[str, Any]]:
    if name == "events":
        return [resources.event(row, now=now) for row in rows]
    if name == "donations":
        payments = reads.payments_of([row.public_id for row in rows])
        return [resources.donation(row, payments.get(row.public_id, [])) for row in rows]
    if name == "people":
        reached = reads.reached(rows, group_id or 0)
        return [resources.person(row, is_reachable=row.id in reached) for row in rows]
    return [PLAIN[name](row) for row in rows]


def _answer(
    document: dict[str, Any], *, is_public: bool, mimetype: str = "application/json"
) -> Response:
    response = jsonify(document)
    response.mimetype = mimetype
    if is_public:
        response.headers["Cache-Control"] = "public, no-cache"
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.add_etag()
        response.make_conditional(request)
    else:
        response.headers["Cache-Control"] = "private, no-store"
    return response
