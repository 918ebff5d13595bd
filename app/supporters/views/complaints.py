"""Complaining: what becomes of a complaint, the form, and the reference at the end."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.groups import queries as groups
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.supporters.errors.rights import FormUsedError
from app.supporters.flows import rights as flows
from app.supporters.forms.rights import ComplainForm
from app.supporters.queries import rights as reads
from app.web.locale import current_locale
from app.web.pages import render as show_page
from app.web.pages import render_block
from app.web.panels import panels

bp = Blueprint("complaints", __name__)


@bp.get("/complaints")
def show() -> Response:
    """Say how complaints are dealt with, and show the form."""
    return _page(ComplainForm(groups.list_groups(), formdata=None))


@bp.post("/complaints")
def complain() -> ResponseReturnValue:
    """Keep a complaint."""
    form = ComplainForm(groups.list_groups())
    if not form.validate():
        return _page(form, status=422 if form.problems() else 200)
    try:
        kept = flows.complain(
            form.content(),
            nonce=form.nonce,
            address=request.remote_addr,
            locale=current_locale(),
            now=clock.utcnow(),
        )
    except UserError as error:
        if isinstance(error, FormUsedError):
            # On a page of its own token it may be sent once more.
            form = ComplainForm(groups.list_groups(), formdata=None, data=form.data)
        form.add_problem(error)
        return _page(form, status=error.status)
    return redirect(url_for("complaints.received", reference=kept.public_id), 303)


@bp.get("/complaints/<reference>")
def received(reference: str) -> Response:
    """Name the reference and the day by which there is an answer; nothing of what was written."""
    complaint = reads.find_complaint(reference)
    if complaint is None or complaint.purged_at is not None:
        raise NotFoundError
    return show_page(
        "supporters/complaints/received.html",
        reference=complaint.public_id,
        due_at=complaint.due_at,
        has_address=complaint.email is not None,
    )


def _page(form: ComplainForm, *, status: int = 200) -> Response:
    return show_page(
        "supporters/complaints/show.html",
        status=status,
        form=form,
        blocks=[render_block(each) for each in panels().standing_blocks("complaints")],
        is_packed=True,
    )
