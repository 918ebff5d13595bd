"""Where undeliverable mail goes, and what a report about it changes.

A mail of the outbox carries its own key; other packages give a key for each of theirs and hear of
reports by a listener. Where no address for bounces is set, mail comes back to the sender's and is
told apart by its Message-ID: then only the mail is marked, and no address is given up for it.
"""

from datetime import datetime

from app.lib.bounces import FINAL, BounceKind, Report
from app.mail.facts import BounceFact, BounceListener
from app.mail.queries import outbox as queries
from app.mail.render import sender_address
from app.mail.rules.addresses import SuppressionReason, Weight, weigh
from app.mail.rules.returning import is_for_bounces, make_return_path, read_return_path
from app.mail.service import health, outbox, suppression
from app.settings import settings

_listeners: list[BounceListener] = []


def set_bounce_listeners(*listeners: BounceListener) -> None:
    """Name who above this package sends mail of its own and hears what became of it."""
    _listeners[:] = listeners


def return_path(key: str | None) -> str:
    """The envelope sender of a mail: a signed address of its own, or our address without one.

    `key` is 8 to 24 letters and digits in lower case, such as a public id.
    """
    base = settings().bounce_address
    if not base or key is None:
        return sender_address()
    return make_return_path(settings().secret_key, base, key)


def key_of(report: Report, *extra_recipients: str) -> str | None:
    """The key of the mail that a report is about, if an address in it was signed by us."""
    base = settings().bounce_address
    if not base:
        return None
    given = report.senders if report.kind is BounceKind.COMPLAINT else ()
    found = (
        read_return_path(settings().secrets, base, each)
        for each in (*extra_recipients, *report.recipients, *given)
    )
    return next((key for key in found if key is not None), None)


def is_ours(report: Report, *extra_recipients: str) -> bool:
    """Whether a mail came to the address for bounces, signed or not."""
    base = settings().bounce_address
    addresses = (*extra_recipients, *report.recipients)
    return bool(base) and any(is_for_bounces(base, each) for each in addresses)


def take_in(report: Report, *extra_recipients: str, now: datetime) -> bool:
    """Let a report change what it is about; returns whether it was about a mail of ours."""
    key = key_of(report, *extra_recipients)
    if key is None:
        return _by_message_id(report, now)
    weight = weigh(report.kind, report.status, is_formal=report.is_formal)
    to = _tell(BounceFact(key, report.kind, weight, now))
    if not to:
        return to is not None
    if report.kind is BounceKind.COMPLAINT:
        suppression.suppress(to, SuppressionReason.COMPLAINT, now=now)
    elif report.kind is BounceKind.DELIVERED:
        health.note_arrived(to)
    elif weight is not Weight.NONE:
        health.note_returned(to, weight, now=now)
    return True


def _tell(fact: BounceFact) -> str | None:
    """The address to which the mail with a key went, after its owner heard of the report."""
    mail = queries.lock_mail_by_bounce_key(fact.key)
    if mail is not None:
        # A mailbox that is read again tells of the same mail again: that says nothing new of her.
        is_new = fact.kind not in FINAL or outbox.note_bounce(mail, fact.kind, now=fact.at)
        return mail.to if is_new and mail.purged_at is None else ""
    found = (listener(fact) for listener in _listeners)
    return next((to for to in found if to is not None), None)


def _by_message_id(report: Report, now: datetime) -> bool:
    if report.message_id is None or report.kind not in FINAL:
        return False
    return outbox.mark_bounced(report.message_id, report.kind, now=now)
