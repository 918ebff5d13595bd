"""Single values encrypted at rest: addresses, telephone numbers, notes about people.

    1.<key tag>.<nonce and ciphertext, base64>

The key is made from the installation's secret by HKDF; the tag names it without telling anything of
it, so that a retired secret still opens what it closed. A backup holds no secret and so no key.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.lib import ids

_FORM: Final = "1"
_NONCE: Final = 12


class CipherError(Exception):
    """A value was closed with a secret that the settings no longer know, or was changed since."""


def encrypt(secret: str, text: str) -> str:
    """Close a text with the present secret; the same text looks different each time."""
    nonce = ids.random_bytes(_NONCE)
    sealed = ChaCha20Poly1305(_key(secret)).encrypt(nonce, text.encode(), _FORM.encode())
    return f"{_FORM}.{_tag(secret)}.{urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(secrets: Sequence[str], closed: str) -> str:
    """Open a text with the present or an earlier secret; raises CipherError."""
    form, _, rest = closed.partition(".")
    tag, _, body = rest.partition(".")
    secret = next((each for each in secrets if _tag(each) == tag), None)
    if form != _FORM or secret is None:
        raise CipherError("closed with a secret that is not in the settings")
    raw = urlsafe_b64decode(body)
    try:
        opened = ChaCha20Poly1305(_key(secret)).decrypt(raw[:_NONCE], raw[_NONCE:], form.encode())
    except InvalidTag:
        raise CipherError("changed since it was closed") from None
    return opened.decode()


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return HKDF(SHA256(), 32, None, b"muster field 1").derive(secret.encode())


@lru_cache(maxsize=8)
def _tag(secret: str) -> str:
    return hashlib.sha256(b"tag" + _key(secret)).hexdigest()[:8]
