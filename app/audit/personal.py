"""What the audit log keeps about people, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="audit_entry",
        columns=("account_id", "actor_label"),
        what=N_("What you did as an organiser, and when"),
        why=N_("So that whoever answers for the group's money can see who decided what."),
        until=N_("Six years, like the books; it cannot be changed before."),
    ),
)
