"""A sealed file is read by its key alone, and any change to it is noticed."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lib.sealed import (
    CHUNK,
    OpenKey,
    SealedError,
    SealWriter,
    new_key,
    opened,
    read_open_key,
    read_seal_key,
    sealed_for,
)

KEY = new_key()
PIECE = CHUNK + 16


def sealed(plain: bytes, key: OpenKey = KEY) -> bytes:
    target = io.BytesIO()
    writer = SealWriter(target, key.public)
    for start in range(0, len(plain), 70_000):
        writer.write(plain[start : start + 70_000])
    writer.finish()
    return target.getvalue()


def read(file: bytes, key: OpenKey | bytes = KEY) -> bytes:
    return b"".join(opened(io.BytesIO(file), key))


def start_of_pieces(file: bytes) -> int:
    (length,) = struct.unpack(">H", file[16:18])
    return 18 + int(length)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_was_sealed_is_read(size: int) -> None:
    plain = bytes(index * 7 % 251 for index in range(size))
    file = sealed(plain)
    assert read(file) == plain
    assert sealed_for(io.BytesIO(file)) == KEY.public
    assert plain[:64] not in file or size < 64


def test_the_writer_can_read_its_file_again_without_the_secret_half() -> None:
    target = io.BytesIO()
    writer = SealWriter(target, KEY.public)
    writer.write(b"bread")
    writer.finish()
    assert read(target.getvalue(), writer.file_key) == b"bread"


def test_another_key_reads_nothing() -> None:
    with pytest.raises(SealedError, match="was sealed for the key"):
        read(sealed(b"bread"), new_key())


@pytest.mark.parametrize("size", [0, 1, 10, 17, 18, 200, 300, PIECE, PIECE + 500])
def test_a_file_that_was_cut_off_is_noticed(size: int) -> None:
    with pytest.raises(SealedError):
        read(sealed(b"x" * (2 * CHUNK + 9))[:size])


def test_a_file_cut_off_between_two_pieces_is_noticed() -> None:
    file = sealed(b"x" * (3 * CHUNK))
    start = start_of_pieces(file)
    for count in (1, 2):
        with pytest.raises(SealedError, match="damaged or cut off"):
            read(file[: start + count * PIECE])


def test_pieces_cannot_be_exchanged_left_out_or_added() -> None:
    file = sealed(bytes(3 * CHUNK))
    start = start_of_pieces(file)
    head = file[:start]
    one, two, three = (file[start + n * PIECE : start + (n + 1) * PIECE] for n in range(3))
    assert read(head + one + two + three) == bytes(3 * CHUNK)
    for pieces in ((two, one, three), (one, three), (two, three), (one, two, three, three)):
        with pytest.raises(SealedError):
            read(head + b"".join(pieces))


@settings(max_examples=150)
@given(st.data())
def test_any_changed_bit_is_noticed(data: st.DataObject) -> None:
    file = bytearray(sealed(b"bread and roses" * 40))
    place = data.draw(st.integers(0, len(file) - 1))
    file[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealedError):
        read(bytes(file))


def test_keys_are_read_from_what_they_are_written_as() -> None:
    assert read_seal_key(KEY.public.text) == KEY.public
    assert read_open_key(f"# a heading\n{KEY.text}\n") == KEY
    assert KEY.raw.hex() not in repr(KEY)


@pytest.mark.parametrize(
    "text",
    ["", "musterpub-", "musterpub-zz", KEY.text, "musterpub-" + "0" * 72],
    ids=["nothing", "no key", "no digits", "the other half", "a wrong check"],
)
def test_a_mistyped_key_is_refused(text: str) -> None:
    with pytest.raises(SealedError):
        read_seal_key(text)
    with pytest.raises(SealedError):
        read_open_key(KEY.public.text)


def test_one_wrong_sign_of_a_key_is_noticed() -> None:
    text = KEY.public.text
    for place in range(len("musterpub-"), len(text)):
        wrong = "0" if text[place] != "0" else "1"
        with pytest.raises(SealedError):
            read_seal_key(text[:place] + wrong + text[place + 1 :])
