"""What can go wrong with a campaign, in the words people read."""

from app.lib.errors import NotFoundError, StaleError, UserError
from app.lib.text import N_


class CampaignNotFoundError(NotFoundError):
    """No campaign has this address, or it is not for this reader."""

    def __init__(self) -> None:
        super().__init__(N_("There is no campaign at this address."))


class BadCampaignSlugError(UserError):
    """The address has signs that an address here does not have."""

    def __init__(self) -> None:
        super().__init__(
            N_("Use small Latin letters, figures and hyphens for the address, like winter-aid.")
        )


class CampaignSlugTakenError(UserError):
    """Another campaign has this address."""

    def __init__(self) -> None:
        super().__init__(N_("Another page has this address already. Choose another."))


class NoCampaignPictureTextError(UserError):
    """A picture without a description tells nothing to people who cannot see it."""

    def __init__(self) -> None:
        super().__init__(N_("Describe the picture for people who cannot see it."))


class StaleCampaignError(StaleError):
    """Somebody else saved the campaign while this page was open."""

    def __init__(self) -> None:
        super().__init__(
            N_("Somebody else changed this while you were editing. Nothing was overwritten.")
        )
