"""The desk lets an event come again, copies it, looks at it beforehand, and prints its notice."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.events.desk.events import back_to, bp, get_event
from app.events.forms.moving import CloneForm, NoteForm, SeriesForm
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.queries import rsvps as rsvp_reads
from app.events.render import desk as render
from app.events.render import page as page_render
from app.events.render.events import when_shown
from app.events.rules.rsvps import HEARS_OF_CHANGES
from app.events.service import cloning, notes, series
from app.lib import clock
from app.lib.errors import UserError
from app.web.forms import ActionForm
from app.web.pages import render as show_page


@bp.get("/<public_id>/preview")
@requires(Permission.EVENTS_SEE)
def preview(public_id: str) -> ResponseReturnValue:
    """Show the page of an event as visitors will see it, published or not."""
    event = get_event(public_id)
    values = page_render.page_values(event, now=clock.utcnow())
    return show_page("events/desk/preview.html", **values)


# --- series -------------------------------------------------------------------------------------


@bp.get("/<public_id>/series")
@requires(Permission.EVENTS_EDIT)
def ask_series(public_id: str) -> ResponseReturnValue:
    """Show the times of a series, or ask in what rhythm an event shall come again."""
    event = get_event(public_id, Permission.EVENTS_EDIT)
    return _series_page(SeriesForm(event), event)


@bp.post("/<public_id>/series")
@requires(Permission.EVENTS_EDIT)
def begin_series(public_id: str) -> ResponseReturnValue:
    """Let an event come again; its next times are made at once."""
    event = get_event(public_id, Permission.EVENTS_EDIT)
    form = SeriesForm(event)
    if not form.validate():
        return _series_page(form, event, status=422)
    until = form.until.data
    try:
        with transaction():
            series.begin(event.id, form.rule(), until, now=clock.utcnow(), by=current_actor())
    except UserError as error:
        form.refuse(error)
        return _series_page(form, get_event(public_id), status=422)
    flash(_("The next times are made."), "good")
    return redirect(url_for("events_desk.ask_series", public_id=public_id), 303)


@bp.post("/<public_id>/series/end")
@requires(Permission.EVENTS_EDIT)
def end_series(public_id: str) -> ResponseReturnValue:
    """Make no more times; those there are stay."""
    event = get_event(public_id, Permission.EVENTS_EDIT)
    if ActionForm().validate() and event.series_id is not None:
        with transaction():
            series.end(event.series_id, now=clock.utcnow(), by=current_actor())
        flash(_("No more times are made. Those there are stay."), "good")
    return redirect(url_for("events_desk.ask_series", public_id=public_id), 303)


def _series_page(form: SeriesForm, event: Event, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "events/desk/series.html",
        status=status,
        form=form,
        act=ActionForm(),
        event=event,
        is_ended=event.series is not None and event.series.ended_at is not None,
        occurrences=reads.list_of_series(event.series_id) if event.series_id else [],
        when=when_shown,
        tags=render.tags,
    )


# --- copies -------------------------------------------------------------------------------------


@bp.get("/<public_id>/copy")
@requires(Permission.EVENTS_EDIT)
def ask_clone(public_id: str) -> ResponseReturnValue:
    """Ask on which day the same event shall be again."""
    event = get_event(public_id, Permission.EVENTS_EDIT)
    return show_page("events/desk/copy.html", form=CloneForm(), event=event)


@bp.post("/<public_id>/copy")
@requires(Permission.EVENTS_EDIT)
def clone(public_id: str) -> ResponseReturnValue:
    """Begin a draft like it on another day."""
    event, form = get_event(public_id, Permission.EVENTS_EDIT), CloneForm()
    if form.validate():
        try:
            with transaction():
                day, by = form.chosen_day, current_actor()
                made = cloning.clone(event.id, day, now=clock.utcnow(), by=by)
                new_id = made.public_id
        except UserError as error:
            form.add_problem(error, form.day)
        else:
            flash(_("The event is kept as a draft."), "good")
            return back_to(new_id)
    return show_page("events/desk/copy.html", status=422, form=form, event=get_event(public_id))


# --- notes on the day ---------------------------------------------------------------------------


@bp.get("/<public_id>/notes")
@requires(Permission.EVENTS_EDIT)
def list_notes(public_id: str) -> ResponseReturnValue:
    """Show the notes of the day, and ask for another."""
    return _notes_page(NoteForm(), get_event(public_id, Permission.EVENTS_EDIT))


@bp.post("/<public_id>/notes")
@requires(Permission.EVENTS_EDIT)
def post_note(public_id: str) -> ResponseReturnValue:
    """Put a note on top of the page; an important one is mailed."""
    event, form = get_event(public_id, Permission.EVENTS_EDIT), NoteForm()
    if not form.validate():
        return _notes_page(form, event, status=422)
    is_important = bool(form.is_important.data)
    try:
        with transaction():
            notes.post_note(
                event.id,
                form.words(),
                is_important=is_important,
                now=clock.utcnow(),
                by=current_actor(),
            )
    except UserError as error:
        form.refuse(error)
        return _notes_page(form, get_event(public_id), status=422)
    flash(_("The note is on the page."), "good")
    return redirect(url_for("events_desk.list_notes", public_id=public_id), 303)


@bp.post("/<public_id>/notes/<int:note_id>/withdraw")
@requires(Permission.EVENTS_EDIT)
def withdraw_note(public_id: str, note_id: int) -> ResponseReturnValue:
    """Take a note off the page."""
    event = get_event(public_id, Permission.EVENTS_EDIT)
    if ActionForm().validate():
        with transaction():
            notes.withdraw_note(event.id, note_id, now=clock.utcnow(), by=current_actor())
    return redirect(url_for("events_desk.list_notes", public_id=public_id), 303)


def _notes_page(form: NoteForm, event: Event, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "events/desk/notes.html",
        status=status,
        form=form,
        act=ActionForm(),
        event=event,
        notes=reads.list_notes(event.id),
        told=rsvp_reads.count_readers(event.id, HEARS_OF_CHANGES),
    )


# --- the notice of a march ----------------------------------------------------------------------


@bp.get("/<public_id>/notice")
@requires(Permission.EVENTS_SEE)
def march_notice(public_id: str) -> ResponseReturnValue:
    """Print the notice of a march; name and address of whoever gives it are written by hand."""
    event = get_event(public_id)
    return show_page(
        "events/desk/notice.html",
        event=event,
        when=when_shown(event),
        march=render.march(event, now=clock.utcnow()),
        start_lines=render.place_lines(event),
        may_edit=event.group_id in groups_with(Permission.EVENTS_EDIT),
    )
