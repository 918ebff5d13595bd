"""Where translations come from: those that come with Muster, and those of this installation.

A further language, or better words for one that we have, is a catalogue in
`<data_dir>/translations/<language>/LC_MESSAGES/messages.mo`; no code is touched for it.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from babel.support import NullTranslations, Translations
from flask_babel import Babel, Domain, get_locale

from app.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What comes with Muster.
OURS = Path(__file__).resolve().parent.parent / "translations"


def own_folder(data_dir: Path) -> Path:
    """Where the catalogues of this installation lie."""
    return data_dir.resolve() / "translations"


def catalogue_of(locale: str, folders: Iterator[Path]) -> NullTranslations:
    """A language's texts from some folders; what a later one says takes the place of it."""
    merged = Translations()
    for folder in folders:
        found = Translations.load(str(folder), [locale])
        # A folder without the language gives an empty catalogue that counts as English does.
        if isinstance(found, Translations):
            merged.merge(found)
            merged.plural = found.plural
    return merged


class Catalogues(Domain):  # type: ignore[misc]
    """The texts of every language of the site."""

    def get_translations(self) -> NullTranslations:
        """The texts of the language that is spoken now."""
        locale = str(get_locale() or settings().default_locale)
        if locale not in self.cache:
            folders = iter((OURS, own_folder(settings().data_dir)))
            self.cache[locale] = catalogue_of(locale, folders)
        found: NullTranslations = self.cache[locale]
        return found


class Speech(Babel):  # type: ignore[misc]
    """Flask-Babel, with the installation's own catalogues beside ours."""

    @cached_property
    def domain_instance(self) -> Catalogues:
        """Where it finds its texts."""
        return Catalogues()
