"""Cleaning of text that came out of a word processor, so that it is Markdown and nothing else."""

from __future__ import annotations

import re
import string
from typing import Final

from app.lib.text import clean_block

#: Signs that Word and its kin put before the items of a list; the last come from symbol fonts.
_BULLET: Final = re.compile(
    "^( *)[\u2022\u2023\u25cf\u25cb\u25aa\u25a0\u25e6\u2043\u00b7\u27a2\u2756\u2713"
    "\uf0b7\uf0a7\uf0d8\uf076\uf0fc][ \t\u00a0]+"
)
#: The letter o of Courier New is Word's sign for the second level; only a tab behind it tells.
_SECOND_LEVEL: Final = re.compile("^( *)o[\t\u00a0][ \t\u00a0]*")
_NUMBER: Final = re.compile("^( *)([0-9]{1,3})[.)][\t\u00a0][ \t\u00a0]*")
#: What stands in the text where Word's own marks were copied along. None of these may look beyond
#: the next beginning or the end of the line: a long text of beginnings would never be read.
_MARK: Final = re.compile(
    r"<!\[(?:end)?if[^\]<]*\]>|<\?xml[^<>]*>|</?(?:[owvm]|st1):[a-z0-9]+[^<>]*>", re.IGNORECASE
)
_MSO_LINE: Final = re.compile(
    r"^[^\S\n]*(?:mso-[a-z-]+[^\S\n]*:|/\* Style Definitions \*/).*$", re.MULTILINE
)
_SMALL: Final = {ord(letter): letter.lower() for letter in string.ascii_uppercase}
_BLANK: Final = re.compile("[\u00a0\u2007\u202f]")


def clean_pasted(text: str) -> str:
    """The text without the junk of word processors; lists of theirs become lists of Markdown."""
    without = _without(_without(text, "<style", "</style>"), "<!--", "-->")
    without = _MSO_LINE.sub("", _MARK.sub("", without))
    lines = without.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").split("\n")
    return clean_block(_BLANK.sub(" ", "\n".join(_apart(list(map(_line, lines))))))


def _without(text: str, begin: str, end: str) -> str:
    """The text without what stands between these; what has no end stays."""
    parts, position = list[str](), 0
    # Not `lower`: a few letters grow as they become small, and places would shift.
    lowered = text.translate(_SMALL)
    while (start := lowered.find(begin, position)) >= 0:
        stop = lowered.find(end, start + len(begin))
        if stop < 0:
            break
        parts.append(text[position:start])
        position = stop + len(end)
    return "".join((*parts, text[position:]))


def _line(line: str) -> str:
    for pattern, sign in ((_BULLET, r"\1* "), (_SECOND_LEVEL, r"\1  * "), (_NUMBER, r"\1\2. ")):
        changed, count = pattern.subn(sign, line, count=1)
        if count:
            return changed
    return line


def _apart(lines: list[str]) -> list[str]:
    """Put an empty line before a list, which Markdown would otherwise join to the paragraph."""
    found: list[str] = []
    for line in lines:
        before = found[-1].strip() if found else ""
        if line.lstrip().startswith("* ") and before and not _is_item(before):
            found.append("")
        found.append(line)
    return found


def _is_item(line: str) -> bool:
    return re.match(r"(?:[*+-]|[0-9]{1,3}[.)]) ", line) is not None
