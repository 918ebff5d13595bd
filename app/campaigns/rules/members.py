"""Where a member stands."""

from enum import StrEnum


class MemberState(StrEnum):
    """Where a member stands."""

    #: Typed an address; the mailbox is not proven.
    ASKED = "asked"
    MEMBER = "member"
    LEFT = "left"
