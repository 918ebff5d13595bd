"""One backup as one file: a manifest and the database, compressed and sealed.

Inside the seal: the manifest's length (4 bytes), the manifest (JSON), the database (zlib).
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.lib.sealed import OpenKey, PieceReader, SealedError, SealKey, SealWriter, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[[int], None]

FORMAT: Final = 1
_BLOCK: Final = 1 << 20
_LONGEST_MANIFEST: Final = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself; nothing of any person, and no secret."""

    #: The moment whose state it holds, in UTC.
    made_at: datetime
    #: Which Muster made it, and the migrations its tables had seen.
    version: str
    heads: tuple[str, ...]
    #: "sqlite" (the file itself) or "postgresql" (as pg_dump's own format).
    kind: str
    size: int
    sha256: str
    #: How many rows each table had.
    counts: dict[str, int]

    def to_json(self) -> bytes:
        """As it stands in the file."""
        values = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(values, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read it; raises SealedError where this version cannot."""
        try:
            values: dict[str, Any] = json.loads(text)
            if values.pop("format") != FORMAT:
                raise SealedError("a newer Muster made it: its format is another")
            values["made_at"] = datetime.fromisoformat(values["made_at"])
            values["heads"] = tuple(values["heads"])
            return cls(**values)
        except (ValueError, KeyError, TypeError):
            raise SealedError("its manifest cannot be read") from None


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def write_archive(
    target: Path, manifest: Manifest, database: Path, key: SealKey, progress: Progress
) -> bytes:
    """Seal a database into a new file and see it onto the disk; returns the key of this one file.

    Raises FileExistsError, and OSError where the disk is full.
    """
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        sealing = SealWriter(raw, key)
        described = manifest.to_json()
        sealing.write(struct.pack(">I", len(described)) + described)
        packing = zlib.compressobj(6)
        with database.open("rb") as source:
            for block in _blocks(source.read, progress):
                sealing.write(packing.compress(block))
        sealing.write(packing.flush())
        sealing.finish()
        raw.flush()
        os.fsync(raw.fileno())
    return sealing.file_key


def read_archive(
    source: Path, key: OpenKey | bytes, progress: Progress, *, into: Path | None = None
) -> Manifest:
    """Read a backup to its end, into a new file or nowhere; raises SealedError for any damage."""
    with source.open("rb") as raw:
        reader = PieceReader(opened(raw, key))
        manifest = _read_manifest(reader)
        target = os.open(into or os.devnull, _flags(into), 0o600)
        with os.fdopen(target, "wb") as plain:
            digest, size = hashlib.sha256(), 0
            for block in _unpacked(reader):
                plain.write(block)
                digest.update(block)
                size += len(block)
                progress(size)
            plain.flush()
            if into is not None:
                os.fsync(plain.fileno())
    if (size, digest.hexdigest()) != (manifest.size, manifest.sha256):
        raise SealedError("what it holds is not what its manifest says")
    return manifest


def _flags(into: Path | None) -> int:
    if into is None:
        return os.O_WRONLY | os.O_CLOEXEC
    return os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def _read_manifest(reader: PieceReader) -> Manifest:
    (length,) = struct.unpack(">I", reader.read_exactly(4))
    if length > _LONGEST_MANIFEST:
        raise SealedError("its manifest cannot be read")
    return Manifest.from_json(reader.read_exactly(length))


def _blocks(read: Callable[[int], bytes], progress: Progress) -> Iterator[bytes]:
    done = 0
    while block := read(_BLOCK):
        yield block
        done += len(block)
        progress(done)


def _unpacked(reader: PieceReader) -> Iterator[bytes]:
    unpacking = zlib.decompressobj()
    try:
        while packed := reader.read(_BLOCK):
            while packed:
                yield unpacking.decompress(packed, _BLOCK)
                packed = unpacking.unconsumed_tail
        yield unpacking.flush()
    except zlib.error:
        raise SealedError("what it holds cannot be unpacked") from None
    if not unpacking.eof or unpacking.unused_data:
        raise SealedError("what it holds does not end where it should")
