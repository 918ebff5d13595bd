"""An article for search engines, in the words of schema.org; says no more than its page."""

from __future__ import annotations

import json
from typing import Any

from flask import url_for
from markupsafe import Markup

from app.articles.models.articles import Article
from app.articles.render.feeds import article_url
from app.articles.rules.words import ArticleKind
from app.settings import settings
from app.web.filters import plain
from app.web.locale import absolute_url, current_locale


def article_json(article: Article) -> Markup:
    """The article as JSON-LD, safe inside a <script> of data."""
    text = json.dumps(article_data(article), ensure_ascii=False, indent=1)
    # "</script" and "<!--" would end or hide the block.
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704


def article_data(article: Article) -> dict[str, Any]:
    """The article as schema.org says it; a review names what was reviewed."""
    address = article_url(article)
    is_review = article.kind is ArticleKind.REVIEW
    published = article.published_at
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Review" if is_review else "Article",
        "@id": f"{settings().base_url}/articles/{article.slug}",
        "url": address,
        "mainEntityOfPage": address,
        "headline": plain(article.title),
        "name": plain(article.title),
        "description": plain(article.teaser),
        "inLanguage": article.body.pick(current_locale()).lang,
        "datePublished": published.isoformat() if published else None,
        "dateModified": article.revised_at.isoformat() if article.revised_at else None,
        "author": _authors(article),
        "publisher": _group(article),
        "image": _image(article),
        "keywords": [each.tag for each in article.tags],
        "isPartOf": _series(article),
        "itemReviewed": _film(article) if is_review else None,
    }
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def _authors(article: Article) -> list[dict[str, Any]]:
    found = []
    for each in article.authors:
        person: dict[str, Any] = {
            "@type": "Person",
            "name": plain(each.author.name),
            "url": absolute_url("articles.author", slug=each.author.slug, locale=current_locale()),
        }
        affiliation = plain(each.affiliation or each.author.affiliation)
        if affiliation:
            person["description"] = affiliation
        found.append(person)
    return found or [_group(article)]


def _group(article: Article) -> dict[str, Any]:
    return {
        "@type": "Organization",
        "name": plain(article.group.name),
        "url": absolute_url("groups.group", slug=article.group.slug, locale=current_locale()),
    }


def _image(article: Article) -> str | None:
    if article.picture is None:
        return None
    return settings().base_url + url_for("files.show", sha256=article.picture.sha256)


def _series(article: Article) -> dict[str, Any] | None:
    if article.series is None:
        return None
    return {"@type": "CreativeWorkSeries", "name": plain(article.series.title)}


def _film(article: Article) -> dict[str, Any]:
    film: dict[str, Any] = {"@type": "Movie", "name": plain(article.film_title or article.title)}
    if article.film_director:
        film["director"] = {"@type": "Person", "name": plain(article.film_director)}
    if article.film_year:
        film["dateCreated"] = str(article.film_year)
    return film
