"""Documents in HAL, as OSDI shapes them: links, embedded things, pages of collections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from app.api.rules.asking import LAST_PAGE, MOST, Asked
from app.settings import settings

ROOT: Final = "/api/osdi/v1"
OSDI_VERSION: Final = "1.2.0"
#: Where each collection's name comes from: OSDI's vocabulary, or ours.
CURIES: Final = {
    "events": "osdi",
    "fundraising_pages": "osdi",
    "event_campaigns": "muster",
    "campaigns": "muster",
    "people": "osdi",
    "donations": "osdi",
    "attendances": "osdi",
}


def entry_point(collections: Sequence[str]) -> dict[str, Any]:
    """The document from which a program finds everything else."""
    return {
        "motd": settings().site_name,
        "vendor_name": "Muster",
        "product_name": "Muster",
        "osdi_version": OSDI_VERSION,
        "max_pagesize": MOST,
        "namespace": "muster",
        "_links": _with_curies(
            {
                "self": link(""),
                "describedby": {"href": f"{settings().base_url}/api/openapi.json"},
                **{relation(name): link(name) for name in collections},
            }
        ),
    }


def collection(
    name: str, rows: Sequence[Mapping[str, Any]], *, total: int, asked: Asked
) -> dict[str, Any]:
    """One page of a collection."""
    pages = max(1, -(-total // asked.per_page))
    links: dict[str, Any] = {"self": _page(name, asked, asked.page)}
    if asked.page > 1:
        links["previous"] = _page(name, asked, asked.page - 1)
    if asked.page < min(pages, LAST_PAGE):
        links["next"] = _page(name, asked, asked.page + 1)
    links[relation(name)] = [row["_links"]["self"] for row in rows]
    return {
        "total_pages": pages,
        "per_page": asked.per_page,
        "page": asked.page,
        "total_records": total,
        "_links": _with_curies(links),
        "_embedded": {relation(name): list(rows)},
    }


def single(row: Mapping[str, Any]) -> dict[str, Any]:
    """One thing, with the words that its links use."""
    return {**row, "_links": _with_curies(dict(row["_links"]))}


def relation(name: str) -> str:
    """What a link to a collection is called: `osdi:events`."""
    return f"{CURIES[name]}:{name}"


def link(path: str) -> dict[str, str]:
    """A link into the API."""
    return {"href": f"{settings().base_url}{ROOT}/{path}"}


def _page(name: str, asked: Asked, number: int) -> dict[str, str]:
    query = {"page": str(number), "per_page": str(asked.per_page)}
    if asked.filter:
        query["filter"] = asked.filter
    return link(f"{name}?{urlencode(query)}")


def _with_curies(links: dict[str, Any]) -> dict[str, Any]:
    base = settings().base_url
    curies = [
        {"name": "osdi", "href": "https://opensupporter.org/osdi-docs/{rel}", "templated": True},
        {"name": "muster", "href": f"{base}/api/#{{rel}}", "templated": True},
    ]
    return {"curies": curies, **links}
