"""`muster translations LANGUAGE`: a further language, kept in the data directory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from babel import localedata
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.cli.run import found_settings
from app.lib.errors import UserError
from app.lib.text import N_
from app.web.catalogues import OURS, own_folder

#: Our own catalogue names every text; which language it is in makes no difference.
_EVERY_TEXT = OURS / "ar" / "LC_MESSAGES" / "messages.po"


class UnknownLanguageError(UserError):
    """No language has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(N_("Nobody knows a language %(code)s; name it like fr or ckb."), code=code)


@click.command()
@click.argument("language")
def translations(language: str) -> None:
    """Write or bring up to date the catalogue of LANGUAGE (like fr), and compile it.

    Translate the texts in messages.po, run this again, add LANGUAGE to MUSTER_LOCALES, restart.
    """
    if not localedata.exists(language):
        raise UnknownLanguageError(language)
    given = found_settings().settings
    file = own_folder(given.data_dir) / language / "LC_MESSAGES" / "messages.po"
    catalogue = bring_up_to_date(file, language)
    faults = list(faults_of(catalogue))
    click.echo("\n".join(faults), nl=bool(faults))
    missing = sum(1 for each in catalogue if each.id and not is_done(each))
    click.echo(f"{file}: {len(catalogue)} texts, {missing} to do")
    if language not in given.locales:
        click.echo(f"Add {language} to MUSTER_LOCALES, and start Muster again.")
    # What has other gaps than its text would break a page.
    sys.exit(1 if faults else 0)


def bring_up_to_date(file: Path, language: str) -> Catalog:
    """Take new texts into a language's catalogue, drop old ones, and compile what is right."""
    template = _read(_EVERY_TEXT, "ar")
    catalogue = _read(file, language) if file.exists() else Catalog(locale=language)
    for message in template:
        message.string = ("",) * catalogue.num_plurals if message.pluralizable else ""
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        write_po(stream, catalogue, width=100, sort_output=True)
    with file.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, _without_faults(catalogue))
    return catalogue


def faults_of(catalogue: Catalog) -> Iterator[str]:
    """What is wrong with translations that are there, a line each."""
    for message in catalogue:
        if message.id and is_done(message):
            for fault in message.check(catalogue):
                yield f"{message.id!r}: {fault}"


def is_done(message: Message) -> bool:
    """Whether a text is translated."""
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(said)


def _without_faults(catalogue: Catalog) -> Catalog:
    """The same without what would break a page: those texts stay English."""
    sound = Catalog(locale=catalogue.locale, header_comment=catalogue.header_comment)
    for message in catalogue:
        if message.id and is_done(message) and not message.check(catalogue):
            sound.add(message.id, message.string, context=message.context)
    return sound


def _read(file: Path, language: str) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream, locale=language)
