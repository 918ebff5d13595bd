"""The desk's list of promises: gifts that are to come another way than by card."""

from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.appeals.desk.donations import NOTHING, ROWS
from app.appeals.forms.promises import PromiseFilterForm, WithdrawForm
from app.appeals.models.donations import Donation
from app.appeals.queries import donations as donation_reads
from app.appeals.queries import promises as reads
from app.appeals.queries.promises import PromiseFilter
from app.appeals.render.other_ways import PAYING_BY_NAMES
from app.appeals.rules.giving import PROMISE_KEPT, PROMISE_OLD
from app.appeals.service import promises
from app.db.session import transaction
from app.lib import clock
from app.web.pages import render as show_page
from app.web.paging import Key, Page, read_key
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("promises_desk", __name__, url_prefix="/desk/promises")


@bp.get("/")
@requires(Permission.DONATIONS_SEE)
def index() -> ResponseReturnValue:
    """List what was promised and did not come yet, the latest first."""
    groups = groups_with(Permission.DONATIONS_SEE)
    form, now = PromiseFilterForm(request.args), clock.utcnow()
    is_valid = form.validate()
    people_of = groups_with(Permission.DONATIONS_SEE_PEOPLE)
    wanted = form.wanted(groups, people_of, now=now) if is_valid else PromiseFilter(gifts=NOTHING)
    return show_page(
        "appeals/desk/promises.html",
        status=200 if is_valid else 422,
        form=form,
        address=form.address(),
        page=_page(wanted, read_key(request.args.get("after"))),
        people_of=people_of,
        editable=groups_with(Permission.DONATIONS_EDIT),
        ways=PAYING_BY_NAMES,
        now=now,
        old_before=now - PROMISE_OLD,
        kept_days=PROMISE_KEPT.days,
        withdraw=WithdrawForm(formdata=None),
    )


def _page(wanted: PromiseFilter, key: Key | None) -> Page[Donation]:
    after = (key.at, key.row_id) if key else None
    rows = reads.list_promises(wanted, after=after, limit=ROWS + 1)
    shown = rows[:ROWS]
    last = shown[-1] if len(rows) > ROWS else None
    at = last.promised_at if last is not None else None
    return Page(shown, Key(at, last.id).encode() if last is not None and at is not None else None)


@bp.post("/<public_id>/withdraw")
@requires(Permission.DONATIONS_EDIT)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Wait no longer for a promise."""
    donation = donation_reads.get_donation(public_id, groups_with(Permission.DONATIONS_SEE))
    check(Permission.DONATIONS_EDIT, donation.appeal.group_id)
    if WithdrawForm().validate():
        with transaction():
            held = donation_reads.lock_donation(public_id)
            if held is not None:
                promises.withdraw(held, now=clock.utcnow(), by=current_actor())
        flash(_("Nobody waits for this gift any more."), "good")
    return redirect(url_for("promises_desk.index"), 303)


def _old(now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.list_old_promises(now - PROMISE_OLD):
        if since is not None:
            yield Waiting(public_id, since=since, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="promises_old",
        name=_l("Promises nobody paid in three weeks"),
        advice=_l("Compare them with the bank statement; enter what came, let go of the rest."),
        endpoint="promises_desk.index",
        args={"age": "old"},
        permission=Permission.DONATIONS_SEE,
        order=55,
    ),
    find=_old,
)
