"""Keep the translation catalogues in step with the texts in code and templates.

`update` rewrites and compiles them; `check` fails when a text is missing, untranslated or marked
fuzzy, or when a translation fills other gaps than its text has.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "app" / "translations"
LOCALES = ("ar",)
#: What marks a text for translation, beside the names that gettext knows itself.
MARKERS = ("N_", "_l", "lazy_gettext", "lazy_ngettext:1,2")


def texts() -> Catalog:
    """Every text marked for translation, as a template catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "messages.pot")
        subprocess.run(
            [
                Path(sys.executable).with_name("pybabel"),
                *("--quiet", "extract", "--mapping", "pyproject.toml"),
                *(f"--keywords={name}" for name in MARKERS),
                *("--no-location", "--sort-output", "--omit-header", "--output", template, "."),
            ],
            cwd=ROOT,
            check=True,
        )
        with template.open("rb") as stream:
            return read_po(stream)


def source(locale: str) -> Path:
    """Where a language's translations are written by hand."""
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


def load(locale: str) -> Catalog:
    """A language's translations; none at first."""
    if not source(locale).exists():
        return Catalog(locale=locale)
    with source(locale).open("rb") as stream:
        return read_po(stream, locale=locale)


def update() -> int:
    """Bring every catalogue up to date, without guessing, and compile it."""
    template = texts()
    for locale in LOCALES:
        catalogue = load(locale)
        created = catalogue.creation_date
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.creation_date = created  # a new date alone would be a change to look at
        catalogue.obsolete.clear()
        source(locale).parent.mkdir(parents=True, exist_ok=True)
        with source(locale).open("wb") as stream:
            write_po(stream, catalogue, width=100, sort_output=True, omit_header=False)
        with source(locale).with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)
        print(f"{locale}: {len(catalogue)} texts, {len(list(faults(locale, template)))} to do")
    return 0


def faults(locale: str, template: Catalog) -> Iterator[str]:
    """What is wrong with a language's translations, a line each."""
    catalogue = load(locale)
    for message in template:
        if message.id:
            translated = catalogue.get(message.id, message.context)
            if fault := fault_of(translated, catalogue):
                yield f"{locale}: {fault}: {message.id!r}"
    known = {(message.id, message.context) for message in template}
    for message in catalogue:
        if message.id and (message.id, message.context) not in known:
            yield f"{locale}: no longer used: {message.id!r}"


def fault_of(message: Message | None, catalogue: Catalog) -> str | None:
    """What is wrong with one translation."""
    if message is None:
        return "missing"
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    if not all(strings):
        return "not translated"
    if message.fuzzy:
        return "fuzzy"
    return next((str(error) for error in message.check(catalogue)), None)


def check() -> int:
    """Print each fault; the number of faults decides."""
    template = texts()
    found = [fault for locale in LOCALES for fault in faults(locale, template)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit({"update": update, "check": check}[sys.argv[1]]())
