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
    Kept(
        table="article_draft",
        columns=("user_id", "content"),
        what=N_("What you typed into an article on the desk and did not save"),
        why=N_("So that nothing is lost when your sign-in runs out or somebody was first."),
        until=N_("Until you save it or throw it away, and 90 days at most."),
    ),
)
