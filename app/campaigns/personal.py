"""What is kept about members, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="member",
        columns=("email", "name", "asked", "locale", "came_from"),
        what=N_("What you wrote when you asked to join a group"),
        why=N_("To make sure that it was you, and then to let you join."),
        until=N_("Until you confirm it; seven days if you do not."),
    ),
    Kept(
        table="member",
        columns=("state", "supporter_id", "created_at", "confirmed_at", "left_at"),
        what=N_("Which groups you joined, and when"),
        why=N_("To know who belongs to a group."),
        until=N_("Until you leave; then one more year without your name."),
    ),
    Kept(
        table="member",
        columns=("network",),
        what=N_("A code made from the network from which you asked to join"),
        why=N_("So that nobody fills our lists alone."),
        until=N_("One day."),
    ),
)
