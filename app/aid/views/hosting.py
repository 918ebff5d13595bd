"""A host's own page: her point as it stands, who comes, and what she can do. The link is the key.

No account, no cookie. A GET changes nothing, whoever follows the link.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.aid.errors.hosting import HelperLinkEndedError
from app.aid.errors.points import HostLinkEndedError
from app.aid.forms.hosting import CodeForm, DropOffForm, HostButton, OnceForm
from app.aid.models.drops import AidItem
from app.aid.models.points import CollectionPoint, PointHost
from app.aid.queries import hosting as reads
from app.aid.queries import workplaces as workplace_reads
from app.aid.render import hosting as render
from app.aid.render.host_words import DONE_WORDS
from app.aid.rules.points import HOST_LINK
from app.aid.rules.words import Discloser, Fill, ItemCategory
from app.aid.service import (
    bringing,
    hosting,
    moderating_points,
    pledging,
    point_content,
    points,
)
from app.aid.service.hosting import HOST
from app.db.session import retry_deadlocks, transaction
from app.lib import clock, links
from app.lib.errors import NotFoundError, UserError
from app.lib.links import BadLinkError
from app.settings import settings
from app.web.forms import PublicForm
from app.web.pages import render as show_page

bp = Blueprint("point_host", __name__)

Work = Callable[[PointHost], None]
#: What is done by pressing one button, as it stands in the address.
_DEEDS = "any(confirm, shut, unshut, pause, resume, right)"
_ANSWERS = "any(accept, decline)"


@bp.get("/host/<token>")
def show(token: str) -> Response:
    """Show a point as it stands, who comes, and what its host can do."""
    return page(opened(token))


@bp.post(f"/host/<token>/<{_DEEDS}:deed>")
def act(token: str, deed: str) -> ResponseReturnValue:
    """Prove the mailbox, close for today, pause and go on, say that all is still right."""
    now = clock.utcnow()
    return press(token, _deeds(now)[deed], done=deed)


def _deeds(now: datetime) -> Mapping[str, Work]:
    return {
        "confirm": lambda host: points.confirm_mailbox(host, now=now),
        "shut": lambda host: hosting.shut_today(host.point, now=now, by=HOST),
        "unshut": lambda host: hosting.open_again(host.point, now=now, by=HOST),
        "pause": lambda host: hosting.pause(host.point, now=now, by=HOST),
        "resume": lambda host: hosting.go_on(host.point, now=now, by=HOST),
        "right": lambda host: hosting.say_right(host.point, now=now, by=HOST),
    }


@bp.post("/host/<token>/fill/<any(empty, half, nearly, full):fill>")
def set_fill(token: str, fill: str) -> ResponseReturnValue:
    """Say how full it is."""
    now = clock.utcnow()
    return press(
        token,
        lambda host: hosting.set_fill(host.point, Fill(fill), now=now, by=HOST),
        done="full" if fill == Fill.FULL else "fill",
    )


@bp.post(f"/host/<token>/bringers/<key>/<{_ANSWERS}:answer>")
def answer_bringer(token: str, key: str, answer: str) -> ResponseReturnValue:
    """Let somebody come and see where it is, or not."""
    now = clock.utcnow()

    def work(host: PointHost) -> None:
        wish = reads.get_bringer(host.point_id, key)
        if answer == "accept":
            bringing.accept(wish, by=HOST, discloser=Discloser.HOST, now=now)
        else:
            bringing.decline(wish, by=HOST, now=now)

    return press(token, work, done=answer)


@bp.post(f"/host/<token>/pledges/<key>/<{_ANSWERS}:answer>")
def answer_pledge(token: str, key: str, answer: str) -> ResponseReturnValue:
    """Expect what is collected at a workplace, or not."""
    now = clock.utcnow()

    def work(host: PointHost) -> None:
        workplace = workplace_reads.find(key)
        if workplace is None or workplace.point_id != host.point_id:
            raise NotFoundError
        if answer == "accept":
            what = render.pledge_words(workplace)
            pledging.accept(workplace, what=what, now=now, by=HOST)
        else:
            pledging.decline(workplace, now=now, by=HOST)

    return press(token, work, done=answer)


@bp.post("/host/<token>/code")
def tell_code(token: str) -> ResponseReturnValue:
    """Tell the code that came by post to her address."""
    form, now = CodeForm(), clock.utcnow()

    def work(host: PointHost) -> None:
        moderating_points.tell_code(host, form.code.data or "", now=now, by=HOST)

    return press(token, work, done="code", form=form, shown="code_form")


# --- what all pages of a host share ---------------------------------------------------------------


def page(host: PointHost, *, status: int = 200, **forms: PublicForm) -> Response:
    """Show a host's page, with forms that say what is wrong with them."""
    point = host.point
    made: dict[str, PublicForm] = {
        "form": HostButton(formdata=None),
        "log_form": DropOffForm(items_of(point), formdata=None),
        "code_form": CodeForm(formdata=None),
    } | forms
    return show_page(
        "aid/hosting/show.html",
        status=status,
        token=token_of(host),
        problems=[each for form in made.values() for each in form.problems()],
        done_words=done_words() if status == 200 else "",
        **made,
        **render.page(host, now=clock.utcnow()),
    )


def press(
    token: str,
    work: Work,
    *,
    done: str,
    form: PublicForm | None = None,
    shown: str = "form",
    to: str = "point_host.show",
) -> ResponseReturnValue:
    """Do what a button says in one transaction, and show the page anew."""
    host, form = opened(token), form or HostButton()
    if not form.validate():
        return page(host, status=422, **{shown: form})
    try:
        write(token, work)
    except UserError as error:
        again = host_after(error, token)
        form.add_problem(error)
        if isinstance(form, OnceForm):
            form.be_new_after(error)
        return page(again, status=error.status, **{shown: form})
    return redirect(url_for(to, token=token, done=done), 303)


def write(token: str, work: Work) -> None:
    """Do something with the point of a link in one transaction, the point held."""
    link = links.read(settings().secrets, HOST_LINK, token)

    def once() -> None:
        with transaction():
            work(hosting.lock(link.subject, link.version))

    retry_deadlocks(once)


def host_after(error: UserError, token: str) -> PointHost:
    """The host as she stands once something failed; a link that ended leads elsewhere."""
    if isinstance(error, HostLinkEndedError | HelperLinkEndedError | BadLinkError):
        raise error
    return opened(token)


def opened(token: str) -> PointHost:
    """The host of a link; raises BadLinkError (404) or HostLinkEndedError (410)."""
    link = links.read(settings().secrets, HOST_LINK, token)
    return hosting.open_page(link.subject, link.version)


def token_of(host: PointHost) -> str:
    """The token of a host's page."""
    version = host.link_version
    return links.sign(settings().secret_key, HOST_LINK, host.public_id, version=version)


def items_of(point: CollectionPoint) -> list[AidItem]:
    """What can be ticked as brought: what the point takes; unsorted things need no tick."""
    taken = {each.item_id for each in point.takes}
    return [
        item
        for item in point_content.wanted_items(point.drop)
        if item.category is not ItemCategory.MIXED and (point.takes_all or item.id in taken)
    ]


def done_words() -> str:
    """What was just done, after the redirect."""
    return str(DONE_WORDS.get(request.args.get("done", ""), ""))


def frame_values(host: PointHost) -> dict[str, Any]:
    """What every page of a host shows."""
    return {"token": token_of(host), **render.frame(host)}


@bp.errorhandler(BadLinkError)
@bp.errorhandler(HostLinkEndedError)
@bp.errorhandler(HelperLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Lead whoever has a link that does not work to the page that sends new ones."""
    is_gone = not isinstance(error, BadLinkError)
    return show_page("aid/hosting/ended.html", status=error.status, is_gone=is_gone)
