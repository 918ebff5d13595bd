"""What the desk's pages of gifts need beside the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.lib import links
from app.settings import settings
from app.web.locale import absolute_url

if TYPE_CHECKING:
    from collections.abc import Mapping


def private_address(link: Mapping[str, Any], locale: str) -> str:
    """The address of a donor's own page in her language, to be read out to her."""
    token = links.sign(
        settings().secret_key, link["purpose"], link["subject"], version=link["version"]
    )
    return absolute_url(link["endpoint"], locale=locale, token=token)
