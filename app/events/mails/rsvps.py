"""The mails to people who come. Where exactly it is stands on their page, never in a mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.events.mails.shifts import shift_link
from app.events.models.rsvps import Rsvp
from app.events.models.shifts import ShiftSignup
from app.events.queries import rsvps as reads
from app.events.rules import rsvps as rules
from app.events.rules.words import Mode
from app.lib import ids
from app.lib.text import Translated
from app.mail.service import outbox as mail

#: What the private links are signed for: her own page, proving a mailbox, hearing no more.
RSVP = "rsvp"
PROOF = "rsvp-proof"
UNSUBSCRIBE = "rsvp-unsubscribe"


def page_link(rsvp: Rsvp) -> dict[str, Any]:
    """The link to her own page, as a mail keeps it."""
    return {
        "endpoint": "rsvps.show",
        "purpose": RSVP,
        "subject": rsvp.public_id,
        "version": rsvp.link_version,
    }


def proof_subject(rsvp: Rsvp, email: str) -> str:
    """What the link is signed for that proves this very mailbox."""
    return f"{rsvp.public_id}_{ids.fingerprint(email)}"


def proof(rsvp: Rsvp, email: str, *, now: datetime) -> None:
    """Ask whoever reads a mailbox to confirm her place, or her new address."""
    link = {
        "endpoint": "rsvps.ask_proof",
        "purpose": PROOF,
        "subject": proof_subject(rsvp, email),
    }
    key = f"proof:{rsvp.public_id}:{ids.fingerprint(email)}:{rsvp.changed_at.isoformat()}"
    values = {
        "is_new_address": email == rsvp.new_email,
        "holds_seat": rsvp.lapses_at is not None,
        "lapses_at": rsvp.lapses_at,
    }
    _put("events/rsvp_proof", key, rsvp, values, now=now, links={"proof": link}, to=email)


def going(rsvp: Rsvp, *, now: datetime) -> None:
    """Tell her that she has a place."""
    values: dict[str, Any] = {
        "code": rsvp.code.upper(),
    }
    links = {}
    if rsvp.confirmed_at is None and rsvp.wants_updates and rsvp.email is not None:
        links["proof"] = {
            "endpoint": "rsvps.ask_proof",
            "purpose": PROOF,
            "subject": proof_subject(rsvp, rsvp.email),
        }
    values["asks_for_proof"] = bool(links)
    _put("events/rsvp_going", _key("going", rsvp), rsvp, values, now=now, links=links)


def asked(rsvp: Rsvp, *, now: datetime) -> None:
    """Tell her that an organiser will decide."""
    _put("events/rsvp_asked", _key("asked", rsvp), rsvp, {}, now=now)


def waiting(rsvp: Rsvp, *, now: datetime) -> None:
    """Tell her that she is on the waiting list."""
    _put("events/rsvp_waiting", _key("waiting", rsvp), rsvp, {}, now=now)


def offered(rsvp: Rsvp, *, now: datetime) -> None:
    """Tell her that a place is free for her, and until when."""
    values = {"offer_until_at": rsvp.offer_ends_at}
    _put("events/rsvp_offer", _key("offer", rsvp), rsvp, values, now=now)


def lapsed(rsvp: Rsvp, *, now: datetime) -> None:
    """Tell her that the place went to the next in line."""
    _put("events/rsvp_lapsed", _key("lapsed", rsvp), rsvp, {}, now=now)


def declined(rsvp: Rsvp, *, now: datetime) -> None:
    """Tell her that an organiser could not say yes."""
    not_before = now + timedelta(minutes=2)
    _put("events/rsvp_declined", _key("declined", rsvp), rsvp, {}, now=now, not_before=not_before)


def reminder(rsvp: Rsvp, *, now: datetime) -> None:
    """Remind her of the event; once for each start."""
    key = f"reminder:{rsvp.public_id}:{rsvp.event.starts_at.isoformat()}"
    values = {"code": rsvp.code.upper()}
    _put("events/rsvp_reminder", key, rsvp, values, now=now, is_bulk=True)


def changed(rsvp: Rsvp, change: Mapping[str, Any], *, now: datetime, calendar: str) -> None:
    """Tell her what is different now, with the old values and the new ones."""
    key = f"changed:{rsvp.public_id}:{change['sequence']}"
    values = {
        "before": _when_of(change["before"]),
        "after": _when_of(change["after"]),
        "status_note": _note(change["after"]),
        "calendar": calendar,
    }
    _put("events/rsvp_changed", key, rsvp, values, now=now)


def cancelled(rsvp: Rsvp, change: Mapping[str, Any], *, now: datetime, calendar: str) -> None:
    """Tell her that it does not take place."""
    key = f"cancelled:{rsvp.public_id}:{change['sequence']}"
    values = {
        "before": _when_of(change["before"]),
        "status_note": _note(change["after"]),
        "calendar": calendar,
    }
    _put("events/rsvp_cancelled", key, rsvp, values, now=now)


def note(rsvp: Rsvp, note_id: int, text: Translated, *, now: datetime) -> None:
    """Send her an important note of the day."""
    key = f"note:{rsvp.public_id}:{note_id}"
    _put("events/rsvp_note", key, rsvp, {"note": text}, now=now, is_bulk=True)


def message(rsvp: Rsvp, key: str, subject: str, text: str, *, now: datetime) -> None:
    """Send her a message of the organisers."""
    values = {"message_subject": subject, "message_text": text}
    _put("events/rsvp_message", f"{key}:{rsvp.public_id}", rsvp, values, now=now, is_bulk=True)


def thanks(rsvp: Rsvp, told: Mapping[str, Any], *, now: datetime) -> None:
    """Thank her for coming, and say what she can do next."""
    title = told["next_title"]
    values = {
        "message_text": told["text"],
        "next_title": Translated(title["texts"], title["origin"]),
    }
    links = {"next": {"endpoint": told["next_endpoint"], "values": {"slug": told["next_slug"]}}}
    key = f"thanks:{rsvp.public_id}"
    _put("events/rsvp_thanks", key, rsvp, values, now=now, links=links, is_bulk=True)


def links(
    rsvps: Sequence[Rsvp],
    signups: Sequence[ShiftSignup],
    *,
    to: str,
    locale: str,
    key: str,
    now: datetime,
) -> None:
    """Send somebody the links to all her pages: where she comes, and where she helps."""
    things = [
        *((each.event, page_link(each), each.public_id) for each in rsvps),
        *((each.shift.event, shift_link(each), each.public_id) for each in signups),
    ]
    if not things:
        return
    first = things[0]
    mail.put(
        "events/rsvp_links",
        key=key,
        to=to,
        locale=locale,
        now=now,
        about=first[2],
        reply_to=first[0].group.contact_email,
        values={
            "hosted": [
                {
                    "link": f"page_{place}",
                    "title": event.title,
                    "day_on": event.starts_local.date(),
                }
                for place, (event, _link, _about) in enumerate(things)
            ],
            "links": {f"page_{place}": link for place, (_event, link, _about) in enumerate(things)},
        },
    )


def _key(kind: str, rsvp: Rsvp) -> str:
    """Unique for each time that she came into a state."""
    return f"{kind}:{rsvp.public_id}:{rsvp.changed_at.isoformat()}"


def _put(
    template: str,
    key: str,
    rsvp: Rsvp,
    values: Mapping[str, Any],
    *,
    now: datetime,
    links: Mapping[str, Any] | None = None,
    to: str | None = None,
    is_bulk: bool = False,
    not_before: datetime | None = None,
) -> None:
    """Put a mail to one who comes; a bulk one can be unsubscribed from by one click."""
    address = to or rsvp.email
    if address is None:
        return
    event = rsvp.event
    made = {
        "page": page_link(rsvp),
        "calendar": {"endpoint": "listing.calendar_of_event", "values": {"slug": event.slug}},
        **(links or {}),
    }
    if is_bulk:
        made["unsubscribe"] = {
            "endpoint": "rsvps.ask_unsubscribe",
            "purpose": UNSUBSCRIBE,
            "subject": rsvp.public_id,
        }
    mail.put(
        template,
        key=key,
        to=address,
        locale=rsvp.locale,
        now=now,
        about=rsvp.public_id,
        reply_to=event.group.contact_email,
        not_before=not_before,
        values={**_about(rsvp, now), **values, "links": made},
    )


def _about(rsvp: Rsvp, now: datetime) -> dict[str, Any]:
    event = rsvp.event
    is_somewhere = event.place is not None and event.mode is not Mode.ONLINE
    return {
        "event_title": event.title,
        "group_name": event.group.name,
        "contact_email": event.group.contact_email,
        "guest_name": rsvp.name or "",
        "party_size": rsvp.party_size,
        "way": rules.way_at(event.mode, rsvp.way).value,
        "place_line": reads.place_line(event, now),
        "is_place_private": is_somewhere and not reads.is_spot_public(event, now),
        "purged_on": reads.purge_day(event),
        "when": {
            "day_on": event.starts_local.date(),
            "hour": "" if event.is_all_day else f"{event.starts_local:%H:%M}",
            "zone": event.zone,
        },
    }


def _when_of(shot: Mapping[str, Any]) -> dict[str, Any]:
    """Time, place and status of a snapshot that lay in the queue."""
    starts = datetime.fromisoformat(shot["starts_local"])
    return {
        "day_on": starts.date(),
        "hour": "" if shot["is_all_day"] else f"{starts:%H:%M}",
        "zone": shot["zone"],
        "place_line": shot["place"],
        "mode": shot["mode"],
        "status": shot["status"],
    }


def _note(shot: Mapping[str, Any]) -> Translated | None:
    kept = shot.get("status_note")
    return Translated(kept["texts"], kept["origin"]) if kept else None
