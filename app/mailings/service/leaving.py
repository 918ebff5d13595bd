"""A reader ends mails of one kind; what comes back of a mailing is noted at her row."""

from __future__ import annotations

from datetime import datetime

from app.audit.facts import Actor
from app.lib.bounces import FINAL, BounceKind
from app.mail.facts import BounceFact
from app.mailings.errors.mailings import EndedLinkError
from app.mailings.mails import choosing
from app.mailings.models.mailings import MailingRecipient
from app.mailings.queries import recipients as reads
from app.supporters.queries.people import find_live_consent
from app.supporters.service import people
from app.supporters.service.correcting import has_moved


def open_link(public_id: str) -> MailingRecipient:
    """The row of a link; raises EndedLinkError where the list is forgotten."""
    row = reads.find_recipient(public_id)
    if row is None:
        raise EndedLinkError
    return row


def unsubscribe(public_id: str, *, now: datetime) -> None:
    """Take back what she agreed to, for this group and purpose alone. Twice changes nothing.

    Whoever was sent on the mail can do this and nothing else by its link.
    """
    row = reads.lock_recipient(public_id)
    if row is None:
        raise EndedLinkError
    mailing = row.mailing
    asked = row.supporter_id, mailing.group_id, mailing.purpose
    while (consent := find_live_consent(*asked)) is not None:
        people.withdraw_consent(consent, now=now, by=Actor.visitor())
    people.remember_no(*asked, now=now)
    row.unsubscribed_at = row.unsubscribed_at or now


def send_choices(public_id: str, *, now: datetime) -> None:
    """Mail her the link to what she gets; to the address on file, and once a day."""
    row = reads.lock_recipient(public_id)
    if row is None:
        raise EndedLinkError
    choosing.put_link(row, now=now)


def on_bounce(fact: BounceFact) -> str | None:
    """Note a report about a mail of ours; answers with the address to which it went."""
    row = reads.lock_recipient(fact.key)
    if row is None:
        return None
    is_known = fact.kind in FINAL and row.bounced_at is not None
    if fact.kind in FINAL and not is_known:
        row.bounced_at, row.bounce_kind = fact.at, fact.kind
    if fact.kind is BounceKind.COMPLAINT:
        unsubscribe(fact.key, now=fact.at)
    if is_known or (row.taken_at and has_moved(row.supporter_id, since=row.taken_at)):
        return ""
    return row.supporter.email
