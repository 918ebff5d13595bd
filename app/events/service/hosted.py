"""What a host does with her event through her private link.

Before it is public she changes what she likes. Once it is public, the time goes out at once and
everybody is told; a place farther away, and words with an address in them, wait until an organiser
looked: what is shown after approval is what was approved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from app.audit import service as audit
from app.audit.facts import Actor
from app.events.errors.editing import WrongStateError
from app.events.errors.hosting import (
    AddressInWordsError,
    DayOutsideError,
    DecidedError,
    HostLinkEndedError,
    NotUndoableError,
    OfferOverError,
    TooManyMessagesError,
)
from app.events.mails import hosting as mails
from app.events.models.events import Event
from app.events.models.hosting import EventHost
from app.events.models.mobilisations import Mobilisation
from app.events.queries import events as event_reads
from app.events.queries import hosting as reads
from app.events.rules import hosting as rules
from app.events.rules.hosting import Proposal
from app.events.rules.statuses import status_before
from app.events.rules.times import When
from app.events.rules.words import EventState, PlaceShown, Status
from app.events.service import changing, messaging, notes, offering, telling
from app.lib.links import BadLinkError
from app.lib.text import Translated
from app.places.models import Place
from app.places.rules import PlaceDetails
from app.places.service import change_place, checked, details_of, make_place

#: Who does what a host does: she has no account, and the record names nobody.
HOST = Actor.visitor()
#: In these states a host can still change something.
OPEN_STATES = frozenset(
    {EventState.UNCONFIRMED, EventState.PENDING, EventState.PUBLISHED, EventState.HIDDEN}
)
#: In these states people know of it.
_SEEN_STATES = frozenset({EventState.PUBLISHED, EventState.HIDDEN})


@dataclass(frozen=True, kw_only=True)
class HostEdit:
    """What a host says of her event now."""

    title: str
    words: str
    when: When
    place: PlaceDetails
    place_shown: PlaceShown


@dataclass(frozen=True)
class Edited:
    """What became of an edit: whether anything waits for an organiser."""

    waits: bool


def open_page(public_id: str, version: int, *, now: datetime) -> EventHost:
    """Return the host that a link is for; raises BadLinkError or HostLinkEndedError."""
    host = reads.find_host(public_id)
    if host is None:
        raise BadLinkError
    is_over = host.event.ends_at + rules.HOST_KEPT <= now
    if host.link_version != version or host.purged_at is not None or is_over:
        raise HostLinkEndedError
    return host


def edit(public_id: str, wish: HostEdit, *, seen: int, now: datetime) -> Edited:
    """Change an event as its host wishes, or keep the wish for an organiser.

    Raises DecidedError where somebody changed it meanwhile, DayOutsideError, OfferOverError or
    what `places.service` raises.
    """
    host = reads.lock_host(public_id)
    event = host.event
    if event.version != seen:
        raise DecidedError
    wish = _with_position(event, wish)
    _check(event, wish, now=now)
    before = telling.snapshot(event)
    proposal = _proposal(host, wish) if event.state in _SEEN_STATES else Proposal()
    is_changed = _set_when(event, wish.when)
    if proposal.place is None:
        is_changed |= _set_place(event, wish.place, wish.place_shown)
    is_changed |= _set_words(host, wish, but=proposal)
    if event.state in _SEEN_STATES:
        if proposal:
            host.proposed, host.proposed_at = proposal.to_json(), now
        else:
            host.proposed = host.proposed_at = None
        if is_changed:
            host.edited_at = host.edited_at or now
    changing.finish(event, "event.host_edited", before, now=now, by=HOST)
    return Edited(waits=bool(proposal))


def apply(host: EventHost, proposal: Proposal) -> None:
    """Write what a host proposed into her event; the caller tells of it and lists it anew."""
    event = host.event
    if proposal.place is not None:
        _set_place(event, proposal.place, proposal.place_shown or event.place_shown)
    if proposal.title is not None:
        event.title = _said(event.title, proposal.title, host.locale)
    if proposal.words is not None:
        event.summary = _said(event.summary, proposal.words, host.locale)


def cancel(public_id: str, *, seen: int, now: datetime) -> None:
    """Call an event off: a public one stays and says so, an offer is taken back.

    Raises DecidedError.
    """
    host = reads.lock_host(public_id)
    event = host.event
    if event.version != seen or event.state not in OPEN_STATES:
        raise DecidedError
    if event.status is Status.CANCELLED:
        return
    before = telling.snapshot(event)
    if event.state in _SEEN_STATES:
        event.status = Status.CANCELLED
    else:
        event.state = EventState.REJECTED
    changing.finish(event, "event.host_cancelled", before, now=now, by=HOST)


def reinstate(public_id: str, *, seen: int, now: datetime) -> None:
    """Take back that an event is off; raises DecidedError, NotUndoableError, OfferOverError."""
    host = reads.lock_host(public_id)
    event = host.event
    if event.version != seen:
        raise DecidedError
    if event.ends_at <= now:
        raise OfferOverError
    before = telling.snapshot(event)
    if event.state is EventState.REJECTED and host.rejected_reason is None:
        is_proven = host.confirmed_at is not None
        event.state = EventState.PENDING if is_proven else EventState.UNCONFIRMED
    elif event.state in _SEEN_STATES and event.status is Status.CANCELLED:
        event.status = status_before(
            event.status,
            starts_local=event.starts_local,
            previous_starts_local=event.previous_starts_local,
            was_moved_online=False,
        )
    else:
        raise NotUndoableError
    changing.finish(event, "event.host_reinstated", before, now=now, by=HOST)


def post_note(public_id: str, text: str, *, is_important: bool, now: datetime) -> None:
    """Put a line of the host on top of the page at once; an organiser looks at it after.

    Raises AddressInWordsError or what `notes.post_note` raises.
    """
    host = reads.lock_host(public_id)
    _refuse_addresses(text)
    said = Translated({host.locale: text} if text else {}, host.locale)
    notes.post_note(host.event_id, said, is_important=is_important, now=now, by=HOST)
    host.edited_at = host.edited_at or now


def send_message(public_id: str, subject: str, text: str, *, nonce: str, now: datetime) -> None:
    """Have a message of the host passed on to those who come; she never learns their addresses.

    Raises WrongStateError, AddressInWordsError or TooManyMessagesError.
    """
    host = reads.lock_host(public_id)
    if host.event.state is not EventState.PUBLISHED:
        raise WrongStateError
    _refuse_addresses(subject, text)
    if reads.count_messages(host.event_id, since=now - rules.MESSAGES_WITHIN) >= rules.MESSAGES:
        raise TooManyMessagesError
    messaging.send(host.event, "all", subject, text, nonce=nonce, now=now, by=HOST)
    host.edited_at = host.edited_at or now


def _refuse_addresses(*texts: str) -> None:
    """Words of a host go out without a look, so they lead nowhere."""
    if rules.finds_in(*texts):
        raise AddressInWordsError


def renew_link(public_id: str, *, now: datetime, by: Actor) -> EventHost:
    """End all links to a host's page, and send her the new one."""
    host = reads.lock_host(public_id)
    host.link_version += 1
    subject = f"event:{host.event_id}"
    audit.record(by, "event.host_link_renewed", subject, now=now, group_id=host.event.group_id)
    mails.new_link(host, now=now)
    return host


def send_links(email: str, *, locale: str, now: datetime, window: int) -> None:
    """Send somebody the links to all the events she hosts, where there are any."""
    hosts = reads.list_of_address(email, ended_since=now - rules.HOST_KEPT)
    if hosts:
        key = f"links:{hosts[0].public_id}:{window}"
        mails.host_links(hosts, to=email, locale=locale, key=key, now=now)


def _check(event: Event, wish: HostEdit, *, now: datetime) -> None:
    if event.state not in OPEN_STATES or event.status is Status.CANCELLED:
        raise DecidedError
    day, mobilisation = wish.when.starts_local.date(), event.mobilisation
    if mobilisation and not mobilisation.on_date <= day <= mobilisation.until_date:
        raise DayOutsideError
    if wish.when.ends_at <= now:
        raise OfferOverError


def _with_position(event: Event, wish: HostEdit) -> HostEdit:
    """The position that an organiser found stays while the address does: her form has none."""
    if event.place is None or wish.place.lat is not None:
        return wish
    stands, typed = details_of(event.place), checked(wish.place)
    if typed != replace(stands, lat=None, lon=None):
        return wish
    return replace(wish, place=stands)


def _proposal(host: EventHost, wish: HostEdit) -> Proposal:
    """What of an edit must be looked at before it is shown."""
    event, place = host.event, checked(wish.place)
    is_moved = event.place is not None and rules.is_far(details_of(event.place), place)
    title, words = _text(event.title, host.locale), _text(event.summary, host.locale)
    return Proposal(
        title=wish.title if _adds_address(title, wish.title) else None,
        words=wish.words if _adds_address(words, wish.words) else None,
        place=place if is_moved else None,
        place_shown=wish.place_shown if is_moved else None,
    )


def _adds_address(old: str, new: str) -> bool:
    return not set(rules.finds_in(new)) <= set(rules.finds_in(old))


def _set_when(event: Event, when: When) -> bool:
    told = ("starts_local", "ends_local", "zone", "starts_fold", "ends_fold", "is_end_open")
    if all(getattr(event, name) == getattr(when, name) for name in told):
        return False
    if event.state in _SEEN_STATES and event.starts_local != when.starts_local:
        event.previous_starts_local = event.previous_starts_local or event.starts_local
        event.status = Status.RESCHEDULED
    for name in (*told, "starts_at", "ends_at", "is_all_day"):
        setattr(event, name, getattr(when, name))
    return True


def _set_place(event: Event, details: PlaceDetails, shown: PlaceShown) -> bool:
    is_moved = event.place is not None and _move(event, event.place, details)
    is_shown_otherwise = event.place_shown is not shown
    if is_shown_otherwise and event.place_shown is not PlaceShown.RELEASED:
        event.place_shown = shown
    return is_moved or is_shown_otherwise


def _move(event: Event, place: Place, details: PlaceDetails) -> bool:
    """Say otherwise where an event is; a place that others use stays theirs."""
    if not event_reads.is_place_shared(place.id, but_of=event.id):
        return change_place(place, details)
    if checked(details) == details_of(place):
        return False
    event.place = make_place(details)
    return True


def _set_words(host: EventHost, wish: HostEdit, *, but: Proposal) -> bool:
    event, changed = host.event, False
    if but.title is None and wish.title != _text(event.title, host.locale):
        mobilisation = event.mobilisation
        event.title = _said(event.title, wish.title, host.locale)
        if not wish.title and mobilisation and event.place:
            town = event.place.locality
            event.title = offering.title_of(mobilisation, "", town, host.locale)
        changed = True
    if but.words is None and wish.words != _text(event.summary, host.locale):
        event.summary = _words(event.mobilisation, event.summary, wish.words, host.locale)
        changed = True
    return changed


def _words(
    mobilisation: Mobilisation | None, old: Translated, typed: str, locale: str
) -> Translated:
    if not typed and mobilisation is not None:
        return mobilisation.summary
    return _said(old, typed, locale)


def _said(old: Translated, typed: str, locale: str) -> Translated:
    """What a host says now; what it said in other languages may be untrue and goes."""
    return Translated({locale: typed}, locale) if typed else old


def _text(text: Translated, locale: str) -> str:
    return text.pick(locale).text
