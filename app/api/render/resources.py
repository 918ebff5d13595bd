"""What each thing looks like to a program: the words of OSDI, and no more than a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.api.render.hal import link
from app.appeals.models.appeals import Appeal
from app.appeals.models.donations import Donation
from app.campaigns.models.campaigns import Campaign
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.models.rsvps import Rsvp
from app.events.rules.places import is_spot_public
from app.events.rules.words import Mode, RsvpState, Status
from app.lib.money import Money, decimal_text
from app.lib.text import Translated
from app.payments.models.collecting import Payment
from app.settings import settings
from app.supporters.models.people import Supporter

_ATTENDING: Final = {
    RsvpState.GOING: "accepted",
    RsvpState.WITHDRAWN: "cancelled",
    RsvpState.DECLINED: "declined",
}
#: OSDI calls whatever does not happen cancelled, and knows nothing between.
_STATUS: Final = {Status.CANCELLED: "cancelled", Status.TENTATIVE: "tentative"}


def event(row: Event, *, now: datetime) -> dict[str, Any]:
    """A published event."""
    zone = ZoneInfo(row.zone)
    links: dict[str, Any] = {"self": link(f"events/{row.public_id}")}
    if row.mobilisation is not None:
        day = row.mobilisation.public_id
        links["muster:event_campaign"] = link(f"event_campaigns/{day}")
    return {
        "identifiers": [f"muster:{row.public_id}"],
        "origin_system": settings().site_name,
        "name": _text(row.title),
        "title": _text(row.title),
        "summary": _text(row.summary),
        "description": _text(row.body),
        "browser_url": _page(f"/events/{row.slug}"),
        "type": row.kind.value,
        "status": _STATUS.get(row.status, "confirmed"),
        "muster:status": row.status.value,
        "muster:mode": row.mode.value,
        "muster:texts": _texts(title=row.title, summary=row.summary),
        "start_date": row.starts_at.astimezone(zone).isoformat(),
        "end_date": None if row.is_end_open else row.ends_at.astimezone(zone).isoformat(),
        "timezone": row.zone,
        "all_day": row.is_all_day,
        "location": _location(row, now),
        "created_date": _moment(row.created_at),
        "modified_date": _moment(row.changed_at),
        "_links": links,
    }


def fundraising_page(row: Appeal) -> dict[str, Any]:
    """A published appeal, with what arrived."""
    return {
        "identifiers": [f"muster:{row.slug}"],
        "origin_system": settings().site_name,
        "name": _text(row.title),
        "title": _text(row.title),
        "summary": _text(row.summary),
        "description": _text(row.story),
        "muster:texts": _texts(title=row.title, summary=row.summary),
        "browser_url": _page(f"/appeals/{row.slug}"),
        "total_donations": row.totals.gift_count,
        "total_amount": _amount(row.totals.received),
        "muster:goal": _amount(row.goal),
        "currency": row.currency,
        "created_date": _moment(row.created_at),
        "modified_date": _moment(row.updated_at),
        "_links": {"self": link(f"fundraising_pages/{row.slug}")},
    }


def event_campaign(row: Mobilisation) -> dict[str, Any]:
    """A day of action with many local events."""
    return {
        "identifiers": [f"muster:{row.public_id}"],
        "origin_system": settings().site_name,
        "title": _text(row.title),
        "summary": _text(row.summary),
        "description": _text(row.body),
        "muster:texts": _texts(title=row.title, summary=row.summary),
        "browser_url": _page(f"/mobilisations/{row.slug}"),
        "start_date": row.on_date.isoformat(),
        "end_date": row.until_date.isoformat(),
        "total_events": row.place_count,
        "status": "cancelled" if row.cancelled_at else "confirmed",
        "created_date": _moment(row.created_at),
        "modified_date": _moment(row.updated_at),
        "_links": {"self": link(f"event_campaigns/{row.public_id}")},
    }


def campaign(row: Campaign) -> dict[str, Any]:
    """An aim of a group."""
    return {
        "identifiers": [f"muster:{row.slug}"],
        "origin_system": settings().site_name,
        "title": _text(row.title),
        "summary": _text(row.summary),
        "description": _text(row.story),
        "muster:texts": _texts(title=row.title, summary=row.summary),
        "browser_url": _page(f"/campaigns/{row.slug}"),
        "status": "closed" if row.closed_at else "open",
        "created_date": _moment(row.created_at),
        "modified_date": _moment(row.updated_at),
        "_links": {"self": link(f"campaigns/{row.slug}")},
    }


def person(row: Supporter, *, is_reachable: bool) -> dict[str, Any]:
    """Somebody who joined or agreed; her address only while she lets the group write to her."""
    addresses = []
    if is_reachable and row.email:
        addresses.append({"address": row.email, "primary": True, "status": "subscribed"})
    postal = [{"postal_code": row.postcode, "primary": True}] if row.postcode else []
    return {
        "identifiers": [f"muster:{row.public_id}"],
        "origin_system": settings().site_name,
        "given_name": row.name,
        "languages_spoken": [row.locale],
        "email_addresses": addresses,
        "postal_addresses": postal,
        "created_date": _moment(row.created_at),
        "_links": {"self": link(f"people/{row.public_id}")},
    }


def donation(row: Donation, payments: Sequence[Payment]) -> dict[str, Any]:
    """A gift for which money came; nothing in it says whose."""
    currency = row.currency
    gone = sum(each.refunded_minor + each.disputed_minor for each in payments)
    came = sum(each.amount_minor for each in payments)
    settled = [each.settled_at for each in payments if each.settled_at]
    return {
        "identifiers": [f"muster:{row.public_id}"],
        "origin_system": settings().site_name,
        "amount": _amount(Money(came, currency)),
        "credited_amount": _amount(Money(came - gone, currency)),
        "credited_date": _moment(max(settled)) if settled else None,
        "currency": currency,
        "action_date": _moment(row.created_at),
        "voided": gone >= came > 0,
        "payment": {
            "method": (payments[0].method if payments else None) or row.paying_by.value,
            "reference_number": row.reference,
        },
        "subscription_instance": row.regular_id is not None,
        "recipients": [
            {"display_name": _text(row.appeal.title), "amount": _amount(Money(came, currency))}
        ],
        "created_date": _moment(row.created_at),
        "_links": {
            "self": link(f"donations/{row.public_id}"),
            "osdi:fundraising_page": link(f"fundraising_pages/{row.appeal.slug}"),
        },
    }


def attendance(row: Rsvp) -> dict[str, Any]:
    """That somebody comes, with how many; who she is stays with the event."""
    return {
        "identifiers": [f"muster:{row.public_id}"],
        "origin_system": settings().site_name,
        "status": _ATTENDING[row.state],
        "attended": row.checked_in_at is not None,
        "muster:party_size": row.party_size,
        "muster:way": row.way.value,
        "created_date": _moment(row.created_at),
        "modified_date": _moment(row.changed_at),
        "_links": {
            "self": link(f"attendances/{row.public_id}"),
            "osdi:event": link(f"events/{row.event.public_id}"),
        },
    }


def _location(row: Event, now: datetime) -> dict[str, Any] | None:
    """Where it is, as far as its page shows it to anybody."""
    if row.place is None or row.mode is Mode.ONLINE:
        return None
    place = row.place
    found: dict[str, Any] = {"locality": place.locality, "country": place.country, "public": False}
    if place.area_lat is not None and place.area_lon is not None:
        found["location"] = _point(place.area_lat, place.area_lon, "Approximate")
    if not is_spot_public(row.place_shown, row.releases_at, now):
        return found
    spot = place.spot
    found |= {
        "public": True,
        "venue": spot.name or None,
        "address_lines": [spot.street] if spot.street else [],
        "postal_code": spot.postcode or None,
    }
    if spot.lat is not None and spot.lon is not None:
        found["location"] = _point(spot.lat, spot.lon, "Rooftop")
    return found


def _point(lat: float, lon: float, accuracy: str) -> dict[str, Any]:
    return {"latitude": lat, "longitude": lon, "accuracy": accuracy}


def _text(text: Translated | None) -> str:
    return "" if text is None else text.pick(settings().default_locale).text


def _texts(**texts: Translated) -> Mapping[str, Mapping[str, str]]:
    """The same in each language in which it was written."""
    return {name: dict(text.texts) for name, text in texts.items()}


def _amount(money: Money) -> float:
    """OSDI's amounts are JSON numbers; nothing is reckoned with them here."""
    return float(decimal_text(money))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _page(path: str) -> str:
    return settings().base_url + path
