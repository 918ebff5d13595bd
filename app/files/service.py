"""Keeping pictures."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.dialects import postgresql, sqlite

from app.db.session import db
from app.files import queries
from app.files.facts import EncodedImage
from app.files.models import StoredFile
from app.files.render import encode_image


def keep_image(image: bytes | EncodedImage, *, now: datetime) -> StoredFile:
    """Keep a picture; the same one is kept once.

    Uploaded bytes are made anew first, which is slow: views call `render.encode_image` before they
    open the transaction. Raises the errors of `encode_image`.
    """
    encoded = encode_image(image) if isinstance(image, bytes) else image
    digest = sha256(encoded.data).hexdigest()
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    row = {
        "sha256": digest,
        "media_type": encoded.media_type,
        "width": encoded.width,
        "height": encoded.height,
        "byte_count": len(encoded.data),
        "data": encoded.data,
        "created_at": now,
    }
    db.session.execute(dialect.insert(StoredFile).values(row).on_conflict_do_nothing())
    kept = queries.find_file(digest)
    assert kept is not None  # noqa: S101 - it was put or was there
    return kept
