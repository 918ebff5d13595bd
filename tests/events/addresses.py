"""Addresses of an event's pages for tests."""

from app.events.models.events import Event


def at_desk(event: Event, page: str) -> str:
    """The address of a page of an event on the desk."""
    return f"/desk/events/{event.public_id}/{page}"
