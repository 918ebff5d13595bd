"""Markdown can be read and can do nothing else."""

from __future__ import annotations

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lib.markdown import render_markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<style>*{display:none}</style>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<javascript:alert(1)>",
    "![x](https://tracker.example/p.png)",
    "![x](x 'onerror=alert(1)')",
    '[x](https://a.example "onmouseover=alert(1)")',
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    "<!--><script>alert(1)</script>-->",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form action=//evil.example><input name=x>",
    "<meta http-equiv=refresh content=0>",
    "<base href=//evil.example>",
    '<p style="position:fixed">x</p>',
]
ALLOWED = {
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


class Seen(HTMLParser):
    """The tags and attributes a browser would act on."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_harmless(made: str) -> None:
    for tag, attributes in Seen(made).found:
        assert tag in ALLOWED
        assert attributes.keys() <= {"href", "title", "rel", "start"}
        address = html.unescape(attributes.get("href") or "").lower().strip()
        scheme = address.partition(":")[0] if ":" in address.split("/")[0] else ""
        assert scheme in {"", "http", "https", "mailto", "tel"}, made


@pytest.mark.parametrize("source", ATTACKS)
def test_nothing_harmful_comes_through(source: str) -> None:
    assert_harmless(render_markdown(source))


@given(st.text(max_size=200), st.sampled_from(ATTACKS), st.text(max_size=20))
def test_nor_anywhere_inside_other_text(before: str, attack: str, after: str) -> None:
    assert_harmless(render_markdown(before + attack + after))


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("# Why", "<h2>Why</h2>"),
        ("#### Deep", "<h2>Deep</h2>"),
        ("## Why\n\n#### How", "<h3>How</h3>"),
        ("a *b* **c**", "<p>a <em>b</em> <strong>c</strong></p>"),
        ("- one\n- two", "<li>two</li>"),
        ("3. three", '<ol start="3">'),
        ("> said", "<blockquote>"),
        ("|a|\n|-|\n|b|", "<td>b</td>"),
        ("[us](/about)", '<a href="/about" rel="noopener nofollow ugc">us</a>'),
        ("[call](tel:+442079460018)", 'href="tel:+442079460018"'),
        ("Fish & <chips>", "Fish &amp; &lt;chips&gt;"),
        ("عون **طبي**", "<strong>طبي</strong>"),
    ],
)
def test_what_organisers_write_is_kept(source: str, part: str) -> None:
    assert part in render_markdown(source)


def test_headings_begin_where_the_page_says() -> None:
    html = render_markdown("# Why\n\n## How", top=4)
    assert "<h4>Why</h4>" in html
    assert "<h5>How</h5>" in html
    assert "<h6>" in render_markdown("# a\n\n## b\n\n### c", top=5)
