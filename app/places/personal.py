"""What is kept about places: some are people's homes."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="place",
        columns=("precise",),
        what=N_("The address of a place that you opened to others; encrypted"),
        why=N_("To tell those whom you let come where it is."),
        until=N_("Until ninety days after what took place there."),
    ),
)
