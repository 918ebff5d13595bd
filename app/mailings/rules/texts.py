"""What a mailing's Markdown becomes: links that say whence one comes, and a text to be read alone.

Nothing in it knows for whom it is made, so the public copy cannot tell of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from textwrap import shorten
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.lib.text import close_gaps

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
#: A greeting is shorter, and says nothing of what follows.
SHORT = 40
#: The address in `[words](address)` and in `<address>`.
_LINKS = re.compile(r"(?<=\]\()[^)\s]+|(?<=<)https?://[^>\s]+(?=>)")
#: Whole addresses that stand alone in a text: those of our site become links too.
_BARE = re.compile(r"(?<![(<\[\w/])https?://[^\s<>()\[\]]+[^\s<>()\[\].,;:!?،؛؟]")


def own_links(text: str, *, base: str, localise: Callable[[str], str], source: str) -> str:
    """The text with links to our own pages made whole, in its language, with the source word.

    Links that lead elsewhere stay as they are: nobody is sent over a page of ours to be counted.
    """

    def made(address: str) -> str:
        rest = address.removeprefix(base)
        if rest != address and rest[:1] in {"", "/", "?", "#"}:
            address = rest if rest.startswith("/") else f"/{rest}"
        if not address.startswith("/") or address.startswith("//"):
            return address
        parts = urlsplit(address)
        words = [each for each in parse_qsl(parts.query) if each[0] != "from"]
        query = urlencode([*words, ("from", source)])
        path = localise(parts.path)
        return base + urlunsplit(("", "", path, query, parts.fragment))

    bracketed = _BARE.sub(lambda match: f"<{match[0]}>", text)
    return _LINKS.sub(lambda match: made(match[0]), bracketed)


def as_text(markdown: str) -> str:
    """The same words for who reads mail as text: no signs of Markdown but those that help."""
    lines: list[str] = []
    _Writer(lines).write(_PARSER.parse(markdown))
    return close_gaps("\n".join(lines)).strip()


def first_words(markdown: str, length: int) -> str:
    """The beginning of the first paragraph, cut between two words."""
    paragraphs = [each for each in as_text(markdown).split("\n\n") if each]
    longest = next((each for each in paragraphs if len(each) >= SHORT), "".join(paragraphs[:1]))
    return shorten(" ".join(longest.split()), length, placeholder=" …")


class _Writer:
    """Writes tokens as lines, remembering in which lists and quotations they stand."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        #: What stands before the next line, and before those after it.
        self.first: list[str] = []
        self.rest: list[str] = []
        self.numbers: list[int | None] = []
        self.cells: list[str] | None = None

    def write(self, tokens: list[Token]) -> None:
        """Write all tokens of a text."""
        for token in tokens:
            step = _STEPS.get(token.type)
            if step is not None and not (token.hidden and token.type == "paragraph_close"):
                step(self, token)

    def gap(self, _token: Token) -> None:
        """An empty line."""
        self.lines.append("")

    def begin_list(self, token: Token) -> None:
        """A list whose items are numbered or not."""
        is_ordered = token.type == "ordered_list_open"
        self.numbers.append(int(token.attrs.get("start", 1)) if is_ordered else None)

    def end_list(self, token: Token) -> None:
        """The end of it."""
        self.numbers.pop()
        self.gap(token)

    def begin_item(self, _token: Token) -> None:
        """An item: its mark before the first line, room before the others."""
        self._enter(self._mark())

    def begin_quote(self, _token: Token) -> None:
        """What somebody else said."""
        self._enter("> ", rest="> ")

    def leave(self, _token: Token) -> None:
        """The end of an item or a quotation."""
        self.first.pop()
        self.rest.pop()

    def begin_row(self, _token: Token) -> None:
        """A row of a table."""
        self.cells = []

    def end_row(self, _token: Token) -> None:
        """Its cells on one line."""
        self._line(" | ".join(self.cells or []))
        self.cells = None

    def code(self, token: Token) -> None:
        """Lines as they were typed."""
        for each in token.content.rstrip("\n").split("\n"):
            self._line(each)
        self.gap(token)

    def rule(self, token: Token) -> None:
        """A line across."""
        self._line("-" * 20)
        self.gap(token)

    def words(self, token: Token) -> None:
        """The words of a paragraph, a heading or a cell."""
        text = _words(token.children or [])
        if self.cells is not None:
            self.cells.append(text)
            return
        for line in text.split("\n"):
            self._line(line)

    def _enter(self, first: str, rest: str | None = None) -> None:
        self.first.append(first)
        self.rest.append(" " * len(first) if rest is None else rest)

    def _mark(self) -> str:
        number = self.numbers[-1]
        if number is None:
            return "* "
        self.numbers[-1] = number + 1
        return f"{number}. "

    def _line(self, text: str) -> None:
        self.lines.append("".join(self.first) + text)
        self.first[:] = self.rest


_STEPS: Mapping[str, Callable[[_Writer, Token], None]] = {
    "bullet_list_open": _Writer.begin_list,
    "ordered_list_open": _Writer.begin_list,
    "bullet_list_close": _Writer.end_list,
    "ordered_list_close": _Writer.end_list,
    "list_item_open": _Writer.begin_item,
    "list_item_close": _Writer.leave,
    "blockquote_open": _Writer.begin_quote,
    "blockquote_close": _Writer.leave,
    "tr_open": _Writer.begin_row,
    "tr_close": _Writer.end_row,
    "inline": _Writer.words,
    "fence": _Writer.code,
    "code_block": _Writer.code,
    "hr": _Writer.rule,
    "paragraph_close": _Writer.gap,
    "heading_close": _Writer.gap,
    "table_close": _Writer.gap,
}


def _words(tokens: list[Token]) -> str:
    """One paragraph: the address of a link stands behind its words."""
    written: list[str] = []
    begins, href = 0, ""
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                written.append(token.content)
            case "softbreak" | "hardbreak":
                written.append("\n")
            case "link_open":
                begins, href = len(written), str(token.attrs.get("href", ""))
            case "link_close":
                address = href.removeprefix("mailto:")
                if address != "".join(written[begins:]):
                    written.append(f" ({address})")
    return "".join(written)
