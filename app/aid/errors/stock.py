"""Why goods cannot be moved so, in the words of whoever wanted to."""

from __future__ import annotations

from app.aid.rules.labels import written
from app.lib.errors import StaleError, UserError
from app.lib.text import N_


class StockError(UserError):
    """A move of goods that cannot be."""


class NotEnoughError(StockError):
    """There is less than that in the place it should come from."""

    def __init__(self, *, place: str, there: str, item: str, is_past: bool = False) -> None:
        sentence = N_("%(place)s: only %(there)s of “%(item)s” are there.")
        if is_past:
            sentence = N_("%(place)s: only %(there)s of “%(item)s” were there at that time.")
        super().__init__(sentence, place=place, there=there, item=item)


class QuantityError(StockError):
    """Nothing, less than nothing, or far too much."""

    def __init__(self) -> None:
        super().__init__(N_("That cannot be the right amount. Please look at the numbers again."))


class NothingError(StockError):
    """Not one thing was said to be moved."""

    def __init__(self) -> None:
        super().__init__(N_("Say how many bags, boxes or kilograms."))


class TooManyLinesError(StockError):
    """More things at once than anybody types in."""

    def __init__(self) -> None:
        super().__init__(N_("These are too many things at once. Please enter them in parts."))


class WrongWayError(StockError):
    """Goods do not go from there to there for this reason."""

    def __init__(self) -> None:
        super().__init__(N_("Things cannot be moved from there to there."))


class PlaceClosedError(StockError):
    """The store is closed; nothing goes in any more."""

    def __init__(self) -> None:
        super().__init__(N_("This store is closed. Choose another place."))


class MedicineError(StockError):
    """We take no medicines."""

    def __init__(self) -> None:
        super().__init__(N_("We cannot take medicines: to send them abroad needs a licence."))


class DropStillError(StockError):
    """Nothing is moved before a round is announced and after it was put away."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("In this round nothing is moved at present."))


class TimeError(StockError):
    """It cannot have happened then."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)

    @classmethod
    def future(cls) -> TimeError:
        """It has not happened yet."""
        return cls(N_("That lies in the future. Say when it really happened."))

    @classmethod
    def too_early(cls) -> TimeError:
        """The round did not exist yet."""
        return cls(N_("That lies before the beginning of the round."))

    @classmethod
    def box_moved_since(cls) -> TimeError:
        """A labelled box went elsewhere after that moment."""
        return cls(N_("After that time something else was done with the box."))


class ReasonNeededError(StockError):
    """What changes the sums without a journey says why."""

    def __init__(self) -> None:
        super().__init__(N_("Please say why."))


class KeyUsedError(StockError):
    """The same form was sent for something else before."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This form was sent before, with something else in it. "
                "If this is new, send it once more."
            )
        )


class AlreadyReversedError(StockError):
    """A move is taken back once."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("This was taken back already."))


class NotReversibleError(StockError):
    """What takes another move back is not taken back itself."""

    def __init__(self) -> None:
        super().__init__(N_("This takes another entry back. Enter it anew if it was right."))


# --- labelled boxes -------------------------------------------------------------------------------


class SealedError(StockError):
    """What is in a sealed box stays in it until somebody opens it."""

    status = 409

    def __init__(self, label: str) -> None:
        super().__init__(N_("Box %(label)s is closed. Open it first."), label=written(label))


class BoxStateError(StockError):
    """As a box stands, this cannot be done with it."""

    status = 409

    def __init__(self, label: str) -> None:
        super().__init__(
            N_("As box %(label)s stands, that cannot be done with it."), label=written(label)
        )


class BoxElsewhereError(StockError):
    """A box is not where it should be taken from."""

    status = 409

    def __init__(self, label: str, place: str) -> None:
        super().__init__(N_("Box %(label)s is at %(place)s."), label=written(label), place=place)


class EmptyBoxError(StockError):
    """There is nothing in the box to seal."""

    def __init__(self, label: str) -> None:
        super().__init__(N_("Box %(label)s is empty."), label=written(label))


class LabelError(StockError):
    """A sign of a label was mistyped, or there is no such box."""

    def __init__(self) -> None:
        super().__init__(
            N_("There is no box with this label. Check the signs one by one and type it again.")
        )


class StaleBoxError(StaleError):
    """Somebody else did something with the box meanwhile."""


class StaleBalanceError(StaleError):
    """Something was moved while somebody counted."""


class WeightError(StockError):
    """The weight or size of a box cannot be."""

    def __init__(self) -> None:
        super().__init__(N_("A box weighs up to 100 kg and no side of it is longer than 3 m."))


# --- stores ---------------------------------------------------------------------------------------


class StoreNameError(StockError):
    """Another store of the group has this name."""

    def __init__(self) -> None:
        super().__init__(N_("Another store has this name."))


class StoreNotEmptyError(StockError):
    """Something is still in a store that should be closed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(N_("There are still things in this store. Move them first."))
