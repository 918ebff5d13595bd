"""What is kept about people who host, bring or collect at work, why, and until when."""

from app.lib.personal import Kept
from app.lib.text import N_

_ROUND = N_("Until thirty days after the round of collecting, unless its page says otherwise.")
_NETWORK = N_("A code made from the network from which you wrote to us about aid")
_ONE_EACH = N_("So that nobody fills our lists alone.")
_ONE_DAY = N_("One day.")

KEPT = (
    Kept(
        table="point_host",
        columns=(
            *("name", "email", "new_email", "phone", "about", "locale", "is_adult"),
            *("may_be_asked_again", "checked_note", "rejected_reason", "posted_code"),
        ),
        what=N_("How to reach you if you host a collection point, and how we made sure of it"),
        why=N_("To send you the link to your point, and so that people find it right."),
        until=N_(
            "Until thirty days after the round of collecting; two years if you ticked that we may "
            "ask you again; seven days if you did not confirm your address."
        ),
    ),
    Kept(
        table="collection_point",
        columns=("name", "van_note", "access_note", "licence_number"),
        what=N_("Where your collection point is and how one gets in"),
        why=N_("So that people and vans find it; a hidden address is given to those you accept."),
        until=_ROUND,
    ),
    Kept(
        table="point_helper",
        columns=("label",),
        what=N_("What a host calls somebody who helps her"),
        why=N_("So that she can end a link that she gave away."),
        until=_ROUND,
    ),
    Kept(
        table="bring_request",
        columns=("name", "email", "what", "brings_on", "brings_at", "locale"),
        what=N_("Your first name, your address and what you bring to a collection point"),
        why=N_("So that its host knows who comes, and can let you know where it is."),
        until=_ROUND,
    ),
    Kept(
        table="bring_request",
        columns=("network",),
        what=_NETWORK,
        why=_ONE_EACH,
        until=_ONE_DAY,
    ),
    Kept(
        table="point_host",
        columns=("network",),
        what=_NETWORK,
        why=_ONE_EACH,
        until=_ONE_DAY,
    ),
    Kept(
        table="disclosure",
        columns=("by", "given_at"),
        what=N_("That you were told where a hidden collection point is"),
        why=N_("So that its host can see who knows her address."),
        until=_ROUND,
    ),
    Kept(
        table="point_report",
        columns=("text", "network"),
        what=N_("What you told us is wrong with a collection point"),
        why=N_("To look into it. We do not ask who you are."),
        until=N_("Ninety days after it was looked into; the code of your network one day."),
    ),
    Kept(
        table="point_message",
        columns=("text",),
        what=N_("What you and a host wrote to each other through us"),
        why=N_("To pass it on without giving away anybody's address."),
        until=_ROUND,
    ),
    Kept(
        table="workplace_collection",
        columns=(
            *("organisation", "steward", "email", "new_email", "phone", "locale"),
            *("locality", "lat", "lon", "note"),
        ),
        what=N_("Who you are and how to reach you if you collect at your workplace"),
        why=N_("To send you your papers, and to tell you when your collection point fills up."),
        until=_ROUND,
    ),
    Kept(
        table="workplace_collection",
        columns=("network",),
        what=_NETWORK,
        why=_ONE_EACH,
        until=_ONE_DAY,
    ),
    Kept(
        table="needs_subscription",
        columns=("email", "locale"),
        what=N_("Your address, if you want to hear what a round of collecting needs"),
        why=N_("To tell you when the list changes."),
        until=N_("Until the round is over, or you end it."),
    ),
    Kept(
        table="needs_subscription",
        columns=("network",),
        what=_NETWORK,
        why=_ONE_EACH,
        until=_ONE_DAY,
    ),
    Kept(
        table="host_invite",
        columns=("email",),
        what=N_("Your address, when we ask you whether you host a collection point again"),
        why=N_("You ticked that we may ask."),
        until=N_("Until you answered, or the round is over."),
    ),
    Kept(
        table="pickup_run",
        columns=("crew",),
        what=N_("Who drives a van that fetches things"),
        why=N_("So that it stands on the sheet of the day."),
        until=_ROUND,
    ),
    Kept(
        table="drop_off",
        columns=("what",),
        what=N_("What was brought to a collection point, in the words of its host"),
        why=N_("To know what is there. It names nobody."),
        until=N_("As long as we tell what became of a round."),
    ),
)
