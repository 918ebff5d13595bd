"""A mistyped address is put right: gift, links, receipt and consent go to the right person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.appeals.errors import CorrectedAlreadyError, DonationForgottenError, SameAddressError
from app.appeals.mails import donor as donor_mails
from app.appeals.mails import receipts as receipt_mails
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import donor as donor_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.rules import addresses as address_rules
from app.audit import service as audit
from app.audit.facts import Actor, ActorKind
from app.db.session import db
from app.mail.service import outbox as mail
from app.supporters.models.people import Supporter
from app.supporters.service import people as supporters


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """What whoever corrected an address does next, once the transaction is over."""

    email: str
    #: The plan whose customer at Stripe still has the old address: plans.change_contact.
    plan_key: str | None


def correct_address(
    gift: Donation | RegularDonation,
    email: str,
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
) -> Corrected:
    """Give a gift, and the whole regular gift that it belongs to, to a normalised address.

    The receipt is sent again, links made before end, consent moves along, and the old address is
    told in one mail, without name and sum, that it gets nothing more. A donor (a visitor) may do
    it once, within a day, after she paid; an organiser names a reason.
    Raises SameAddressError, CorrectedAlreadyError or DonationForgottenError.
    """
    regular, donations = _locked(gift)
    row: Donation | RegularDonation = regular or donations[0]
    old = row.email
    if old is None:
        raise DonationForgottenError
    if old == email:
        raise SameAddressError
    if by.kind is ActorKind.VISITOR:
        _use_the_one_chance(donations, now=now)
    before = {each.supporter for each in (*donations, regular) if each and each.supporter}
    supporter = supporters.meet(email, locale=row.locale, now=now)
    _move(regular, donations, email, supporter)
    _move_consent(donations, supporter, now=now, by=by)
    db.session.flush()
    _forget_strangers(before - {supporter}, now=now)
    _record(regular, donations, reason, now=now, by=by)
    _tell(row, donations, old, now=now)
    return Corrected(email=email, plan_key=regular.public_id if regular else None)


def _locked(
    gift: Donation | RegularDonation,
) -> tuple[RegularDonation | None, Sequence[Donation]]:
    """The regular gift, if it is one, and every donation that belongs to it."""
    owner = gift if isinstance(gift, RegularDonation) else gift.regular
    if owner is not None:
        regular = regular_reads.lock_regular(owner.public_id)
        return regular, donor_reads.lock_collections(owner.id)
    locked = donation_reads.lock_donation(gift.public_id)
    return None, [locked] if locked is not None else []


def _use_the_one_chance(donations: Sequence[Donation], *, now: datetime) -> None:
    # Money first: else anybody could have us write to whatever address she likes.
    newest = donations[-1]
    if newest.is_untouched or not address_rules.may_correct(
        created_at=newest.created_at, corrected_at=newest.corrected_at, now=now
    ):
        raise CorrectedAlreadyError
    for donation in donations:
        donation.corrected_at = now


def _move(
    regular: RegularDonation | None,
    donations: Sequence[Donation],
    email: str,
    supporter: Supporter,
) -> None:
    rows: list[Donation | RegularDonation] = [*donations, *([regular] if regular else [])]
    for row in rows:
        row.email, row.supporter = email, supporter
        row.link_version += 1


def _move_consent(
    donations: Sequence[Donation], supporter: Supporter, *, now: datetime, by: Actor
) -> None:
    """Take a consent of these gifts back for the wrong person and write it down for the right one.

    One that the wrong person gave before, or with another gift of hers, is her own and stays.
    """
    ours = [each.id for each in donations]
    for donation in donations:
        consent = donation.consent
        if consent is None or consent.supporter_id == supporter.id:
            continue
        donation.consent = supporters.give_consent(
            supporter,
            group_id=consent.group_id,
            purpose=consent.purpose,
            locale=consent.locale,
            source=consent.source,
            now=now,
            by=by,
        )
        is_hers = consent.given_at < donation.created_at
        if not is_hers and not donor_reads.shares_consent(consent.id, ours):
            supporters.withdraw_consent(consent, now=now, by=by)


def _forget_strangers(before: set[Supporter], *, now: datetime) -> None:
    """Forget whoever we knew by the mistake alone."""
    for supporter in before:
        has_given = donation_reads.has_donations(supporter.id) or regular_reads.has_regular(
            supporter.id
        )
        if not has_given:
            supporters.forget_unless_she_agreed(supporter, now=now)


def _record(
    regular: RegularDonation | None,
    donations: Sequence[Donation],
    reason: str | None,
    *,
    now: datetime,
    by: Actor,
) -> None:
    subjects = [f"donation:{each.id}" for each in donations]
    for subject in [*subjects, *([f"regular:{regular.id}"] if regular else [])]:
        audit.record(
            by,
            "donation.address_corrected",
            subject,
            now=now,
            group_id=(regular or donations[0]).appeal.group_id,
            detail={"reason": reason} if reason else None,
        )


def _tell(
    row: Donation | RegularDonation, donations: Sequence[Donation], old: str, *, now: datetime
) -> None:
    """Take back what was not sent yet, send the last receipt again, and tell the old address."""
    about = {row.public_id, *(each.public_id for each in donations)}
    if mail.withdraw(about, old, now=now):
        donor_mails.mistaken(row, old, now=now)
    for receipt in donor_reads.list_receipts([each.id for each in donations])[:1]:
        donation = receipt.donation
        again = f"address:{donation.link_version}"
        settled_at = donation.settled_at or receipt.issued_at
        receipt_mails.receipt(receipt, settled_at=settled_at, now=now, again=again)
