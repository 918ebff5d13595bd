"""What stands on the label of a box: eight signs and one that finds what was mistyped.

The signs are Crockford's 32. The ninth makes a weighted sum over the field of 32 elements come to
nothing: with a different weight in each place, every single wrong sign and every exchange of two
signs is found, not only of neighbours.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {sign: value for value, sign in enumerate(_SIGNS)}
#: Read as people write them: a one is often an I or an L, a nought an O.
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
#: What people put between signs.
_BETWEEN: Final = re.compile(r"[\s\-.\u2010-\u2015\u200e\u200f]+")
_BODY: Final = 8
LENGTH: Final = _BODY + 1
#: Of the field with 32 elements: x^5 + x^2 + 1.
_POLYNOMIAL: Final = 0b100101


def _double(value: int) -> int:
    """Multiply by x in the field."""
    value <<= 1
    return value ^ _POLYNOMIAL if value & 32 else value


def check_sign(body: str) -> str:
    """The sign that makes eight signs a label."""
    total = 0
    for sign in body:
        total = _double(total ^ _VALUES[sign])
    return _SIGNS[total]


def read(text: str) -> str | None:
    """The label that somebody typed or scanned, or None where a sign is wrong."""
    signs = _BETWEEN.sub("", text[:60]).upper().translate(_MISREAD)
    if len(signs) != LENGTH or any(sign not in _VALUES for sign in signs):
        return None
    return signs if check_sign(signs[:_BODY]) == signs[_BODY] else None


def written(label: str) -> str:
    """A label as people read it aloud: `7K2M-9QXA-4`."""
    return f"{label[:4]}-{label[4:_BODY]}-{label[_BODY:]}"


def derived(secret: str, seed: str) -> str:
    """The label that belongs to a seed: always the same, and nobody can tell it in advance."""
    digest = hmac.new(secret.encode(), f"box|{seed}".encode(), hashlib.sha256).digest()
    body = "".join(_SIGNS[byte % 32] for byte in digest[:_BODY])
    return body + check_sign(body)
