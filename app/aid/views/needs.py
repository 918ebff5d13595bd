"""Hearing when a list of needs changes: the form, and the page behind the link in a mail.

No account, no cookie. A GET writes nothing, whoever follows the link.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.aid.errors.needs import NeedsLinkEndedError
from app.aid.errors.stock import KeyUsedError
from app.aid.flows import needs as flows
from app.aid.forms.subscribing import ConfirmForm, SubscribeForm
from app.aid.models.drops import Drop, NeedsSubscription
from app.aid.queries import drops as drop_reads
from app.aid.render import drops as render
from app.aid.rules.drops import NEEDS_ARE_OVER
from app.aid.rules.needs import NEEDS_LINK
from app.aid.service import subscribing
from app.db.session import retry_deadlocks, transaction
from app.lib import clock, links
from app.lib.errors import UserError
from app.lib.links import BadLinkError
from app.settings import settings
from app.web.csrf import machine_route
from app.web.locale import current_locale
from app.web.pages import render as show_page

bp = Blueprint("needs", __name__)


@bp.get("/aid/<slug>/needs")
def ask(slug: str) -> ResponseReturnValue:
    """Ask for the address to which changes of the list go."""
    drop = drop_reads.get_public(slug)
    if drop.state in NEEDS_ARE_OVER:
        return redirect(url_for("drops.show", slug=slug), 302)
    return _form_page(drop, SubscribeForm(formdata=None))


@bp.post("/aid/<slug>/needs")
def subscribe(slug: str) -> ResponseReturnValue:
    """Keep an address, and send the mail that asks whether it is right."""
    drop, form = drop_reads.get_public(slug), SubscribeForm()
    if not form.validate():
        return _form_page(drop, form, status=422 if form.problems() else 200)
    try:
        flows.subscribe(
            slug,
            form.email.data or "",
            locale=current_locale(),
            nonce=form.nonce,
            address=request.remote_addr,
            now=clock.utcnow(),
        )
    except UserError as error:
        if isinstance(error, KeyUsedError):
            # On a page of its own token it may be sent once more.
            form = SubscribeForm(formdata=None, data={"email": form.email.data})
        form.add_problem(error)
        return _form_page(drop_reads.get_public(slug), form, status=error.status)
    return redirect(url_for("needs.sent", slug=slug), 303)


@bp.get("/aid/<slug>/needs/sent")
def sent(slug: str) -> Response:
    """Say that a mail is under way; the same for everybody."""
    return show_page("aid/needs/sent.html", drop=drop_reads.get_public(slug))


def _form_page(drop: Drop, form: SubscribeForm, *, status: int = 200) -> Response:
    return show_page("aid/needs/ask.html", status=status, drop=drop, form=form)


# --- the page behind the link ---------------------------------------------------------------------


@bp.get("/aid/needs/<token>")
def show(token: str) -> Response:
    """Show the button that begins it, or that it runs and the way to end it."""
    return _page(_open(token), token, ConfirmForm(formdata=None))


@bp.post("/aid/needs/<token>/confirm")
def confirm(token: str) -> ResponseReturnValue:
    """Begin it: the mailbox is proven."""
    subscription, form = _open(token), ConfirmForm()
    if not form.validate():
        return _page(subscription, token, form, status=422)

    def work() -> None:
        with transaction():
            subscribing.confirm(_open(token), now=clock.utcnow())

    retry_deadlocks(work)
    return redirect(url_for("needs.show", token=token, done="yes"), 303)


@bp.get("/aid/needs/<token>/end")
def ask_end(token: str) -> Response:
    """Show the button that ends it."""
    return show_page("aid/needs/end.html", token=token, drop=_open(token).drop, is_done=False)


@bp.post("/aid/needs/<token>/end")
@machine_route
def end(token: str) -> Response:
    """End it; mail programs post here by themselves (RFC 8058), without page, form or cookie."""
    drop = _open(token).drop

    def work() -> None:
        with transaction():
            subscribing.end(_open(token), now=clock.utcnow())

    retry_deadlocks(work)
    return show_page("aid/needs/end.html", token=token, drop=drop, is_done=True)


def _page(
    subscription: NeedsSubscription, token: str, form: ConfirmForm, *, status: int = 200
) -> Response:
    drop = subscription.drop
    return show_page(
        "aid/needs/show.html",
        status=status,
        form=form,
        token=token,
        drop=drop,
        is_confirmed=subscription.confirmed_at is not None,
        is_new=request.args.get("done") == "yes",
        needs=render.needs_shown(drop, now=clock.utcnow()),
    )


def _open(token: str) -> NeedsSubscription:
    """The subscription of a link; raises BadLinkError (404) or NeedsLinkEndedError (410)."""
    link = links.read(settings().secrets, NEEDS_LINK, token)
    return subscribing.open_page(link.subject, link.version)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(NeedsLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Say that the link opens nothing; whoever ended it hears nothing more."""
    is_gone = isinstance(error, NeedsLinkEndedError)
    return show_page("aid/needs/ended.html", status=error.status, is_gone=is_gone)
