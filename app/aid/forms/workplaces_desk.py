"""The forms with which organisers look after collections at work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from app.aid.forms.desk_lists import ListForm
from app.aid.forms.hosting import line
from app.aid.forms.tally import SENTENCES
from app.aid.forms.workplaces import StandingFields, WorkplaceFields
from app.aid.models.drops import Drop
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries.workplaces import WorkplaceFilter
from app.aid.render.words import PLEDGE_NAMES, WORKPLACE_STATE_NAMES
from app.aid.rules.stock import REASON_LENGTH
from app.aid.rules.tally import TallyError, read_count, read_grams
from app.aid.rules.words import PledgeState, Unit, WorkplaceState
from app.aid.rules.workplaces import NOTE_LENGTH, Count
from app.events.forms.events import at_most, names
from app.events.forms.moderating import SOURCE_NAMES
from app.events.rules.words import EntrySource
from app.lib import ids
from app.lib.text import clean_line
from app.web.fields import EmailField, required_text
from app.web.forms import DeskForm, LongForm

_LONGEST: Final = 100


class WorkplaceFilterForm(ListForm):
    """What narrows the list."""

    state = SelectField(_l("How it stands"), choices=[], validate_choice=False)
    pledge = SelectField(_l("Collection point"), choices=[], validate_choice=False)
    q = StringField(_l("Name or reference"))

    def __init__(self, drops: Sequence[Drop], formdata: Any) -> None:  # noqa: ANN401
        super().__init__(drops, formdata)
        everything = [("", _l("All"))]
        self.state.choices = everything + names(WORKPLACE_STATE_NAMES)
        self.pledge.choices = everything + names(PLEDGE_NAMES)
        self.q.data = clean_line(self.q.data or "")[:_LONGEST]

    def wanted(self, *, sees_people: bool) -> WorkplaceFilter:
        """The filter; names are looked for only by those who may see them."""
        state, pledge = self.state.data or "", self.pledge.data or ""
        chosen = self.chosen
        is_state, is_pledge = state in set(WorkplaceState), pledge in set(PledgeState)
        return WorkplaceFilter(
            drop_id=chosen.id if chosen else None,
            states=frozenset({WorkplaceState(state)}) if is_state else frozenset(),
            pledge=PledgeState(pledge) if is_pledge else None,
            words=(self.q.data or "") if sees_people else "",
        )

    def address(self) -> dict[str, str]:
        """The filter as the values of an address, without what narrows nothing."""
        fields = ("drop", "state", "pledge", "q")
        return {name: self[name].data for name in fields if self[name].data}


class EnterForm(WorkplaceFields, LongForm):
    """An organiser enters a collection for somebody who rang or wrote."""

    email = EmailField(
        _l("E-mail address"),
        [Optional()],
        description=_l("Then she gets a private link of her own."),
    )
    source = SelectField(_l("How did you hear of it?"), choices=names(SOURCE_NAMES))
    #: One form makes one collection.
    nonce = HiddenField()

    def __init__(self, drop: Drop, **values: Any) -> None:  # noqa: ANN401
        super().__init__(drop, **values)
        if not self.nonce.data:
            self.nonce.data = ids.token(16)

    @property
    def chosen_source(self) -> EntrySource:
        """How we heard of it; call it on a valid form only."""
        return EntrySource(self.source.data)


class CorrectForm(StandingFields, LongForm):
    """An organiser corrects what a steward said; the address has a form of its own."""

    email = HiddenField()

    def __init__(self, workplace: WorkplaceCollection, **values: Any) -> None:  # noqa: ANN401
        super().__init__(workplace, **values)
        self.email.data = None


class WorkplaceAddressForm(DeskForm):
    """Another address for a steward's mails."""

    email = EmailField(_l("E-mail address"), [required_text(_l("Enter an e-mail address."))])


class WorkplaceNoteForm(LongForm):
    """What organisers should know of it."""

    note = TextAreaField(
        _l("Note"),
        [at_most(NOTE_LENGTH)],
        description=_l("For the organisers alone."),
    )


class WorkplacePointForm(DeskForm):
    """The point to which it goes."""

    point = SelectField(_l("Collection point"), choices=[], validate_choice=False)


class BroughtForm(DeskForm):
    """What was taken to the point, as somebody told an organiser."""

    boxes = StringField(_l("Boxes"), [at_most(20)], filters=[line])
    bags = StringField(_l("Bags"), [at_most(20)], filters=[line])
    kg = StringField(_l("Kilograms"), [at_most(20)], filters=[line])
    nonce = HiddenField()

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.counts: dict[str, int] = {}
        if not self.nonce.data:
            self.nonce.data = ids.token(16)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and read the numbers."""
        is_valid = super().validate(extra_validators)
        readers: dict[str, Callable[[str], int]] = {
            "boxes": lambda text: read_count(text, Unit.BOX),
            "bags": lambda text: read_count(text, Unit.BAG),
            "kg": read_grams,
        }
        for name, reader in readers.items():
            try:
                self.counts[name] = reader(self[name].data or "")
            except TallyError as error:
                self[name].errors = [_(SENTENCES[error.problem])]
                is_valid = False
        return is_valid

    def count(self) -> Count:
        """What was counted; call it on a valid form only."""
        counts = self.counts
        return Count(bags=counts["bags"], boxes=counts["boxes"], grams=counts["kg"])


class WorkplaceReasonForm(DeskForm):
    """Why something is taken back."""

    reason = StringField(
        _l("Why?"), [required_text(_l("Please say why.")), at_most(REASON_LENGTH)], filters=[line]
    )
    nonce = HiddenField()

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        if not self.nonce.data:
            self.nonce.data = ids.token(16)
