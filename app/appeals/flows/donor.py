"""What a donor does on her own page: her wish is written down, then Stripe is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.accounts.flows.signing_in import spend_tries
from app.accounts.rules.sessions import TryKind, network_of
from app.appeals.models.donations import Donation
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.rules import donor as donor_rules
from app.appeals.rules.donor import DonorAction
from app.appeals.service import donor as donor_service
from app.appeals.service.addresses import Corrected, correct_address
from app.audit.facts import Actor, ActorKind
from app.db.session import retry_deadlocks, transaction
from app.lib.money import Money
from app.payments.errors import PlanEndedError
from app.payments.flows import plans
from app.payments.queries import plans as plan_reads
from app.payments.rules.plans import PlanChangeState
from app.queue import service as queue
from app.supporters.queries import people as supporter_reads

#: Who asks where the donor does it herself.
DONOR = "donor"
LINKS_JOB = "appeals.send_links"
#: Stands for nobody: the work of asking is the same for an address that we do not know.
_NOBODY = 0


@dataclass(frozen=True)
class LinkSender:
    """A package above with private links of its own: the job that mails them, and to whom."""

    job: str
    #: What stands for whoever has this address, no address itself; 0 for nobody.
    find: Callable[[str], int]


_senders: list[LinkSender] = []


def set_link_senders(*senders: LinkSender) -> None:
    """Name who else has links to send to whoever asks for hers, and nobody else."""
    _senders[:] = senders


def carry_out(plan_key: str, action: DonorAction, *, now: datetime) -> PlanChangeState:
    """Stop, skip or take up a regular gift; REQUESTED while Stripe is away.

    Raises NotFoundError or PlanEndedError.
    """
    match action:
        case DonorAction.STOP:
            return plans.stop(plan_key, asked_by=DONOR, now=now)
        case DonorAction.RESUME:
            return plans.resume(plan_key, asked_by=DONOR, now=now)
        case DonorAction.SKIP:
            plan = plan_reads.get_plan(plan_key)
            until = donor_rules.skip_until(plan.period_end, plan.interval, now=now)
            return plans.pause(plan_key, until=until, asked_by=DONOR, now=now)
        case _:
            raise ValueError(action)


def change_amount(
    plan_key: str, *, amount: Money, covered_fee: Money, now: datetime
) -> PlanChangeState:
    """Collect another gift, and what covers its fee, from the next time on."""
    return plans.change_amount(
        plan_key, amount=amount + covered_fee, covered_fee=covered_fee, asked_by=DONOR, now=now
    )


def correct(public_id: str, email: str, *, by: Actor, now: datetime, reason: str = "") -> Corrected:
    """Correct the address of a gift and of all that belongs to it; Stripe is told after.

    Raises what `correct_address` raises.
    """
    corrected = retry_deadlocks(
        lambda: _corrected(public_id, email, by=by, now=now, reason=reason or None)
    )
    if corrected.plan_key is not None and plan_reads.find_plan(corrected.plan_key) is not None:
        asked_by = f"account:{by.account_id}" if by.kind is ActorKind.ACCOUNT else DONOR
        _tell_stripe(corrected.plan_key, email, asked_by=asked_by, now=now)
    return corrected


def _corrected(
    public_id: str, email: str, *, by: Actor, now: datetime, reason: str | None
) -> Corrected:
    with transaction():
        regular = regular_reads.find_regular(public_id)
        gift: Donation | RegularDonation = regular or donation_reads.get_donation(public_id)
        return correct_address(gift, email, by=by, now=now, reason=reason)


def _tell_stripe(plan_key: str, email: str, *, asked_by: str, now: datetime) -> None:
    try:
        plans.change_contact(plan_key, email=email, asked_by=asked_by, now=now)
    except PlanEndedError:
        # Stripe writes to nobody about a gift that is over.
        return


def ask_for_links(email: str, *, address: str | None, locale: str, now: datetime) -> None:
    """Have somebody's links sent to her, if we know the address; takes as long for anybody.

    Raises TooManyTriesError where one network asks too often.
    """
    spend_tries({TryKind.LINKS_ADDRESS: network_of(address)}, now=now)
    supporter = supporter_reads.find_supporter(email)
    supporter_id = supporter.id if supporter else _NOBODY
    others = [(sender.job, sender.find(email)) for sender in _senders]
    with transaction():
        queue.put(LINKS_JOB, {"supporter_id": supporter_id, "locale": locale}, now=now)
        for job, found in others:
            queue.put(job, {"found": found, "locale": locale}, now=now)


def send_links(supporter_id: int, *, locale: str, now: datetime) -> None:
    """Send the links that were asked for, where there is somebody to send them to."""
    with transaction():
        supporter = supporter_reads.find_supporter_by_id(supporter_id)
        if supporter is not None:
            donor_service.send_links(supporter, locale=locale, now=now)
