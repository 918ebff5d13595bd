"""Identifiers: unguessable ones, ones in addresses, ones that people read aloud."""

import hashlib
import hmac
import re
import secrets
import unicodedata

# Crockford's alphabet: no i, l, o, u, so nothing is misread or rude.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_REFERENCE = re.compile(r"^(?P<prefix>[A-Z]{2,6})-(?P<body>[0-9A-Z]{5})$")
_RANDOM = secrets.SystemRandom()


def token(nbytes: int = 24) -> str:
    """An unguessable text, safe in addresses."""
    return secrets.token_urlsafe(nbytes)


def random_bytes(n: int) -> bytes:
    """So many random bytes, for nonces and keys."""
    return secrets.token_bytes(n)


def public_id() -> str:
    """Twenty characters with 100 random bits, for rows that strangers may see the id of."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(20))


def fingerprint(*values: object) -> str:
    """A short name for some values: a form carries it, so that a change by others is noticed."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def spread() -> float:
    """A random share from 0 up to 1, to keep retries from marching in step."""
    return _RANDOM.random()


def slugify(text: str, limit: int = 60) -> str:
    """A short name for an address: lower case, hyphens; letters of any script stay letters."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = unicodedata.normalize("NFC", re.sub(r"[\u0300-\u036f'\u2018\u2019]", "", decomposed))
    slug = re.sub(r"[\W_]+", "-", plain).strip("-")
    if len(slug) <= limit:
        return slug
    return slug[: limit + 1].rpartition("-")[0] or slug[:limit]


def short_reference(prefix: str) -> str:
    """A reference to write on a bank transfer, such as MSTR-4K2X7; the last sign checks the rest.

    It has 20 random bits: the caller's column is unique and a clash is drawn again.
    """
    body = "".join(secrets.choice(_ALPHABET) for _ in range(4))
    return f"{prefix.upper()}-{(body + _check_sign(body)).upper()}"


def derived_reference(prefix: str, secret: str, seed: str) -> str:
    """The reference that belongs to a seed: always the same, and nobody can tell it in advance."""
    digest = hmac.new(secret.encode(), f"reference|{seed}".encode(), hashlib.sha256).digest()
    body = "".join(_ALPHABET[byte % 32] for byte in digest[:4])
    return f"{prefix.upper()}-{(body + _check_sign(body)).upper()}"


def read_reference(text: str) -> str | None:
    """The reference in its written form, or None when a sign was mistyped."""
    prefix, _, body = text.strip().upper().partition("-")
    match = _REFERENCE.match(f"{prefix}-{body.translate(_MISREAD)}")
    if match is None:
        return None
    signs = match["body"].lower()
    if any(sign not in _ALPHABET for sign in signs) or _check_sign(signs[:-1]) != signs[-1]:
        return None
    return match[0]


def _check_sign(body: str) -> str:
    """Luhn's check over 32 signs: finds each single error and nearly every exchange of two."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = _ALPHABET.index(sign) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return _ALPHABET[-total % 32]
