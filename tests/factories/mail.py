"""Mail that came in."""

from __future__ import annotations

from app.lib import clock
from app.mail.service import receiving

LETTER = """\
From: Samir <samir@example.org>
To: bounces@example.org
Subject: Who are you?
Content-Type: text/plain; charset=utf-8

Please write to my other address.
"""


def make_received(text: str = LETTER) -> None:
    """Take a letter in that a person has to read; call it inside a transaction."""
    outcome = receiving.take_in(text.encode(), is_for_bounces=True, now=clock.utcnow())
    assert outcome is receiving.Outcome.KEPT
