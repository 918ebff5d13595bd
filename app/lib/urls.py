"""Addresses of web pages elsewhere, as organisers type them."""

import re
from urllib.parse import urlsplit

from app.lib.errors import UserError
from app.lib.text import N_, clean_line

_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]+")
#: Longer addresses are not typed by anybody.
URL_LIMIT = 300
_TYPED = N_("Enter the address of a web page, like https://example.org/page.")


class UrlProblem(UserError):  # noqa: N818 - it is the problem's sentence that is passed on
    """The text is no address of a public web page."""


def normalise_url(text: str) -> str:
    """The address with its scheme, https where none was typed; raises UrlProblem.

    Only http and https on a named host, so that no link of ours runs a script or leads inside.
    """
    typed = clean_line(text)
    if "://" not in typed and not typed.startswith("//"):
        typed = f"https://{typed}"
    try:
        parts = urlsplit(typed)
        host = (parts.hostname or "").encode("idna").decode().lower()
    except ValueError as error:
        raise UrlProblem(_TYPED) from error
    is_plain = parts.scheme in {"http", "https"} and "@" not in parts.netloc and " " not in typed
    if not is_plain or not _HOST.fullmatch(host) or len(typed) > URL_LIMIT:
        raise UrlProblem(_TYPED)
    return typed
