"""Articles with their full text for feed readers: Atom and RSS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import unescape
from typing import Final
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

from flask import url_for
from flask_babel import gettext
from markupsafe import escape

from app.articles.models.articles import Article
from app.lib.clock import day_in, start_of_day
from app.lib.markdown import render_markdown
from app.lib.text import Translated
from app.settings import settings
from app.web.filters import plain
from app.web.locale import absolute_url, current_locale

ATOM_TYPE: Final = "application/atom+xml"
RSS_TYPE: Final = "application/rss+xml"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_XML_HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
#: Feed readers know no address that a link could be relative to.
_LINK: Final = re.compile(r'(?<=<a href=")[^"]*')


def atom(articles: Sequence[Article], *, now: datetime, title: str, address: str, page: str) -> str:
    """Articles in the language of the address, the newest first."""
    root = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": current_locale()})
    _add(root, "id", address)
    _add(root, "title", title)
    _add(root, "updated", _iso(_latest(articles, now)))
    ET.SubElement(root, "link", {"rel": "self", "type": ATOM_TYPE, "href": address})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _add(ET.SubElement(root, "author"), "name", settings().site_name)
    root.extend(_atom_entry(each) for each in articles)
    return _XML_HEAD + ET.tostring(root, encoding="unicode") + "\n"


def _atom_entry(article: Article) -> ET.Element:
    entry = ET.Element("entry")
    lang = article.body.pick(current_locale()).lang
    if lang != current_locale():
        entry.set("xml:lang", lang)
    _add(entry, "id", _name(article))
    _add(entry, "title", plain(article.title))
    published = article.published_at or article.created_at
    _add(entry, "published", _iso(published))
    _add(entry, "updated", _iso(max(published, article.revised_at or published)))
    ET.SubElement(
        entry, "link", {"rel": "alternate", "type": "text/html", "href": article_url(article)}
    )
    for name in names_of(article):
        _add(ET.SubElement(entry, "author"), "name", name)
    for each in article.tags:
        ET.SubElement(entry, "category", {"term": each.tag})
    _add(entry, "summary", plain(article.teaser))
    content = _add(entry, "content", full_text(article))
    content.set("type", "html")
    return entry


def rss(articles: Sequence[Article], *, now: datetime, title: str, address: str, page: str) -> str:
    """The same for readers that know RSS alone."""
    root = ET.Element(
        "rss",
        {
            "version": "2.0",
            "xmlns:atom": _ATOM,
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        },
    )
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", title)
    _add(channel, "link", page)
    _add(channel, "description", title)
    _add(channel, "language", current_locale())
    _add(channel, "lastBuildDate", format_datetime(_latest(articles, now)))
    ET.SubElement(channel, "atom:link", {"rel": "self", "type": RSS_TYPE, "href": address})
    channel.extend(_rss_item(each) for each in articles)
    return _XML_HEAD + ET.tostring(root, encoding="unicode") + "\n"


def _rss_item(article: Article) -> ET.Element:
    item = ET.Element("item")
    _add(item, "title", plain(article.title))
    _add(item, "link", article_url(article))
    _add(item, "guid", _name(article)).set("isPermaLink", "false")
    _add(item, "pubDate", format_datetime(article.published_at or article.created_at))
    for name in names_of(article):
        _add(item, "dc:creator", name)
    for each in article.tags:
        _add(item, "category", each.tag)
    _add(item, "description", plain(article.teaser))
    _add(item, "content:encoded", full_text(article))
    return item


# --- what both say ------------------------------------------------------------------------------


def full_text(article: Article) -> str:
    """The whole article as HTML that stands alone: picture, text, what to read further."""
    picked = article.body.pick(current_locale())
    page = article_url(article)
    body = _LINK.sub(lambda each: _from(page, each[0]), render_markdown(picked.text))
    parts = [
        _picture(article),
        f'<div lang="{picked.lang}" dir="{picked.direction}">{body}</div>',
        _further(article),
        f'<p><a href="{page}">{escape(gettext("What you can do"))}</a></p>',
    ]
    return "".join(parts)


def _from(page: str, href: str) -> str:
    """Where a link of a page leads, as HTML; a part of the page is the page."""
    address = unescape(href)
    try:
        whole = page if address.startswith("#") else urljoin(page, address)
    except ValueError:
        # What is no address stays as it was typed.
        return href
    return str(escape(whole))


def _picture(article: Article) -> str:
    if article.picture is None:
        return ""
    source = settings().base_url + url_for("files.show", sha256=article.picture.sha256)
    size = f'width="{article.picture.width}" height="{article.picture.height}"'
    return f'<p><img src="{source}" alt="{escape(plain(article.picture_alt))}" {size}></p>'


def _further(article: Article) -> str:
    lines = [
        f'<li><a href="{escape(each.url)}">{escape(plain(each.title))}</a></li>'
        for each in article.links
    ]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def names_of(article: Article) -> list[str]:
    """Who wrote it; the group where nobody is named."""
    found = [plain(each.author.name) for each in article.authors]
    return found or [plain(article.group.name)]


def article_url(article: Article) -> str:
    """The full address of an article in the language of the page."""
    return absolute_url("articles.show", slug=article.slug, locale=current_locale())


def feed_name(*about: Translated | None) -> str:
    """What the feed is called where somebody reads it."""
    named = (plain(each) for each in about if each is not None)
    return " – ".join([settings().site_name, gettext("Articles"), *named])


def _name(article: Article) -> str:
    # RFC 4151: a name that stays when the address changes.
    return f"tag:{urlsplit(settings().base_url).hostname},2026:articles/{article.public_id}"


def _latest(articles: Iterable[Article], now: datetime) -> datetime:
    """When the newest of them was published or corrected; begins a day where there is none."""
    instants = [
        at for each in articles for at in (each.published_at, each.revised_at) if at is not None
    ]
    return max(instants, default=start_of_day("UTC", day_in("UTC", now)))


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    # XML knows no control characters, whatever came into the text.
    clean = "".join(each for each in text if each in "\n\t" or each >= " ")
    child = ET.SubElement(parent, name)
    child.text = clean
    return child


def _iso(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat()
