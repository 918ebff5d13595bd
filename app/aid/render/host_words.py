"""What a host's page says after something was done."""

from typing import Final

from flask_babel import lazy_gettext as _l

DONE_WORDS: Final = {
    "confirm": _l("Thank you. Your address is confirmed."),
    "code": _l("Thank you. The code is right."),
    "shut": _l("Your point is closed for today."),
    "unshut": _l("Your point is open again today."),
    "pause": _l("Your point is paused. Nobody is sent to you."),
    "resume": _l("Your point takes things in again."),
    "right": _l("Thank you. We ask again in some weeks."),
    "fill": _l("Saved. People see it on the site."),
    "full": _l("Your point is full. People are sent to the next one."),
    "accept": _l("Accepted. We tell them by mail."),
    "decline": _l("Declined. We tell them by mail."),
    "logged": _l("Written down. Thank you."),
    "corrected": _l("Put right."),
    "taken_back": _l("Taken back."),
    "edited": _l("Saved. People see it on the site."),
    "narrowed": _l("Saved. Fewer people see where it is now."),
    "freely": _l("From now on everyone who confirms an address sees where it is."),
    "guarded": _l("From now on only those you accept see where it is."),
    "asked_van": _l("We know that you need a van. Its day and time appear here."),
    "van_off": _l("Taken back. No van comes for now."),
    "sent": _l("Your message is on its way."),
    "helper": _l("Here is the link. Pass it on yourself."),
    "helper_ended": _l("That link has ended."),
    "mailbox": _l("We sent a link to the new address. Open it there."),
    "mailbox_done": _l("Thank you. Your new address is confirmed."),
    "invitations": _l("Earlier invitations have ended. Here is a new one."),
    "left": _l("Saved. Thank you."),
    "closed": _l("Your point is closed. Thank you for all you did."),
}
