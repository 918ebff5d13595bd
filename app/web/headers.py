"""What every answer says about itself, errors included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.settings import settings

if TYPE_CHECKING:
    from flask import Flask, Response

YEAR_SECONDS = 31_536_000


def content_security_policy() -> str:
    """Only our own origin, and no inline anything; forms may lead on to pages of Stripe's.

    `form-action` names the payment page, the page for another card and the page of a demand,
    because browsers apply it to the redirect after a POST.
    """
    given = settings()
    stripe = dict.fromkeys((given.checkout_origin, given.billing_origin, given.invoice_origin))
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self' {' '.join(stripe)}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def framable_policy() -> str:
    """For the page that other sites may frame: nothing in it can be sent or moved."""
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors *"
    )


def _add_headers(response: Response) -> Response:
    wanted = {
        "Content-Security-Policy": content_security_policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # Not `no-referrer`: browsers would then hide the origin of our own forms from us.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cache-Control": "private, no-store",
    }
    if response.headers.get("Content-Security-Policy") == framable_policy():
        # Browsers that know no `frame-ancestors` know this one, which cannot say "anybody".
        del wanted["X-Frame-Options"]
    if settings().uses_https:
        wanted["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}; includeSubDomains"
    for name, value in wanted.items():
        response.headers.setdefault(name, value)
    return response


def init_app(app: Flask) -> None:
    """Add the headers to every answer that has not set its own."""
    app.after_request(_add_headers)
