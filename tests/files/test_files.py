"""Pictures: made anew, light, kept once, served for ever."""

from __future__ import annotations

import io
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from app.db.session import transaction
from app.files import queries, service
from app.files.errors import ImageTooLargeError, NotAnImageError, TooManyPixelsError
from app.files.facts import EncodedImage
from app.files.render import encode_image
from app.files.rules import MAX_STORED_BYTES, MAX_UPLOAD_BYTES
from app.lib.errors import NotFoundError, UserError

if TYPE_CHECKING:
    from flask.testing import FlaskClient

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


def picture(
    size: tuple[int, int] = (400, 300), mode: str = "RGB", kind: str = "JPEG", **options: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode != "L" else 90).save(out, kind, **options)
    return out.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """The heaviest picture there is."""
    out = io.BytesIO()
    Image.effect_noise(size, 120).convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


def opened(encoded: EncodedImage) -> Image.Image:
    return Image.open(io.BytesIO(encoded.data))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("WEBP", "RGB"),
        ("AVIF", "RGB"),
    ],
)
def test_every_usual_kind_of_picture_becomes_webp(kind: str, mode: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").convert(mode).save(out, kind)
    encoded = encode_image(out.getvalue())
    assert opened(encoded).format == "WEBP"
    assert (encoded.width, encoded.height) == (40, 30)


def test_place_and_camera_are_left_behind_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Camera of Sana"
    exif.get_ifd(0x8825)[1] = "N"
    encoded = encode_image(picture((400, 300), exif=exif, comment=b"secret"))
    assert (encoded.width, encoded.height) == (300, 400)
    assert not dict(opened(encoded).getexif())
    assert b"Sana" not in encoded.data
    assert b"secret" not in encoded.data


@pytest.mark.parametrize("size", [(4000, 3000), (2000, 1400), (900, 1600)])
def test_the_heaviest_picture_becomes_light(size: tuple[int, int]) -> None:
    data = noise(size)
    if len(data) > MAX_UPLOAD_BYTES:
        data = picture(size)
    encoded = encode_image(data)
    assert len(encoded.data) <= MAX_STORED_BYTES
    assert max(encoded.width, encoded.height) <= 1600
    assert abs(encoded.width / encoded.height - size[0] / size[1]) < 0.02


def test_what_is_transparent_stays_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    assert opened(encode_image(out.getvalue())).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_a_profile_without_sense_does_no_harm() -> None:
    encoded = encode_image(picture(icc_profile=b"nonsense"))
    assert "icc_profile" not in opened(encoded).info


def bomb() -> bytes:
    """A small PNG that says it has 100 million pixels."""
    header = b"IHDR" + (10_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    chunk = len(header[4:]).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NotAnImageError),
        (b"hello", NotAnImageError),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", NotAnImageError),
        (b"GIF89a" + bytes(40), NotAnImageError),
        (picture()[:200], NotAnImageError),
        (picture(kind="PNG")[:60], NotAnImageError),
        (picture(kind="WEBP")[:30], NotAnImageError),
        (picture(kind="BMP"), NotAnImageError),
        (picture() + bytes(MAX_UPLOAD_BYTES), ImageTooLargeError),
        (bomb(), TooManyPixelsError),
    ],
    ids=["empty", "text", "svg", "gif", "cut jpeg", "cut png", "cut webp", "bmp", "huge", "bomb"],
)
def test_what_is_no_fit_picture_is_refused_with_a_sentence(
    data: bytes, error: type[UserError]
) -> None:
    with pytest.raises(error) as caught:
        encode_image(data)
    assert str(caught.value).endswith(".")
    assert "%(" not in str(caught.value)


@pytest.mark.usefixtures("app")
def test_the_same_picture_is_kept_once() -> None:
    with transaction():
        first = service.keep_image(picture(), now=NOW)
        second = service.keep_image(encode_image(picture()), now=NOW)
        other = service.keep_image(picture((20, 20)), now=NOW)
    assert first.id == second.id != other.id
    assert (first.width, first.height, first.media_type) == (400, 300, "image/webp")
    assert first.byte_count == len(queries.get_data(first.sha256)[0])


def test_a_picture_is_served_for_ever_and_can_do_nothing(client: FlaskClient) -> None:
    with transaction():
        kept = service.keep_image(picture(), now=NOW)
    address = f"/files/{kept.sha256}.webp"
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.data == queries.get_data(kept.sha256)[0]
    assert answer.mimetype == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in answer.headers
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["0" * 64, "x", "0" * 63, "../secret"])
def test_a_file_that_is_not_there_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/files/{name}.webp").status_code == 404
    with pytest.raises(NotFoundError):
        queries.get_data(name)
