"""Making an uploaded picture anew: whatever else was in the file is left behind."""

import io
import struct
import zlib
from typing import IO

from PIL import Image, ImageCms, ImageOps

from app.files.errors import ImageTooLargeError, NotAnImageError, TooManyPixelsError
from app.files.facts import EncodedImage
from app.files.rules import MAX_PIXELS, MAX_STORED_BYTES, MAX_UPLOAD_BYTES, STEPS

_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
# Checked below from the header, before a pixel is unpacked; Pillow would only warn.
Image.MAX_IMAGE_PIXELS = None
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, ArithmeticError, struct.error, zlib.error)


def encode_upload(upload: IO[bytes] | None) -> EncodedImage | None:
    """The picture that a form brought, made anew; nothing where it brought none.

    Call it before the transaction. Raises what `encode_image` raises.
    """
    return encode_image(upload.read()) if upload else None


def encode_image(data: bytes) -> EncodedImage:
    """A picture as WebP of at most 60 kB and 1600 px; takes up to a second, so no lock is held.

    Raises ImageTooLargeError, TooManyPixelsError, NotAnImageError.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        raise ImageTooLargeError
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise TooManyPixelsError
            picture = _upright(opened)
    except _BROKEN as error:
        raise NotAnImageError from error
    return _light_enough(picture)


def _upright(opened: Image.Image) -> Image.Image:
    longest = STEPS[0][0]
    # JPEG can be unpacked at a half or a quarter of its size, which is far faster.
    opened.draft("RGB", (longest, longest))
    profile = opened.info.get("icc_profile")
    turned = ImageOps.exif_transpose(opened)
    turned.thumbnail((longest, longest))
    has_alpha = turned.has_transparency_data
    return _in_srgb(turned.convert("RGBA" if has_alpha else "RGB"), profile)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as every screen shows them; a profile that makes no sense is left out."""
    if not profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        done = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return done or picture


def _light_enough(picture: Image.Image) -> EncodedImage:
    encoded = EncodedImage(b"", 0, 0)
    for side, quality in STEPS:
        picture.thumbnail((side, side))
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=4)
        encoded = EncodedImage(out.getvalue(), picture.width, picture.height)
        if len(encoded.data) <= MAX_STORED_BYTES:
            break
    return encoded
