"""The desk's list of donations, one donation with everything about it, and the file of a list."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.appeals.desk import bounces, doing, history
from app.appeals.forms.entering import SOURCE_NAMES as TOLD_NAMES
from app.appeals.forms.entering import WAY_NAMES
from app.appeals.forms.listing import (
    STATE_HINTS,
    STATE_NAMES,
    DonationFilterForm,
    ExportForm,
    MoneyFilterForm,
)
from app.appeals.models.donations import Donation
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import donations as donation_reads
from app.appeals.queries.donations import DonationFilter
from app.appeals.render import appeals as render
from app.appeals.rules.giving import ABANDONED_AFTER, PROMISE_KEPT
from app.appeals.rules.words import DonationSource, Frequency
from app.audit import service as audit
from app.db.session import transaction
from app.ledger import queries as ledger
from app.ledger.models import LedgerLine
from app.ledger.render import CATEGORY_NAMES, ENTRY_NAMES, PLACE_NAMES
from app.lib import clock
from app.payments.queries import orders as order_reads
from app.web.locale import current_locale, language_names
from app.web.pages import render as show_page
from app.web.paging import Key, Page, Row, read_key

bp: Blueprint = desk_blueprint("donations_desk", __name__, url_prefix="/desk")

ROWS = 50
#: What is shown of a filter that cannot be understood: not everything, as if it were no filter.
NOTHING = DonationFilter(group_ids=())
FREQUENCY_NAMES = {
    Frequency.ONCE: _l("Once"),
    Frequency.MONTHLY: _l("Every month"),
    Frequency.YEARLY: _l("Every year"),
}
#: How a gift reached us, where it did not by the site's own form.
SOURCE_NAMES = TOLD_NAMES | {
    DonationSource.RENEWAL: _l("Collected by itself"),
    DonationSource.ENTERED: _l("Found by an organiser"),
}


@bp.get("/donations/")
@requires(Permission.DONATIONS_SEE)
def index() -> ResponseReturnValue:
    """List donations, the latest first, with what the filter adds up to."""
    groups = groups_with(Permission.DONATIONS_SEE)
    form = DonationFilterForm(appeal_reads.list_appeals(groups), request.args)
    is_valid = form.validate()
    wanted = form.wanted(groups, _people_of()) if is_valid else NOTHING
    page = _page(wanted, read_key(request.args.get("after")))
    return show_page(
        "appeals/desk/donations.html",
        status=200 if is_valid else 422,
        form=form,
        export=ExportForm(),
        may_export=bool(groups_with(Permission.DONATIONS_EXPORT)),
        may_enter=bool(groups_with(Permission.DONATIONS_EDIT)),
        address=form.address(),
        sums=donation_reads.sum_donations(wanted),
        page=page,
        people_of=_people_of(),
        state_names=STATE_NAMES,
    )


def _page(wanted: DonationFilter, key: Key | None) -> Page[Donation]:
    after = (key.at, key.row_id) if key else None
    rows = donation_reads.list_donations(wanted, after=after, limit=ROWS + 1)
    return _cut(rows, lambda donation: Key(donation.dated_at, donation.id))


def _cut(rows: Sequence[Row], key_of: Callable[[Row], Key]) -> Page[Row]:
    """A page of rows of which one more was read than fits, if there is one."""
    shown = rows[:ROWS]
    return Page(shown, key_of(shown[-1]).encode() if len(rows) > ROWS else None)


def _people_of() -> list[int]:
    """The groups whose donors' names and addresses this account may see."""
    return groups_with(Permission.DONATIONS_SEE_PEOPLE)


@bp.get("/donations/money")
@requires(Permission.DONATIONS_SEE)
def money() -> ResponseReturnValue:
    """List the money that came in and went back, day by day: what Today's sums are made of."""
    groups = groups_with(Permission.DONATIONS_SEE)
    form = MoneyFilterForm(request.args)
    is_valid = form.validate()
    groups = groups if is_valid else []
    since, until = form.edges() if is_valid else (None, None)
    page = _money_page(groups, since, until, read_key(request.args.get("after")))
    return show_page(
        "appeals/desk/money.html",
        status=200 if is_valid else 422,
        form=form,
        address=form.address(),
        sums=ledger.sum_income(groups, since=since, until=until),
        page=page,
        donations=donation_reads.donations_of_orders(
            [each.entry.order_key or "" for each in page.rows]
        ),
        entry_names=ENTRY_NAMES,
    )


def _money_page(
    groups: Collection[int], since: datetime | None, until: datetime | None, key: Key | None
) -> Page[LedgerLine]:
    after = (key.at, key.row_id) if key else None
    rows = ledger.list_income(groups, since=since, until=until, after=after, limit=ROWS + 1)
    return _cut(rows, lambda line: Key(line.entry.posted_at, line.id))


@bp.get("/donations/<public_id>")
@requires(Permission.DONATIONS_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show a donation with its payments, entries, Stripe's news, mails, receipts and record."""
    donation = donation_reads.get_donation(public_id, groups_with(Permission.DONATIONS_SEE))
    traces, rights = history.traces_of(donation), _rights(donation)
    return show_page(
        "appeals/desk/donation.html",
        donation=donation,
        forgets_after=(PROMISE_KEPT if donation.promised_at else ABANDONED_AFTER).days,
        may_see_people=rights.see_people,
        sums=order_reads.order_status(public_id),
        traces=traces,
        way_of_paying=history.way_of_paying(traces),
        moments=history.history(traces),
        returned=bounces.returned_mails(donation),
        actions=doing.actions(donation, traces, rights),
        **_words_of_books(traces),
        language_names=language_names(),
        state_names=STATE_NAMES,
        state_hints=STATE_HINTS,
        frequency_names=FREQUENCY_NAMES,
        source_names=SOURCE_NAMES,
        way_names=WAY_NAMES,
    )


def _rights(donation: Donation) -> doing.Rights:
    """What this account may do with a donation."""
    group_id = donation.appeal.group_id
    return doing.Rights(
        see_people=group_id in _people_of(),
        see_queues=group_id in groups_with(Permission.QUEUES_SEE),
        edit=group_id in groups_with(Permission.DONATIONS_EDIT),
    )


def _words_of_books(traces: history.Traces) -> dict[str, Any]:
    """What names the lines of a donation's entries: where money lies, of which fund, and why."""
    lines = [line for entry in traces.entries for line in entry.lines]
    places = ledger.money_accounts({line.money_account_id or 0 for line in lines})
    return {
        "entry_names": ENTRY_NAMES,
        "category_names": CATEGORY_NAMES,
        "place_names": {key: PLACE_NAMES[place.kind] for key, place in places.items()},
        "fund_names": {
            fund_id: ledger.get_fund_by_id(fund_id).name
            for fund_id in {line.fund_id for line in lines}
        },
    }


@bp.get("/donations.csv")
@requires(Permission.DONATIONS_EXPORT)
def export_from() -> ResponseReturnValue:
    """Lead to the list, where the file is asked for: making it is written down."""
    return redirect(url_for("donations_desk.index"), 303)


@bp.post("/donations.csv")
@requires(Permission.DONATIONS_EXPORT)
def export() -> ResponseReturnValue:
    """Write the donations of a filter into a file, and into the record that somebody did."""
    groups = groups_with(Permission.DONATIONS_EXPORT)
    form = DonationFilterForm(appeal_reads.list_appeals(groups), request.form)
    if not (ExportForm().validate() and form.validate()):
        return redirect(url_for("donations_desk.index"), 303)
    wanted = form.wanted(groups, _people_of())
    with transaction():
        for group_id in groups:
            audit.record(
                current_actor(),
                "donations.exported",
                f"group:{group_id}",
                now=clock.utcnow(),
                group_id=group_id,
                detail={name: value for name, value in form.address().items() if name != "q"},
            )
    return _file(render.donation_file(_all_rows(wanted), _people_of(), locale=current_locale()))


def _all_rows(wanted: DonationFilter) -> Iterator[Donation]:
    """Read a list page by page, so that a file of any length needs little memory."""
    key: Key | None = None
    while True:
        page = _page(wanted, key)
        yield from page.rows
        key = read_key(page.next_key)
        if key is None:
            return


def _file(lines: Iterator[str]) -> Response:
    name = f"donations-{clock.utcnow():%Y-%m-%d}.csv"
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
