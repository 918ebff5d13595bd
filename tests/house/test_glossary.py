"""Each thing has one word in each language: the Arabic texts keep to docs/glossary.md."""

import re
from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
CATALOGUE = ROOT / "app" / "translations" / "ar" / "LC_MESSAGES" / "messages.po"
#: Vowel signs and the stretching line are written or left out as one likes.
MARKS = re.compile("[\u064b-\u0652\u0640]")
#: What is filled in, and marks: their names are not words of the text.
GAPS = re.compile(r"%\(\w+\)[sd]|</?\w[^>]*>")
ALIFS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا"})


@dataclass(frozen=True)
class Term:
    """A row of the glossary."""

    english: tuple[str, ...]
    arabic: tuple[str, ...]

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds the term in an English text, in singular and plural."""
        words = "|".join(re.escape(word) for word in self.english)
        return re.compile(rf"\b(?:{words})(?:s|es|'s|’s)?\b", re.IGNORECASE)

    def is_said_in(self, text: str) -> bool:
        """Whether an Arabic text uses the term's word."""
        return any(re.search(joined(word), bare(text)) for word in self.arabic)


def bare(text: str) -> str:
    """Arabic letters as they count when words are compared."""
    return MARKS.sub("", text).translate(ALIFS)


def joined(word: str) -> str:
    """A pattern for a word that may take an ending: the last ة of مجموعة is a ت in مجموعتك."""
    return re.escape(bare(word)).replace("ة", "[ةت]")


def terms() -> list[Term]:
    """The rows of the glossary, the longest English first: a payment account is no payment."""
    rows = []
    for line in GLOSSARY.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and cells[0] not in {"English", "---"}:
            rows.append(Term(tuple(cells[0].split(", ")), tuple(cells[1].split("، "))))
    return sorted(rows, key=lambda term: -max(map(len, term.english)))


def translations() -> dict[str, list[str]]:
    """Each English text with its Arabic ones; more than one where a number decides."""
    with CATALOGUE.open("rb") as stream:
        catalogue = read_po(stream, locale="ar")
    return {
        (message.id if isinstance(message.id, str) else message.id[0]): (
            [message.string] if isinstance(message.string, str) else [*(message.string or ())]
        )
        for message in catalogue
        if message.id
    }


def missed(english: str, arabic: str, known: list[Term]) -> list[str]:
    """The terms that the English text says and the Arabic text does not."""
    found = []
    english = GAPS.sub("", english)
    for term in known:
        english, count = term.pattern.subn("", english)
        if count and not term.is_said_in(arabic):
            found.append(term.english[0])
    return found


def test_the_glossary_has_rows() -> None:
    known = terms()
    assert len(known) > 40
    assert all(term.english[0] and term.arabic[0] for term in known)
    said = [word for term in known for word in term.english]
    assert len(said) == len(set(said))


def test_one_thing_has_one_word() -> None:
    known = terms()
    faults = [
        f"{', '.join(found)}: {english!r} → {arabic!r}"
        for english, strings in translations().items()
        for arabic in strings
        if (found := missed(english, arabic, known))
    ]
    assert faults == []


def test_a_text_that_uses_another_word_is_found() -> None:
    known = terms()
    assert missed("Back to the appeal", "العودة إلى الحملة", known) == ["appeal"]
    assert missed("Back to the appeal", "العودة إلى النداء", known) == []
    assert missed("Payment accounts", "الدفعات", known) == ["payment account"]
