"""The desk changes an event part by part; nobody's words are lost to somebody else's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.events.desk.events import TOLD, back_to, bp, get_event
from app.events.errors.editing import StaleEventError
from app.events.forms.editing import FORMS, AddressForm, PictureForm
from app.events.forms.meeting import JoiningForm, WhereForm
from app.events.forms.parts import PartForm
from app.events.models.events import Event
from app.events.queries import events as reads
from app.events.queries import rsvps as rsvp_reads
from app.events.render.desk import PART_NAMES
from app.events.rules.content import Content, Picture
from app.events.rules.rsvps import HEARS_OF_CHANGES
from app.events.rules.times import When
from app.events.rules.words import EventState, Mode
from app.events.service import attending, editing, series
from app.files import service as files
from app.files.facts import EncodedImage
from app.files.render import encode_upload
from app.lib import clock
from app.lib.errors import UserError
from app.places.service import checked, details_of, make_place
from app.web.differences import Difference, differences
from app.web.limits import limit_body
from app.web.pages import render as show_page

MIB = 1024 * 1024
#: The largest picture, and room for the texts beside it.
LARGEST_FORM = 6 * MIB
PART = "any(" + ", ".join(FORMS) + ")"
#: A series shares all of these; a picture and an address are each one's own.
SHARED = frozenset(FORMS) - {"picture", "address"}


@bp.get(f"/<public_id>/edit/<{PART}:part>")
@requires(Permission.EVENTS_EDIT)
def edit(public_id: str, part: str) -> ResponseReturnValue:
    """Show one part of an event to be changed."""
    event = _event(public_id, part)
    return _editor(FORMS[part](event), event, part)


@bp.post(f"/<public_id>/edit/<{PART}:part>")
@limit_body(LARGEST_FORM)
@requires(Permission.EVENTS_EDIT)
def save(public_id: str, part: str) -> ResponseReturnValue:
    """Save one part; 409 with both texts when somebody else saved in between."""
    event = _event(public_id, part)
    form: PartForm = FORMS[part](event)
    if not form.validate():
        return _editor(form, event, part, status=422)
    try:
        _save(form, event.id, is_for_following=_is_for_following(event, part))
    except StaleEventError as error:
        form.add_problem(error)
        return _stale_editor(form, get_event(public_id), part)
    except UserError as error:
        form.refuse(error)
        return _editor(form, get_event(public_id), part, status=422)
    flash(_("Saved."), "good")
    return back_to(public_id, "parts")


def _event(public_id: str, part: str) -> Event:
    """The event, for whoever may write it, and also tell people where a change is told."""
    event = get_event(public_id, Permission.EVENTS_EDIT)
    if part in TOLD and event.state is EventState.PUBLISHED:
        check(Permission.EVENTS_PUBLISH, event.group_id)
    return event


def _is_for_following(event: Event, part: str) -> bool:
    is_wanted = request.form.get("scope") == "following"
    return is_wanted and event.series_id is not None and part in SHARED


def _save(form: PartForm, event_id: int, *, is_for_following: bool) -> None:
    # A picture takes a second to make anew: no lock is held meanwhile.
    picture = encode_upload(form.picture.data) if isinstance(form, PictureForm) else None
    with transaction():
        values: dict[str, Any] = {"now": clock.utcnow(), "by": current_actor()}
        if isinstance(form, AddressForm):
            slug, seen = form.slug.data or "", form.seen_version
            editing.change_slug(event_id, slug, seen_version=seen, **values)
            return
        part = _content(form, event_id, picture)
        write = series.edit_following if is_for_following else editing.edit_event
        write(event_id, part, seen_version=form.seen_version, **values)
        if isinstance(form, JoiningForm):
            _set_seats(form, event_id, is_for_following=is_for_following, **values)


def _content(form: PartForm, event_id: int, picture: EncodedImage | None) -> Content | When:
    event = reads.get_by_id(event_id)
    if isinstance(form, WhereForm):
        return form.where(_place_id(form, event))
    if isinstance(form, PictureForm):
        kept = None if form.remove_picture.data else event.picture_id
        new = files.keep_image(picture, now=clock.utcnow()).id if picture else kept
        return Picture(picture_id=new, picture_alt=form.picture_alt.data)
    return form.content()


def _place_id(form: WhereForm, event: Event) -> int | None:
    """The place that was typed: the present one, or a new one where anything differs."""
    if form.wanted_mode is Mode.ONLINE:
        return None
    if event.place is not None and details_of(event.place) == checked(form.place):
        return event.place_id
    return make_place(form.place).id


def _set_seats(form: JoiningForm, event_id: int, *, is_for_following: bool, **values: Any) -> None:  # noqa: ANN401
    event = reads.get_by_id(event_id)
    for each in (event, *(series.following(event) if is_for_following else ())):
        there = {seats.way: seats.capacity for seats in each.seats}
        for way, capacity in form.content().seats.items():
            if there.get(way) != capacity:
                attending.set_capacity(each, way, capacity, **values)


def _editor(
    form: PartForm,
    event: Event,
    part: str,
    *,
    status: int = 200,
    rows: Sequence[Difference] = (),
) -> ResponseReturnValue:
    is_public = event.state is EventState.PUBLISHED and event.ends_at > clock.utcnow()
    told = rsvp_reads.count_readers(event.id, HEARS_OF_CHANGES) if is_public else 0
    return show_page(
        f"events/desk/edit/{part}.html",
        status=status,
        form=form,
        event=event,
        part=part,
        part_name=PART_NAMES[part],
        differences=rows,
        told=told if part in TOLD else 0,
        has_scope=event.series_id is not None and part in SHARED,
        scope=request.form.get("scope", "this"),
    )


def _stale_editor(form: PartForm, event: Event, part: str) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    form.version.data = str(event.version)
    stands = FORMS[part](event, formdata=None)
    return _editor(form, event, part, status=409, rows=differences(stands, form))
