"""The mails to whoever offers or hosts a local event.

The address was typed by somebody, perhaps not by whoever reads the mail. So the first mail says
nothing that was typed: no title, no name, no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.events.mails.rsvps import page_link
from app.events.models.events import Event
from app.events.models.hosting import EventHost
from app.events.models.mobilisations import Mobilisation
from app.events.models.rsvps import Rsvp
from app.events.rules.hosting import HOST_LINK
from app.lib.text import Translated
from app.mail.service import outbox as mail

LINKS_MAIL = "events/host_links"


def host_link(host: EventHost) -> dict[str, Any]:
    """The link to a host's own page, as a mail keeps it."""
    return {
        "endpoint": "hosting.show",
        "purpose": HOST_LINK,
        "subject": host.public_id,
        "version": host.link_version,
    }


def confirm(host: EventHost, mobilisation: Mobilisation, *, now: datetime) -> None:
    """Send the link that proves the mailbox."""
    _put("events/offer_confirm", f"{host.public_id}:{host.link_version}", host, mobilisation, now)


def entered(host: EventHost, mobilisation: Mobilisation, *, now: datetime) -> None:
    """Tell somebody who rang that her offer was entered, with her link."""
    _put("events/offer_entered", host.public_id, host, mobilisation, now)


def approved(host: EventHost, mobilisation: Mobilisation, *, now: datetime) -> None:
    """Tell a host that her event is on the site."""
    links = {"event": {"endpoint": "events.show", "values": {"slug": host.event.slug}}}
    key = f"{host.public_id}:{host.event.version}"
    _put("events/offer_approved", key, host, mobilisation, now, links=links)


def rejected(host: EventHost, mobilisation: Mobilisation, *, now: datetime) -> None:
    """Tell a host that her event is not shown, and why."""
    key = f"{host.public_id}:{host.event.version}"
    values = {"reason": host.rejected_reason or ""}
    _put("events/offer_rejected", key, host, mobilisation, now, values=values)


def asked(
    host: EventHost, mobilisation: Mobilisation, question: str, *, key: str, now: datetime
) -> None:
    """Pass on an organiser's question; the answer goes to the group's address."""
    key, values = f"{host.public_id}:{key}", {"question": question}
    _put("events/offer_question", key, host, mobilisation, now, values=values)


def merged(host: EventHost, into: Event, mobilisation: Mobilisation, *, now: datetime) -> None:
    """Tell a host that another event stands for hers."""
    links = {"event": {"endpoint": "events.show", "values": {"slug": into.slug}}}
    key = f"{host.public_id}:{host.event.version}"
    values = {"other_title": into.title}
    _put("events/offer_merged", key, host, mobilisation, now, values=values, links=links)


def attendances_moved(rsvps: Sequence[Rsvp], old_title: Translated, *, now: datetime) -> None:
    """Tell those who come that another event stands for theirs; where, their page says."""
    for rsvp in rsvps:
        mail.put(
            "events/rsvp_moved",
            key=f"{rsvp.public_id}:{rsvp.event_id}:{now.isoformat()}",
            to=rsvp.email or "",
            locale=rsvp.locale,
            now=now,
            about=rsvp.public_id,
            reply_to=rsvp.event.group.contact_email,
            values={
                "old_title": old_title,
                "event_title": rsvp.event.title,
                "group_name": rsvp.event.group.name,
                "links": {"rsvp": page_link(rsvp)},
            },
        )


def change_answered(
    host: EventHost, mobilisation: Mobilisation, *, is_taken: bool, reason: str, now: datetime
) -> None:
    """Tell a host what became of the change she asked for."""
    key = f"{host.public_id}:{host.event.version}"
    values = {"is_taken": is_taken, "reason": reason}
    _put("events/host_change", key, host, mobilisation, now, values=values)


def new_link(host: EventHost, *, now: datetime) -> None:
    """Send the link that replaces all earlier ones."""
    key = f"link:{host.public_id}:{host.link_version}"
    host_links([host], to=host.email or "", locale=host.locale, key=key, now=now)


def host_links(
    hosts: Sequence[EventHost], *, to: str, locale: str, key: str, now: datetime
) -> None:
    """Send somebody the links to all the events she hosts."""
    if not to:
        return
    mail.put(
        LINKS_MAIL,
        key=key,
        to=to,
        locale=locale,
        now=now,
        about=hosts[0].public_id,
        reply_to=hosts[0].event.group.contact_email,
        values={
            "hosted": [
                {"link": f"host_{place}", "title": host.event.title, "day_on": _day(host.event)}
                for place, host in enumerate(hosts)
            ],
            "links": {f"host_{place}": host_link(host) for place, host in enumerate(hosts)},
        },
    )


def _day(event: Event) -> Any:  # noqa: ANN401 - a day as JSON keeps it
    return event.starts_local.date()


def _put(
    template: str,
    key: str,
    host: EventHost,
    mobilisation: Mobilisation,
    now: datetime,
    *,
    values: dict[str, Any] | None = None,
    links: dict[str, Any] | None = None,
) -> None:
    if host.email is None:
        return
    mail.put(
        template,
        key=key,
        to=host.email,
        locale=host.locale,
        now=now,
        about=host.public_id,
        reply_to=host.event.group.contact_email,
        values={
            "mobilisation_title": mobilisation.title,
            "event_title": _title(host),
            "group_name": host.event.group.name,
            "contact_email": host.event.group.contact_email,
            "links": {"actions": host_link(host), **(links or {})},
            **(values or {}),
        },
    )


def _title(host: EventHost) -> Translated:
    return host.event.title
