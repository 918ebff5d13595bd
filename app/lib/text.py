"""Text as people type and read it: cleaning, two languages, direction."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Embeddings, overrides and isolates can make a name read as something else than it is; the plain
# marks (LRM, RLM, ALM) and the joiners that Persian and emoji need are harmless and stay.
_BIDI_CONTROLS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_INVISIBLE = {0x00AD, 0x200B, 0x2060, 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)}
_DROPPED = _BIDI_CONTROLS | _INVISIBLE
# Telephones have newer emoji than Python knows of; to it they are no signs at all.
_EMOJI = range(0x1F300, 0x1FB00)
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}
_FIRST_STRONG_ISOLATE = "\u2068"
_POP_ISOLATE = "\u2069"


def N_(message: str) -> str:  # noqa: N802 - the customary gettext marker
    """Mark a message for extraction; it is translated where it is shown."""
    return message


def _visible(character: str) -> bool:
    if ord(character) in _EMOJI:
        return True
    if ord(character) in _DROPPED:
        return False
    return unicodedata.category(character) not in {"Cc", "Cs", "Cn", "Co"}


def _strip_line(line: str) -> str:
    spaced = "".join(" " if char.isspace() else char for char in line)
    return " ".join("".join(filter(_visible, spaced)).split())


def clean_line(text: str) -> str:
    """One line of typed text: NFC, no control or direction-override characters, single spaces."""
    return _strip_line(unicodedata.normalize("NFC", _LINE_ENDS.sub(" ", text)))


def clean_block(text: str) -> str:
    """Typed text of several lines: as `clean_line`, but line ends stay and leading spaces too."""
    lines = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text)).split("\n")
    kept = [_keep_indent(line) for line in lines]
    return close_gaps("\n".join(kept)).strip("\n")


def close_gaps(text: str) -> str:
    """The same lines with never more than one empty line between two of them."""
    return re.sub(r"\n{3,}", "\n\n", text)


def _keep_indent(line: str) -> str:
    expanded = line.expandtabs(4)
    indent = len(expanded) - len(expanded.lstrip(" "))
    body = _strip_line(expanded)
    return " " * indent + body if body else ""


def isolate(text: str) -> str:
    """Wrap text so that its direction does not disturb what stands around it (plain-text mails)."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"


def ascii_fold(text: str, limit: int) -> str:
    """Latin letters and digits for a bank statement; what cannot be said so is left out.

    Stripe asks for Latin letters in statement names and refuses brackets, quotes and asterisks.
    """
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    allowed = re.sub(r"[^A-Za-z0-9 .,&/+-]", " ", folded)
    return " ".join(allowed.split())[:limit].strip()


@dataclass(frozen=True)
class TextIn:
    """A text with the language it is really in."""

    text: str
    lang: str
    is_fallback: bool = False

    def __str__(self) -> str:
        return self.text

    @property
    def direction(self) -> str:
        """The writing direction, `rtl` or `ltr`."""
        return "rtl" if self.lang.split("_")[0].split("-")[0] in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True)
class Translated:
    """A text in one or more languages, with the language it was first written in."""

    texts: Mapping[str, str]
    origin: str

    def __post_init__(self) -> None:
        filled = {lang: text for lang, text in self.texts.items() if text}
        if filled and self.origin not in filled:
            raise ValueError(f"no text in the language of origin {self.origin!r}")
        object.__setattr__(self, "texts", MappingProxyType(filled))

    def __hash__(self) -> int:
        return hash((self.origin, frozenset(self.texts.items())))

    def __bool__(self) -> bool:
        return bool(self.texts)

    @classmethod
    def of(cls, **texts: str) -> "Translated":
        """Build from keyword texts; the first one that says something is the language of origin."""
        filled = {lang: text for lang, text in texts.items() if text}
        return cls(filled, next(iter(filled), next(iter(texts), "en")))

    @property
    def origin_text(self) -> str:
        """The text in the language of origin, empty when nothing was written."""
        return self.texts.get(self.origin, "")

    def has(self, locale: str) -> bool:
        """Whether there is a text of its own for this language."""
        return locale in self.texts

    def pick(self, locale: str) -> TextIn:
        """The text for a reader of `locale`, or the original marked as a fallback."""
        if locale in self.texts:
            return TextIn(self.texts[locale], locale)
        return TextIn(self.origin_text, self.origin, is_fallback=bool(self.texts))


def lacks(locale: str, *texts: Translated | None) -> bool:
    """Whether something is written that a reader of a language would read in another one."""
    return any(text and not text.has(locale) for text in texts)
