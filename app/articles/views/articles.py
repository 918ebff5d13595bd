"""The public pages of articles and their authors, and what they show on pages of packages below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.articles.errors.articles import ArticleMovedError
from app.articles.models.articles import Article, ArticleSeries, Author
from app.articles.queries import articles as reads
from app.articles.queries import authors as author_reads
from app.articles.queries.articles import ArticleFilter
from app.articles.render import articles as render
from app.articles.render.desk import stage_of
from app.articles.rules.content import PREVIEW_LINK, read_tags
from app.articles.rules.words import ArticleKind, ArticleStage
from app.lib import clock, links
from app.lib.clock import day_in
from app.settings import settings
from app.web.locale import absolute_url, leave_out_of_links
from app.web.pages import render as show_page
from app.web.paging import read_key
from app.web.panels import Block

bp = Blueprint("articles", __name__)

#: How many articles stand on the pages of groups, campaigns and the home page.
ON_OTHER_PAGES = 3
#: The home page gets some more, for those that editors put further up on it.
SPARE = 6


class Asked:
    """What a list of articles is narrowed to, as its address says it."""

    def __init__(self, args: MultiDict[str, str]) -> None:
        kind, tags = args.get("kind", ""), read_tags(args.get("tag", ""))
        self.kind = ArticleKind(kind) if kind in set(ArticleKind) else None
        self.tag = tags[0] if tags else None
        self.author: Author | None = author_reads.find_public(args.get("author", ""))
        self.series: ArticleSeries | None = author_reads.find_public_series(args.get("series", ""))

    @property
    def wanted(self) -> ArticleFilter:
        """The same for the database."""
        return ArticleFilter(
            kind=self.kind,
            tag=self.tag,
            author_id=self.author.id if self.author else None,
            series_id=self.series.id if self.series else None,
        )

    @property
    def address(self) -> dict[str, Any]:
        """The same as it stands in an address."""
        found = {
            "kind": self.kind.value if self.kind else None,
            "tag": self.tag,
            "author": self.author.slug if self.author else None,
            "series": self.series.slug if self.series else None,
        }
        return {name: value for name, value in found.items() if value}


@bp.get("/articles/")
def index() -> Response:
    """List what there is to read, the newest first."""
    asked = Asked(request.args)
    page = reads.list_public(asked.wanted, after=read_key(request.args.get("after")))
    return show_page(
        "articles/index.html",
        public=True,
        asked=asked,
        rows=page.rows,
        next=url_for(".index", **asked.address, after=page.next_key) if page.next_key else None,
        tags=reads.list_tags(),
        kind_names=render.KIND_NAMES,
    )


@bp.get("/articles/<slug>")
def show(slug: str) -> Response:
    """Let somebody read an article, and say what she can do."""
    article = reads.get_public(slug)
    if "from" in request.args:
        leave_out_of_links("from")
    values = render.article_page(article, now=clock.utcnow())
    return show_page("articles/show.html", public=True, **values)


@bp.get("/articles/preview/<token>")
def preview(token: str) -> ResponseReturnValue:
    """Show an article that is not published to whoever was given the link."""
    link = links.read(settings().secrets, PREVIEW_LINK, token)
    article = reads.get_previewed(link.subject, link.version)
    if stage_of(article) is ArticleStage.PUBLISHED:
        # What everybody may read is passed on by its own address.
        return redirect(url_for(".show", slug=article.slug))
    values = render.article_page(article, now=clock.utcnow())
    return show_page("articles/preview.html", is_packed=True, **values)


@bp.get("/authors/<slug>")
def author(slug: str) -> Response:
    """Say who somebody is, and list what she wrote."""
    found = author_reads.get_public(slug)
    wanted = ArticleFilter(author_id=found.id)
    page = reads.list_public(wanted, after=read_key(request.args.get("after")))
    return show_page(
        "articles/author.html",
        public=True,
        author=found,
        rows=page.rows,
        next=url_for(".author", slug=slug, after=page.next_key) if page.next_key else None,
        share_url=absolute_url("articles.author", slug=slug),
        kind_names=render.KIND_NAMES,
    )


@bp.app_errorhandler(ArticleMovedError)
def lead_on(error: ArticleMovedError) -> ResponseReturnValue:
    """Lead from an old address to the present one."""
    query = request.query_string.decode("ascii", "ignore")
    target = url_for("articles.show", slug=error.slug)
    return redirect(f"{target}?{query}" if query else target, 301)


# --- on other pages -----------------------------------------------------------------------------


def home_blocks() -> list[Block]:
    """Show what is remembered these days, then the latest articles, on the home page."""
    today = day_in(settings().timezone, clock.utcnow())
    remembered = reads.list_anniversaries(today, limit=1)
    known = {each.id for each in remembered}
    latest = [each for each in reads.list_latest(ON_OTHER_PAGES + SPARE) if each.id not in known]
    return _latest([*remembered, *latest], is_home=True)


def group_blocks(group_id: int) -> list[Block]:
    """Show the latest articles of a group on its page."""
    return _latest(reads.list_latest(ON_OTHER_PAGES, group_id=group_id))


def campaign_blocks(campaign_id: int) -> list[Block]:
    """Show the latest articles of a campaign on its page."""
    return _latest(reads.list_latest(ON_OTHER_PAGES, campaign_id=campaign_id))


def _latest(rows: Sequence[Article], *, is_home: bool = False) -> list[Block]:
    values = {
        "rows": rows,
        "most": ON_OTHER_PAGES,
        "is_home": is_home,
        "kind_names": render.KIND_NAMES,
    }
    return [Block("articles", "articles/_latest.html", values, 40)] if rows else []
