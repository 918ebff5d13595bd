"""The public pages of shifts: taking some, and a helper's own page.

Trusted shifts are on no page but that of somebody who was invited to one by its own link.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.audit.facts import Actor
from app.db.session import transaction
from app.events.errors.shifts import ShiftLinkEndedError
from app.events.forms.shifts import BackForm, TakeForm
from app.events.mails.shifts import SHIFT
from app.events.models.events import Event
from app.events.models.shifts import Shift, ShiftSignup
from app.events.queries import events as event_reads
from app.events.queries import shifts as reads
from app.events.render import shifts as render
from app.events.rules import shifts as rules
from app.events.rules.words import SignupState
from app.events.service import signups
from app.lib import clock, links
from app.lib.errors import NotFoundError, UserError
from app.lib.links import BadLinkError
from app.payments.rules.guard import Visitor, sealed
from app.settings import settings
from app.web.locale import current_locale
from app.web.pages import render as show_page

bp = Blueprint("shifts", __name__)


@bp.get("/events/<slug>/shifts")
def ask(slug: str) -> ResponseReturnValue:
    """Show which people are needed, and the form to be one of them."""
    event, invited = _event(slug), render.invited_by(request.args.get("invited"))
    rows = render.open_rows(event, now=clock.utcnow(), invited=invited)
    data = {"invited": render.invite_token(invited)} if invited is not None else None
    return _form_page(event, TakeForm(rows, formdata=None, data=data))


@bp.post("/events/<slug>/shifts")
def take(slug: str) -> ResponseReturnValue:
    """Keep who takes which shifts; the link to her page goes by mail."""
    event, invited = _event(slug), render.invited_by(request.form.get("invited"))
    form = TakeForm(render.open_rows(event, now=clock.utcnow(), invited=invited))
    if not form.validate():
        return _form_page(event, form, status=422 if form.problems() else 200)
    try:
        with transaction():
            _take(event_reads.get_published(slug), form, invited)
    except UserError as error:
        form.add_problem(error, form.chosen if error.status == 422 else None)
        return _form_page(_event(slug), form, status=error.status)
    return redirect(url_for("shifts.done", slug=slug), 303)


def _take(event: Event, form: TakeForm, invited: Shift | None) -> None:
    now = clock.utcnow()
    signups.take(
        event,
        form.chosen.data or [],
        form.helper(current_locale()),
        nonce=form.nonce,
        network=_network(),
        invited=invited.public_id if invited is not None else None,
        now=now,
    )


def _network() -> str:
    """What stands for the visitor's network for a day; nothing leads back from it."""
    network = Visitor.at(request.remote_addr).network
    return sealed(settings().secret_key, "shift", network, clock.utcnow().date())


@bp.get("/events/<slug>/shifts/done")
def done(slug: str) -> Response:
    """Thank her, and say where the link to her own page went."""
    return show_page("events/shifts/done.html", event=_event(slug))


def _form_page(event: Event, form: TakeForm, *, status: int = 200) -> Response:
    days: dict[str, list[render.Row]] = {}
    for row in form.rows:
        days.setdefault(row.day, []).append(row)
    return show_page("events/shifts/take.html", status=status, event=event, form=form, days=days)


def _event(slug: str) -> Event:
    return event_reads.get_published(slug)


# --- a helper's own page --------------------------------------------------------------------------


@bp.get("/shifts/<token>")
def show(token: str) -> Response:
    """Show somebody her shifts, where to be, and what she can do about them."""
    return _own_page(_open(token))


@bp.get("/shifts/<token>/rota")
def rota(token: str) -> Response:
    """Show her own rota as it goes on paper."""
    return _own_page(_open(token), template="events/shifts/rota.html")


@bp.post("/shifts/<token>/<any(withdraw, undo):step>/<key>")
def change(token: str, step: str, key: str) -> ResponseReturnValue:
    """Give one of her shifts back, or take it again."""
    signup, form = _open(token), BackForm()
    if form.validate():
        try:
            with transaction():
                _change(_open(token), step, key)
            return redirect(url_for("shifts.show", token=_token(_open(token)), done=step), 303)
        except UserError as error:
            form.add_problem(error)
            return _own_page(_open(token), form=form, status=error.status)
    return _own_page(signup, form=form, status=422)


def _change(signup: ShiftSignup, step: str, key: str) -> None:
    """Do it to one of the shifts on her page, and to no other; raises NotFoundError."""
    wanted = next((each for each in _theirs(signup) if each.public_id == key), None)
    held = reads.lock_signup(wanted.public_id) if wanted is not None else None
    if held is None:
        raise NotFoundError
    act = signups.withdraw if step == "withdraw" else signups.take_back
    act(held, now=clock.utcnow(), by=Actor.visitor())


def _theirs(signup: ShiftSignup) -> Sequence[ShiftSignup]:
    """Everything that the address of a link has at this event: the mailbox is proven by it."""
    if signup.email is None:
        return [signup]
    return reads.list_of_person(signup.shift.event_id, signup.email)


def _own_page(
    signup: ShiftSignup,
    *,
    template: str = "events/shifts/show.html",
    form: BackForm | None = None,
    status: int = 200,
) -> Response:
    theirs, event, now = _theirs(signup), signup.shift.event, clock.utcnow()
    return show_page(
        template,
        status=status,
        form=form or BackForm(formdata=None),
        token=_token(signup),
        event=event,
        lines=[_line(each) for each in theirs],
        name=signup.name,
        done=request.args.get("done", ""),
        **render.place_for(event, theirs, now),
    )


def _line(signup: ShiftSignup) -> Mapping[str, Any]:
    shift = signup.shift
    return {
        "key": signup.public_id,
        "role": render.role_name(shift.role),
        "hint": render.role_hint(shift.role),
        "note": shift.note,
        "day": render.wall_day(shift.starts_local),
        "hours": render.hours(shift),
        "state": signup.state,
        "state_name": render.STATE_NAMES[signup.state],
        "is_live": signup.state in rules.LIVE,
        "may_undo": signup.state is SignupState.WITHDRAWN,
        "is_ahead": render.is_still_on(signup, clock.utcnow()),
    }


def _open(token: str) -> ShiftSignup:
    """Whose page a link opens; raises BadLinkError (404) or ShiftLinkEndedError (410)."""
    link = links.read(settings().secrets, SHIFT, token)
    return signups.open_signup(link.subject, link.version)


def _token(signup: ShiftSignup) -> str:
    return links.sign(settings().secret_key, SHIFT, signup.public_id, version=signup.link_version)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(ShiftLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Lead whoever has a link that does not work to the page that sends new ones."""
    is_gone = isinstance(error, ShiftLinkEndedError)
    return show_page("events/shifts/ended.html", status=error.status, is_gone=is_gone)
