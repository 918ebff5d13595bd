"""Whose page a private link opens, and sending somebody all her links."""

from datetime import datetime

from app.appeals.errors import LinkEndedError
from app.appeals.mails import donor as donor_mails
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import donor as donor_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.rules import addresses as address_rules
from app.appeals.rules import donor as donor_rules
from app.appeals.rules.words import RegularState
from app.lib.links import BadLinkError, SignedLink
from app.mail.queries import outbox as mail_reads
from app.supporters.models.people import Supporter


def open_gift(public_id: str, version: int, *, now: datetime) -> Donation | RegularDonation:
    """Return the gift that a link to a donor's own page is for.

    A collection leads to its regular gift. Raises BadLinkError, or LinkEndedError for a link that
    was replaced and for a gift that lies too far back.
    """
    regular = regular_reads.find_regular(public_id)
    gift: Donation | RegularDonation | None = regular or donation_reads.find_donation(public_id)
    if gift is None:
        raise BadLinkError
    if gift.link_version != version or gift.email is None:
        raise LinkEndedError
    if isinstance(gift, Donation) and gift.regular is not None:
        gift = gift.regular
    if _ended(gift, now=now):
        raise LinkEndedError
    return gift


def _ended(gift: Donation | RegularDonation, *, now: datetime) -> bool:
    if isinstance(gift, Donation):
        return donor_rules.has_ended(gift.dated_at, now=now)
    if gift.state is not RegularState.STOPPED:
        return False
    money = [each.dated_at for each in regular_reads.list_collections(gift.id)[:1]]
    return donor_rules.has_ended(max([gift.stopped_at or gift.created_at, *money]), now=now)


def was_corrected(link: SignedLink, email: str, *, now: datetime) -> bool:
    """Whether the address of a gift was corrected to this one a moment ago, under this link."""
    donation = donation_reads.find_donation(link.subject)
    if donation is None or (donation.link_version, donation.email) != (link.version + 1, email):
        return False
    return address_rules.is_sent_twice(corrected_at=donation.corrected_at, now=now)


def send_links(supporter: Supporter, *, locale: str, now: datetime) -> None:
    """Send somebody the links to all her gifts that have one; once in a while at most."""
    if supporter.email is None or _was_sent_lately(supporter, now=now):
        return
    since = donor_rules.live_since(now)
    gifts: list[Donation | RegularDonation] = [
        *donor_reads.list_regular_of(supporter.email, stopped_since=since),
        *donor_reads.list_single_of(supporter.email, since=since),
    ]
    if gifts:
        donor_mails.giving_links(
            gifts,
            to=supporter.email,
            locale=locale,
            about=supporter.public_id,
            now=now,
            window=int(now.timestamp() // donor_rules.LINKS_EVERY.total_seconds()),
        )


def _was_sent_lately(supporter: Supporter, *, now: datetime) -> bool:
    last = mail_reads.find_last_mail(donor_mails.LINKS_MAIL, supporter.public_id)
    return last is not None and now - last.created_at < donor_rules.LINKS_EVERY
