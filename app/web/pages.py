"""Turning a template and its values into an answer, and what every template may count on."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

from flask import Response, has_request_context, make_response, render_template, request
from markupsafe import Markup

from app.lib import clock
from app.settings import settings
from app.web import locale as language
from app.web.assets import asset_url
from app.web.panels import panels

if TYPE_CHECKING:
    from flask import Flask

    from app.web.panels import Alarm, Block

NOT_KEPT = "private, no-store"
#: Everybody gets the same page: keep it, but ask each time whether it changed.
ASKED_EACH_TIME = "public, no-cache"


def render(
    template: str,
    *,
    status: int = 200,
    public: bool = False,
    is_packed: bool = False,
    **values: Any,
) -> Response:
    """Show a page; `public` ones are the same for everybody and carry an ETag.

    Public pages are sent packed, and forms for everybody that say so. Others never are: how long a
    packed page is tells something of what stands on it beside what a stranger had put there (the
    BREACH attack), and a form for everybody holds no secret but a token that is new each time.
    """
    response = make_response(render_template(template, **values), status)
    if public or is_packed:
        _pack(response)
    # A reader whose browser prefers the other language is offered it on the page.
    response.vary.update(("Accept-Encoding", "Accept-Language"))
    if public and status == 200:
        response.headers["Cache-Control"] = ASKED_EACH_TIME
        response.add_etag()
        response.make_conditional(request)
    else:
        response.headers["Cache-Control"] = NOT_KEPT
    return response


def _pack(response: Response) -> None:
    """Send a page in a fifth of its bytes to whoever can unpack it."""
    if request.accept_encodings.quality("gzip") > 0:
        # The same page is the same bytes, so that its ETag stays.
        packed = gzip.compress(response.get_data(), compresslevel=6, mtime=0)
        response.set_data(packed)
        response.content_encoding = "gzip"


def render_block(block: Block) -> Markup:
    """A part of a page that another package offers, with its own values alone."""
    return Markup(render_template(block.template, **block.values))  # noqa: S704  # our template


def _language_links() -> list[dict[str, Any]]:
    """The same page in each language; nothing where a page has one address only."""
    if not language.is_localised(request.path):
        return []
    return [
        {
            "locale": each,
            "name": language.language_name(each),
            "href": language.page_path(each),
            "absolute": settings().base_url + language.page_path(each),
            "is_current": each == language.current_locale(),
            "direction": language.text_direction(each),
        }
        for each in settings().locales
    ]


def _common_values() -> dict[str, Any]:
    """What base.html shows; it asks the database nothing, so that errors can be shown too."""
    chosen = language.current_locale()
    # The query is left out of the canonical address: it names no other page.
    bare = request.path if has_request_context() else "/"
    return {
        "site": settings(),
        "locale": chosen,
        "text_direction": language.text_direction(chosen),
        "language_links": _language_links() if has_request_context() else [],
        "canonical_url": settings().base_url + language.localised_path(bare, chosen),
        "nav": panels().nav_links(),
        "footer_links": panels().footer_links(),
        "desk_foot": _desk_foot,
        "asset_url": asset_url,
        # Asked for by the desk's layout alone: an error page asks the database nothing.
        "desk_alarms": _alarms,
        "offered_locale": _offered_locale() if has_request_context() else None,
    }


def _desk_foot() -> list[Markup]:
    """What packages say at the foot of the desk; only its own pages ask for it."""
    return [render_block(block) for block in panels().foot_blocks()]


def _alarms() -> list[Alarm]:
    return panels().current_alarms(clock.utcnow())


def _offered_locale() -> dict[str, Any] | None:
    """The language the browser prefers, where the page is in another one: offered, never forced."""
    links = {link["locale"]: link for link in _language_links()}
    preferred = links.get(language.wished_locale() or "")
    return None if preferred is None or preferred["is_current"] else preferred


def init_app(app: Flask) -> None:
    """Give every template the common values."""
    app.context_processor(_common_values)
