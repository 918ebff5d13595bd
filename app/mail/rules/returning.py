"""The address to which a mail comes back when it cannot be delivered.

    bounces@example.org  becomes  bounces+<key>.<signature>@example.org

The key names the mail, the signature says that the address was made by us. Nothing else ties a
report to a person: whatever a report says in its text, anybody could have written.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Sequence

_KEY = re.compile(r"[a-z0-9]{8,24}")
#: Servers may fold the part before the @ to lower case, so both halves are lower case.
_SIGNED = re.compile(r"\+([a-z0-9]{8,24})\.([a-z2-7]{16})@", re.IGNORECASE)
_MAC_BYTES = 10


def make_return_path(secret: str, base: str, key: str) -> str:
    """The address for what comes back of one mail; raises ValueError for an unfit key."""
    if not _KEY.fullmatch(key):
        raise ValueError("a bounce key is a short id in lower case")
    local, _, domain = base.rpartition("@")
    return f"{local}+{key}.{_mac(secret, key)}@{domain}"


def read_return_path(secrets: Sequence[str], base: str, address: str) -> str | None:
    """The key in an address that we made, by the present or an earlier secret; else nothing."""
    local, _, domain = base.lower().rpartition("@")
    given = address.strip().strip("<>").lower()
    found = _SIGNED.search(given)
    if found is None or given != f"{local}{found[0]}{domain}":
        return None
    key, mac = found[1], found[2]
    fits = [hmac.compare_digest(_mac(secret, key), mac) for secret in secrets]
    return key if any(fits) else None


def is_for_bounces(base: str, address: str) -> bool:
    """Whether mail to an address belongs to the bounces, signed or not."""
    local, _, domain = base.lower().rpartition("@")
    to, _, at = address.strip().strip("<>").lower().rpartition("@")
    return at == domain and (to == local or to.startswith(f"{local}+"))


def _mac(secret: str, key: str) -> str:
    message = f"return-path\0{key}".encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()[:_MAC_BYTES]
    return b32encode(digest).decode().lower()
