"""Events that Stripe signed, and what is only made to look like one."""

from __future__ import annotations

import json
import re
from typing import Any

import stripe

from app.lib import clock
from app.payments.errors import ForgedEventError
from app.payments.facts import EventSnapshot
from app.payments.gateway.client import keys_of
from app.payments.gateway.convert import instant
from app.payments.rules.events import SIGNATURE_LIFE


def verify_event(account_name: str, body: bytes, header: str | None) -> EventSnapshot:
    """Read an event that Stripe signed just now with one of our secrets.

    Raises ForgedEventError for anything else, and NoSuchAccountError.
    """
    keys = keys_of(account_name)
    if not any(_is_signed(body, header, secret) for secret in keys.webhook_secrets):
        raise ForgedEventError("the signature is missing or wrong")
    _check_age(header or "")
    event = read_event(body.decode())
    if event.is_live != keys.is_live:
        raise ForgedEventError("the event belongs to the other mode")
    return event


def _is_signed(body: bytes, header: str | None, secret: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def _check_age(header: str) -> None:
    """The SDK takes stamps from the future for good, so both sides are bound here."""
    stamp = next(part[2:] for part in header.split(",") if part.startswith("t="))
    # The SDK also believes a stamp with something behind it.
    if not re.fullmatch(r"[0-9]{1,12}", stamp):
        raise ForgedEventError("the signature's time is no number")
    if abs(clock.timestamp() - int(stamp)) > SIGNATURE_LIFE.total_seconds():
        raise ForgedEventError("the signature is too old, or from the future")


def read_event(body: str) -> EventSnapshot:
    """The parts of an event that we act on; raises ForgedEventError when it is none."""
    try:
        content: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ForgedEventError("the body is not JSON") from error
    match content:
        case {
            "id": str(event_id),
            "type": str(kind),
            "livemode": bool(is_live),
            "created": int(created),
            "data": {"object": {"object": str(object_type)} as thing},
        } if event_id and kind:
            version = content.get("api_version")
            return EventSnapshot(
                id=_plain(event_id)[:120],
                type=_plain(kind)[:120],
                object_id=_plain(str(thing.get("id") or ""))[:120],
                object_type=_plain(object_type)[:60],
                is_live=is_live,
                api_version=_plain(str(version))[:60] if version else None,
                created_at=instant(created),
                body=body,
            )
    raise ForgedEventError("the body is not an event")


def _plain(text: str) -> str:
    """A name as Stripe gives them; others hold signs that no database keeps."""
    if not text.isascii() or not text.isprintable():
        raise ForgedEventError("the body names something in no plain letters")
    return text
