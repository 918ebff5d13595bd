"""What waits for her, who is on it, and what she wants to hear of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask_babel import gettext

from app.accounts.guard import current_account, current_actor, desk_blueprint, groups_with
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import ForbiddenError, NotFoundError
from app.notices import render
from app.notices.errors import InHandError, LastHearerError
from app.notices.forms import ChoicesForm, TakeForm, choices_form
from app.notices.queries import roles_for
from app.notices.rules import SUMMARY, Pace, can_act
from app.notices.service import choosing, taking, watching
from app.web.filters import ago
from app.web.forms import ActionForm
from app.web.pages import render as show
from app.web.panels import Alarm, Block, Card, TodayContext, WaitingKind, WaitingSource, panels

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

bp = desk_blueprint("notices_desk", __name__, url_prefix="/desk")


# --- what waits -------------------------------------------------------------------------------


@bp.get("/waiting")
def waiting() -> ResponseReturnValue:
    """Show everything that waits for her, each kind with its list and who is on it."""
    return _waiting_page()


@bp.post("/waiting/<kind>/take")
def take(kind: str) -> ResponseReturnValue:
    """Say that she is on it, so that nobody else does the same."""
    source = _source_to_act_on(kind)
    form, person = TakeForm(), current_account()
    form.validate_on_submit()
    try:
        with transaction():
            count = taking.take(
                source,
                person,
                _may(source.kind.permission),
                over=bool(form.over.data),
                now=clock.utcnow(),
                by=current_actor(),
            )
    except InHandError as error:
        return _waiting_page(409, problem=gettext(error.sentence, **error.params))
    if count:
        flash(gettext("The others see that you are on it."), "good")
    else:
        flash(gettext("Nothing of this kind waits any more."), "info")
    return redirect(url_for("notices_desk.waiting"), 303)


@bp.post("/waiting/<kind>/give-back")
def give_back(kind: str) -> ResponseReturnValue:
    """Let somebody else do it."""
    source = _source_to_act_on(kind)
    ActionForm().validate_on_submit()
    with transaction():
        taking.give_back(source, current_account(), now=clock.utcnow(), by=current_actor())
    flash(gettext("It waits for somebody again."), "good")
    return redirect(url_for("notices_desk.waiting"), 303)


def _waiting_page(status: int = 200, *, problem: str = "") -> ResponseReturnValue:
    person, sources = current_account(), panels().waiting_sources()
    return show(
        "notices/waiting.html",
        status=status,
        rows=render.rows(sources, _may, person=person, now=clock.utcnow()),
        sees_any=bool(render.visible_kinds(sources, _may)),
        problem=problem,
    )


def _source_to_act_on(key: str) -> WaitingSource:
    """A kind that she may see and do something about; raises NotFoundError or ForbiddenError."""
    source = next((each for each in panels().waiting_sources() if each.kind.key == key), None)
    if source is None or not _may(source.kind.permission):
        raise NotFoundError
    if not can_act(roles_for(current_account(), source.kind.permission, None)):
        raise ForbiddenError
    return source


def _may(permission: str) -> list[int]:
    return groups_with(Permission(permission))


# --- what she hears of ------------------------------------------------------------------------


@bp.get("/account/notices")
def choices() -> ResponseReturnValue:
    """Show how soon she hears of each kind of thing."""
    kinds = _kinds()
    return _choices_page(choices_form(kinds, choosing.present_choices(current_account(), kinds)))


@bp.post("/account/notices")
def choose() -> ResponseReturnValue:
    """Store it, unless something urgent would reach nobody."""
    kinds = _kinds()
    form = choices_form(kinds, choosing.present_choices(current_account(), kinds))
    if form.validate_on_submit():
        try:
            with transaction():
                choosing.choose(
                    current_account(), form.wanted(), kinds, now=clock.utcnow(), by=current_actor()
                )
        except LastHearerError as error:
            for key in error.kinds:
                form.add_problem(error, form[key])
        else:
            flash(gettext("From now on you hear of it as you chose."), "good")
            return redirect(url_for("notices_desk.choices"), 303)
    return _choices_page(form, status=422)


def _choices_page(form: ChoicesForm, *, status: int = 200) -> ResponseReturnValue:
    kinds = _kinds()
    return show(
        "notices/choices.html",
        status=status,
        form=form,
        urgent=[form[kind.key] for kind in kinds if kind.is_urgent],
        others=[form[kind.key] for kind in kinds if not kind.is_urgent],
        summary=form[SUMMARY],
    )


def _kinds() -> list[WaitingKind]:
    return render.visible_kinds(panels().waiting_sources(), _may)


# --- panels -----------------------------------------------------------------------------------


def cards(context: TodayContext) -> list[Card]:
    """What waits for her, on Today."""
    sources = panels().waiting_sources()
    if not render.visible_kinds(sources, context.may):
        return []
    found = render.rows(sources, context.may, person=current_account(), now=context.now)
    is_silent = watching.worker_silence(context.now) is not None
    return [
        Card(
            "waits",
            gettext("What waits for a person"),
            [render.figure(row) for row in found],
            order=5 if found else 95,
            empty=""
            if is_silent
            else gettext("Nothing waits: every mail is on its way, and the books agree."),
            note=gettext("The worker is silent, so what is new may be missing here.")
            if is_silent
            else "",
            more=(url_for("notices_desk.waiting"), gettext("Who is on what")) if found else None,
        )
    ]


def account_blocks() -> list[Block]:
    """What she chose to hear of, on the page of her account."""
    kinds = _kinds()
    present = choosing.present_choices(current_account(), kinds)
    counts = {pace: sum(present[kind.key] is pace for kind in kinds) for pace in Pace}
    return [Block("notices", "notices/_account.html", {"counts": counts, "pace": Pace})]


def alarms(now: datetime) -> list[Alarm]:
    """What stops everything: a worker that is silent, a mail server that takes nothing."""
    found = []
    silence = watching.worker_silence(now)
    if silence is not None:
        found.append(Alarm("worker", gettext("Nothing is being sent or fetched"), _of(silence)))
    stuck = watching.mail_stuck_since(now)
    if stuck is not None:
        found.append(
            Alarm(
                "mail",
                gettext(
                    "No mail goes out: the first failed %(since)s, and so did all others",
                    since=ago(stuck),
                ),
                gettext(
                    "Receipts and notices wait, and are sent by themselves once the mail server "
                    "takes them. Whoever looks after the server finds the reason with "
                    "“muster doctor”."
                ),
            )
        )
    return found


def _of(silence: watching.Silence) -> str:
    seen = (
        gettext("No worker has ever run here.")
        if silence.since is None
        else gettext("The worker was last seen %(since)s.", since=ago(silence.since))
    )
    advice = gettext(
        "Receipts, other mails and messages from Stripe wait until it runs again. Whoever looks "
        "after the server can start it with “muster run” or “muster worker”."
    )
    return f"{seen} {advice}"
