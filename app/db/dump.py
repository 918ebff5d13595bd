"""Every table as lines of a file that a spreadsheet opens; what is a secret stays behind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, Final

from sqlalchemy import Table, select

from app.db.base import Base
from app.db.session import db
from app.lib.csv_lines import csv_file, safe_cell
from app.lib.text import Translated

#: Tables that hold nothing of a group's: how this installation works, and what is derived.
LEFT_OUT: Final[Mapping[str, str]] = {
    "account_try": "counts tries of passwords, by codes that tell nothing",
    "address_health": "counts mail that came back, by codes that tell nothing",
    "backup": "says when backups were made here",
    "call_failure": "counts what failed here",
    "card_try": "counts tried cards, by codes that tell nothing",
    "data_link": "links that die within days",
    "demo_data": "marks the demo",
    "job": "work of this installation",
    "job_hold": "work of this installation",
    "outbox_mail": "mails that were sent; what they were about stands in its own table",
    "page_topic": "when pages are made anew",
    "point_cell": "written anew from the points",
    "received_mail": "mails that came back, unread",
    "search_document": "written anew by `muster search rebuild`",
    "search_entry": "written anew by `muster search rebuild`",
    "search_facet": "written anew by `muster search rebuild`",
    "search_word": "written anew by `muster search rebuild`",
    "sending_brake": "how fast mail goes now",
    "sending_pace": "how fast mail goes now",
    "stored_file": "stands in the folder files",
    "stripe_event": "Stripe has them",
    "sweep_cursor": "how far Stripe was read",
    "worker": "work of this installation",
}
#: Columns that open something, or that a stranger must not have.
SECRET: Final = frozenset(
    {
        ("account", "password"),
        ("account", "fs_uniquifier"),
        ("account", "totp_secret"),
        ("account", "totp_pending"),
        ("account", "totp_counter"),
        ("account", "recovery_version"),
        ("account", "recovery_used"),
        ("account", "reset_version"),
        ("account", "reset_until"),
        ("api_key", "digest"),
    }
)
#: In every table: what only guards forms and links.
_GUARDS: Final = frozenset({"nonce", "form_nonce", "network", "link_version", "posted_code"})
#: So many rows are fetched at once.
_BATCH: Final = 500


def tables() -> list[Table]:
    """The tables that are taken along, in the order in which they could be filled again."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if table.name not in LEFT_OUT and not table.name.startswith("testing_")
    ]


def columns(table: Table) -> list[str]:
    """The columns of a table that are taken along."""
    return [
        column.name
        for column in table.columns
        if (table.name, column.name) not in SECRET
        and column.name not in _GUARDS
        and not _is_bytes(column.type)
    ]


def lines(table: Table) -> Iterator[str]:
    """A table as the lines of a file, its heading first; encrypted columns are opened.

    Read in one snapshot with whatever else the session reads.
    """
    names = columns(table)
    chosen = select(*(table.columns[name] for name in names)).order_by(*table.primary_key.columns)
    rows = db.session.execute(chosen.execution_options(yield_per=_BATCH))
    yield from csv_file(names, (_cells(row) for row in rows))


def _cells(row: Sequence[Any]) -> list[str]:
    return [safe_cell(_text(value)) if isinstance(value, str) else _text(value) for value in row]


def _text(value: object) -> str:
    """A value as a cell; instants are in UTC, texts in several languages and lists are JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Translated):
        value = dict(value.texts)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value.value if isinstance(value, Enum) else value)


def _is_bytes(kind: Any) -> bool:  # noqa: ANN401 - a column type
    try:
        return bool(kind.python_type is bytes)
    except NotImplementedError:
        return False
