"""Files of people as programs write them, in whatever letters."""

from __future__ import annotations

import pytest

from app.supporters.errors.imports import UnreadableFileError
from app.supporters.rules.people_files import Reading, guess_columns, read_line, read_table
from app.supporters.rules.words import ImportProfile


def read(data: bytes, profile: ImportProfile = ImportProfile.OTHER) -> list[Reading]:
    """What the lines of a file say, with its columns as they are guessed."""
    table = read_table(data)
    columns = guess_columns(table.head)
    found = [read_line(cells, columns, profile) for _, cells in table.lines]
    assert all(isinstance(each, Reading) for each in found)
    return [each for each in found if isinstance(each, Reading)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_arabic_is_read_however_it_was_saved(encoding: str, sign: str) -> None:
    text = f"البريد الإلكتروني{sign}الاسم\r\nSALMA@example.org{sign}سلمى حداد\r\n"
    (line,) = read(text.encode(encoding))
    assert (line.email, line.name) == ("salma@example.org", "سلمى حداد")


@pytest.mark.parametrize("name", ["Zoë Müller", "José Ibáñez", "D’Arcy – Façade", "Ångström Øre"])
def test_latin_letters_of_old_files_stay_latin(name: str) -> None:
    (line,) = read(f"email;name\nzoe@example.org;{name}\n".encode("cp1252"))
    assert line.name == name


def test_whose_address_is_dead_is_no_yes_beside_who_left() -> None:
    data = (
        b"Email Address,OPTIN_TIME,CLEAN_TIME,UNSUB_TIME\n"
        b"dead@example.org,2020-01-01,2021-01-01,\n"
        b"left@example.org,2020-01-01,,2021-01-01\n"
        b"here@example.org,2020-01-01,,\n"
    )
    lines = read(data, ImportProfile.MAILCHIMP)
    assert [each.is_subscribed for each in lines] == [False, False, True]


def test_a_quote_that_nothing_closes_swallows_nobody() -> None:
    with pytest.raises(UnreadableFileError):
        read_table(b'email,name\na@example.org,"A\nb@example.org,B\nc@example.org,C\n')
    inside = b'email,name\na@example.org,"A\nof two lines"\nb@example.org,12" Records\n'
    assert [each.email for each in read(inside)] == ["a@example.org", "b@example.org"]
