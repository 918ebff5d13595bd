"""What somebody can do."""

from enum import StrEnum


class ActionKind(StrEnum):
    """What somebody can do, and with what: the thing is a row of another package."""

    #: Give money to an appeal.
    GIVE = "give"
    #: Go to an event.
    GO = "go"
    #: Take part in a day of action, where one of its events is near.
    TAKE_PART = "take_part"
    #: Host an event on a day of action.
    HOST = "host"
    #: Bring things to a round of collecting.
    BRING = "bring"
    #: Host a collection point of a round.
    HOST_POINT = "host_point"
    #: Collect at work for a round.
    COLLECT_AT_WORK = "collect_at_work"
    #: Join a group.
    JOIN_GROUP = "join_group"
    #: Join a group for one of its campaigns.
    JOIN_CAMPAIGN = "join_campaign"
