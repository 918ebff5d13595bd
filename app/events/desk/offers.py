"""The desk's offers: who hosts what, looked at by somebody before anybody else sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.events.desk.mobilisations import get_row
from app.events.forms.events import SeenForm
from app.events.forms.moderating import (
    ApproveForm,
    EnterOfferForm,
    QuestionForm,
    ReasonForm,
    SeenButton,
)
from app.events.models.events import Event
from app.events.models.hosting import EventHost
from app.events.models.mobilisations import Mobilisation
from app.events.queries import hosting as reads
from app.events.render import hosting as render
from app.events.render import mobilisations as day_render
from app.events.render.words import HOW_CHECKED_NAMES, PLACE_SHOWN_NAMES, STATE_NAMES, STATE_TONES
from app.events.rules.hosting import ANSWER_WITHIN, is_late
from app.events.rules.words import EntrySource, EventState
from app.events.service import hosted, moderating, nearness, offering
from app.lib import clock
from app.lib.errors import UserError
from app.web.forms import ActionForm, Form
from app.web.locale import current_locale
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp: Blueprint = desk_blueprint("offers_desk", __name__, url_prefix="/desk/offers")

#: So many decided offers are listed.
DECIDED = 30


@bp.get("/")
@requires(Permission.EVENTS_MODERATE)
def index() -> ResponseReturnValue:
    """List what waits for a decision, what hosts changed, and what was decided."""
    mine, now = groups_with(Permission.EVENTS_MODERATE), clock.utcnow()
    return show_page(
        "events/desk/hosting/index.html",
        pending=render.queue_rows(list(reads.list_pending(mine)), now=now),
        changed=reads.list_changed(mine),
        decided=reads.list_decided(mine, limit=DECIDED),
        event_when=render.event_when,
        state_names=STATE_NAMES,
        state_tones=STATE_TONES,
    )


@bp.get("/<public_id>")
@requires(Permission.EVENTS_MODERATE)
def show(public_id: str) -> ResponseReturnValue:
    """Show an offer with everything that helps to decide."""
    return _page(get_host(public_id))


def get_host(public_id: str) -> EventHost:
    """The host of an address, if the account may decide about her."""
    return reads.get_host(public_id, groups_with(Permission.EVENTS_MODERATE))


def _page(host: EventHost, *, status: int = 200, **forms: Form) -> ResponseReturnValue:
    event = host.event
    made: dict[str, Form] = {
        "approve_form": ApproveForm(formdata=None),
        "reject_form": ReasonForm(formdata=None),
        "refuse_form": ReasonForm(formdata=None),
        "question_form": QuestionForm(formdata=None),
    } | forms
    for form in made.values():
        if isinstance(form, SeenForm) and not form.version.data:
            form.version.data = str(event.version)
    return show_page(
        "events/desk/hosting/show.html",
        status=status,
        host=host,
        event=event,
        when=render.event_when(event),
        where=render.event_place(event),
        shown_to=PLACE_SHOWN_NAMES[event.place_shown],
        addresses=render.addresses_in(event),
        proposals=render.proposal_rows(host),
        near=nearness.near_to(event, clock.utcnow()),
        event_when=render.event_when,
        state_name=STATE_NAMES[event.state],
        state_tone=STATE_TONES[event.state],
        how=HOW_CHECKED_NAMES.get(host.how_checked) if host.how_checked else None,
        due_at=host.confirmed_at + ANSWER_WITHIN if host.confirmed_at else None,
        is_late=bool(host.confirmed_at and is_late(host.confirmed_at, clock.utcnow())),
        sees_people=event.group_id in groups_with(Permission.EVENTS_SEE_PEOPLE),
        act=ActionForm(),
        problems=[problem for form in made.values() for problem in form.problems()],
        **made,
    )


def _decide(
    public_id: str, name: str, form: Form, decide: Callable[[], object], done: str
) -> ResponseReturnValue:
    """Decide about an offer; where that cannot be, show it with the reason beside."""
    host = get_host(public_id)
    if not form.validate():
        return _page(host, status=422, **{name: form})
    try:
        with transaction():
            decide()
    except UserError as error:
        form.add_problem(error)
        host = get_host(public_id)
        if isinstance(form, SeenForm):
            form.version.data = str(host.event.version)
        return _page(host, status=error.status, **{name: form})
    flash(done, "good")
    return redirect(url_for("offers_desk.show", public_id=public_id), 303)


@bp.post("/<public_id>/approve")
@requires(Permission.EVENTS_MODERATE)
def approve(public_id: str) -> ResponseReturnValue:
    """Show an offered event to everybody, and keep how it was checked."""
    form = ApproveForm()

    def decide() -> None:
        how, note = form.chosen(), (form.note.data or "").strip()
        seen, by = form.seen_version, current_actor()
        moderating.approve(public_id, how, note, seen=seen, now=clock.utcnow(), by=by)

    return _decide(public_id, "approve_form", form, decide, _("The event is on the site."))


@bp.post("/<public_id>/reject")
@requires(Permission.EVENTS_MODERATE)
def reject(public_id: str) -> ResponseReturnValue:
    """Let an offer go, and tell the host why."""
    form = ReasonForm()

    def decide() -> None:
        reason, seen = (form.reason.data or "").strip(), form.seen_version
        moderating.reject(public_id, reason, seen=seen, now=clock.utcnow(), by=current_actor())

    return _decide(public_id, "reject_form", form, decide, _("The host hears why."))


@bp.post("/<public_id>/reconsider")
@requires(Permission.EVENTS_MODERATE)
def reconsider(public_id: str) -> ResponseReturnValue:
    """Put a rejected offer back among those that wait."""
    form = SeenButton()

    def decide() -> None:
        seen, now = form.seen_version, clock.utcnow()
        moderating.reconsider(public_id, seen=seen, now=now, by=current_actor())

    return _decide(public_id, "button_form", form, decide, _("It waits for a decision again."))


@bp.post("/<public_id>/ask")
@requires(Permission.EVENTS_MODERATE)
def ask(public_id: str) -> ResponseReturnValue:
    """Ask a host something."""
    form = QuestionForm()

    def decide() -> None:
        question, nonce = (form.question.data or "").strip(), form.nonce.data or ""
        moderating.ask(public_id, question, nonce=nonce, now=clock.utcnow(), by=current_actor())

    return _decide(public_id, "question_form", form, decide, _("The question is on its way."))


@bp.post("/<public_id>/take-change")
@requires(Permission.EVENTS_MODERATE)
def take_change(public_id: str) -> ResponseReturnValue:
    """Let a host's change stand."""
    form = SeenButton()

    def decide() -> None:
        seen, now = form.seen_version, clock.utcnow()
        moderating.take_change(public_id, seen=seen, now=now, by=current_actor())

    return _decide(public_id, "button_form", form, decide, _("The change stands."))


@bp.post("/<public_id>/refuse-change")
@requires(Permission.EVENTS_MODERATE)
def refuse_change(public_id: str) -> ResponseReturnValue:
    """Leave the event as it is, and tell the host why."""
    form = ReasonForm()

    def decide() -> None:
        reason, seen, now = (form.reason.data or "").strip(), form.seen_version, clock.utcnow()
        moderating.refuse_change(public_id, reason, seen=seen, now=now, by=current_actor())

    return _decide(public_id, "refuse_form", form, decide, _("The host hears why."))


@bp.post("/<public_id>/link")
@requires(Permission.EVENTS_MODERATE)
def renew_link(public_id: str) -> ResponseReturnValue:
    """End a host's links and mail her a new one."""
    host = get_host(public_id)
    if ActionForm().validate() and host.email is not None:
        with transaction():
            hosted.renew_link(public_id, now=clock.utcnow(), by=current_actor())
        flash(_("A new link is on its way."), "good")
    return redirect(url_for("offers_desk.show", public_id=public_id), 303)


# --- people who rang ------------------------------------------------------------------------------


@bp.get("/new/<public_id>")
@requires(Permission.EVENTS_MODERATE)
def new(public_id: str) -> ResponseReturnValue:
    """Show the form for somebody who rang."""
    row = _day(public_id)
    return _enter_page(row, EnterOfferForm(row, formdata=None))


@bp.post("/new/<public_id>")
@requires(Permission.EVENTS_MODERATE)
def enter(public_id: str) -> ResponseReturnValue:
    """Write down a local event that somebody told us of; it waits for a decision."""
    row = _day(public_id)
    form = EnterOfferForm(row)
    if not form.validate():
        return _enter_page(row, form, status=422)
    try:
        host_id = _enter(public_id, form)
    except UserError as error:
        form.add_problem(error)
        return _enter_page(_day(public_id), form, status=422)
    flash(_("Written down."), "good")
    return redirect(url_for("offers_desk.show", public_id=host_id), 303)


def _day(public_id: str) -> Mobilisation:
    return get_row(public_id, Permission.EVENTS_MODERATE)


def _enter(public_id: str, form: EnterOfferForm) -> str:
    with transaction():
        made = offering.offer(
            _day(public_id),
            form.local_event(),
            form.host(current_locale()),
            nonce=(form.nonce.data or "")[:60],
            source=EntrySource(form.source.data),
            now=clock.utcnow(),
            by=current_actor(),
        )
        if made is None:
            raise ValueError("what an organiser enters is kept")
        return made.public_id


def _enter_page(
    row: Mobilisation, form: EnterOfferForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "events/desk/hosting/enter.html",
        status=status,
        row=row,
        form=form,
        days=day_render.days_of(row),
        title_pattern=render.title_pattern(row),
    )


# --- what waits, and the page of an event ---------------------------------------------------------


def event_block(event: Event) -> Mapping[str, Any]:
    """What an event's page on the desk says about its host."""
    host = reads.find_host_of(event.id)
    may = event.group_id in groups_with(Permission.EVENTS_MODERATE)
    is_known = host is not None and event.state is not EventState.UNCONFIRMED
    return {"host": host if may and is_known else None}


def _offers(_now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.waiting_offers():
        if since is not None:
            yield Waiting(public_id, since=since, group_id=group_id, due_at=since + ANSWER_WITHIN)


def _changes(_now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id in reads.waiting_changes():
        if since is not None:
            yield Waiting(public_id, since=since, group_id=group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="offered_events",
        name=_l("Offered events that wait for a decision"),
        advice=_l("Make sure that each is what it says, then show it or say why not."),
        endpoint="offers_desk.index",
        permission=Permission.EVENTS_MODERATE,
        order=55,
    ),
    find=_offers,
)
WAITING_CHANGES = WaitingSource(
    WaitingKind(
        key="host_changes",
        name=_l("Changes by hosts that nobody has looked at"),
        advice=_l("Look at what changed, and let it stand or not."),
        endpoint="offers_desk.index",
        permission=Permission.EVENTS_MODERATE,
        order=57,
    ),
    find=_changes,
)
