"""What can be wrong with a place, in the words of whoever entered it."""

from app.lib.errors import UserError
from app.lib.text import N_


class PlaceError(UserError):
    """Something about a place cannot be; `field` says which of its fields."""

    def __init__(self, field: str, sentence: str, **params: object) -> None:
        self.field = field
        super().__init__(sentence, **params)


class UnknownCountryError(PlaceError):
    """No country has this code."""

    def __init__(self) -> None:
        super().__init__("country", N_("Please choose a country."))


class TownMissingError(PlaceError):
    """Without a town nobody knows where it is."""

    def __init__(self) -> None:
        super().__init__("locality", N_("Please say in which town it is."))


class OffTheEarthError(PlaceError):
    """No such position exists, or only half of it was given."""

    def __init__(self) -> None:
        super().__init__(
            "position",
            N_(
                "That position is not on the earth. "
                "Write it like 51.5859, -0.0203: north, then east."
            ),
        )


class NotAPostcodeError(PlaceError):
    """A British postcode has another shape."""

    def __init__(self) -> None:
        super().__init__(
            "postcode", N_("That is no British postcode. Write it like E17 4PP, or leave it empty.")
        )


class AddressTooLongError(PlaceError):
    """More was typed than any address has."""

    def __init__(self) -> None:
        super().__init__("street", N_("The address is too long. Please shorten it."))
