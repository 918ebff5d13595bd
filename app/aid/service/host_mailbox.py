"""A host's mailbox: another one takes its place once whoever reads it has confirmed that."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.hosting import SameMailboxError
from app.aid.errors.points import HostLinkEndedError
from app.aid.mails import hosting as mails
from app.aid.models.points import PointHost
from app.aid.queries import points as point_reads
from app.aid.service import changing
from app.audit.facts import Actor
from app.lib.links import BadLinkError


def ask_mailbox(host: PointHost, email: str, *, now: datetime, by: Actor) -> None:
    """Keep another address until whoever reads it confirms it. Raises SameMailboxError."""
    if email == host.email:
        raise SameMailboxError
    host.new_email = email
    changing.note(host.point, "point.mailbox_asked", now=now, by=by)
    mails.prove_mailbox(host, now=now)


def open_mailbox(subject: str, version: int) -> PointHost:
    """Return the host whose new mailbox a link proves; raises BadLinkError, HostLinkEndedError."""
    host = point_reads.find_host(subject.partition("_")[0])
    if host is None:
        raise BadLinkError
    is_other = host.new_email is None or mails.mailbox_subject(host) != subject
    if host.purged_at is not None or host.link_version != version or is_other:
        raise HostLinkEndedError
    return host


def take_mailbox(subject: str, version: int, *, now: datetime, by: Actor) -> PointHost:
    """The new mailbox is proven: mails go there, and links in the old one end.

    Raises what `open_mailbox` raises.
    """
    host = open_mailbox(subject, version)
    point_reads.lock_host(host.public_id)
    host = open_mailbox(subject, version)
    old, host.email, host.new_email = host.email, host.new_email, None
    host.link_version += 1
    changing.note(host.point, "point.mailbox_changed", now=now, by=by)
    if old:
        mails.mailbox_moved(host, old, now=now)
    mails.new_link(host, now=now)
    return host
