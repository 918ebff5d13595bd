r"""Sealed files: written with a public key, opened only with the secret half that lies elsewhere.

    MUSTER SEALED 1\n | header length (2 bytes) | header (JSON) | chunks

Each chunk is encrypted and authenticated (ChaCha20-Poly1305) under a key that is made for this file
alone by X25519 and HKDF. Its nonce counts the chunks and says which is the last; the header is
authenticated with every one of them. So nothing can be changed, exchanged, left out or cut off
without being noticed.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MAGIC: Final = b"MUSTER SEALED 1\n"
_INFO: Final = b"muster sealed 1"
_PUBLIC, _SECRET = "musterpub", "mustersecret"
CHUNK: Final = 1 << 18
_TAG: Final = 16
_LONGEST_HEADER: Final = 4096


class SealedError(Exception):
    """A key or a sealed file cannot be used; the text says why, for whoever runs the server."""


@dataclass(frozen=True)
class SealKey:
    """The public half of a key: it seals, and cannot open."""

    raw: bytes

    @property
    def text(self) -> str:
        """The key as it stands in the settings."""
        return _written(_PUBLIC, self.raw)

    @property
    def fingerprint(self) -> str:
        """A short name for the key, by which people recognise it."""
        return hashlib.sha256(self.raw).hexdigest()[:12]


@dataclass(frozen=True)
class OpenKey:
    """The secret half of a key; whoever has it can read every file that was sealed with it."""

    raw: bytes

    def __repr__(self) -> str:
        return "OpenKey(…)"

    @property
    def text(self) -> str:
        """The key as it stands in its file, or on paper."""
        return _written(_SECRET, self.raw)

    @property
    def public(self) -> SealKey:
        """Its public half."""
        return SealKey(
            X25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw()
        )


def new_key() -> OpenKey:
    """A new random key."""
    return OpenKey(X25519PrivateKey.generate().private_bytes_raw())


def read_seal_key(text: str) -> SealKey:
    """The public half from its text; raises SealedError, for a mistyped sign too."""
    return SealKey(_read(_PUBLIC, text))


def read_open_key(text: str) -> OpenKey:
    """The secret half from the text of its file; raises SealedError."""
    lines = [line.strip() for line in text.splitlines()]
    for line in lines:
        if line.startswith(_SECRET):
            return OpenKey(_read(_SECRET, line))
    raise SealedError("that holds no key: a line that begins with mustersecret- is missing")


class SealWriter:
    """Seals what is written to it; the file is whole once it was closed without an error."""

    def __init__(self, target: BinaryIO, key: SealKey) -> None:
        self._target = target
        ephemeral = X25519PrivateKey.generate()
        own = ephemeral.public_key().public_bytes_raw()
        header = json.dumps({"for": key.raw.hex(), "from": own.hex(), "chunk": CHUNK}).encode()
        self._key = _file_key(ephemeral, X25519PublicKey.from_public_bytes(key.raw), own, key.raw)
        self._cipher = ChaCha20Poly1305(self._key)
        self._header = header
        self._number = 0
        self._pending = bytearray()
        target.write(_MAGIC + struct.pack(">H", len(header)) + header)

    @property
    def file_key(self) -> bytes:
        """What opens this one file: kept in memory alone, to read it again right after writing."""
        return self._key

    def write(self, data: bytes) -> None:
        """Seal some more."""
        self._pending += data
        # The last chunk is told apart, so one is always kept back.
        while len(self._pending) > CHUNK:
            self._seal(bytes(self._pending[:CHUNK]), is_last=False)
            del self._pending[:CHUNK]

    def finish(self) -> None:
        """Seal the last chunk, which says that it is the last."""
        self._seal(bytes(self._pending), is_last=True)
        self._pending.clear()

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        self._target.write(self._cipher.encrypt(nonce, plain, self._header))
        self._number += 1


def opened(source: BinaryIO, key: OpenKey | bytes) -> Iterator[bytes]:
    """What a sealed file holds, piece by piece; raises SealedError before handing on a bad piece.

    `key` is the secret half, or the key of this one file. Only when the iterator has ended is it
    certain that nothing was cut off.
    """
    header = _read_header(source)
    cipher = ChaCha20Poly1305(key if isinstance(key, bytes) else _key_of(header, key))
    number, piece = 0, source.read(CHUNK + _TAG)
    while True:
        following = source.read(CHUNK + _TAG)
        nonce = _nonce(number, is_last=not following)
        try:
            yield cipher.decrypt(nonce, piece, header)
        except InvalidTag:
            raise SealedError(f"it is damaged or cut off (piece {number + 1})") from None
        if not following:
            return
        number, piece = number + 1, following


def sealed_for(source: BinaryIO) -> SealKey:
    """Which key opens a sealed file; raises SealedError for a file of another kind."""
    return SealKey(bytes.fromhex(_fields(_read_header(source))["for"]))


class PieceReader:
    """Pieces as one stream to read from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Up to so many bytes; none at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def read_exactly(self, size: int) -> bytes:
        """That many bytes; raises SealedError where there are not so many."""
        parts, missing = [], size
        while missing:
            part = self.read(missing)
            if not part:
                raise SealedError("it ends too early")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


def _key_of(header: bytes, key: OpenKey) -> bytes:
    fields = _fields(header)
    wanted = SealKey(bytes.fromhex(fields["for"]))
    if wanted != key.public:
        raise SealedError(
            f"it was sealed for the key {wanted.fingerprint}; this is {key.public.fingerprint}"
        )
    own = bytes.fromhex(fields["from"])
    secret = X25519PrivateKey.from_private_bytes(key.raw)
    return _file_key(secret, X25519PublicKey.from_public_bytes(own), own, wanted.raw)


def _file_key(
    mine: X25519PrivateKey, theirs: X25519PublicKey, ephemeral: bytes, recipient: bytes
) -> bytes:
    try:
        shared = mine.exchange(theirs)
    except ValueError:
        raise SealedError("its beginning is damaged") from None
    return HKDF(SHA256(), length=32, salt=ephemeral + recipient, info=_INFO).derive(shared)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return struct.pack(">3xQB", number, int(is_last))


def _read_header(source: BinaryIO) -> bytes:
    if source.read(len(_MAGIC)) != _MAGIC:
        raise SealedError("it is no backup of Muster's")
    length = source.read(2)
    size = struct.unpack(">H", length)[0] if len(length) == 2 else 0
    header = source.read(size) if size <= _LONGEST_HEADER else b""
    if not size or len(header) != size:
        raise SealedError("its beginning is damaged")
    return header


def _fields(header: bytes) -> dict[str, str]:
    damaged = SealedError("its beginning is damaged")
    try:
        given = json.loads(header)
        fields = {name: str(given[name]) for name in ("for", "from")}
        sizes = {len(bytes.fromhex(value)) for value in fields.values()}
    except (ValueError, KeyError, TypeError):
        raise damaged from None
    if sizes != {32}:
        raise damaged
    return fields


def _written(kind: str, raw: bytes) -> str:
    return f"{kind}-{raw.hex()}{_check(kind, raw)}"


def _read(kind: str, text: str) -> bytes:
    start, _, signs = text.strip().partition("-")
    try:
        raw, check = bytes.fromhex(signs[:64]), signs[64:]
    except ValueError:
        raw, check = b"", ""
    if start != kind or len(raw) != 32 or check != _check(kind, raw):
        raise SealedError(f"that is no key, or a mistyped one: it begins with {kind}-")
    return raw


def _check(kind: str, raw: bytes) -> str:
    return hashlib.sha256(kind.encode() + raw).hexdigest()[:8]
