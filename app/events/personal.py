"""What is kept about people who come, host or help, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

_AFTER = N_("Until some days after the event, as its form says; 14 unless it says otherwise.")

KEPT = (
    Kept(
        table="rsvp",
        columns=(
            *("email", "new_email", "name", "locale", "needs"),
            *("wants_reminders", "wants_updates"),
        ),
        what=N_("The address and name you left when you said that you come to an event"),
        why=N_("To remind you, to tell you of changes, and to keep your place."),
        until=_AFTER,
    ),
    Kept(
        table="rsvp",
        columns=("way", "party_size", "code", "checked_in_at", "checked_in_size", "created_at"),
        what=N_("That somebody comes to an event, with how many, and that they came"),
        why=N_("To know how many people there will be and were."),
        until=_AFTER,
    ),
    Kept(
        table="rsvp",
        columns=("came_from",),
        what=N_("Whether a poster or a flyer led you to an event, if you followed its code"),
        why=N_("To know which of them is worth printing. Every copy has the same code."),
        until=_AFTER,
    ),
    Kept(
        table="rsvp",
        columns=("network",),
        what=N_("A code made from the network from which you said that you come"),
        why=N_("So that nobody takes all the seats."),
        until=N_("One day."),
    ),
    Kept(
        table="event_host",
        columns=(
            *("name", "email", "phone", "about", "locale", "is_adult"),
            *("checked_note", "rejected_reason", "proposed"),
        ),
        what=N_("How to reach you if you host an event, and how we made sure of it"),
        why=N_("To ask you about your event and to send you the link to it."),
        until=N_("Ninety days after the event; seven days if you did not confirm your address."),
    ),
    Kept(
        table="event_report",
        columns=("text", "network"),
        what=N_("What you told us is wrong with an event"),
        why=N_("To look into it. We do not ask who you are."),
        until=N_("Ninety days after it was looked into; the code of your network one day."),
    ),
    Kept(
        table="shift_signup",
        columns=(
            *("name", "email", "phone", "skills", "locale", "is_adult"),
            *("accepted_at", "came_at"),
        ),
        what=N_("How to reach you if you take a shift at an event"),
        why=N_("To tell you where to be and when, and to ring you on the day."),
        until=_AFTER,
    ),
    Kept(
        table="shift_signup",
        columns=("network",),
        what=N_("A code made from the network from which you took a shift"),
        why=N_("So that nobody takes all the shifts."),
        until=N_("One day."),
    ),
)
