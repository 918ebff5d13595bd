"""The page on which somebody chooses what is mailed to her, and the one that lets mail come again.

Every mailing leads here. A GET writes nothing, whoever follows the link.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock, links
from app.lib.errors import TooManyError, UserError
from app.lib.links import BadLinkError, SignedLink
from app.mail.rules.addresses import Purpose
from app.mail.service import suppression
from app.settings import settings
from app.supporters.errors.rights import DataLinkEndedError
from app.supporters.flows import rights as flows
from app.supporters.forms.rights import DataDoForm
from app.supporters.models.people import Supporter
from app.supporters.queries import rights as reads
from app.supporters.queries.consents import overruled
from app.supporters.rules.consents import ConsentPurpose, current_wording
from app.supporters.rules.rights import LIFT_LINK, PREFERENCES_LINK
from app.supporters.rules.words import DataLinkKind
from app.supporters.service import data_links
from app.supporters.service.correcting import Wish
from app.web.locale import current_locale
from app.web.pages import render as show_page

bp = Blueprint("preferences", __name__)


@dataclass(frozen=True)
class Choice:
    """What one group may write to her about."""

    group: Group
    #: (purpose, the sentence she agrees to, whether she did).
    boxes: list[tuple[ConsentPurpose, str, bool]]


@bp.get("/preferences/<token>")
def show(token: str) -> Response:
    """Show what each group may write to her about."""
    return _page(_open(token), token, DataDoForm(formdata=None))


@bp.post("/preferences/<token>")
def choose(token: str) -> ResponseReturnValue:
    """Give and withdraw consents as the boxes say."""
    supporter, form = _open(token), DataDoForm()
    if not form.validate():
        return _page(supporter, token, form, status=422)
    ticked = set(request.form.getlist("wanted"))
    wishes = [
        Wish(each.group.id, purpose, f"{each.group.slug}:{purpose.value}" in ticked)
        for each in _choices(supporter)
        for purpose, _, _ in each.boxes
    ]
    flows.choose(supporter.id, wishes, locale=current_locale(), now=clock.utcnow())
    return redirect(url_for("preferences.show", token=token, done="saved"), 303)


@bp.post("/preferences/<token>/stop")
def stop(token: str) -> ResponseReturnValue:
    """Let nobody write to her but about what she does with us."""
    supporter, form = _open(token), DataDoForm()
    if not form.validate():
        return _page(supporter, token, form, status=422)
    flows.stop_everything(supporter.id, supporter.email or "", now=clock.utcnow())
    return redirect(url_for("preferences.show", token=token, done="stopped"), 303)


@bp.post("/preferences/<token>/again")
def ask_again(token: str) -> ResponseReturnValue:
    """Mail the link that lets mail come again: only who reads the mailbox may say so."""
    supporter, form = _open(token), DataDoForm()
    if not form.validate():
        return _page(supporter, token, form, status=422)
    try:
        flows.ask(
            DataLinkKind.LIFT,
            supporter.email or "",
            address=request.remote_addr,
            locale=current_locale(),
            now=clock.utcnow(),
        )
    except TooManyError as error:
        form.add_problem(error)
        return _page(supporter, token, form, status=error.status)
    return redirect(url_for("your_data.sent"), 303)


@bp.get("/mail-again/<token>")
def ask_lift(token: str) -> Response:
    """Show the button that lets mail come again."""
    data_links.open_link(_lift_link(token), DataLinkKind.LIFT, now=clock.utcnow())
    return show_page(
        "supporters/preferences/again.html", token=token, form=DataDoForm(formdata=None)
    )


@bp.post("/mail-again/<token>")
def lift(token: str) -> ResponseReturnValue:
    """Let mail come again; what she agreed to before does not come back by itself."""
    signed, form = _lift_link(token), DataDoForm()
    data_links.open_link(signed, DataLinkKind.LIFT, now=clock.utcnow())
    if not form.validate():
        return show_page("supporters/preferences/again.html", status=422, token=token, form=form)
    flows.lift(signed, now=clock.utcnow())
    return redirect(url_for("preferences.lifted"), 303)


@bp.get("/mail-again/done")
def lifted() -> Response:
    """Say that mail can come again."""
    return show_page("supporters/preferences/lifted.html")


def _page(supporter: Supporter, token: str, form: DataDoForm, *, status: int = 200) -> Response:
    email = supporter.email or ""
    return show_page(
        "supporters/preferences/show.html",
        status=status,
        token=token,
        form=form,
        choices=_choices(supporter),
        is_stopped=suppression.is_suppressed(email, for_=Purpose.MAILING),
        done=request.args.get("done"),
    )


def _choices(supporter: Supporter) -> list[Choice]:
    """Every group that she ever agreed to hear from; no other is told that she exists."""
    consents = reads.list_consents(supporter.id)
    hers = {each.group_id for each in consents}
    ended = overruled(supporter.id)
    live = {
        (each.group_id, each.purpose)
        for each in consents
        if each.withdrawn_at is None and each.id not in ended
    }
    return [
        Choice(
            group,
            [
                (purpose, current_wording(purpose)[1], (group.id, purpose) in live)
                for purpose in ConsentPurpose
            ],
        )
        for group in groups.list_groups()
        if group.id in hers
    ]


def _open(token: str) -> Supporter:
    """Whose page a token opens; raises BadLinkError (404) or DataLinkEndedError (410)."""
    signed = links.read(settings().secrets, PREFERENCES_LINK, token)
    supporter = reads.find_supporter_by_public_id(signed.subject)
    if supporter is None or supporter.email is None:
        raise DataLinkEndedError
    return supporter


def _lift_link(token: str) -> SignedLink:
    return links.read(settings().secrets, LIFT_LINK, token)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(DataLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Say that the link opens nothing, and how to get another."""
    return show_page("supporters/your_data/ended.html", status=error.status, error=error)
