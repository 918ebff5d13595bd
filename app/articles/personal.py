"""What articles keep about people, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

KEPT = (
    Kept(
        table="author",
        columns=("name", "affiliation", "about", "website", "picture_id"),
        what=N_("Your name as an author, and what you let us say about you"),
        why=N_("Because readers should know who wrote what they read."),
        until=N_("As long as your articles stand here; you can ask for another name."),
    ),
)
