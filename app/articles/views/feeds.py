"""Articles with their full text for feed readers; narrowed as the list is."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from app.articles.queries import articles as reads
from app.articles.queries import authors as author_reads
from app.articles.queries.articles import ArticleFilter
from app.articles.render import feeds
from app.articles.views.articles import Asked, bp
from app.lib import clock
from app.web.locale import absolute_url, current_locale
from app.web.pages import ASKED_EACH_TIME


@bp.get("/articles.atom")
def atom() -> Response:
    """What there is to read, for feed readers."""
    return _feed(feeds.atom, feeds.ATOM_TYPE)


@bp.get("/articles.rss")
def rss() -> Response:
    """The same for readers that know RSS alone."""
    return _feed(feeds.rss, feeds.RSS_TYPE)


@bp.get("/authors/<slug>.atom")
def author_atom(slug: str) -> Response:
    """What one author wrote, for feed readers."""
    author, locale = author_reads.get_public(slug), current_locale()
    text = feeds.atom(
        reads.list_for_feed(ArticleFilter(author_id=author.id)),
        now=clock.utcnow(),
        title=feeds.feed_name(author.name),
        address=absolute_url("articles.author_atom", slug=slug, locale=locale),
        page=absolute_url("articles.author", slug=slug, locale=locale),
    )
    return _answer(text, feeds.ATOM_TYPE)


def _feed(make: Callable[..., str], media_type: str) -> Response:
    asked, locale = Asked(request.args), current_locale()
    about = [
        asked.author.name if asked.author else None,
        asked.series.title if asked.series else None,
    ]
    text = make(
        reads.list_for_feed(asked.wanted),
        now=clock.utcnow(),
        title=feeds.feed_name(*about),
        address=absolute_url(request.endpoint or "articles.atom", locale=locale, **asked.address),
        page=absolute_url("articles.index", locale=locale, **asked.address),
    )
    return _answer(text, media_type)


def _answer(text: str, media_type: str) -> Response:
    """A file that anybody may read from anywhere, kept and asked for each time."""
    response = Response(text, content_type=f"{media_type}; charset=utf-8")
    response.vary.add("Accept-Encoding")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = ASKED_EACH_TIME
    response.add_etag()
    response.make_conditional(request)
    return response
