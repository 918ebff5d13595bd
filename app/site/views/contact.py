"""Writing to us: relayed, so that nobody's address stands on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import redirect, request, url_for

from app.groups import queries as groups
from app.groups.rules import GroupKind
from app.lib import clock
from app.lib.errors import UserError
from app.site.flows import contact as flows
from app.site.forms.contact import ContactForm
from app.site.render.pages import page_words
from app.site.rules.words import ContactAbout, PageKey
from app.site.views.pages import bp
from app.web.locale import current_locale
from app.web.pages import render

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from app.groups.models import Group


@bp.get("/contact")
def contact() -> ResponseReturnValue:
    """Show where to write to, and the form."""
    known = {str(each.slug): str(each.id) for each in _groups()}
    about = request.args.get("about", "")
    wished = {
        "group": known.get(request.args.get("group", "")),
        "about": about if about in set(ContactAbout) else ContactAbout.GENERAL.value,
    }
    return _page(ContactForm(_groups(), formdata=None, data=wished))


@bp.post("/contact")
def send_contact() -> ResponseReturnValue:
    """Keep what somebody writes; the answer comes by mail."""
    form = ContactForm(_groups())
    if not form.validate():
        return _page(form, status=422)
    try:
        flows.write(
            form.letter(current_locale()),
            nonce=form.nonce,
            address=request.remote_addr,
            now=clock.utcnow(),
        )
    except UserError as error:
        form.add_problem(error)
        return _page(form, status=error.status)
    return redirect(url_for("site.contact_sent"), 303)


@bp.get("/contact/sent")
def contact_sent() -> Response:
    """Say that it arrived."""
    return render("site/contact_sent.html")


def _groups() -> Sequence[Group]:
    """Who can be written to here; a partner has its own page for that."""
    return groups.list_groups(GroupKind.NETWORK, GroupKind.CHARITY)


def _page(form: ContactForm, *, status: int = 200) -> Response:
    return render(
        "site/contact.html",
        status=status,
        is_packed=True,
        form=form,
        words=page_words(PageKey.CONTACT),
        groups=groups.list_groups(),
        written_to=_groups(),
    )
