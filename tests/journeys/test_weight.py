"""A first visit is light: few requests, few bytes, nothing from elsewhere, by day and at night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.conftest import Device, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request

    from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser

MOST_REQUESTS = 3
MOST_BYTES = 30_000
MOST_BYTES_OF_A_PICTURE = 60_000
APPEAL = "/appeals/help-us-get-started"
PAGES = (
    "/",
    "/appeals/",
    APPEAL,
    f"{APPEAL}/give",
    "/events/",
    "/events/?near=E17+4PP&km=any",
    "/events/lantern-vigil",
    "/aid/big-aid-drop-winter",
    "/aid/big-aid-drop-winter/points?near=E17+4PP",
    "/aid/big-aid-drop-winter/points/new",
    "/groups/open-hands-relief",
    "/campaigns/tell-the-truth-about-syria",
    "/articles/return-to-homs",
    "/about",
    "/privacy",
    "/nowhere",
)


def weight(request: Request) -> int:
    """Bytes that came over the line for a request."""
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_a_first_visit_is_light(browser: Browser, stack: Stack, prefix: str, path: str) -> None:
    with opened(browser, stack, Device(320)) as page:
        made: list[Request] = []
        page.on("requestfinished", lambda request: made.append(request))  # noqa: PLW0108
        page.goto(prefix + path, wait_until="networkidle")
        pictures = [each for each in made if "/files/" in each.url]
        others = [each for each in made if each not in pictures]
        assert len(others) <= MOST_REQUESTS, [each.url for each in others]
        assert sum(map(weight, others)) <= MOST_BYTES
        for picture in pictures:
            assert weight(picture) <= MOST_BYTES_OF_A_PICTURE, picture.url
