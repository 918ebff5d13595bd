"""Vans, their days, what is asked to be fetched, and what happened, as organisers type them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, Field, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from app.aid.models.pickups import PickupRequest, PickupRun, PickupStop, Vehicle
from app.aid.models.stock import StockLocation
from app.aid.render.words import OUTCOME_NAMES
from app.aid.rules import pickups as rules
from app.aid.rules.pickups import Result, RunContent, VehicleContent
from app.aid.rules.words import StopOutcome
from app.events.forms.events import SeenForm, at_most, line, names
from app.groups.models import Group
from app.lib.errors import UserError
from app.lib.text import clean_line
from app.web.fields import required_text
from app.web.filters import plain
from app.web.forms import DeskForm

_BETWEEN = _l("From %(min)d to %(max)d.")


def _or_none(text: str | None) -> str | None:
    return clean_line(text) or None if text else None


class VehicleForm(SeenForm):
    """What is said of a van."""

    group = SelectField(_l("Group"))
    name = StringField(
        _l("Name"),
        [required_text(_l("Say what you call it, like blue van.")), at_most(rules.NAME_LENGTH)],
        filters=[line],
    )
    capacity_boxes = IntegerField(
        _l("Boxes that fit in"),
        [
            InputRequired(_l("Say how many boxes fit in.")),
            NumberRange(1, rules.CAPACITY_MOST, _BETWEEN),
        ],
        description=_l("Two bags are one box."),
    )
    payload_kg = IntegerField(
        _l("Kilograms it may carry"), [Optional(), NumberRange(1, rules.PAYLOAD_MOST, _BETWEEN)]
    )
    registration = StringField(
        _l("Number plate"), [at_most(rules.REGISTRATION_LENGTH)], filters=[_or_none]
    )
    note = StringField(
        _l("Note"),
        [at_most(rules.NOTE_LENGTH)],
        filters=[line],
        description=_l("Where the key is, whom to ask."),
    )

    def __init__(
        self,
        groups: Sequence[Group],
        vehicle: Vehicle | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(data=_values_of(vehicle) if vehicle else None, **values)
        self.group.choices = [(str(each.id), plain(each.name)) for each in groups]
        if vehicle is not None:
            del self.group

    def content(self) -> VehicleContent:
        """What was said; call it on a valid form only."""
        return VehicleContent(
            name=self.name.data or "",
            capacity_boxes=self.capacity_boxes.data or 1,
            payload_kg=self.payload_kg.data,
            registration=self.registration.data,
            note=self.note.data or "",
        )


def _values_of(vehicle: Vehicle) -> dict[str, Any]:
    texts = ("name", "capacity_boxes", "payload_kg", "registration", "note")
    return {name: getattr(vehicle, name) for name in texts} | {"version": str(vehicle.version)}


class RunForm(SeenForm):
    """A van's day."""

    vehicle = SelectField(_l("Vehicle"), coerce=int)
    start = SelectField(_l("Sets off from"), coerce=int)
    end = SelectField(_l("Unloads at"), coerce=int)
    starts_local = DateTimeLocalField(
        _l("The shift starts"), [DataRequired(_l("Say when the shift starts."))]
    )
    ends_local = DateTimeLocalField(
        _l("The shift ends"), [DataRequired(_l("Say when the shift ends."))]
    )
    crew = StringField(
        _l("Who drives"),
        [at_most(rules.CREW_LENGTH)],
        filters=[_or_none],
        description=_l("First names, for the sheet. We forget them after the round."),
    )

    def __init__(
        self,
        vehicles: Sequence[Vehicle],
        stores: Sequence[StockLocation],
        run: PickupRun | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(data=_values_of_run(run) if run else None, **values)
        self.vehicle.choices = [
            SelectChoice(
                each.id,
                _("%(name)s (%(boxes)d boxes)", name=each.name, boxes=each.capacity_boxes),
            )
            for each in vehicles
        ]
        self.start.choices = [SelectChoice(each.id, each.name or "") for each in stores]
        self.end.choices = list(self.start.choices)

    def content(self) -> RunContent:
        """What was decided; call it on a valid form only."""
        starts, ends = self.starts_local.data, self.ends_local.data
        if starts is None or ends is None:
            raise ValueError("the form is not valid")
        return RunContent(
            vehicle_id=self.vehicle.data,
            start_id=self.start.data,
            end_id=self.end.data,
            starts_local=starts,
            ends_local=ends,
            crew=self.crew.data,
        )


def _values_of_run(run: PickupRun) -> dict[str, Any]:
    return {
        "vehicle": run.vehicle_id,
        "start": run.start_id,
        "end": run.end_id,
        "starts_local": run.starts_local,
        "ends_local": run.ends_local,
        "crew": run.crew,
        "version": str(run.version),
    }


class AskForm(DeskForm):
    """What somebody who rang wants to have fetched."""

    bags = IntegerField(_l("Bags"), [Optional()])
    boxes = IntegerField(_l("Boxes"), [Optional()])
    note = StringField(
        _l("Note"),
        [at_most(rules.NOTE_LENGTH)],
        filters=[line],
        description=_l("For the driver: which door, which floor."),
    )

    def __init__(
        self,
        asked: PickupRequest | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        kept = {name: getattr(asked, name) for name in ("bags", "boxes", "note")} if asked else {}
        super().__init__(data=kept, **values)


class ResultsForm(SeenForm):
    """What happened at each stop; its fields are added by `results_form`."""

    stops: ClassVar[Sequence[PickupStop]] = ()

    def fields_of(self, stop: PickupStop) -> tuple[Field, Field, Field, Field]:
        """Outcome, bags, boxes and reason of a stop."""
        number = self.stops.index(stop)
        outcome, bags, boxes, reason = (
            self[f"{name}_{number}"] for name in ("outcome", "bags", "boxes", "reason")
        )
        return outcome, bags, boxes, reason

    def results(self) -> dict[str, Result]:
        """What was typed, by the stop's public id; call it on a valid form only."""
        return {stop.public_id: self._result(stop) for stop in self.stops}

    def check_rows(self) -> bool:
        """Show what is missing beside each stop; whether nothing is."""
        found = [*self._wrong_rows()]
        for stop, error in found:
            outcome, bags, _boxes, reason = self.fields_of(stop)
            self.add_problem(error, _beside(error, outcome, bags, reason))
        return not found

    def _wrong_rows(self) -> list[tuple[PickupStop, UserError]]:
        found = []
        for stop in self.stops:
            try:
                rules.check_result(self._result(stop))
            except UserError as error:
                found.append((stop, error))
        return found

    def _result(self, stop: PickupStop) -> Result:
        outcome, bags, boxes, reason = self.fields_of(stop)
        return Result(
            outcome=StopOutcome(outcome.data),
            bags=bags.data or 0,
            boxes=boxes.data or 0,
            reason=reason.data or "",
        )


def _beside(error: UserError, outcome: Field, bags: Field, reason: Field) -> Field:
    """The field that a sentence is about."""
    name = type(error).__name__
    return {"ResultNeedsReasonError": reason, "ResultHasCountError": outcome}.get(name, bags)


def results_form(run: PickupRun, stops: Sequence[PickupStop], **values: Any) -> ResultsForm:  # noqa: ANN401
    """The form with a row for each stop, in the order of the day."""
    fields: dict[str, Any] = {"stops": stops}
    for number, stop in enumerate(stops):
        # The number of the stop stands before each label, so that a problem names its stop.
        outcome, bags, boxes, reason = (
            f"{stop.position}. {words}"
            for words in (_("What happened"), _("Bags"), _("Boxes"), _("Why not everything"))
        )
        fields |= {
            f"outcome_{number}": SelectField(outcome, choices=names(OUTCOME_NAMES)),
            f"bags_{number}": IntegerField(bags, [Optional()]),
            f"boxes_{number}": IntegerField(boxes, [Optional()]),
            f"reason_{number}": StringField(reason, [at_most(rules.REASON_LENGTH)], filters=[line]),
        }
    made: type[ResultsForm] = type("ResultsForm", (ResultsForm,), fields)
    return made(data=_values_of_stops(run, stops), **values)


def _values_of_stops(run: PickupRun, stops: Sequence[PickupStop]) -> Mapping[str, Any]:
    kept: dict[str, Any] = {"version": str(run.version)}
    for number, stop in enumerate(stops):
        kept |= {
            f"outcome_{number}": stop.outcome.value,
            f"bags_{number}": stop.bags or None,
            f"boxes_{number}": stop.boxes or None,
            f"reason_{number}": stop.reason,
        }
    return kept
