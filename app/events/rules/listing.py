"""By what an event can be found: facets, as they stand in the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.events.rules.words import Answer, EventKind, Mode

#: An event counts as accessible when these points are answered with yes.
ACCESSIBLE_NEEDS = ("step_free", "accessible_toilet")


def facets(
    *,
    kind: EventKind,
    mode: Mode,
    languages: Iterable[str],
    access: Mapping[str, Sequence[str]],
    country: str | None,
    group_id: int,
    campaign_id: int | None,
    mobilisation_id: int | None,
) -> list[str]:
    """Every facet of an event, such as `kind:march`."""
    found = [f"kind:{kind}", f"group:{group_id}"]
    found += [f"way:{way}" for way in ways(mode)]
    found += [f"lang:{code}" for code in languages]
    found += [
        f"{name}:{value}"
        for name, value in (
            ("country", country),
            ("campaign", campaign_id),
            ("mob", mobilisation_id),
        )
        if value is not None
    ]
    if is_accessible(mode, access):
        found.append("accessible")
    return found


def ways(mode: Mode) -> tuple[str, ...]:
    """The ways in which people can attend."""
    return ("in_person", "online") if mode is Mode.HYBRID else (mode.value,)


def is_accessible(mode: Mode, access: Mapping[str, Sequence[str]]) -> bool:
    """Whether somebody in a wheelchair can take part: online, or where all that needs is there."""
    if mode is Mode.ONLINE:
        return True
    return all(access.get(point, [""])[0] == Answer.YES for point in ACCESSIBLE_NEEDS)
