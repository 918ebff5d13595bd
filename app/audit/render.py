"""How the record of changes is put into words."""

from flask_babel import lazy_gettext as _l

from app.audit.facts import ActorKind

ACTOR_NAMES = {
    ActorKind.ACCOUNT: _l("an organiser"),
    ActorKind.VISITOR: _l("a visitor"),
    ActorKind.SYSTEM: _l("the site itself"),
    ActorKind.STRIPE: _l("Stripe"),
    ActorKind.CLI: _l("whoever looks after the server"),
}

#: Everything that is written down, whichever package does it: the log is read as one.
ACTION_NAMES = {
    "account.added": _l("Account made"),
    "account.details_changed": _l("Account changed"),
    "account.disabled": _l("Account closed to sign-ins"),
    "account.email_changed": _l("E-mail address changed"),
    "account.enabled": _l("Account opened again"),
    "account.erased": _l("Account erased"),
    "account.invited": _l("Invitation sent"),
    "account.password_changed": _l("Password changed"),
    "account.reset_sent": _l("Link for a new password sent"),
    "account.roles_changed": _l("Roles changed"),
    "account.signed_in": _l("Signed in"),
    "account.signed_out": _l("Signed out"),
    "appeal.closed": _l("Appeal closed"),
    "appeal.created": _l("Appeal written"),
    "appeal.edited": _l("Appeal changed"),
    "appeal.published": _l("Appeal published"),
    "appeal.update_edited": _l("News corrected"),
    "appeal.update_posted": _l("News told"),
    "appeal.withdrawn": _l("Appeal taken off the site"),
    "donation.address_corrected": _l("E-mail address corrected"),
    "donation.abandoned_forgotten": _l("Name, address and message forgotten: it was never paid"),
    "donation.listed_again": _l("Name put back on the appeal’s page"),
    "donation.message_hidden": _l("Message kept from the page"),
    "donation.message_shown": _l("Message shown on the page"),
    "donation.pledged": _l("Decided to give"),
    "donation.revised": _l("Changed her mind before paying"),
    "donation.unlisted": _l("Name taken off the appeal’s page"),
    "donations.exported": _l("Donations saved as a file"),
    "fund.created": _l("Fund made"),
    "fund.edited": _l("Fund changed"),
    "fund.moved": _l("Fund takes its money through another account"),
    "group.created": _l("Group made"),
    "group.edited": _l("Group changed"),
    "database.restored": _l("A backup was put back"),
    "job.released": _l("Held work let go"),
    "job.retried": _l("Work tried again"),
    "mail.sent_again": _l("Mail sent again"),
    "mail.withdrawn": _l("Waiting mails taken back"),
    "payment.entered": _l("Money entered"),
    "payment.moved": _l("Money moved to another fund"),
    "payment.taken_back": _l("Entered money taken back"),
    "payment_account.cards_off": _l("Cards are not taken for a while"),
    "payment_account.cards_on": _l("Cards are taken again"),
    "payment_account.created": _l("Payment account made"),
    "payment_account.edited": _l("Payment account changed"),
    "source.made": _l("Code for a link or poster made"),
    "source.retired": _l("Code for a link or poster retired"),
    "source.revived": _l("Code for a link or poster used again"),
    "stripe_event.retried": _l("Message from Stripe tried again"),
    "supporter.consent_given": _l("Said yes to news by e-mail"),
    "supporter.consent_withdrawn": _l("Said no to news by e-mail"),
}


def action_name(action: str) -> str:
    """What was done, in words; a word of our own where nobody wrote any."""
    return str(ACTION_NAMES.get(action, action))
