"""Markdown typed by organisers, made into HTML that can do nothing but be read."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

# No pictures: a picture from elsewhere would tell a third party who reads the page.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_TAGS = {
    "a",
    "abbr",
    "blockquote",
    "br",
    "code",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


def render_markdown(source: str, *, top: int = 2) -> str:
    """Safe HTML of a Markdown text; raw HTML is shown as text, its first headings are h<top>."""
    tokens = _PARSER.parse(source)
    shift_headings(tokens, top)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        link_rel="noopener nofollow ugc",
        url_schemes=_SCHEMES,
    )


def plain_text(source: str) -> str:
    """What a Markdown text says, on one line and without its marks."""
    return Markup(render_markdown(source)).striptags()  # noqa: S704 - cleaned by nh3


def shift_headings(tokens: list[Token], top: int) -> None:
    """Fit a text's headings into the page: from `top` downwards, and none left out in between."""
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(top + levels.index(token.tag), 6)}"
