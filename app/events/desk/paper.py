"""The desk's paper: what can be printed of an event, the stewards' briefing, the door list."""

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.guard import check, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.events.models.events import Event
from app.events.queries import events as event_reads
from app.events.queries import rsvps as rsvp_reads
from app.events.render import paper as render
from app.events.rules.words import EventState, RsvpState
from app.lib import clock
from app.settings import settings
from app.web.locale import absolute_url, current_locale, in_locale, language_name
from app.web.pages import render as show_page

bp = desk_blueprint("paper_desk", __name__, url_prefix="/desk")

#: More rows than any door sees.
_ROWS_MOST = 5_000
#: Who stands on the list of the door.
_EXPECTED = frozenset({RsvpState.GOING})


@bp.get("/events/<public_id>/paper")
@requires(Permission.EVENTS_SEE)
def index(public_id: str) -> ResponseReturnValue:
    """List what can be printed, in each language, and what should be known before."""
    event = _event(public_id)
    return show_page(
        "events/desk/paper/index.html",
        event=event,
        locales=[(each, language_name(each)) for each in settings().locales],
        address=lambda endpoint, locale, **values: absolute_url(
            endpoint, locale=locale, slug=event.slug, **values
        ),
        has_card=render.has_card(event),
        is_public=event.state is EventState.PUBLISHED,
        warnings=[*render.warnings(event, now=clock.utcnow())],
        may_see_people=event.group_id in groups_with(Permission.EVENTS_SEE_PEOPLE),
    )


@bp.get("/events/<public_id>/briefing")
@requires(Permission.EVENTS_SEE_PEOPLE)
def briefing(public_id: str) -> ResponseReturnValue:
    """Show everything that stewards need to know on a sheet, hidden places too."""
    event = _event(public_id, Permission.EVENTS_SEE_PEOPLE)
    with in_locale(request.args.get("in") or current_locale()):
        values = render.briefing(event, now=clock.utcnow())
        return show_page("events/desk/paper/briefing.html", **values)


@bp.get("/events/<public_id>/door-list")
@requires(Permission.EVENTS_SEE_PEOPLE)
def door_list(public_id: str) -> ResponseReturnValue:
    """Show a list to tick off at the door: initials and codes, no names."""
    event = _event(public_id, Permission.EVENTS_SEE_PEOPLE)
    expected = rsvp_reads.list_after(
        event.id, _EXPECTED, after=0, limit=_ROWS_MOST, only_mail=False
    )
    with in_locale(request.args.get("in") or current_locale()):
        return show_page("events/desk/paper/door_list.html", **render.door_list(event, expected))


def _event(public_id: str, permission: Permission = Permission.EVENTS_SEE) -> Event:
    event = event_reads.get_for_desk(public_id, groups_with(Permission.EVENTS_SEE))
    check(permission, event.group_id)
    return event
