"""How jobs are put into words for the desk."""

from flask_babel import lazy_gettext as _l

#: What each kind of job does, whichever package does it.
JOB_NAMES = {
    "accounts.erase_closed": _l("Erase closed accounts"),
    "accounts.purge_tries": _l("Forget old tries at signing in"),
    "accounts.reset": _l("Send a link for a new password"),
    "appeals.tell_cards_are_back": _l("Tell those who wait that cards are taken again"),
    "aid.forget_crews": _l("Forget who drove vans of rounds that are over"),
    "aid.forget_networks": _l("Forget from which networks people wrote about aid"),
    "aid.send_needs_links": _l("Send the links of mails about needs"),
    "aid.tell_closing": _l("Tell hosts that their round ends soon"),
    "aid.tell_drop": _l("Tell hosts and stewards how their round goes on"),
    "aid.tell_needs": _l("Send lists of needs that changed"),
    "events.forget_networks": _l("Forget from which networks people wrote about events"),
    "events.remind_helpers": _l("Remind people of their shifts"),
    "events.recount_places": _l("Count the places of days of action anew"),
    "events.forget_mails": _l("Forget mails to people of a shift that is gone"),
    "events.lapse_offers": _l("Forget offers that nobody confirmed, and old reports"),
    "events.send_host_links": _l("Send somebody the links to her events"),
    "events.send_rsvp_links": _l("Send somebody the links to where she comes"),
    "events.send_shift_links": _l("Send somebody the links to where she helps"),
    "events.extend_series": _l("Make the next times of events that come again"),
    "events.rederive": _l("Read the clocks of all countries anew for coming events"),
    "events.lapse_seats": _l("Let seats go that nobody confirmed, and offer them to the next"),
    "events.remind_guests": _l("Remind those who come to an event tomorrow"),
    "events.purge_guests": _l("Delete who came to events that are over"),
    "events.tell_change": _l("Tell those who come what changed"),
    "events.tell_note": _l("Mail an important note of the day"),
    "events.send_message": _l("Send a message to those who come to an event"),
    "events.release_places": _l("Show the places of events whose moment has come"),
    "appeals.forget_abandoned": _l("Forget who never paid, and who gave long ago"),
    "appeals.remind_regular": _l("Remind donors of what they give regularly"),
    "appeals.send_links": _l("Send somebody the links to her gifts"),
    "mail.deliver": _l("Send a mail"),
    "mail.purge": _l("Forget the texts of old mails"),
    "mail.sweep": _l("Look for mails that were left behind"),
    "notices.purge": _l("Forget old notices"),
    "notices.sum_up": _l("Sum up the week"),
    "notices.tell": _l("Tell organisers what waits"),
    "payments.apply": _l("Work in a message from Stripe"),
    "payments.change": _l("Ask Stripe to change a regular gift"),
    "payments.check_books": _l("Recount the books"),
    "payments.guard": _l("Watch for people who try out stolen cards, and for Stripe's silence"),
    "payments.purge": _l("Forget old messages from Stripe"),
    "payments.purge_guard": _l("Forget what the guard before Stripe counted"),
    "payments.sweep": _l("Ask Stripe what is new"),
    "payments.sweep_deep": _l("Compare the books with Stripe"),
    "queue.purge": _l("Forget finished work"),
}


def job_name(kind: str) -> str:
    """What a job does; a kind of our own where nobody wrote any words."""
    return str(JOB_NAMES.get(kind, kind))
