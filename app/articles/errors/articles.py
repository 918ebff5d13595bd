"""What can go wrong with an article, in the words people read."""

from app.lib.errors import GoneError, NotFoundError, StaleError, UserError
from app.lib.text import N_


class ArticleNotFoundError(NotFoundError):
    """No article has this address, or it is not for this reader."""

    def __init__(self) -> None:
        super().__init__(N_("There is no article at this address."))


class ArticleGoneError(GoneError):
    """The article was taken off the site."""

    def __init__(self) -> None:
        super().__init__(N_("This article was taken off the site."))


class ArticleMovedError(Exception):
    """The article has another address now; views answer with 301."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class PreviewEndedError(GoneError):
    """The preview link was ended by an editor."""

    def __init__(self) -> None:
        super().__init__(N_("This preview link no longer works. Ask for a new one."))


class AuthorNotFoundError(NotFoundError):
    """No author has this address, or she is not for this reader."""

    def __init__(self) -> None:
        super().__init__(N_("There is no author at this address."))


class SeriesNotFoundError(NotFoundError):
    """No series has this address."""

    def __init__(self) -> None:
        super().__init__(N_("There is no series at this address."))


class BadArticleSlugError(UserError):
    """The address has signs that an address here does not have."""

    def __init__(self) -> None:
        super().__init__(
            N_("Use small Latin letters, figures and hyphens for the address, like winter-aid.")
        )


class ArticleSlugTakenError(UserError):
    """Another page has this address, or had it once."""

    def __init__(self) -> None:
        super().__init__(N_("Another page has this address already. Choose another."))


class NoArticlePictureTextError(UserError):
    """A picture without a description tells nothing to people who cannot see it."""

    def __init__(self) -> None:
        super().__init__(N_("Describe the picture for people who cannot see it."))


class PublishInPastError(UserError):
    """Something was to be published at an hour that is over."""

    def __init__(self) -> None:
        super().__init__(N_("That hour is over. Choose a later one, or publish now."))


class UnknownPartError(UserError):
    """A campaign, author, series or event that is not there, or is another group's."""

    def __init__(self) -> None:
        super().__init__(N_("Please choose from what is offered."))


class StaleArticleError(StaleError):
    """Somebody else saved the article while this page was open."""

    def __init__(self) -> None:
        super().__init__(
            N_("Somebody else changed this while you were editing. Nothing was overwritten.")
        )
