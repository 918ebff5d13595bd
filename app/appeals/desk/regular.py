"""The desk's regular gifts: the list, one with everything about it, and what donors ask for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.guard import (
    check,
    current_actor,
    desk_blueprint,
    groups_with,
    requires,
    requires_proof,
)
from app.accounts.rules.permissions import Permission
from app.appeals.desk import bounces, rounds
from app.appeals.desk.donations import FREQUENCY_NAMES, ROWS
from app.appeals.errors import StaleDonationError
from app.appeals.flows import regular as flows
from app.appeals.forms.listing import STATE_NAMES as DONATION_STATE_NAMES
from app.appeals.forms.regular import (
    STATE_HINTS,
    STATE_NAMES,
    AmountForm,
    RegularFilterForm,
    RestForm,
    WishForm,
    seen_of,
)
from app.appeals.models.regular import RegularDonation
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import desk as desk_reads
from app.appeals.queries import regular as regular_reads
from app.appeals.queries.regular import RegularFilter
from app.appeals.render.donor import standing_of
from app.appeals.rules.donor import DonorAction
from app.appeals.rules.words import Frequency, RegularState
from app.groups import queries as groups
from app.lib import clock
from app.lib.errors import UserError
from app.lib.money import Money, zero
from app.payments.rules.plans import PlanChangeKind, PlanChangeState
from app.web.filters import money
from app.web.locale import language_names
from app.web.pages import render as show_page
from app.web.paging import Key, Page, read_key
from app.web.panels import Card, Figure, TodayContext, Waiting, WaitingKind, WaitingSource

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from app.appeals.render.donor import Standing
    from app.lib.text import Translated

bp = desk_blueprint("regular_desk", __name__, url_prefix="/desk/regular")

#: What a donor may ask an organiser for, as it stands in the address.
STOP, PAUSE, RESUME, AMOUNT = "stop", "pause", "resume", "amount"
FORMS: dict[str, Callable[[RegularDonation], WishForm]] = {
    STOP: WishForm,
    PAUSE: RestForm,
    RESUME: WishForm,
    AMOUNT: AmountForm,
}
#: The donor's own actions that an organiser can carry out for her.
WISHES = {
    DonorAction.AMOUNT: (AMOUNT, _l("Change the amount")),
    DonorAction.SKIP: (PAUSE, _l("Let it rest for a while")),
    DonorAction.RESUME: (RESUME, _l("Go on collecting")),
    DonorAction.STOP: (STOP, _l("Stop it")),
}
WISH_NAMES = {
    PlanChangeKind.STOP: _l("to stop"),
    PlanChangeKind.AMOUNT: _l("to change the amount"),
    PlanChangeKind.PAUSE: _l("to rest for a while"),
    PlanChangeKind.RESUME: _l("to go on"),
    PlanChangeKind.CONTACT: _l("to write to another address"),
}
#: What is collected, or should be, counts for the monthly sum.
COUNTED = (RegularState.ACTIVE, RegularState.PAST_DUE)
MONTHS = 12


@bp.get("/")
@requires(Permission.DONATIONS_SEE)
def index() -> ResponseReturnValue:
    """List regular gifts, the latest first, with what they bring in a month."""
    seen, people_of = groups_with(Permission.DONATIONS_SEE), _people_of()
    form = RegularFilterForm(appeal_reads.list_appeals(seen), request.args)
    wanted = form.wanted(seen, people_of)
    return show_page(
        "appeals/desk/regular/index.html",
        form=form,
        address=form.address(),
        page=_page(wanted, read_key(request.args.get("after"))),
        bases=_bases(seen),
        people_of=people_of,
        state_names=STATE_NAMES,
    )


def _people_of() -> list[int]:
    return groups_with(Permission.DONATIONS_SEE_PEOPLE)


def _page(wanted: RegularFilter, key: Key | None) -> Page[RegularDonation]:
    after = (key.at, key.row_id) if key else None
    rows = regular_reads.list_regular(wanted, after=after, limit=ROWS + 1)
    shown = rows[:ROWS]
    last = shown[-1] if len(rows) > ROWS else None
    return Page(shown, Key(last.created_at, last.id).encode() if last else None)


def _bases(group_ids: Collection[int]) -> list[tuple[Translated, list[Money], int]]:
    """For each group that has some: its name, what comes in a month, and from how many gifts."""
    found = []
    for group_id in group_ids:
        sums, count = monthly_base([group_id])
        if count:
            found.append((groups.get_group_by_id(group_id).name, sums, count))
    return found


def monthly_base(group_ids: Collection[int]) -> tuple[list[Money], int]:
    """What running regular gifts bring in a month, and how many they are; yearly ones by twelfth.

    Added up from the decisions, whose number is small, never from what was collected.
    """
    totals: dict[str, Money] = {}
    count = 0
    for state in COUNTED:
        for row in regular_reads.sum_regular(RegularFilter(group_ids=group_ids, state=state)):
            is_yearly = row.frequency is Frequency.YEARLY
            monthly = row.amount.split(MONTHS)[-1] if is_yearly else row.amount
            totals[row.currency] = totals.get(row.currency, zero(row.currency)) + monthly
            count += row.count
    return [totals[currency] for currency in sorted(totals)], count


@bp.get("/<public_id>")
@requires(Permission.DONATIONS_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show a regular gift: what it collects, what was collected, what was asked of it."""
    regular = _regular(public_id)
    group_id, traces = regular.appeal.group_id, rounds.traces_of(regular)
    return show_page(
        "appeals/desk/regular/show.html",
        regular=regular,
        plan=traces.plan,
        state_name=STATE_NAMES[regular.state],
        state_hint=STATE_HINTS[regular.state],
        how_often=FREQUENCY_NAMES[regular.frequency],
        wishes=_wishes(standing_of(regular), group_id),
        pending=[WISH_NAMES[each.kind] for each in traces.pending],
        may_see_people=group_id in _people_of(),
        way_of_paying=rounds.way_of_paying(traces),
        collections=traces.collections,
        demands=rounds.demands(traces),
        moments=rounds.history(traces),
        returned=bounces.returned_mails(regular),
        language_names=language_names(),
        donation_state_names=DONATION_STATE_NAMES,
    )


def _regular(public_id: str, permission: Permission = Permission.DONATIONS_SEE) -> RegularDonation:
    regular = regular_reads.get_regular(public_id, groups_with(Permission.DONATIONS_SEE))
    check(permission, regular.appeal.group_id)
    return regular


def _wishes(standing: Standing, group_id: int) -> list[tuple[str, Any]]:
    """What this account can do for the donor now."""
    if group_id not in groups_with(Permission.DONATIONS_EDIT):
        return []
    return [WISHES[each] for each in standing.actions if each in WISHES]


# --- what the donor asked for -------------------------------------------------------------------


@bp.get("/<public_id>/<any(stop, pause, resume, amount):wish>")
@requires(Permission.DONATIONS_EDIT)
@requires_proof
def ask(public_id: str, wish: str) -> ResponseReturnValue:
    """Say what will happen, and ask why."""
    regular = _regular(public_id, Permission.DONATIONS_EDIT)
    return _wish_page(wish, FORMS[wish](regular), regular)


@bp.post("/<public_id>/<any(stop, pause, resume, amount):wish>")
@requires(Permission.DONATIONS_EDIT)
@requires_proof
def carry_out(public_id: str, wish: str) -> ResponseReturnValue:
    """Do what the donor asked for; she gets a mail about it."""
    regular = _regular(public_id, Permission.DONATIONS_EDIT)
    form = FORMS[wish](regular)
    if not form.validate():
        return _wish_page(wish, form, regular, status=422)
    if form.seen.data != seen_of(regular):
        form.add_problem(StaleDonationError())
        form.seen.data = seen_of(regular)
        return _wish_page(wish, form, regular, status=409)
    try:
        state = _ask_stripe(wish, form, public_id)
    except UserError as error:
        form.add_problem(error)
        return _wish_page(wish, form, _regular(public_id), status=422)
    _say(state)
    return redirect(url_for("regular_desk.show", public_id=public_id), 303)


def _ask_stripe(wish: str, form: WishForm, public_id: str) -> PlanChangeState:
    how: dict[str, Any] = {
        "reason": form.reason.data or "",
        "now": clock.utcnow(),
        "by": current_actor(),
    }
    match form:
        case AmountForm():
            amount, fee = form.terms()
            return flows.change_amount(public_id, amount=amount, covered_fee=fee, **how)
        case RestForm():
            return flows.pause(public_id, until=form.until_at, **how)
        case _:
            return (flows.stop if wish == STOP else flows.resume)(public_id, **how)


def _say(state: PlanChangeState) -> None:
    match state:
        case PlanChangeState.DONE:
            flash(_("It is done. The donor gets a mail about it."), "good")
        case PlanChangeState.REQUESTED:
            flash(
                _("It is noted. Stripe does not answer just now; it is done as soon as it does."),
                "wait",
            )
        case PlanChangeState.REFUSED:
            flash(_("Stripe refused it. Below stands why."), "bad")


def _wish_page(
    wish: str, form: WishForm, regular: RegularDonation, *, status: int = 200
) -> ResponseReturnValue:
    names = dict(WISHES.values())
    return show_page(
        "appeals/desk/regular/wish.html",
        status=status,
        form=form,
        regular=regular,
        wish=wish,
        wish_name=names[wish],
        how_often=FREQUENCY_NAMES[regular.frequency],
    )


# --- Today --------------------------------------------------------------------------------------


def cards(context: TodayContext) -> list[Card]:
    """What regular gifts bring in a month; those that miss a payment stand with what waits."""
    allowed = context.may(Permission.DONATIONS_SEE)
    sums, count = monthly_base(allowed)
    if not count:
        return []
    gifts = ngettext("%(num)s regular gift", "%(num)s regular gifts", count)
    figures = [
        Figure(
            label=_("A month"), value=money(each), href=url_for("regular_desk.index"), hint=gifts
        )
        for each in sums
    ]
    return [Card("regular", _("Regular gifts"), figures, 25)]


def _missing(_now: datetime) -> Iterator[Waiting]:
    """Regular gifts whose last collection did not go through."""
    for each in desk_reads.list_missing():
        yield Waiting(each.public_id, since=each.since, group_id=each.group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="regular_payment_missing",
        name=_l("Regular gifts whose payment is missing"),
        advice=_l(
            "The donor has a mail with a link. If she does not answer, write to her or ring."
        ),
        endpoint="regular_desk.index",
        args={"state": RegularState.PAST_DUE.value},
        permission=Permission.DONATIONS_SEE,
        order=40,
    ),
    find=_missing,
)
