"""The page after the payment page: what became of a gift, and what next."""

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.appeals.errors import LinkEndedError
from app.appeals.flows import giving as giving_flows
from app.appeals.flows.giving import Addresses, Onward, Outcome
from app.appeals.forms.donor import CorrectAddressForm
from app.appeals.models.donations import Donation
from app.appeals.queries import donations as donation_reads
from app.appeals.render import giving as render
from app.appeals.rules import addresses as address_rules
from app.appeals.views.appeals import bp
from app.lib import clock, links
from app.lib.emails import mask_email
from app.lib.errors import UserError
from app.payments.rules.guard import Visitor
from app.settings import settings
from app.web.forms import PublicForm
from app.web.locale import absolute_url
from app.web.pages import render as show_page

#: What the private links of giving are for.
THANKS = "thanks"
AGAIN = "give-again"


class ContinueForm(PublicForm):
    """The button that leads back to the payment page."""


@bp.get("/thanks/<token>")
def thanks(token: str) -> Response:
    """Say what became of a gift; asks Stripe while it may still move, writes only what it says."""
    public_id = read_link(THANKS, token).public_id
    return thanks_page(public_id)


@bp.post("/thanks/<token>")
def resume(token: str) -> ResponseReturnValue:
    """Lead a donor back to the payment page of the same gift."""
    public_id, form = read_link(THANKS, token).public_id, ContinueForm()
    status = 422
    if form.validate():
        try:
            found = giving_flows.go_on(
                public_id,
                addresses_of=addresses,
                visitor=current_visitor(),
                now=clock.utcnow(),
            )
            return onward(found)
        except UserError as error:
            form.add_problem(error)
            status = error.status
    return thanks_page(public_id, form=form, status=status)


def thanks_page(
    public_id: str,
    *,
    form: ContinueForm | None = None,
    correcting: CorrectAddressForm | None = None,
    status: int = 200,
) -> Response:
    """Show what became of a gift; with the form of a corrected address where it was not right."""
    now = clock.utcnow()
    outcome: Outcome = giving_flows.find_out(public_id, now=now)
    donation = donation_reads.get_donation(public_id)
    slug = donation.appeal.slug
    return show_page(
        "appeals/thanks.html",
        status=status,
        form=form or ContinueForm(),
        token=link_token(THANKS, donation),
        shown_email=_shown_email(donation),
        correcting=correcting or _correction(donation),
        share_url=absolute_url("appeals.show", slug=slug),
        again_url=url_for("appeals.give", slug=slug, again=link_token(AGAIN, donation)),
        **render.thanks_page(donation, outcome.status, is_fresh=outcome.is_fresh, now=now),
    )


def _shown_email(donation: Donation) -> str | None:
    """Where the receipt goes: whole for a day, so that a slip is seen, and veiled after that."""
    if donation.email is None:
        return None
    is_fresh = address_rules.is_fresh(donation.created_at, clock.utcnow())
    return donation.email if is_fresh else mask_email(donation.email)


def _correction(donation: Donation) -> CorrectAddressForm | None:
    """The form for a mistyped address, while whoever opens the page may be taken for the giver."""
    may_correct = donation.email is not None and address_rules.may_correct(
        created_at=donation.created_at, corrected_at=donation.corrected_at, now=clock.utcnow()
    )
    return CorrectAddressForm(formdata=None) if may_correct else None


def current_visitor() -> Visitor:
    """Who asks, by the address that the configured proxies vouch for."""
    return Visitor.at(request.remote_addr)


def onward(found: Onward) -> ResponseReturnValue:
    """Lead a donor to the payment page, or to the thanks where nothing is left to pay."""
    return redirect(found.checkout_url or thanks_path(found.public_id), 303)


def addresses(public_id: str) -> Addresses:
    """Where the payment page leads back to: one page, which finds out what happened."""
    token = link_token(THANKS, donation_reads.get_donation(public_id))
    address = absolute_url("appeals.thanks", token=token)
    return Addresses(success_url=address, cancel_url=address)


def thanks_path(public_id: str) -> str:
    """The address of the page after the payment page."""
    return url_for(
        "appeals.thanks", token=link_token(THANKS, donation_reads.get_donation(public_id))
    )


def link_token(purpose: str, donation: Donation) -> str:
    """The token of a private link of a gift."""
    return links.sign(
        settings().secret_key, purpose, donation.public_id, version=donation.link_version
    )


def read_link(purpose: str, token: str) -> Donation:
    """The gift of a private link; raises BadLinkError (404) or LinkEndedError (410)."""
    link = links.read(settings().secrets, purpose, token)
    donation = donation_reads.get_donation(link.subject)
    if link.version != donation.link_version:
        raise LinkEndedError
    return donation
