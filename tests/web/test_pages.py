"""Pages for everybody are sent packed, and no page on which something secret stands."""

import gzip

import pytest
from flask import Flask

from app.db.session import transaction
from app.lib import links
from app.settings import settings
from tests.factories.aid import make_drop, make_point, make_point_host

pytestmark = pytest.mark.one_database

GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def host_address(app: Flask) -> str:
    """A round with a point; the private address of its host."""
    with transaction():
        host = make_point_host(make_point(make_drop()))
    token = links.sign(settings().secret_key, "point-host", host.public_id, version=1)
    return f"/host/{token}"


@pytest.mark.parametrize("path", ["/aid/winter-round", "/aid/winter-round/points/new", "/ar/about"])
@pytest.mark.usefixtures("host_address")
def test_a_page_for_everybody_is_packed(app: Flask, path: str) -> None:
    whole = app.test_client().get(path)
    packed = app.test_client().get(path, headers=GZIP)
    assert "Content-Encoding" not in whole.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(whole.data) / 2
    assert b"</html>" in gzip.decompress(packed.data)


@pytest.mark.usefixtures("host_address")
def test_a_packed_page_that_did_not_change_is_not_sent_again(app: Flask) -> None:
    first = app.test_client().get("/aid/winter-round", headers=GZIP)
    etag = first.headers["ETag"]
    again = app.test_client().get("/aid/winter-round", headers=GZIP | {"If-None-Match": etag})
    assert again.status_code == 304
    assert again.data == b""
    # Packed and whole are two things to whoever keeps them.
    assert app.test_client().get("/aid/winter-round").headers["ETag"] != etag


def test_a_private_page_is_never_packed(app: Flask, host_address: str) -> None:
    answer = app.test_client().get(host_address, headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
