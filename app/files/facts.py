"""What a picture is once it was made anew."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EncodedImage:
    """A picture ready to be kept."""

    data: bytes
    width: int
    height: int
    media_type: str = "image/webp"
