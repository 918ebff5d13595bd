"""Sending somebody the links to all her gifts: the same answer, whoever asks."""

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.appeals.flows import donor as donor_flows
from app.appeals.forms.donor import LinksForm
from app.appeals.views.donor import bp
from app.lib import clock
from app.lib.errors import TooManyError
from app.web.locale import current_locale
from app.web.pages import render as show_page

__all__ = ["bp"]


@bp.get("/links")
def ask_links() -> Response:
    """Ask for the address with which somebody gave."""
    return show_page("appeals/donor/links.html", form=LinksForm(formdata=None))


@bp.post("/links")
def send_links() -> ResponseReturnValue:
    """Have the links sent, if there are any."""
    form = LinksForm()
    if not form.validate():
        status = 422 if form.problems() else 200
        return show_page("appeals/donor/links.html", status=status, form=form)
    try:
        donor_flows.ask_for_links(
            form.email.data or "",
            address=request.remote_addr,
            locale=current_locale(),
            now=clock.utcnow(),
        )
    except TooManyError as error:
        form.add_problem(error)
        return show_page("appeals/donor/links.html", status=error.status, form=form)
    return redirect(url_for("donor.links_sent"), 303)


@bp.get("/links/sent")
def links_sent() -> Response:
    """Say that a mail is on its way if there is something to send."""
    return show_page("appeals/donor/links_sent.html")
