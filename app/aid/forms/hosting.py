"""The forms of a host's own page: buttons, what was brought, messages, helpers, her mailbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length

from app.aid.errors.stock import KeyUsedError
from app.aid.forms.tally import SENTENCES
from app.aid.models.drops import AidItem
from app.aid.models.stock import DropOff
from app.aid.render.stock import thing
from app.aid.rules import hosting as rules
from app.aid.rules.hosting import Leaving
from app.aid.rules.pickups import NOTE_LENGTH
from app.aid.rules.stock import WHAT_LENGTH, DropOffContent
from app.aid.rules.tally import TallyError, TallyProblem, read_count, read_grams
from app.aid.rules.words import Unit
from app.aid.service.leaving import Left
from app.lib.errors import UserError
from app.lib.text import clean_line
from app.web.csrf import make_token
from app.web.fields import EmailField, required_text
from app.web.forms import PublicForm

_GRAMS_IN_A_KG: Final = 1000
LEAVING_NAMES: Final = {
    Leaving.FETCH: _l("It waits here until a van fetches it"),
    Leaving.HAND_ON: _l("I took it to another point"),
    Leaving.GIVE: _l("It was given to people near here"),
    Leaving.DISCARD: _l("It had to be thrown away"),
}
_SHORT: Final = Length(
    max=20, message=_l("That cannot be the right amount. Please look at the numbers again.")
)


def line(text: str | None) -> str:
    """One clean line."""
    return clean_line(text or "")


def at_most(length: int) -> Length:
    """A limit, in the words of somebody who typed more."""
    return Length(max=length, message=_l("Please use at most %(max)d characters."))


class HostButton(PublicForm):
    """A button that does what it says."""


class OnceForm(PublicForm):
    """A form whose deed is done once, however often it is sent."""

    def be_new_after(self, error: UserError) -> None:
        """Where the same page was sent before with something else, let it count as another one."""
        if isinstance(error, KeyUsedError):
            self._fields[self.meta.csrf_field_name].current_token = make_token(type(self).__name__)


class AmountsForm(OnceForm):
    """So many bags and boxes."""

    bags = StringField(_l("Bags"), [_SHORT], filters=[line])
    boxes = StringField(_l("Boxes"), [_SHORT], filters=[line])

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.counts: dict[str, int] = {}

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and read the numbers."""
        is_valid = super().validate(extra_validators)
        readers = self.readers() if self.counts_something else {}
        if not is_valid:
            return False
        for name, reader in readers.items():
            self._read(self[name], reader)
        return not any(self[name].errors for name in readers)

    @property
    def counts_something(self) -> bool:
        """Whether the numbers matter."""
        return True

    def readers(self) -> dict[str, Callable[[str], int]]:
        """How each number is read."""
        return {
            "bags": lambda text: read_count(text, Unit.BAG),
            "boxes": lambda text: read_count(text, Unit.BOX),
        }

    def _read(self, field: Field, reader: Callable[[str], int]) -> None:
        try:
            self.counts[field.name] = reader(field.data or "")
        except TallyError as error:
            field.errors = [*field.errors, _(SENTENCES[error.problem])]


class DropOffForm(AmountsForm):
    """What somebody brought; the same form, sent twice, is one entry."""

    kg = StringField(_l("Kilograms"), [_SHORT], filters=[line])
    items = SelectMultipleField(_l("What is it?"), coerce=int, validate_choice=False)
    what = StringField(
        _l("In a few words"),
        [at_most(WHAT_LENGTH)],
        filters=[line],
        description=_l("Such as blankets, or clothes for children."),
    )

    def __init__(self, items: Sequence[AidItem], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.known = {item.id: item for item in items}
        self.items.choices = [(item.id, thing(item)) for item in items]

    def readers(self) -> dict[str, Callable[[str], int]]:
        """A weight, too."""
        return {**super().readers(), "kg": read_grams}

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that something was brought at all."""
        is_valid = super().validate(extra_validators)
        if is_valid and self.counts_something and not any(self.counts.values()):
            self.bags.errors = [_(SENTENCES[TallyProblem.NOTHING])]
            return False
        return is_valid

    def content(self, *, request_id: int | None = None) -> DropOffContent:
        """What was brought; call it on a valid form only. One ticked thing is counted as such."""
        ticked = [self.known[each] for each in self.items.data or [] if each in self.known]
        names = [] if len(ticked) == 1 else [thing(item) for item in ticked]
        words = ", ".join(each for each in (*names, self.what.data or "") if each)
        return DropOffContent(
            bags=self.counts["bags"],
            boxes=self.counts["boxes"],
            grams=self.counts["kg"],
            what=words[:WHAT_LENGTH],
            item_id=ticked[0].id if len(ticked) == 1 else None,
            request_id=request_id,
        )


class CorrectForm(DropOffForm):
    """What it really was, or that it never came."""

    reason = StringField(_l("What was wrong?"), [at_most(rules.REASON_LENGTH)], filters=[line])

    def __init__(
        self,
        items: Sequence[AidItem],
        *,
        is_taken_back: bool = False,
        **values: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(items, **values)
        self.is_taken_back = is_taken_back

    @property
    def counts_something(self) -> bool:
        """What never came is not counted."""
        return not self.is_taken_back

    @classmethod
    def of(cls, drop_off: DropOff, items: Sequence[AidItem]) -> CorrectForm:
        """The form with the old values in it."""
        item_id = drop_off.move.lines[0].item_id if drop_off.move.lines else None
        return cls(
            items,
            formdata=None,
            data={
                "bags": str(drop_off.bags or ""),
                "boxes": str(drop_off.boxes or ""),
                "kg": kilograms(drop_off.grams),
                "what": drop_off.what,
                "items": [item_id] if item_id in {item.id for item in items} else [],
            },
        )

    @property
    def why(self) -> str:
        """The reason that stands in the books."""
        return self.reason.data or str(_("Written down by mistake"))


def kilograms(grams: int) -> str:
    """A weight as somebody types it."""
    return f"{grams / _GRAMS_IN_A_KG:.3f}".rstrip("0").rstrip(".") if grams else ""


class PickupForm(AmountsForm):
    """What a van shall fetch."""

    note = TextAreaField(
        _l("What should the driver know?"),
        [at_most(NOTE_LENGTH)],
        description=_l("When somebody is there, stairs, where to ring."),
    )


class HelperForm(OnceForm):
    """Somebody who helps gets a link of her own."""

    label = StringField(
        _l("Who helps you?"),
        [
            required_text(_l("Write a name or a word, so that you know whose link it is.")),
            at_most(rules.LABEL_LENGTH),
        ],
        filters=[line],
        description=_l("A first name or “Saturday team”; only you see it."),
    )


class MessageForm(OnceForm):
    """A message that we pass on."""

    text = TextAreaField(
        _l("Message"),
        [required_text(_l("Write what you want to say.")), at_most(rules.MESSAGE_LENGTH)],
    )


class MailboxForm(PublicForm):
    """Another address for a host's mails."""

    email = EmailField(
        _l("Your new e-mail address"),
        [required_text(_l("Enter an e-mail address, like name@example.org."))],
    )


class CodeForm(PublicForm):
    """The code of our letter."""

    code = StringField(
        _l("Code in our letter"),
        [required_text(_l("Enter the code that stands in our letter.")), at_most(40)],
        filters=[line],
    )


class LeaveForm(OnceForm):
    """What becomes of what still lies at a point."""

    way = RadioField(_l("What becomes of what lies here?"), validate_choice=False)
    to = SelectField(_l("To which point did you take it?"), validate_choice=False)
    reason = StringField(_l("In a few words"), [at_most(rules.REASON_LENGTH)], filters=[line])

    def __init__(self, others: Sequence[tuple[str, str]], **values: Any) -> None:  # noqa: ANN401
        super().__init__(**values)
        self.ways = {
            each.value: LEAVING_NAMES[each]
            for each in Leaving
            if others or each is not Leaving.HAND_ON
        }
        self.way.choices = [*self.ways.items()]
        #: Where nothing lies there, nothing is asked.
        self.is_asked = True
        self.to.choices = [*others]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field, and that a way was chosen."""
        is_valid = super().validate(extra_validators)
        if self.is_asked and self.way.data not in self.ways:
            self.way.errors = [_("Say what becomes of it.")]
            return False
        return is_valid

    def left(self) -> Left:
        """What she chose; call it on a valid form only."""
        way = Leaving(self.way.data)
        is_handed = way is Leaving.HAND_ON
        to = (self.to.data or "") if is_handed else ""
        return Left(way=way, to=to, reason=self.reason.data or "")
