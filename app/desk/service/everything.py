"""Everything as one file that can be taken elsewhere: tables, articles, pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import select

from app.articles.models.articles import Article
from app.db import dump
from app.db.session import db
from app.files.models import StoredFile
from app.lib.text import Translated
from app.settings import settings

#: Told after each part: its name, and how many rows it had.
Tell = Callable[[str, int], None]
_READ_ME: Final = (
    "Everything that {site} kept on {day}, except what opens something (passwords, keys) and what\n"
    "only this installation needs.\n\n"
    "tables/    one file a table (CSV, UTF-8); texts in several languages and lists are JSON.\n"
    "           Sums are in the smallest unit of their currency. A ' at the beginning of a cell\n"
    "           keeps spreadsheets from running it.\n"
    "articles/  one Markdown file an article and language.\n"
    "files/     pictures, by the name under which tables and articles know them.\n"
    "contents.json  the tables, their columns, and how many rows each has.\n\n"
    "It holds people's data: keep it closed, and delete it when it has done its work.\n"
)


def write(target: IO[bytes], *, now: datetime, tell: Tell) -> None:
    """Write the whole of it into a stream, in one snapshot of the database."""
    contents: dict[str, Any] = {"made_at": now.isoformat(), "tables": {}}
    with ZipFile(target, "w") as archive:
        about = _READ_ME.format(site=settings().site_name, day=now.date().isoformat())
        _put(archive, "README.txt", now, [about])
        for table in dump.tables():
            count = _put(archive, f"tables/{table.name}.csv", now, dump.lines(table)) - 1
            contents["tables"][table.name] = {"columns": dump.columns(table), "rows": count}
            tell(table.name, count)
        tell("articles", _put_articles(archive, now))
        tell("files", _put_files(archive, now))
        _put(archive, "contents.json", now, [json.dumps(contents, indent=1, sort_keys=True)])


def _put(archive: ZipFile, name: str, now: datetime, lines: Iterator[str] | list[str]) -> int:
    """One file of text; returns how many pieces it had."""
    count = 0
    with archive.open(_entry(name, now, ZIP_DEFLATED), "w", force_zip64=True) as file:
        for count, line in enumerate(lines, start=1):  # noqa: B007 - the last one counts
            file.write(line.encode())
    return count


def _put_articles(archive: ZipFile, now: datetime) -> int:
    count = 0
    for article in db.session.scalars(select(Article).order_by(Article.id)).unique():
        for locale, text in _markdown(article):
            _put(archive, f"articles/{article.slug}.{locale}.md", now, [text])
            count += 1
    return count


def _markdown(article: Article) -> Iterator[tuple[str, str]]:
    """An article in each language that it has."""
    for locale in article.title.texts:
        parts = [f"# {_in(article.title, locale)}", _in(article.teaser, locale)]
        names = ", ".join(_in(each.author.name, locale) for each in article.authors)
        parts += [names, _in(article.body, locale)]
        parts += [f"- [{_in(each.title, locale)}]({each.url})" for each in article.links]
        yield locale, "\n\n".join(part for part in parts if part) + "\n"


def _in(text: Translated, locale: str) -> str:
    return text.pick(locale).text


def _put_files(archive: ZipFile, now: datetime) -> int:
    count = 0
    for file_id in db.session.scalars(select(StoredFile.id).order_by(StoredFile.id)).all():
        row = db.session.execute(
            select(StoredFile.sha256, StoredFile.media_type, StoredFile.data).where(
                StoredFile.id == file_id
            )
        ).one()
        ending = row.media_type.rpartition("/")[2]
        info = _entry(f"files/{row.sha256}.{ending}", now, ZIP_STORED)
        archive.writestr(info, row.data)
        count += 1
    return count


def _entry(name: str, now: datetime, method: int) -> ZipInfo:
    info = ZipInfo(name, date_time=now.timetuple()[:6])
    info.compress_type = method
    info.external_attr = 0o600 << 16
    return info
