"""A host of an earlier round, behind the link in her mail: same again, changed, or not this time.

A GET writes nothing, whoever follows the link; answers are given by buttons, once.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.aid.errors.again import AgainLinkEndedError
from app.aid.forms.again import AcceptForm, DeclineForm
from app.aid.models.drops import HostInvite
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.queries import again as reads
from app.aid.render import again as render
from app.aid.rules.again import AGAIN_LINK
from app.aid.rules.points import HOST_LINK, takes_points
from app.aid.rules.words import AgainState
from app.aid.service import again as service
from app.db.session import retry_deadlocks, transaction
from app.lib import clock, links
from app.lib.errors import UserError
from app.lib.links import BadLinkError
from app.settings import settings
from app.web.locale import current_locale
from app.web.pages import render as show_page

bp = Blueprint("again", __name__)

#: The two ways to say yes, as they stand in the address.
YES = "any(same, changed)"


@bp.get("/aid/again/<token>")
def show(token: str) -> Response:
    """Show what the point was last time, and the three answers."""
    return _page(_open(token), token)


@bp.get(f"/aid/again/<token>/<{YES}:answer>")
def ask_accept(token: str, answer: str) -> ResponseReturnValue:
    """Ask for what is missing before a yes: what is different, or the place that was deleted."""
    invite = _open(token)
    if not _is_asked(invite):
        return redirect(url_for("again.show", token=token), 302)
    return _accept_page(invite, token, answer, _accept_form(invite, answer, is_fresh=True))


@bp.post(f"/aid/again/<token>/<{YES}:answer>")
def accept(token: str, answer: str) -> ResponseReturnValue:
    """She does it again: her new page follows."""
    invite = _open(token)
    form = _accept_form(invite, answer)
    if not form.validate():
        return _accept_page(invite, token, answer, form, status=422)

    def work() -> PointHost:
        with transaction():
            return service.accept(
                invite.id,
                place=form.typed_place,
                note=form.words,
                locale=current_locale(),
                now=clock.utcnow(),
            )

    try:
        host = retry_deadlocks(work)
    except UserError as error:
        form.add_problem(error)
        return _accept_page(_open(token), token, answer, form, status=error.status)
    # Given once, to whoever pressed the button: afterwards the link is sent by mail alone.
    key = settings().secret_key
    page = links.sign(key, HOST_LINK, host.public_id, version=host.link_version)
    return redirect(url_for("point_host.show", token=page), 303)


@bp.post("/aid/again/<token>/not-this-time")
def decline(token: str) -> ResponseReturnValue:
    """Not this time; with a tick, never again."""
    invite, form = _open(token), DeclineForm()
    if not form.validate():
        return _page(invite, token, form=form, status=422)

    def work() -> None:
        with transaction():
            never = bool(form.never_again.data)
            service.decline(invite.id, never_again=never, now=clock.utcnow())

    try:
        retry_deadlocks(work)
    except UserError as error:
        form.add_problem(error)
        return _page(_open(token), token, form=form, status=error.status)
    return redirect(url_for("again.show", token=token), 303)


def _page(
    invite: HostInvite, token: str, *, form: DeclineForm | None = None, status: int = 200
) -> Response:
    old = _old_point(invite)
    return show_page(
        "aid/again/show.html",
        status=status,
        drop=invite.drop,
        token=token,
        answer=invite.state.value,
        is_open=_is_asked(invite),
        needs_place=old.place is None,
        rows=render.facts(old) if _is_asked(invite) else [],
        same=AcceptForm(needs_place=False, wants_note=False, formdata=None),
        form=form or DeclineForm(formdata=None),
    )


def _accept_page(
    invite: HostInvite, token: str, answer: str, form: AcceptForm, *, status: int = 200
) -> Response:
    return show_page(
        "aid/again/accept.html",
        status=status,
        drop=invite.drop,
        token=token,
        answer=answer,
        form=form,
    )


def _accept_form(invite: HostInvite, answer: str, *, is_fresh: bool = False) -> AcceptForm:
    given = {"formdata": None} if is_fresh else {}
    needs_place = _old_point(invite).place is None
    return AcceptForm(needs_place=needs_place, wants_note=answer == "changed", **given)


def _old_point(invite: HostInvite) -> CollectionPoint:
    old = reads.find_point(invite)
    if old is None:
        raise AgainLinkEndedError
    return old


def _is_asked(invite: HostInvite) -> bool:
    is_kept = _old_point(invite).host is not None
    return invite.state is AgainState.ASKED and is_kept and takes_points(invite.drop.state)


def _open(token: str) -> HostInvite:
    """The invite of a link; raises BadLinkError (404) or AgainLinkEndedError (410)."""
    link = links.read(settings().secrets, AGAIN_LINK, token)
    found = reads.find_invite(link.subject)
    if found is None or found.link_version != link.version:
        raise AgainLinkEndedError
    return found


@bp.errorhandler(BadLinkError)
@bp.errorhandler(AgainLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Lead whoever has a link that does not work to the page that sends new ones."""
    is_gone = isinstance(error, AgainLinkEndedError)
    return show_page("aid/again/ended.html", status=error.status, is_gone=is_gone)
