"""Turning a row of the outbox into a message."""

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l

from app.lib import links
from app.lib.bounces import BounceKind
from app.lib.mime import POLICY
from app.lib.text import close_gaps
from app.mail.models.outbox import OutboxMail
from app.mail.rules.addresses import SuppressionReason
from app.mail.rules.outbox import MailState, check_header, from_plain
from app.settings import settings
from app.web.locale import absolute_url, in_locale, text_direction

#: What each mail is, for the desk; the names are the folders below templates/mail.
KIND_NAMES = {
    "aid/bring_message": _l("News of a message of a host"),
    "aid/drop_state": _l("News of a round of collecting"),
    "aid/host_again": _l("Question whether somebody hosts again"),
    "aid/host_approved": _l("News of an approved collection point"),
    "aid/host_asked": _l("News that somebody wants to bring something"),
    "aid/host_closing": _l("News that a round ends"),
    "aid/host_goods": _l("News of things from another point"),
    "aid/host_links": _l("Links to a host's own pages"),
    "aid/host_mailbox": _l("Link that confirms a host's new address"),
    "aid/host_mailbox_moved": _l("News of a changed e-mail address"),
    "aid/host_message": _l("News of a message to a host"),
    "aid/host_pickup": _l("News of a van that comes"),
    "aid/pledge_news": _l("News of a workplace's pledge"),
    "aid/workplace_accepted": _l("News that a host expects a workplace"),
    "aid/workplace_brought": _l("Thanks for what a workplace brought"),
    "aid/workplace_confirm": _l("Link that confirms a workplace collection"),
    "aid/workplace_elsewhere": _l("News that a workplace must choose another point"),
    "aid/workplace_entered": _l("Link to a workplace collection that was entered"),
    "aid/workplace_links": _l("Links to workplace collections"),
    "aid/workplace_mailbox": _l("Link that confirms a steward's new address"),
    "aid/workplace_reminder": _l("Reminder of a workplace collection"),
    "aid/workplace_thanks": _l("News of what became of a workplace collection"),
    "accounts/added": _l("Welcome to a group"),
    "accounts/email_changed": _l("News of a changed e-mail address"),
    "accounts/invitation": _l("Invitation to the desk"),
    "accounts/password_changed": _l("News of a changed password"),
    "accounts/recovery_code_used": _l("News of a used recovery code"),
    "accounts/second_factor_off": _l("News of a second factor taken off"),
    "accounts/second_factor_on": _l("News of a second factor set up"),
    "accounts/reset": _l("Link for a new password"),
    "aid/needs_changed": _l("A list of needs that changed"),
    "aid/needs_confirm": _l("Link that confirms who hears of a list of needs"),
    "aid/needs_links": _l("Links that end mails about lists of needs"),
    "aid/needs_over": _l("News that nothing more is needed"),
    "aid/bring_accepted": _l("News that somebody may come"),
    "aid/bring_confirm": _l("Link that confirms what somebody brings"),
    "aid/bring_declined": _l("News that somebody cannot come"),
    "aid/bring_links": _l("Links to what somebody brings"),
    "aid/bring_off": _l("News of a point that moved or closed"),
    "aid/host_bring_changed": _l("News that somebody comes otherwise"),
    "aid/point_confirm": _l("Link that confirms a collection point"),
    "aid/point_entered": _l("Link to a collection point that was entered"),
    "aid/point_question": _l("Question to a host"),
    "aid/point_rejected": _l("News of a collection point that is not shown"),
    "aid/point_right": _l("Question whether a collection point is still right"),
    "appeals/address_mistaken": _l("Word to an address given by mistake"),
    "appeals/giving_links": _l("Links to a donor's own pages"),
    "appeals/moved": _l("News of a gift that moved to another appeal"),
    "appeals/pay_link": _l("Link to pay by card"),
    "appeals/change_refused": _l("News that a regular gift could not be changed"),
    "appeals/collection_failed": _l("News of a collection that failed"),
    "appeals/debit_refused": _l("News that the bank did not send the money"),
    "appeals/on_its_way": _l("News of money on its way"),
    "appeals/cards_back": _l("News that cards are taken again"),
    "appeals/promise": _l("How to pay another way than by card"),
    "appeals/proof": _l("Link that goes on to the payment page"),
    "appeals/receipt": _l("Receipt"),
    "appeals/receipt_void": _l("News of a receipt that is void"),
    "appeals/refund": _l("News of money given back"),
    "appeals/regular_changed": _l("News of a changed regular gift"),
    "appeals/regular_notice": _l("Reminder of a regular gift"),
    "appeals/regular_stopped": _l("News that a regular gift stopped"),
    "campaigns/join_confirm": _l("Link that confirms who joins"),
    "campaigns/member_links": _l("Links to a member's own pages"),
    "campaigns/offer_again": _l("Question whether an offer still holds"),
    "campaigns/welcome": _l("Welcome to a group"),
    "events/host_change": _l("Answer to a host's change"),
    "events/host_links": _l("Links to a host's own pages"),
    "events/offer_approved": _l("News of a hosted event on the site"),
    "events/offer_confirm": _l("Link that confirms an offered event"),
    "events/offer_entered": _l("Link to an event that was entered"),
    "events/offer_merged": _l("News of an event that another stands for"),
    "events/offer_question": _l("Question to a host"),
    "events/offer_rejected": _l("News of an event that is not shown"),
    "events/rsvp_asked": _l("News that somebody asked to come"),
    "events/rsvp_cancelled": _l("News of a cancelled event"),
    "events/rsvp_changed": _l("News of a changed event"),
    "events/rsvp_declined": _l("News that there is no place"),
    "events/rsvp_going": _l("News of a place at an event"),
    "events/rsvp_lapsed": _l("News that a place went to somebody else"),
    "events/rsvp_links": _l("Links to the pages of somebody who comes"),
    "events/rsvp_message": _l("Message to those who come"),
    "events/rsvp_moved": _l("News of a place at another event"),
    "events/rsvp_note": _l("Note of the day"),
    "events/rsvp_offer": _l("Offer of a free place"),
    "events/rsvp_proof": _l("Link that confirms a place"),
    "events/rsvp_reminder": _l("Reminder of an event"),
    "events/rsvp_thanks": _l("Thanks for coming"),
    "events/rsvp_waiting": _l("News of the waiting list"),
    "events/shift_accepted": _l("News of an accepted shift"),
    "events/shift_cancelled": _l("News of a shift that is not needed"),
    "events/shift_changed": _l("News of a changed shift"),
    "events/shift_declined": _l("News of a shift that others have"),
    "events/shift_reminder": _l("Reminder of a shift"),
    "events/shift_taken": _l("What somebody helps with at an event"),
    "site/contact_answer": _l("Answer to a message by the form"),
    "supporters/complaint_answer": _l("Answer to a complaint"),
    "supporters/complaint_received": _l("News that a complaint arrived"),
    "supporters/data_erase": _l("Link with which somebody erases herself"),
    "supporters/data_link": _l("Link to somebody's own data"),
    "supporters/data_mailbox": _l("Link that confirms another address"),
    "supporters/mail_again": _l("Link that lets mail come again"),
    "mailings/news": _l("Test of a mailing"),
    "mailings/preferences_link": _l("Link to what somebody gets from us"),
    "notices/nobody_took": _l("News of what nobody took on"),
    "notices/summary": _l("The week in sums"),
    "notices/waiting": _l("News of what waits"),
}
STATE_NAMES = {
    MailState.WAITING: _l("waits to be sent"),
    MailState.SENDING: _l("is being sent"),
    MailState.SENT: _l("sent"),
    MailState.FAILED: _l("could not be sent"),
    MailState.WITHDRAWN: _l("taken back before it was sent"),
}
#: Why an address gets no more mail.
REASON_NAMES = {
    SuppressionReason.ASKED: _l("Asked us not to write any more"),
    SuppressionReason.COMPLAINT: _l("Called a mail of ours spam"),
    SuppressionReason.BOUNCE: _l("Mail came back from it"),
    SuppressionReason.PREFERENCE_SERVICE: _l("Listed with the Fundraising Preference Service"),
}
#: Why a mail came back, and what somebody at the desk can do about it.
BOUNCE_NAMES = {
    BounceKind.NO_SUCH_ADDRESS: _l("Nobody has this address."),
    BounceKind.MAILBOX_FULL: _l("The mailbox is full."),
    BounceKind.POLICY: _l("The other mail server does not accept our mail."),
    BounceKind.UNREACHABLE: _l("The other mail server could not be reached for days."),
    BounceKind.OTHER: _l("The other mail server refused it."),
}
BOUNCE_ADVICE = {
    BounceKind.NO_SUCH_ADDRESS: _l("Look for a slip in the address and correct it."),
    BounceKind.MAILBOX_FULL: _l("Send it again in a few days."),
    BounceKind.POLICY: _l("Whoever looks after the server should look at it: SPF, DKIM, DMARC."),
    BounceKind.UNREACHABLE: _l("Look for a slip in the part behind the @."),
    BounceKind.OTHER: _l("Look at the address, and send it again if it is right."),
}


def bounce_words(mail: OutboxMail) -> tuple[str, str]:
    """Why a mail came back, and what to do about it."""
    try:
        kind = BounceKind(mail.bounce_reason or "")
    except ValueError:
        kind = BounceKind.OTHER
    known = kind if kind in BOUNCE_NAMES else BounceKind.OTHER
    return str(BOUNCE_NAMES[known]), str(BOUNCE_ADVICE[known])


def sender_address() -> str:
    """The address our mails come from."""
    return parseaddr(settings().mail_from)[1]


def build_message(mail: OutboxMail) -> EmailMessage:
    """The whole mail in its reader's language, the same bytes for each try but for its links' age.

    Raises MailHeaderError; whatever a template raises passes through.
    """
    message = EmailMessage(policy=POLICY)
    with in_locale(mail.locale):
        values = _template_values(mail)
        subject = _rendered(mail, "subject.txt", values)
        text = close_gaps(_rendered(mail, "body.txt", values))
        html = _rendered(mail, "body.html", values)
    name = mail.sender_name or settings().site_name
    message["From"] = Address(check_header(name), addr_spec=sender_address())
    message["To"] = Address(addr_spec=check_header(mail.to))
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=check_header(mail.reply_to))
    message["Subject"] = check_header(" ".join(subject.split()))
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    unsubscribe = values["links"].get("unsubscribe")
    if unsubscribe:
        # RFC 8058: the reader's mail program ends them with one click, without a page.
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(f"{text.strip()}\n", cte=_encoding(text))
    message.add_alternative(f"{html.strip()}\n", subtype="html", cte=_encoding(html))
    calendar = values.get("calendar")
    if calendar:
        message.add_attachment(
            calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename="event.ics",
            params={"charset": "utf-8", "method": "PUBLISH"},
        )
    # Last: an attachment would take it along into the part beside it.
    message["Content-Language"] = mail.locale
    return message


def _template_values(mail: OutboxMail) -> dict[str, Any]:
    values = {
        name: from_plain(value, name) for name, value in mail.values.items() if name != "links"
    }
    given: Mapping[str, Mapping[str, Any]] = mail.values.get("links", {})
    made = {name: _link_address(link, mail.locale) for name, link in given.items()}
    return {
        **values,
        "links": made,
        "locale": mail.locale,
        "text_direction": text_direction(mail.locale),
    }


def _link_address(link: Mapping[str, Any], locale: str) -> str:
    """The absolute address of a link; a private one gets its token now and is never stored."""
    values = dict(link.get("values", {}))
    if "purpose" in link:
        values["token"] = links.sign(
            settings().secret_key,
            link["purpose"],
            link["subject"],
            version=link.get("version", 1),
        )
    return absolute_url(link["endpoint"], locale=locale, **values)


def _rendered(mail: OutboxMail, part: str, values: Mapping[str, Any]) -> str:
    return render_template(f"mail/{mail.template}/{part}", **values)


def _encoding(text: str) -> str:
    """Quoted-printable keeps English readable; anything else is shorter in base64."""
    return "quoted-printable" if text.isascii() else "base64"
