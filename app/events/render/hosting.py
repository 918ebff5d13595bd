"""Offers, hosted events and what is said of them, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from app.events.models.events import Event
from app.events.models.hosting import EventHost
from app.events.models.mobilisations import Mobilisation
from app.events.queries import hosting as reads
from app.events.queries import rsvps as rsvp_reads
from app.events.render.mobilisations import wall_time, zone_name
from app.events.render.words import KIND_NAMES, PLACE_SHOWN_NAMES
from app.events.rules import hosting as rules
from app.events.rules import mobilisations as mobilisation_rules
from app.events.rules.hosting import HostDetails, LocalEvent, Proposal
from app.events.rules.words import HOLDS_SEATS, RsvpState, Way
from app.lib.countries import country_name
from app.places.rules import PlaceDetails
from app.web.filters import day, plain
from app.web.locale import current_locale

if TYPE_CHECKING:
    from datetime import datetime

    from app.web.forms import Form

Row = tuple[str, str]


def title_pattern(mobilisation: Mobilisation) -> str:
    """What a local event is called where nobody gives it a name, with dots for the town."""
    return plain(
        mobilisation_rules.local_title(mobilisation.local_title or mobilisation.title, "…")
    )


def place_lines(place: PlaceDetails) -> str:
    """A whole address in one line, for whoever may see it."""
    country = country_name(place.country, current_locale()) if place.country else ""
    lines = (place.name, place.street, place.postcode, place.locality, country)
    return ", ".join(" ".join(line.split()) for line in lines if line)


def when_line(starts: datetime, ends: datetime, zone: str, *, is_end_open: bool) -> str:
    """Day and time on the clocks there."""
    begins, over = wall_time(starts), wall_time(ends)
    parts = {"day": day(starts.date(), "full"), "start": begins, "zone": zone_name(zone)}
    if is_end_open:
        return str(_("%(day)s, from %(start)s, %(zone)s", **parts))
    return str(_("%(day)s, %(start)s to %(end)s, %(zone)s", end=over, **parts))


def event_when(event: Event) -> str:
    """Day and time of an event on the clocks there."""
    is_open = event.is_end_open
    return when_line(event.starts_local, event.ends_local, event.zone, is_end_open=is_open)


def offer_rows(mobilisation: Mobilisation, local: LocalEvent, host: HostDetails) -> list[Row]:
    """What a host looks over before she sends it."""
    title = local.title or plain(
        mobilisation_rules.local_title(
            mobilisation.local_title or mobilisation.title, local.place.locality
        )
    )
    when = local.when
    rows = [
        (_("Title"), title),
        (_("What is it?"), str(KIND_NAMES[local.kind])),
        (
            _("When"),
            when_line(when.starts_local, when.ends_local, when.zone, is_end_open=when.is_end_open),
        ),
        (_("Where"), place_lines(local.place)),
        (_("Who sees the precise place?"), str(PLACE_SHOWN_NAMES[local.place_shown])),
        (_("A few words about it"), local.words or plain(mobilisation.summary)),
        (_("Group that calls for it"), local.called_by),
        (_("Your name, for the organisers alone"), host.name),
        (_("Your e-mail address"), host.email or ""),
        (_("Telephone"), host.phone or ""),
        (_("What should we know about you?"), host.about or ""),
    ]
    return [(str(key), value) for key, value in rows if value]


def sent_values(form: Form) -> dict[str, str]:
    """What was typed, to be sent once more from the page that shows it."""
    skipped = {"csrf_token", "fax_number", "confirmed"}
    values = {field.name: field.data for field in form if field.name not in skipped}
    return {name: "y" if value is True else str(value) for name, value in values.items() if value}


@dataclass(frozen=True)
class QueueRow:
    """One offer in the list of those that wait."""

    host: EventHost
    when: str
    is_late: bool
    due_at: datetime | None
    #: The same words as another one in the list.
    is_repeated: bool
    #: Links, addresses and numbers in its words.
    addresses: list[str]


def queue_rows(hosts: list[EventHost], *, now: datetime) -> list[QueueRow]:
    """The offers that wait, the ones with equal words marked."""
    marks = {host.event_id: _mark(host.event) for host in hosts}
    twice = rules.repeated(marks.values())
    return [
        QueueRow(
            host=host,
            when=event_when(host.event),
            is_late=bool(host.confirmed_at and rules.is_late(host.confirmed_at, now)),
            due_at=host.confirmed_at + rules.ANSWER_WITHIN if host.confirmed_at else None,
            is_repeated=marks[host.event_id] in twice,
            addresses=addresses_in(host.event),
        )
        for host in hosts
    ]


def addresses_in(event: Event) -> list[str]:
    """Links, addresses and telephone numbers in what a host wrote."""
    texts = [text for each in (event.title, event.summary) for text in each.texts.values()]
    spot = [event.place.spot.name, event.place.spot.street] if event.place else []
    return rules.finds_in(*texts, event.called_by, *spot)


def proposal_rows(host: EventHost) -> list[tuple[str, str, str]]:
    """(what, as it stands, as the host wishes it) of each change that waits."""
    if host.proposed is None:
        return []
    proposal, event = Proposal.from_json(host.proposed), host.event
    rows = []
    if proposal.title is not None:
        rows.append((_("Title"), plain(event.title), proposal.title))
    if proposal.words is not None:
        rows.append((_("A few words about it"), plain(event.summary), proposal.words))
    if proposal.place is not None:
        rows.append((_("Where"), event_place(event), place_lines(proposal.place)))
    if proposal.place_shown is not None:
        stands, wished = (
            str(PLACE_SHOWN_NAMES[each]) for each in (event.place_shown, proposal.place_shown)
        )
        if stands != wished:
            rows.append((_("Who sees the precise place?"), stands, wished))
    return [(str(name), before, after) for name, before, after in rows]


def event_place(event: Event) -> str:
    """The whole address of an event, for organisers and its host."""
    if event.place is None:
        return ""
    spot = event.place.spot
    return place_lines(
        PlaceDetails(
            country=event.place.country,
            locality=event.place.locality,
            name=spot.name,
            street=spot.street,
            postcode=spot.postcode,
        )
    )


@dataclass(frozen=True)
class ComingSums:
    """Who comes, as a host may know it: in numbers, and what they need, without names."""

    parties: int
    people: int
    online: int
    waiting: int
    needs: list[str]


def coming(event: Event) -> ComingSums:
    """How many come to a hosted event."""
    sums = rsvp_reads.sums(event.id)
    going = [each for each in sums if each.state in HOLDS_SEATS]
    return ComingSums(
        parties=sum(each.rsvps for each in going),
        people=sum(each.people for each in going),
        online=sum(each.people for each in going if each.way is Way.ONLINE),
        waiting=sum(each.people for each in sums if each.state is RsvpState.WAITING),
        needs=reads.list_needs(event.id),
    )


def _mark(event: Event) -> str:
    """What two offers share whose hosts wrote the same; of no own words, nothing."""
    day_words = event.mobilisation.summary if event.mobilisation else None
    if event.summary == day_words:
        return str(event.id)
    return rules.mark_of(*event.summary.texts.values())


def block_for(event: Event) -> dict[str, Any]:
    """What the desk's page of an event shows of its host."""
    return {"host": reads.find_host_of(event.id)}
