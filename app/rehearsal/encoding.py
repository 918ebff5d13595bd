"""Stripe's form encoding: ``a[b][0][c]=d`` as nested mappings of texts."""

import re
from typing import TypeAlias
from urllib.parse import parse_qsl

from app.rehearsal.problems import ProblemError

Raw: TypeAlias = "str | dict[str, Raw]"
RawMap: TypeAlias = dict[str, Raw]

KEY = re.compile(r"[^\[\]]+(?:\[[^\[\]]*\])*")
PART = re.compile(r"[^\[\]]+|\[\]")
MAX_FIELDS = 1000


def parse_form(raw: bytes | str) -> RawMap:
    """Read a body or a query string; raises ProblemError when it is no form."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise _unreadable() from error
    form: RawMap = {}
    for key, value in pairs:
        _put(form, key, value)
    return form


def _put(form: RawMap, key: str, value: str) -> None:
    if not KEY.fullmatch(key):
        raise _unreadable(key)
    *parents, last = PART.findall(key)
    target = form
    for part in parents:
        deeper = target.setdefault(_name(part, target), {})
        if isinstance(deeper, str):
            raise _unreadable(key)
        target = deeper
    name = _name(last, target)
    if isinstance(target.get(name), dict):
        raise _unreadable(key)
    target[name] = value


def _name(part: str, target: RawMap) -> str:
    return str(len(target)) if part == "[]" else part


def _unreadable(key: str | None = None) -> ProblemError:
    return ProblemError(
        "Invalid request (check that your POST content type is application/x-www-form-urlencoded "
        "and that each parameter is given once).",
        param=key,
        is_kept=False,
    )
