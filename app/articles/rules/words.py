"""The words in which articles are spoken of."""

from enum import StrEnum


class ArticleKind(StrEnum):
    """What an article is."""

    ARTICLE = "article"
    REVIEW = "review"
    #: The public copy of a mailing.
    MAILING = "mailing"


class ArticleStage(StrEnum):
    """Where an article stands; derived from its instants, never stored."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
