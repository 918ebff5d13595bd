"""What there is to read in the demo: authors, a series, articles and a review."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from app.actions.rules.words import ActionKind
from app.aid.queries import drops
from app.appeals.queries import appeals
from app.articles.models.articles import Article
from app.articles.rules.authors import AuthorContent, SeriesContent
from app.articles.rules.content import ActionLine, ArticleContent, AuthorLine, LinkLine
from app.articles.rules.words import ArticleKind
from app.articles.service import authors, editing, publishing
from app.campaigns.queries import campaigns
from app.db.session import transaction
from app.demo.people import both, maybe, read_texts
from app.demo.pictures import draw
from app.demo.scenery import BY
from app.demo.stories import FillingError
from app.events.queries import events, mobilisations
from app.files import service as files
from app.groups import queries as groups

Texts = dict[str, Any]
#: The authors wrote before the first article was there, and it before it was published.
BEGUN, WRITTEN = timedelta(days=60), timedelta(days=2)


def make_articles(now: datetime) -> None:
    """Write and publish all of it; call outside a transaction."""
    texts = read_texts("articles")
    writers = {one["slug"]: _make_author(one, now - BEGUN) for one in texts["authors"]}
    series = {one["slug"]: _make_series(one, now - BEGUN) for one in texts["series"]}
    for one in sorted(texts["articles"], key=lambda each: -int(each["days_ago"])):
        _make_article(one, writers, series, now)
    with transaction():
        draft = editing.create(
            groups.get_group("lea-valley-solidarity-network"),
            ArticleContent(
                title=both(texts["draft"]["title"]),
                teaser=both(texts["draft"]["teaser"]),
                body=both(texts["draft"]["body"]),
            ),
            slug=texts["draft"]["slug"],
            now=now - WRITTEN,
            by=BY,
        )
    _check(draft)


def _check(draft: Article) -> None:
    if draft.published_at is not None:
        raise FillingError("the draft is published")


def _make_author(one: Texts, at: datetime) -> int:
    content = AuthorContent(
        name=both(one["name"]), affiliation=maybe(one, "affiliation"), about=maybe(one, "about")
    )
    with transaction():
        group = groups.get_group(one["group"])
        return authors.create_author(group, content, slug=one["slug"], now=at, by=BY).id


def _make_series(one: Texts, at: datetime) -> int:
    content = SeriesContent(title=both(one["title"]), about=maybe(one, "about"))
    with transaction():
        group = groups.get_group(one["group"])
        return authors.create_series(group, content, slug=one["slug"], now=at, by=BY).id


def _make_article(
    one: Texts, writers: dict[str, int], series: dict[str, int], now: datetime
) -> None:
    at = now - timedelta(days=one["days_ago"])
    with transaction():
        article = editing.create(
            groups.get_group(one["group"]),
            _content(one, writers, series, at),
            slug=one["slug"],
            now=at - WRITTEN,
            by=BY,
        )
        publishing.publish(article.id, now=at, by=BY)


def _content(
    one: Texts, writers: dict[str, int], series: dict[str, int], at: datetime
) -> ArticleContent:
    picture = files.keep_image(draw(one["picture"]), now=at - WRITTEN) if one["picture"] else None
    campaign = campaigns.find_campaign(one.get("campaign", ""))
    remembered = one.get("anniversary")
    return ArticleContent(
        kind=ArticleKind(one["kind"]),
        title=both(one["title"]),
        teaser=both(one["teaser"]),
        body=both(one["body"]),
        picture_id=picture.id if picture else None,
        picture_alt=maybe(one, "picture_alt"),
        picture_credit=maybe(one, "picture_credit"),
        campaign_id=campaign.id if campaign else None,
        series_id=series.get(one.get("series", "")),
        anniversary_on=date.fromisoformat(remembered) if remembered else None,
        authors=tuple(AuthorLine(writers[slug]) for slug in one["authors"]),
        links=tuple(LinkLine(both(each["title"]), each["url"]) for each in one.get("links", [])),
        tags=tuple(one["tags"]),
        actions=tuple(_action(each) for each in one["actions"]),
        **_film(one, at),
    )


def _film(one: Texts, at: datetime) -> dict[str, Any]:
    """What a review says of the film, and of the evening on which it was seen."""
    if "film" not in one:
        return {}
    shown = events.find_by_slug(one["screening"])
    return {
        "film_title": both(one["film"]["title"]),
        "film_director": both(one["film"]["director"]),
        "film_year": one["film"]["year"],
        "screened_at": both(one["screened_at"]),
        "screened_on": (at - WRITTEN).date(),
        "screened_by": both(one["screened_by"]),
        "answered_by": both(one["answered_by"]),
        "screening_id": shown.id if shown else None,
    }


def _action(text: str) -> ActionLine:
    """What the texts name as `kind:slug`; raises FillingError where there is no such thing."""
    kind, slug = text.split(":")
    found = {
        "give": appeals.find_appeal,
        "go": events.find_by_slug,
        "take_part": mobilisations.find_mobilisation,
        "host": mobilisations.find_mobilisation,
        "bring": drops.find_by_slug,
        "host_point": drops.find_by_slug,
        "collect_at_work": drops.find_by_slug,
        "join_group": groups.find_group,
        "join_campaign": campaigns.find_campaign,
    }[kind](slug)
    if found is None:
        raise FillingError(f"no {kind} {slug}")
    return ActionLine(ActionKind(kind), found.id)
