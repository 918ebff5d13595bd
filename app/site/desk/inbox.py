"""What visitors write to us by the form, and what people say who ring: answered by mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.groups import queries as groups
from app.groups.models import Group
from app.groups.rules import GroupKind
from app.lib import clock
from app.lib.errors import UserError
from app.site.forms.contact import ABOUT_NAMES, AnswerForm, EnterMessageForm, PassOnForm
from app.site.models.pages import ContactMessage
from app.site.queries import contact as reads
from app.site.rules.contact import answer_within
from app.site.service import contact as service
from app.web.forms import ActionForm
from app.web.pages import render as show_page
from app.web.paging import read_key
from app.web.panels import Waiting, WaitingKind, WaitingSource

bp = desk_blueprint("inbox_desk", __name__, url_prefix="/desk/messages-in")

CHANGES: dict[str, Callable[..., None]] = {
    "aside": service.put_aside,
    "again": service.take_up,
}


@bp.get("/")
@requires(Permission.CONTACT_ANSWER)
def index() -> ResponseReturnValue:
    """List what waits for an answer, then what was answered."""
    mine = groups_with(Permission.CONTACT_ANSWER)
    after = read_key(request.args.get("after"))
    done = reads.list_done(mine, after)
    return show_page(
        "site/desk/inbox/index.html",
        waiting=reads.list_unread(mine) if after is None else (),
        is_first=after is None,
        done=done,
        about_names=ABOUT_NAMES,
        has_several=len(mine) > 1,
    )


@bp.get("/new")
@requires(Permission.CONTACT_ANSWER)
def new() -> ResponseReturnValue:
    """Show the form for somebody who rang or wrote a letter."""
    return _enter_page(EnterMessageForm(_own_groups(), formdata=None))


@bp.post("/new")
@requires(Permission.CONTACT_ANSWER)
def enter() -> ResponseReturnValue:
    """Write down what somebody said."""
    form = EnterMessageForm(_own_groups())
    if not form.validate():
        return _enter_page(form, status=422)
    with transaction():
        nonce = (form.nonce.data or "")[:60]
        message = service.keep(form.letter(), nonce=nonce, now=clock.utcnow(), by=current_actor())
        public_id = message.public_id
    flash(_("Written down."), "good")
    return redirect(url_for("inbox_desk.show", public_id=public_id), 303)


@bp.get("/<public_id>")
@requires(Permission.CONTACT_ANSWER)
def show(public_id: str) -> ResponseReturnValue:
    """Show a message, and the answer to it or the form for one."""
    return _page(_message(public_id), AnswerForm(formdata=None))


@bp.post("/<public_id>")
@requires(Permission.CONTACT_ANSWER)
def answer(public_id: str) -> ResponseReturnValue:
    """Answer a message by mail."""
    message, form = _message(public_id), AnswerForm()
    if not form.validate():
        return _page(message, form, status=422)
    try:
        with transaction():
            text = (form.text.data or "").strip()
            service.answer(message.id, text, now=clock.utcnow(), by=current_actor())
    except UserError as error:
        form.add_problem(error)
        return _page(_message(public_id), form, status=error.status)
    flash(_("The answer is on its way."), "good")
    return redirect(url_for("inbox_desk.index"), 303)


@bp.post("/<public_id>/<any(aside, again):change>")
@requires(Permission.CONTACT_ANSWER)
def move(public_id: str, change: str) -> ResponseReturnValue:
    """Put a message aside that needs no answer, or take it up again."""
    message = _message(public_id)
    if ActionForm().validate():
        _do(lambda: CHANGES[change](message.id, now=clock.utcnow(), by=current_actor()))
    return redirect(url_for("inbox_desk.show", public_id=public_id), 303)


@bp.post("/<public_id>/group")
@requires(Permission.CONTACT_ANSWER)
def pass_on(public_id: str) -> ResponseReturnValue:
    """Give a message to another group, whose people then answer it."""
    message, form = _message(public_id), PassOnForm(_other_groups())
    if form.validate():
        to, now = int(form.group.data), clock.utcnow()
        _do(lambda: service.pass_on(message.id, to, now=now, by=current_actor()))
    return redirect(url_for("inbox_desk.index"), 303)


def _do(deed: Callable[[], None]) -> None:
    """Do it and say so, or say why it could not be done."""
    try:
        with transaction():
            deed()
    except UserError as error:
        flash(_(error.sentence, **error.params), "bad")
    else:
        flash(_("Written down."), "good")


def _message(public_id: str) -> ContactMessage:
    message = reads.get_message(public_id, groups_with(Permission.CONTACT_ANSWER))
    check(Permission.CONTACT_ANSWER, message.group_id)
    return message


def _own_groups() -> Sequence[Group]:
    mine = groups_with(Permission.CONTACT_ANSWER)
    return [group for group in groups.list_groups() if group.id in mine]


def _other_groups() -> Sequence[Group]:
    return groups.list_groups(GroupKind.NETWORK, GroupKind.CHARITY)


def _enter_page(form: EnterMessageForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page("site/desk/inbox/enter.html", status=status, form=form)


def _page(message: ContactMessage, form: AnswerForm, *, status: int = 200) -> ResponseReturnValue:
    others = [group for group in _other_groups() if group.id != message.group_id]
    return show_page(
        "site/desk/inbox/show.html",
        status=status,
        message=message,
        about=ABOUT_NAMES[message.about],
        form=form,
        act=ActionForm(formdata=None),
        pass_on=PassOnForm(others, formdata=None) if others else None,
    )


def _waiting(_now: datetime) -> Iterator[Waiting]:
    for public_id, since, group_id, about in reads.waiting():
        due = since + answer_within(about)
        yield Waiting(key=public_id, since=since, group_id=group_id, due_at=due)


WAITING = WaitingSource(
    WaitingKind(
        key="contact_messages",
        name=_l("Messages to us that nobody answered"),
        advice=_l("Read them and answer by mail; the press comes first."),
        endpoint="inbox_desk.index",
        permission=Permission.CONTACT_ANSWER,
        order=47,
    ),
    find=_waiting,
)
