"""What can go wrong with an appeal or a gift, in the words the visitor reads."""

from app.lib.errors import GoneError, NotFoundError, StaleError, UserError
from app.lib.money import Money, decimal_text
from app.lib.text import N_


class AmountTooSmallError(UserError):
    """The gift is below the floor."""

    def __init__(self, floor: Money) -> None:
        self.limit = floor
        super().__init__(
            N_("The smallest gift we can take by card is %(amount)s %(currency)s."),
            amount=decimal_text(floor),
            currency=floor.currency,
        )


class AmountTooLargeError(UserError):
    """The gift is above the cap."""

    def __init__(self, cap: Money) -> None:
        self.limit = cap
        super().__init__(
            N_(
                "The largest gift we can take by card is %(amount)s %(currency)s. "
                "To give more, please write to us."
            ),
            amount=decimal_text(cap),
            currency=cap.currency,
        )


class AmountNotChargeableError(UserError):
    """Cards cannot carry so small a part of this currency's unit."""

    def __init__(self) -> None:
        super().__init__(N_("Please round the amount: cards cannot carry its last decimal."))


class AppealNotOpenError(UserError):
    """Nobody can give to this appeal now."""


class AppealClosedError(AppealNotOpenError):
    """The appeal takes no gifts any more."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This appeal has closed, so it takes no more gifts. Nothing was charged. "
                "Other appeals may still be open."
            )
        )


class AppealNotYetOpenError(AppealNotOpenError):
    """The appeal takes no gifts yet."""

    def __init__(self) -> None:
        super().__init__(N_("This appeal has not opened yet. Nothing was charged."))


class PartnerFundError(AppealNotOpenError):
    """The money goes straight to another body; it never passes through us."""

    def __init__(self) -> None:
        super().__init__(
            N_("Gifts to this appeal are taken by the partner itself, on its own page.")
        )


class CardsOffError(AppealNotOpenError):
    """The body's payment account takes no cards at the moment."""

    def __init__(self) -> None:
        super().__init__(
            N_("We cannot take card payments for this appeal at the moment. Nothing was charged.")
        )


class AppealNotFoundError(NotFoundError):
    """No appeal has this address."""

    def __init__(self) -> None:
        super().__init__(N_("There is no appeal at this address."))


class DonationNotFoundError(NotFoundError):
    """No donation has this id."""

    def __init__(self) -> None:
        super().__init__(N_("There is no donation at this address."))


class RegularNotFoundError(NotFoundError):
    """No regular gift has this id."""

    def __init__(self) -> None:
        super().__init__(N_("There is no regular gift at this address."))


class NotAdultError(UserError):
    """Only adults may agree to give again and again."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Please confirm that you are 18 or older: only adults can give every month or "
                "every year. A single gift is open to everybody."
            )
        )


class DonationForgottenError(GoneError):
    """The donation was left unpaid so long that we no longer know who began it."""

    def __init__(self) -> None:
        super().__init__(
            N_("This gift was begun long ago and never paid. Please start again from the appeal.")
        )


class ForeignNonceError(UserError):
    """The form of one appeal was sent to another."""

    def __init__(self) -> None:
        super().__init__(N_("This form belongs to another appeal. Please start again here."))


class AlreadyPaidError(UserError):
    """Money has moved for this donation; what was decided stays as it is."""

    def __init__(self) -> None:
        super().__init__(N_("This gift has already been paid."))


class SlugTakenError(UserError):
    """Another appeal has this address."""

    def __init__(self) -> None:
        super().__init__(N_("Another appeal already has this address. Please choose another."))


class StaleAppealError(StaleError):
    """Somebody else saved the appeal while this page was open."""

    def __init__(self) -> None:
        super().__init__(
            N_("Somebody else changed this while you were editing. Nothing was overwritten.")
        )


class NoSecondaryPurposeError(UserError):
    """Nobody may be asked for money without being told what happens if too much comes."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The fund does not say what happens if too much or too little is raised. "
                "Add that to the fund before you publish."
            )
        )


class NoPictureTextError(UserError):
    """A picture without a description tells nothing to people who cannot see it."""

    def __init__(self) -> None:
        super().__init__(N_("Describe the picture for people who cannot see it."))


class NotOpenedYetError(UserError):
    """What never opened cannot be closed."""

    def __init__(self) -> None:
        super().__init__(
            N_("This appeal has not opened yet. Take it off the site instead of closing it.")
        )


class MoneyCameError(UserError):
    """An appeal that people gave to stays on the site."""

    def __init__(self) -> None:
        super().__init__(
            N_("People have given to this appeal, so it stays on the site. You can close it.")
        )


class BadSlugError(UserError):
    """The address has signs that an address here does not have."""

    def __init__(self) -> None:
        super().__init__(
            N_("Use small Latin letters, figures and hyphens for the address, like winter-aid.")
        )


class FundInUseError(UserError):
    """Gifts stay with the fund that donors were told about."""

    def __init__(self) -> None:
        super().__init__(
            N_("People have given to this appeal already, so its fund cannot change any more.")
        )


class DatesCrossedError(UserError):
    """The appeal would close before it opens."""

    def __init__(self) -> None:
        super().__init__(N_("The closing date must be after the opening date."))


class ForeignFundError(UserError):
    """The fund belongs to another group or is kept in another currency."""

    def __init__(self) -> None:
        super().__init__(N_("Please choose a fund of this group."))


class SourceCodeShapeError(UserError):
    """The code has signs that a poster cannot carry."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Please use 2 to 30 small Latin letters, digits and hyphens for the code, "
                "such as friday-stall."
            )
        )


class SourceCodeTakenError(UserError):
    """The appeal has a source of this code already."""

    def __init__(self) -> None:
        super().__init__(N_("This appeal has this code already. Please choose another."))


class SameAddressError(UserError):
    """The corrected address is the one that we have."""

    def __init__(self) -> None:
        super().__init__(N_("This is the address that we have already. Please type the right one."))


class CorrectedAlreadyError(UserError):
    """A donor corrects an address once, within a day; after that she writes to us."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The address can be corrected here once, within a day. "
                "Please write to us to change it again."
            )
        )


class LinkEndedError(GoneError):
    """The private link was replaced by a newer one, or its gift lies too far back."""

    def __init__(self) -> None:
        super().__init__(
            N_("This link has ended. We can send you the links that work now by e-mail.")
        )


class StaleDonationError(StaleError):
    """Something happened to the donation after the page was made."""

    def __init__(self) -> None:
        super().__init__(
            N_("Something happened to this donation while the page was open. Nothing was done.")
        )


class SameAppealError(UserError):
    """The gift is where it should go."""

    def __init__(self) -> None:
        super().__init__(N_("The gift belongs to this appeal already. Please choose another."))


class OtherBodyError(UserError):
    """Money given to one body, or in one currency, does not become another's by a stroke of pen."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "A gift can only move to an appeal with the same payment account and currency. "
                "Give the money back instead and ask the donor to give again."
            )
        )


class RestrictedGiftError(UserError):
    """Money given for one purpose moves only if the donor wants it."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "This money was given for one purpose alone. "
                "It can move only if the donor asked for it; tick that if she did."
            )
        )


class MoneyFromTomorrowError(UserError):
    """What has not come cannot be entered."""

    def __init__(self) -> None:
        super().__init__(N_("Enter a day that is not in the future."))


class NoAddressError(UserError):
    """There is nobody to write to."""

    def __init__(self) -> None:
        super().__init__(N_("We have no e-mail address for this gift."))


class ProofAskedError(UserError):
    """So many payments were begun and left lately that her mailbox must be proven first."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Your gift is kept, and nothing has been charged. Please open the link that we "
                "have sent you by e-mail; it leads on to the payment page."
            )
        )


class NoSuchWayError(UserError):
    """This body cannot be paid like that."""

    def __init__(self) -> None:
        super().__init__(N_("This way to pay is not offered here. Please choose another."))
