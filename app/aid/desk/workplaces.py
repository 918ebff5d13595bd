"""The desk's collections at work: all of them, one of them, entered for whoever rang."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.errors.stock import KeyUsedError
from app.aid.forms.workplaces import tell
from app.aid.forms.workplaces_desk import (
    BroughtForm,
    CorrectForm,
    EnterForm,
    WorkplaceAddressForm,
    WorkplaceFilterForm,
    WorkplaceNoteForm,
    WorkplacePointForm,
    WorkplaceReasonForm,
)
from app.aid.models.drops import Drop
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import drops as drop_reads
from app.aid.queries import workplaces as reads
from app.aid.render import workplaces as page_render
from app.aid.render import workplaces_desk as render
from app.aid.render.hosting import pledge_words
from app.aid.rules.workplaces import SIGN_UP_STATES, Step, is_late
from app.aid.service import hand_overs, pledging, workplace_ends, workplaces
from app.db.session import retry_deadlocks, transaction
from app.lib import clock, ids
from app.lib.errors import UserError
from app.web.differences import differences
from app.web.forms import ActionForm, Form
from app.web.locale import current_locale
from app.web.pages import render as show_page
from app.web.paging import Key, read_key
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("workplaces_desk", __name__, url_prefix="/desk/workplaces")

ROWS = 50
Work = Callable[[WorkplaceCollection], object]


@bp.get("/")
@requires(Permission.AID_SEE)
def index() -> ResponseReturnValue:
    """List the collections at work, the newest first."""
    groups, people_of = groups_with(Permission.AID_SEE), groups_with(Permission.AID_SEE_PEOPLE)
    drops = drop_reads.list_of_groups(groups)
    form = WorkplaceFilterForm(drops, request.args)
    key = read_key(request.args.get("after"))
    wanted = form.wanted(sees_people=bool(people_of))
    within = people_of if wanted.words else groups
    after = key.row_id if key else None
    found = reads.list_for_desk(within, wanted, after=after, limit=ROWS + 1)
    shown = found[:ROWS]
    more = Key(shown[-1].created_at, shown[-1].id).encode() if len(found) > ROWS else None
    return show_page(
        "aid/desk/workplaces/index.html",
        form=form,
        address=form.address(),
        rows=render.rows(shown, people_of),
        next_key=more,
        may_enter=[each for each in drops if _takes(each)],
    )


def _takes(drop: Drop) -> bool:
    return drop.state in SIGN_UP_STATES and drop.group_id in groups_with(Permission.AID_SEE_PEOPLE)


@bp.get("/<public_id>")
@requires(Permission.AID_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show one with everything that is known of it and can be done for it."""
    return _page(_row(public_id))


def _page(workplace: WorkplaceCollection, *, status: int = 200, **forms: Form) -> Response:
    made: dict[str, Form] = {
        "act": ActionForm(),
        "point_form": WorkplacePointForm(formdata=None),
        "address_form": WorkplaceAddressForm(formdata=None, data={"email": workplace.email}),
        "note_form": WorkplaceNoteForm(formdata=None, data={"note": workplace.note}),
        "brought_form": BroughtForm(formdata=None),
        "reason_form": WorkplaceReasonForm(formdata=None),
    } | forms
    choices = page_render.choices_for(workplace, Step.CHOOSE_POINT)
    point_form: Any = made["point_form"]
    people_of = groups_with(Permission.AID_SEE_PEOPLE)
    point_form.point.choices = page_render.choice_labels(choices)[:-1]
    return show_page(
        "aid/desk/workplaces/show.html",
        status=status,
        problems=[each for form in made.values() for each in form.problems()],
        sees_people=workplace.drop.group_id in people_of,
        has_choices=bool(choices),
        **made,
        **render.page(workplace, people_of, now=clock.utcnow()),
    )


def _row(public_id: str) -> WorkplaceCollection:
    return reads.get_for_desk(public_id, groups_with(Permission.AID_SEE))


# --- one press ------------------------------------------------------------------------------------

#: What is done by pressing one button, as it stands in the address.
_DEEDS = "accept, decline, withdraw, back, thank, send_link, end_link, arrived"


@bp.post(f"/<public_id>/<any({_DEEDS}):deed>")
@requires(Permission.AID_SEE_PEOPLE)
def act(public_id: str, deed: str) -> ResponseReturnValue:
    """Answer for a host, call it off or take that back, thank, send or end the link."""
    return _do(public_id, "act", ActionForm(), _deeds(clock.utcnow())[deed])


def _deeds(now: datetime) -> Mapping[str, Work]:
    by = current_actor()
    return {
        "accept": lambda row: pledging.accept(row, what=pledge_words(row), now=now, by=by),
        "decline": lambda row: pledging.decline(row, now=now, by=by),
        "withdraw": lambda row: workplace_ends.withdraw(
            row, reason=_("The collection was called off"), now=now, by=by, entered_by=_who()
        ),
        "back": lambda row: workplace_ends.bring_back(row, now=now, by=by),
        "thank": lambda row: workplace_ends.thank(row, now=now, by=by),
        "send_link": lambda row: workplace_ends.send_link(row, now=now, by=by),
        "end_link": lambda row: workplace_ends.end_link(row, now=now, by=by),
        "arrived": lambda row: hand_overs.confirm(row, now=now, by=by),
    }


@bp.post("/<public_id>/point")
@requires(Permission.AID_SEE_PEOPLE)
def choose(public_id: str) -> ResponseReturnValue:
    """Choose the point for a steward."""
    form, now, by = WorkplacePointForm(), clock.utcnow(), current_actor()
    slug = request.form.get("point", "")[:100]
    return _do(
        public_id, "point_form", form, lambda row: pledging.choose(row, slug, now=now, by=by)
    )


@bp.post("/<public_id>/address")
@requires(Permission.AID_SEE_PEOPLE)
def correct_address(public_id: str) -> ResponseReturnValue:
    """Correct the address that a steward gave."""
    form, now, by = WorkplaceAddressForm(), clock.utcnow(), current_actor()

    def work(row: WorkplaceCollection) -> None:
        workplace_ends.correct_address(row, form.email.data or "", now=now, by=by)

    return _do(public_id, "address_form", form, work)


@bp.post("/<public_id>/note")
@requires(Permission.AID_SEE_PEOPLE)
def write_note(public_id: str) -> ResponseReturnValue:
    """Keep what organisers should know."""
    form, now, by = WorkplaceNoteForm(), clock.utcnow(), current_actor()

    def work(row: WorkplaceCollection) -> None:
        workplace_ends.write_note(row, (form.note.data or "").strip(), now=now, by=by)

    return _do(public_id, "note_form", form, work)


@bp.post("/<public_id>/handed-over")
@requires(Permission.AID_STOCK)
def hand_over(public_id: str) -> ResponseReturnValue:
    """Write down that it was taken to its point."""
    form, now, by = BroughtForm(), clock.utcnow(), current_actor()

    def work(row: WorkplaceCollection) -> None:
        hand_overs.hand_over(
            row,
            form.count(),
            client_key=form.nonce.data or "",
            now=now,
            by=by,
            entered_by=_who(),
            is_there=True,
        )

    return _do(public_id, "brought_form", form, work, Permission.AID_STOCK)


@bp.post("/<public_id>/take-back")
@requires(Permission.AID_STOCK)
def take_back(public_id: str) -> ResponseReturnValue:
    """It was not taken there after all."""
    form, now, by = WorkplaceReasonForm(), clock.utcnow(), current_actor()

    def work(row: WorkplaceCollection) -> None:
        hand_overs.take_back(
            row,
            reason=form.reason.data or "",
            client_key=form.nonce.data or "",
            now=now,
            by=by,
            entered_by=_who(),
        )

    return _do(public_id, "reason_form", form, work, Permission.AID_STOCK)


def _do(
    public_id: str,
    name: str,
    form: Form,
    work: Work,
    permission: Permission = Permission.AID_SEE_PEOPLE,
) -> ResponseReturnValue:
    """Do something with one in one transaction; where that cannot be, say why beside it."""
    workplace = _row(public_id)
    check(permission, workplace.drop.group_id)
    if not form.validate():
        return _page(workplace, status=422, **{name: form})

    def once() -> None:
        with transaction():
            work(_row(public_id))

    try:
        retry_deadlocks(once)
    except UserError as error:
        form.add_problem(error)
        if isinstance(error, KeyUsedError) and isinstance(form, BroughtForm):
            form.nonce.data = ids.token(16)
        return _page(_row(public_id), status=error.status, **{name: form})
    flash(_("Saved."), "good")
    return redirect(url_for("workplaces_desk.show", public_id=public_id), 303)


def _who() -> str:
    return f"account:{current_actor().account_id}"


# --- for somebody who rang ------------------------------------------------------------------------


@bp.get("/new/<drop_id>")
@requires(Permission.AID_SEE_PEOPLE)
def new(drop_id: str) -> ResponseReturnValue:
    """Show the form for a collection that somebody told us of."""
    drop = _drop(drop_id)
    return _new_page(drop, EnterForm(drop, formdata=None, data={"until_on": drop.closes_on}))


@bp.post("/new/<drop_id>")
@requires(Permission.AID_SEE_PEOPLE)
def enter(drop_id: str) -> ResponseReturnValue:
    """Write down a collection that somebody told us of."""
    drop = _drop(drop_id)
    form = EnterForm(drop)
    if not form.validate():
        return _new_page(drop, form, status=422)
    try:
        with transaction():
            made = workplaces.sign_up(
                _drop(drop_id),
                form.content(),
                form.steward(current_locale()),
                point_slug=None,
                nonce=form.nonce.data or "",
                network=None,
                source=form.chosen_source,
                now=clock.utcnow(),
                by=current_actor(),
            )
            key = made.public_id if made is not None else ""
    except UserError as error:
        tell(form, error)
        return _new_page(_drop(drop_id), form, status=error.status)
    flash(_("Added."), "good")
    return redirect(url_for("workplaces_desk.show", public_id=key), 303)


def _drop(public_id: str) -> Drop:
    return drop_reads.get_for_desk(public_id, groups_with(Permission.AID_SEE_PEOPLE))


def _new_page(drop: Drop, form: EnterForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page("aid/desk/workplaces/new.html", status=status, form=form, drop=drop)


@bp.get("/<public_id>/edit")
@requires(Permission.AID_SEE_PEOPLE)
def edit(public_id: str) -> ResponseReturnValue:
    """Show what a steward said, to be corrected."""
    workplace = _row(public_id)
    check(Permission.AID_SEE_PEOPLE, workplace.drop.group_id)
    return _edit_page(workplace, CorrectForm(workplace, formdata=None))


@bp.post("/<public_id>/edit")
@requires(Permission.AID_SEE_PEOPLE)
def save(public_id: str) -> ResponseReturnValue:
    """Correct what a steward said; 409 with both texts where it changed meanwhile."""
    workplace = _row(public_id)
    check(Permission.AID_SEE_PEOPLE, workplace.drop.group_id)
    form = CorrectForm(workplace)
    if not form.validate():
        return _edit_page(workplace, form, status=422)
    try:
        with transaction():
            row, steward = _row(public_id), form.steward(workplace.locale)
            seen, now, by = form.seen_version, clock.utcnow(), current_actor()
            workplaces.edit(row, form.content(), steward, seen=seen, now=now, by=by)
    except UserError as error:
        tell(form, error)
        row = _row(public_id)
        stands = CorrectForm(row, formdata=None) if error.status == 409 else None
        if stands is not None:
            form.version.data = str(row.version)
        return _edit_page(row, form, stands=stands, status=error.status)
    flash(_("Saved."), "good")
    return redirect(url_for("workplaces_desk.show", public_id=public_id), 303)


def _edit_page(
    workplace: WorkplaceCollection,
    form: CorrectForm,
    *,
    stands: CorrectForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/workplaces/edit.html",
        status=status,
        form=form,
        differing=differences(stands, form) if stands is not None else [],
        workplace=workplace,
        drop=workplace.drop,
    )


# --- what waits -----------------------------------------------------------------------------------


def _unanswered(now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.waiting_pledges():
        if is_late(since, now):
            yield Waiting(public_id, since=since, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="workplace_pledges",
        name=_l("Workplace collections that no host answered"),
        advice=_l("Ring the host and answer for her, or choose another point."),
        endpoint="workplaces_desk.index",
        args={"pledge": "asked"},
        permission=Permission.AID_SEE_PEOPLE,
        order=68,
    ),
    find=_unanswered,
)
