"""The desk's helpers: who takes a shift, entered, decided about, moved; the rota on paper."""

from collections.abc import Callable, Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.events.desk.shifts import back_to_plan, bp, get_event, get_shift
from app.events.forms.shifts import EnterHelperForm, MoveHelperForm
from app.events.models.events import Event
from app.events.models.shifts import Shift, ShiftSignup
from app.events.queries import shifts as reads
from app.events.render import shifts as render
from app.events.rules.words import EntrySource
from app.events.service import signups
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.web.forms import ActionForm
from app.web.locale import current_locale, in_locale
from app.web.pages import render as show_page

__all__ = ["bp"]

#: What an organiser does about somebody by pressing one button, as it stands in the address.
STEPS: Mapping[str, Callable[..., None]] = {
    "accept": signups.accept,
    "decline": signups.decline,
    "undecide": signups.undecide,
    "withdraw": signups.withdraw,
    "undo": signups.take_back,
}


# --- people ---------------------------------------------------------------------------------------


@bp.get("/events/<public_id>/shifts/<key>/people")
@requires(Permission.EVENTS_SEE_PEOPLE)
def ask_helper(public_id: str, key: str) -> ResponseReturnValue:
    """Show the form for somebody who rang or wrote on paper."""
    event, shift = get_shift(public_id, key, Permission.EVENTS_SEE_PEOPLE)
    return _enter_page(event, shift, EnterHelperForm(formdata=None))


@bp.post("/events/<public_id>/shifts/<key>/people")
@requires(Permission.EVENTS_SEE_PEOPLE)
def enter(public_id: str, key: str) -> ResponseReturnValue:
    """Write somebody down."""
    event, shift = get_shift(public_id, key, Permission.EVENTS_SEE_PEOPLE)
    form = EnterHelperForm()
    if not form.validate():
        return _enter_page(event, shift, form, status=422)
    try:
        with transaction():
            _event_row, held = get_shift(public_id, key)
            signups.enter(
                held,
                form.helper(current_locale()),
                EntrySource(form.source.data),
                now=clock.utcnow(),
                by=current_actor(),
            )
    except UserError as error:
        form.add_problem(error)
        return _enter_page(*get_shift(public_id, key), form, status=422)
    flash(_("Written down."), "good")
    return back_to_plan(public_id)


def _enter_page(
    event: Event, shift: Shift, form: EnterHelperForm, *, status: int = 200
) -> ResponseReturnValue:
    title = f"{render.role_name(shift.role)}{_(', ')}{render.hours(shift)}"
    return show_page(
        "events/desk/shifts/enter.html",
        status=status,
        event=event,
        shift=shift,
        form=form,
        title=title,
    )


@bp.post("/events/<public_id>/shifts/people/<who>/<any(" + ", ".join(STEPS) + "):step>")
@requires(Permission.EVENTS_SEE_PEOPLE)
def decide(public_id: str, who: str, step: str) -> ResponseReturnValue:
    """Accept or decline somebody, give her shift back for her, or undo that."""

    def act(signup: ShiftSignup) -> None:
        STEPS[step](signup, now=clock.utcnow(), by=current_actor())

    return _act(public_id, who, act)


@bp.post("/events/<public_id>/shifts/people/<who>/<any(came, missing):came>")
@requires(Permission.EVENTS_SEE_PEOPLE)
def mark(public_id: str, who: str, came: str) -> ResponseReturnValue:
    """Note whether she came."""

    def act(signup: ShiftSignup) -> None:
        is_here = came == "came"
        signups.mark_came(signup, came=is_here, now=clock.utcnow(), by=current_actor())

    return _act(public_id, who, act)


def _act(public_id: str, who: str, act: Callable[[ShiftSignup], None]) -> ResponseReturnValue:
    _signup(public_id, who)
    if ActionForm().validate():
        try:
            with transaction():
                reads.lock_signup(who)
                act(_signup(public_id, who))
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
    return redirect(url_for("shifts_desk.plan", public_id=public_id, _anchor=f"p-{who}"), 303)


@bp.get("/events/<public_id>/shifts/people/<who>/move")
@requires(Permission.EVENTS_SEE_PEOPLE)
def ask_move(public_id: str, who: str) -> ResponseReturnValue:
    """Ask to which other shift somebody moves."""
    signup = _signup(public_id, who)
    return _move_page(signup, MoveHelperForm(_others(signup), formdata=None))


@bp.post("/events/<public_id>/shifts/people/<who>/move")
@requires(Permission.EVENTS_SEE_PEOPLE)
def move(public_id: str, who: str) -> ResponseReturnValue:
    """Give somebody another shift; she hears of it."""
    signup = _signup(public_id, who)
    form = MoveHelperForm(_others(signup))
    if not form.validate():
        return _move_page(signup, form, status=422)
    try:
        with transaction():
            reads.lock_signup(who)
            _event_row, target = get_shift(public_id, form.target.data)
            signups.move(_signup(public_id, who), target, now=clock.utcnow(), by=current_actor())
    except UserError as error:
        form.add_problem(error, form.target)
        return _move_page(_signup(public_id, who), form, status=422)
    flash(_("Moved."), "good")
    return back_to_plan(public_id)


def _others(signup: ShiftSignup) -> list[Shift]:
    found = reads.list_shifts(signup.shift.event_id)
    return [each for each in found if each.id != signup.shift_id]


def _move_page(
    signup: ShiftSignup, form: MoveHelperForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "events/desk/shifts/move.html",
        status=status,
        event=signup.shift.event,
        signup=signup,
        form=form,
        role=render.role_name(signup.shift.role),
        hours=render.hours(signup.shift),
    )


# --- paper ----------------------------------------------------------------------------------------


@bp.get("/events/<public_id>/shifts/rota")
@requires(Permission.EVENTS_SEE_PEOPLE)
def rota(public_id: str) -> ResponseReturnValue:
    """Show the whole rota as it goes on paper, with phone numbers, in a language of the site."""
    event = get_event(public_id, Permission.EVENTS_SEE_PEOPLE)
    with in_locale(request.args.get("in") or current_locale()):
        return show_page(
            "events/desk/shifts/rota.html",
            event=event,
            days=render.rota(reads.list_shifts(event.id)),
            hours=render.hours,
            purged_on=render.purged_on(event),
        )


def _signup(public_id: str, who: str) -> ShiftSignup:
    event = get_event(public_id, Permission.EVENTS_SEE_PEOPLE)
    signup = reads.find_signup(who)
    if signup is None or signup.shift.event_id != event.id:
        raise NotFoundError
    return signup
