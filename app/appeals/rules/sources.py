"""What a source code looks like."""

from __future__ import annotations

import re

#: Short enough for a poster, and the same however it is typed.
CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])")
LABEL_LENGTH = 120


def clean_code(text: str) -> str | None:
    """The code as it is kept, or nothing where it can be none."""
    code = text.strip().lower()
    return code if CODE.fullmatch(code) else None
