"""The desk's merging: two events that are one, and apart again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.events.errors.hosting import NotMergeableError
from app.events.forms.moderating import MergeForm
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.queries import rsvps as rsvp_reads
from app.events.render.hosting import event_when
from app.events.rules.words import HOLDS_SEATS, EventState
from app.events.service import merging, nearness
from app.lib import clock
from app.lib.errors import UserError
from app.web.forms import ActionForm
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("merging_desk", __name__, url_prefix="/desk/events")


@bp.get("/<public_id>/merge")
@requires(Permission.EVENTS_MODERATE)
def ask(public_id: str) -> ResponseReturnValue:
    """Ask which event stands for this one."""
    return _page(get_event(public_id), MergeForm(formdata=None))


@bp.post("/<public_id>/merge")
@requires(Permission.EVENTS_MODERATE)
def merge(public_id: str) -> ResponseReturnValue:
    """Let another event stand for this one; its address leads there."""
    event, form = get_event(public_id), MergeForm()
    if not form.validate():
        return _page(event, form, status=422)
    try:
        with transaction():
            into = _wanted(form)
            seen, by = form.seen_version, current_actor()
            merging.merge(event.id, into.id, seen=seen, now=clock.utcnow(), by=by)
    except UserError as error:
        form.add_problem(error)
        event = get_event(public_id)
        form.version.data = str(event.version)
        return _page(event, form, status=error.status)
    flash(_("The address of this event now leads to the other."), "good")
    return redirect(url_for("events_desk.show", public_id=public_id), 303)


@bp.post("/<public_id>/unmerge")
@requires(Permission.EVENTS_MODERATE)
def undo(public_id: str) -> ResponseReturnValue:
    """Take two events apart again."""
    event = get_event(public_id)
    if ActionForm().validate():
        try:
            with transaction():
                merging.undo(event.id, now=clock.utcnow(), by=current_actor())
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
        else:
            flash(_("They are two events again."), "good")
    return redirect(url_for("events_desk.show", public_id=public_id), 303)


def get_event(public_id: str) -> Event:
    """The event of an address, if the account may decide about it."""
    event = reads.get_for_desk(public_id, groups_with(Permission.EVENTS_SEE))
    check(Permission.EVENTS_MODERATE, event.group_id)
    return event


def _wanted(form: MergeForm) -> Event:
    """The event that was chosen or typed, of a group of hers; raises NotMergeableError."""
    if form.slug():
        found = reads.find_by_slug(form.slug())
    elif form.into.data:
        found = reads.get_for_desk(form.into.data)
    else:
        found = None
    if found is None or found.group_id not in groups_with(Permission.EVENTS_MODERATE):
        raise NotMergeableError
    return found


def _page(event: Event, form: MergeForm, *, status: int = 200) -> ResponseReturnValue:
    near = [
        each
        for each in nearness.near_to(event, clock.utcnow())
        if each.event.state is EventState.PUBLISHED
        and each.event.group_id in groups_with(Permission.EVENTS_MODERATE)
    ]
    form.into.choices = [(each.event.public_id, "") for each in near]
    if not form.version.data:
        form.version.data = str(event.version)
    going = [each for each in rsvp_reads.sums(event.id) if each.state in HOLDS_SEATS]
    return show_page(
        "events/desk/hosting/merge.html",
        status=status,
        event=event,
        form=form,
        near=near,
        people=sum(each.people for each in going),
        event_when=event_when,
    )
