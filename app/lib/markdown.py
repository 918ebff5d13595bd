"""Markdown typed by organisers, made into HTML that can do nothing but be read."""

import nh3
from markdown_it import MarkdownIt

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
# The page's own heading is h1, so a text begins at h2.
_HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}


def render_markdown(source: str) -> str:
    """Safe HTML of a Markdown text; raw HTML is shown as text, headings begin at h2."""
    tokens = _PARSER.parse(source)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        link_rel="noopener nofollow ugc",
        url_schemes=_SCHEMES,
    )
