"""What a page of an author or a series says."""

from __future__ import annotations

from dataclasses import dataclass

from app.lib.text import Translated


@dataclass(frozen=True, kw_only=True)
class AuthorContent:
    """Everything that an editor decides about an author."""

    name: Translated
    affiliation: Translated | None = None
    about: Translated | None = None
    website: str | None = None
    picture_id: int | None = None
    picture_alt: Translated | None = None


@dataclass(frozen=True, kw_only=True)
class SeriesContent:
    """Everything that an editor decides about a series."""

    title: Translated
    about: Translated | None = None
