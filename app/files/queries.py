"""Finding files."""

from sqlalchemy import select

from app.db.session import db
from app.files.models import StoredFile
from app.lib.errors import NotFoundError


def find_file(sha256: str) -> StoredFile | None:
    """The file with this hash."""
    return db.session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256))


def get_data(sha256: str) -> tuple[bytes, str]:
    """The bytes of a file and what they are; raises NotFoundError."""
    wanted = select(StoredFile.data, StoredFile.media_type).where(StoredFile.sha256 == sha256)
    found = db.session.execute(wanted).first()
    if found is None:
        raise NotFoundError
    return found.data, found.media_type
