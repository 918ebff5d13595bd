"""Towns and countries of a mobilisation, counted beside its row in the transaction of a change."""

from __future__ import annotations

from app.db.session import db
from app.db.topics import touch
from app.events.queries import mobilisations as reads


def recount(mobilisation_id: int) -> None:
    """Count again where a mobilisation takes place.

    The row is held first: of two local events that are published at once, the second counts what
    the first wrote.
    """
    mobilisation = reads.lock_mobilisation(mobilisation_id)
    db.session.flush()
    places, countries = reads.count_places(mobilisation_id)
    if (mobilisation.place_count, mobilisation.country_count) != (places, countries):
        mobilisation.place_count, mobilisation.country_count = places, countries
        touch(f"mobilisation:{mobilisation_id}", "home")
