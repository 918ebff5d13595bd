"""What a donor's own page says of her gift, its payments and what she can ask for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.appeals.models.donations import Donation, Receipt
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import donor as donor_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.render import appeals as appeal_render
from app.appeals.rules import donor as donor_rules
from app.appeals.rules.donor import DonorAction
from app.appeals.rules.words import DonationState, Frequency, RegularState
from app.lib.emails import mask_email
from app.lib.money import Money
from app.payments.models.plans import Invoice, Plan
from app.payments.queries import plans as plan_reads
from app.payments.render import method_name
from app.payments.rules.plans import PlanChangeKind, next_due
from app.web.filters import plain

#: How a regular gift stands, and how that looks.
STATE_WORDS = {
    RegularState.BEGINNING: (_l("on its way"), "wait"),
    RegularState.ACTIVE: (_l("running"), "good"),
    RegularState.PAST_DUE: (_l("a payment is missing"), "bad"),
    RegularState.PAUSED: (_l("paused"), "wait"),
    RegularState.STOPPED: (_l("stopped"), "neutral"),
}
#: What became of one payment, in a donor's words.
PAID_WORDS = {
    DonationState.NOT_PAID: (_l("not paid"), "neutral"),
    DonationState.ON_ITS_WAY: (_l("on its way"), "wait"),
    DonationState.RECEIVED: (_l("received"), "good"),
    DonationState.PART_RETURNED: (_l("partly returned to you"), "info"),
    DonationState.RETURNED: (_l("returned to you"), "info"),
}
ACTION_NAMES = {
    DonorAction.SETTLE: _l("Put the payment right"),
    DonorAction.AMOUNT: _l("Change the amount"),
    DonorAction.SKIP: _l("Skip the next payment"),
    DonorAction.RESUME: _l("Go on giving"),
    DonorAction.CARD: _l("Change how you pay"),
    DonorAction.STOP: _l("Stop the gift"),
}
#: A wish that waits for Stripe, as the page names it.
WISH_NAMES = {
    PlanChangeKind.STOP: _l("to stop the gift"),
    PlanChangeKind.AMOUNT: _l("to change the amount"),
    PlanChangeKind.PAUSE: _l("to skip the next payment"),
    PlanChangeKind.RESUME: _l("to go on giving"),
    PlanChangeKind.CONTACT: _l("to change the address"),
}


@dataclass(frozen=True, kw_only=True)
class Paid:
    """One payment of a gift, as its donor sees it."""

    at: datetime
    total: Money
    words: str
    tone: str
    receipts: Sequence[Receipt]


@dataclass(frozen=True)
class Standing:
    """A regular gift with everything that its page needs to know of it."""

    regular: RegularDonation
    plan: Plan | None
    pending: Collection[PlanChangeKind] = field(default=())

    @property
    def actions(self) -> list[DonorAction]:
        """What its donor can ask for now."""
        offered = donor_rules.offered(
            self.regular.state, has_plan=self.plan is not None, pending=self.pending
        )
        # Whoever's bank was asked once more is not asked as well.
        return [each for each in offered if each is not DonorAction.SETTLE or not self.is_coming]

    @property
    def missing(self) -> Invoice | None:
        """The payment that did not go through, if one waits."""
        return None if self.is_coming else self._open

    @property
    def is_coming(self) -> bool:
        """Whether the open payment is on its way after all: a debit that was tried again."""
        collection = donation_reads.find_donation(self._open.order_key) if self._open else None
        return collection is not None and collection.on_its_way_minor > 0

    @cached_property
    def _open(self) -> Invoice | None:
        if self.regular.state is not RegularState.PAST_DUE:
            return None
        return plan_reads.find_open_invoice(self.regular.public_id)


def standing_of(regular: RegularDonation) -> Standing:
    """Gather how a regular gift stands."""
    wishes = plan_reads.list_pending_changes(regular.public_id)
    return Standing(
        regular, plan_reads.find_plan(regular.public_id), [each.kind for each in wishes]
    )


def regular_page(standing: Standing) -> dict[str, Any]:
    """What the page of a regular gift shows."""
    regular, plan = standing.regular, standing.plan
    words, tone = STATE_WORDS[regular.state]
    collections = regular_reads.list_collections(regular.id)
    return {
        "regular": regular,
        "title": regular_title(regular),
        "state_words": words,
        "state_tone": tone,
        "how_often": often(regular.frequency),
        "pays_with": _pays_with(plan),
        "missing": standing.missing,
        "actions": [(each.value, ACTION_NAMES[each]) for each in standing.actions],
        "wishes": [WISH_NAMES[each] for each in standing.pending],
        "payments": payments(collections),
        "is_on_its_way": any(each.on_its_way_minor for each in collections),
        "masked_email": mask_email(regular.email) if regular.email else None,
        "reference": regular.reference,
        **appeal_render.giving_page(regular.appeal),
    }


def regular_title(regular: RegularDonation) -> str:
    """What a regular gift is called."""
    appeal = plain(regular.appeal.title)
    if regular.frequency is Frequency.YEARLY:
        return str(_("Your yearly gift to “%(appeal)s”", appeal=appeal))
    return str(_("Your monthly gift to “%(appeal)s”", appeal=appeal))


def often(frequency: Frequency) -> str:
    """How often a gift comes."""
    match frequency:
        case Frequency.MONTHLY:
            return str(_("Every month, until you stop it"))
        case Frequency.YEARLY:
            return str(_("Every year, until you stop it"))
        case Frequency.ONCE:
            return str(_("Once"))


def _pays_with(plan: Plan | None) -> str | None:
    if plan is None or plan.method is None:
        return None
    name = method_name(plan.method)
    if plan.method_last4 is None:
        return name
    return str(_("%(method)s ending in %(digits)s", method=name, digits=plan.method_last4))


def single_page(donation: Donation) -> dict[str, Any]:
    """What the page of a gift that was given once shows."""
    words, tone = PAID_WORDS[donation.state]
    return {
        "donation": donation,
        "state_words": words,
        "state_tone": tone,
        "how_often": often(Frequency.ONCE),
        "returned": Money(donation.returned_minor, donation.currency),
        "payments": payments([donation]),
        "masked_email": mask_email(donation.email) if donation.email else None,
        "reference": donation.reference,
        **appeal_render.giving_page(donation.appeal),
    }


def payments(donations: Sequence[Donation]) -> list[Paid]:
    """The payments of a gift, the newest first; what was never paid is left out."""
    receipts = donor_reads.list_receipts([each.id for each in donations])
    return [
        Paid(
            at=donation.dated_at,
            total=donation.total,
            words=str(PAID_WORDS[donation.state][0]),
            tone=PAID_WORDS[donation.state][1],
            receipts=[each for each in receipts if each.donation_id == donation.id],
        )
        for donation in donations
        if not donation.is_untouched
    ]


def receipt_page(receipt: Receipt) -> dict[str, Any]:
    """What a receipt says on paper, the same as in its mail."""
    donation = receipt.donation
    return {
        "receipt": receipt,
        "donation": donation,
        "returned": Money(donation.returned_minor, donation.currency),
        **appeal_render.receiver(donation.appeal),
        "fund": donation.fund,
    }


# --- what will happen, and what was done --------------------------------------------------------


def question_page(action: DonorAction, standing: Standing, *, now: datetime) -> dict[str, Any]:
    """What a donor reads before she does something."""
    plan, due, after = standing.plan, None, None
    if plan is not None:
        due = next_due(plan.period_end, plan.interval, not_before=now)
        after = donor_rules.after_skip(plan.period_end, plan.interval, now=now)
    return {
        "action": action.value,
        "title": ACTION_NAMES[action],
        "regular": standing.regular,
        "pays_with": _pays_with(plan),
        "due": due,
        "after": after,
        "missing": standing.missing,
    }


def was_done(done: str, standing: Standing) -> str | None:
    """What the page says was done; nothing where it is not so."""
    state, pending = standing.regular.state, standing.pending
    is_so = {
        "refused": True,
        "nothing-open": True,
        DonorAction.CARD.value: True,
        DonorAction.STOP.value: state is RegularState.STOPPED,
        DonorAction.SKIP.value: state is RegularState.PAUSED,
        DonorAction.RESUME.value: state is RegularState.ACTIVE,
        DonorAction.AMOUNT.value: PlanChangeKind.AMOUNT not in pending,
    }
    return done if is_so.get(done, False) else None
