"""What is kept about members, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="member",
        columns=("email", "name", "asked"),
        what=N_("What you wrote when you asked to join a group"),
        why=N_("To make sure that it was you, and then to let you join."),
        until=N_("Until you confirm it; seven days if you do not."),
    ),
    Kept(
        table="member",
        columns=(
            *("state", "supporter_id", "locale", "source", "came_from"),
            *("created_at", "confirmed_at", "left_at"),
        ),
        what=N_("Which groups you joined, how and when"),
        why=N_("To know who belongs to a group."),
        until=N_("Until you leave, and one more year."),
    ),
    Kept(
        table="member_campaign",
        columns=("campaign_id", "joined_at"),
        what=N_("For which campaigns you joined"),
        why=N_("To know who belongs to a group."),
        until=N_("Until you leave."),
    ),
    Kept(
        table="member",
        columns=("network",),
        what=N_("A code made from the network from which you asked to join"),
        why=N_("So that nobody fills our lists alone."),
        until=N_("One day."),
    ),
)
