"""Files for spreadsheets, line by line, in which nothing runs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final

#: A spreadsheet takes a cell that begins with one of these for a formula and may run it.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Without it Excel reads Arabic letters as something else.
BYTE_ORDER_MARK: Final = "\ufeff"


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_SIGNS) else text


def csv_line(cells: Iterable[str]) -> str:
    """One line of a file; whatever people wrote goes through `safe_cell` before."""
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def csv_file(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a whole file, its heading first."""
    yield BYTE_ORDER_MARK + csv_line(columns)
    for row in rows:
        yield csv_line(row)
