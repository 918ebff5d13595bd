"""Files for spreadsheets hold no formula."""

import pytest

from app.lib.csv_lines import BYTE_ORDER_MARK, csv_file, safe_cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("  =1", "'  =1"), ("＝1", "'＝1"), ("a=1", "a=1"), ("", ""), ("سلمى", "سلمى"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_a_file_begins_with_its_mark_and_heading() -> None:
    lines = [*csv_file(("a", "b"), [["1", 'x "y"'], ["2", "two\nlines"]])]
    assert lines[0] == f"{BYTE_ORDER_MARK}a,b\r\n"
    assert lines[1:] == ['1,"x ""y"""\r\n', '2,"two\nlines"\r\n']
