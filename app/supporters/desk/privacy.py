"""What is kept and how long, what would go now, who was erased, what people ask by telephone."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import (
    current_actor,
    desk_blueprint,
    groups_with,
    requires,
    requires_proof,
)
from app.accounts.rules.permissions import Permission
from app.audit import service as audit
from app.db.session import retry_deadlocks, transaction
from app.groups import queries as groups
from app.lib import clock
from app.lib.errors import ForbiddenError, NotFoundError
from app.supporters.forms.rights_desk import AskedForm, EraseNowForm
from app.supporters.models.rights import Erasure
from app.supporters.queries import rights as reads
from app.supporters.render import rights as render
from app.supporters.rules.words import DataLinkKind
from app.supporters.service import data_links, erasing, rights
from app.web.pages import NOT_KEPT
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("privacy_desk", __name__, url_prefix="/desk/privacy")
_MAY = Permission.PRIVACY_MANAGE


@bp.get("/")
@requires(_MAY)
def index() -> ResponseReturnValue:
    """Show the register: what every package keeps, why and until when."""
    return show_page(
        "supporters/desk/privacy/index.html", register=render.register(rights.statements())
    )


@bp.get("/register.csv")
@requires(_MAY)
def register_file() -> Response:
    """Give the register as a table, with the names of tables and columns."""
    answer = Response(render.register_file(rights.statements()), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="register.csv"'
    answer.headers["Cache-Control"] = NOT_KEPT
    return answer


@bp.get("/retention")
@requires(_MAY)
def retention() -> ResponseReturnValue:
    """Count what is out of time now; the worker lets it go by itself."""
    now = clock.utcnow()
    counted = [(purge, purge.count(now)) for purge in rights.purges()]
    return show_page("supporters/desk/privacy/retention.html", counted=counted, now=now)


# --- asked by telephone or letter -----------------------------------------------------------------


@bp.get("/asked")
@requires(_MAY)
@requires_proof
def asked() -> ResponseReturnValue:
    """Ask what somebody asked for who rang or wrote a letter."""
    return _asked_page(AskedForm(formdata=None), EraseNowForm(formdata=None))


@bp.post("/asked/link")
@requires(_MAY)
def send_link() -> ResponseReturnValue:
    """Mail her the link to her data."""
    form, now = AskedForm(), clock.utcnow()
    if not form.validate():
        return _asked_page(form, EraseNowForm(formdata=None), status=422)
    with transaction():
        data_links.ask(DataLinkKind.SEE, form.address, locale=str(form.locale.data), now=now)
        audit.record(current_actor(), "supporter.link_sent", "supporter", now=now)
    flash(_("A link is on its way. It works for a day."), "good")
    return redirect(url_for("privacy_desk.asked"), 303)


@bp.post("/asked/file")
@requires(_MAY)
@requires_proof
def save_file() -> ResponseReturnValue:
    """Give everything as a file, to be sent by post; only to who may see all groups' people."""
    form, now = AskedForm(), clock.utcnow()
    if not form.validate():
        return _asked_page(form, EraseNowForm(formdata=None), status=422)
    if not _sees_all():
        raise ForbiddenError
    parts = render.parts(rights.find_everything(form.address), rights.statements())
    with transaction():
        audit.record(current_actor(), "supporter.exported", "supporter", now=now)
    answer = Response(render.as_zip(form.address, parts, now=now), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="data-of-one-person.zip"'
    return answer


@bp.post("/asked/erase")
@requires(_MAY)
@requires_proof
def erase() -> ResponseReturnValue:
    """Erase somebody who asked for it and made sure who she is; for whoever sees all groups."""
    form = EraseNowForm()
    if not form.validate():
        return _asked_page(AskedForm(formdata=None), form, status=422)
    # It ends regular gifts and lists of groups that are none of hers.
    if not _sees_all():
        raise ForbiddenError

    def work() -> Erasure:
        with transaction():
            now, by = clock.utcnow(), current_actor()
            return erasing.erase(form.address, source=form.asked_by, now=now, by=by)

    erasure = retry_deadlocks(work)
    return redirect(url_for("privacy_desk.erased", public_id=erasure.public_id), 303)


def _asked_page(
    form: AskedForm, erase_form: EraseNowForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "supporters/desk/privacy/asked.html",
        status=status,
        form=form,
        erase_form=erase_form,
        sees_all=_sees_all(),
    )


def _sees_all() -> bool:
    return {each.id for each in groups.list_groups()} <= set(groups_with(_MAY))


# --- erased ---------------------------------------------------------------------------------------


@bp.get("/erasures")
@requires(_MAY)
def erasures() -> ResponseReturnValue:
    """List who was erased: when and how, never who."""
    found = reads.list_erasures(_before())
    more = len(found) > reads.PAGE_SIZE
    return show_page(
        "supporters/desk/privacy/erasures.html",
        erasures=found[: reads.PAGE_SIZE],
        next_id=found[reads.PAGE_SIZE - 1].id if more else None,
        source_names=render.ASKED_BY_NAMES,
        gone=_gone,
        stayed=_stayed,
    )


def _before() -> int | None:
    typed = request.args.get("before", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else None


def _total(count: Callable[[dict[str, object]], int]) -> Callable[[Erasure], int]:
    return lambda erasure: sum(count(each) for each in erasure.outcome)


def _part_gone(part: dict[str, object]) -> int:
    gone = part["gone"]
    return gone if isinstance(gone, int) else 0


def _part_stayed(part: dict[str, object]) -> int:
    stayed = part["stayed"]
    return len(stayed) if isinstance(stayed, list) else 0


_gone, _stayed = _total(_part_gone), _total(_part_stayed)


@bp.get("/erasures/<public_id>")
@requires(_MAY)
def erased(public_id: str) -> ResponseReturnValue:
    """Say what went and what stayed, to be read out or sent to her."""
    erasure = reads.find_erasure(public_id)
    if erasure is None:
        raise NotFoundError
    return show_page(
        "supporters/desk/privacy/erased.html",
        erasure=erasure,
        source_names=render.ASKED_BY_NAMES,
    )
