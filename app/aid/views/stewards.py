"""The page of a steward who collects at work. The link is the key.

No account, no cookie. A GET changes nothing, whoever follows the link.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.aid.errors.workplaces import (
    WorkplaceChangedError,
    WorkplaceLinkEndedError,
)
from app.aid.flows import workplaces as flows
from app.aid.forms.workplaces import (
    ChoosePointForm,
    CountForm,
    EditForm,
    FetchForm,
    HandOverForm,
    StewardButton,
    anew,
    tell,
)
from app.aid.models.workplaces import WorkplaceCollection
from app.aid.queries import pickups as pickup_reads
from app.aid.render import workplaces as render
from app.aid.rules.workplaces import (
    LIVE,
    WORKPLACE_LINK,
    WORKPLACE_MAILBOX_LINK,
)
from app.aid.service import hand_overs, pickups, pledging, workplace_ends, workplaces
from app.aid.service.workplaces import STEWARD
from app.aid.views.workplaces import bp
from app.lib import clock, links
from app.lib.errors import UserError
from app.lib.links import BadLinkError
from app.settings import settings
from app.web.differences import differences
from app.web.forms import PublicForm
from app.web.pages import render as show_page

__all__ = ["bp"]

#: What is done by pressing one button, as it stands in the address.
_DEEDS = "any(confirm, running, unfetch, withdraw)"
#: What each of them is called in the address of the page afterwards.
_DONE = {"withdraw": "withdrawn"}

Work = Callable[[WorkplaceCollection], object]


# --- her page -------------------------------------------------------------------------------------


@bp.get("/workplace/<token>")
def show(token: str) -> Response:
    """Show a collection as it stands, and what its steward can do."""
    return _page(opened(token))


@bp.post(f"/workplace/<token>/<{_DEEDS}:deed>")
def act(token: str, deed: str) -> ResponseReturnValue:
    """Prove the mailbox, take a hand-over or a wish for a van back, call it off."""
    now = clock.utcnow()
    form = StewardButton()
    return _press(token, form, _deeds(form, now)[deed], done=_DONE.get(deed, deed))


def _deeds(form: StewardButton, now: datetime) -> dict[str, Work]:
    def unfetch(workplace: WorkplaceCollection) -> None:
        waiting = pickup_reads.find_waiting(workplace_id=workplace.id)
        if waiting is not None:
            pickups.withdraw(waiting, now=now, by=STEWARD)

    return {
        "confirm": lambda found: workplaces.confirm(found, now=now),
        "running": lambda found: hand_overs.take_back(
            found,
            reason=_("Told by mistake"),
            client_key=form.nonce,
            now=now,
            by=STEWARD,
            entered_by=_who(found),
            is_stewards=True,
        ),
        "unfetch": unfetch,
        "withdraw": lambda found: workplace_ends.withdraw(
            found,
            reason=_("The collection was called off"),
            now=now,
            by=STEWARD,
            entered_by=_who(found),
        ),
    }


@bp.post("/workplace/<token>/point")
def choose(token: str) -> ResponseReturnValue:
    """Pledge it to a point; one press is enough."""
    form, now = ChoosePointForm(), clock.utcnow()

    def work(workplace: WorkplaceCollection) -> None:
        pledging.choose(workplace, form.point.data or "", now=now, by=STEWARD)

    return _press(token, form, work, done="point")


@bp.post("/workplace/<token>/counted")
def count(token: str) -> ResponseReturnValue:
    """Write down what came together at work so far."""
    form, now = CountForm(), clock.utcnow()

    def work(workplace: WorkplaceCollection) -> None:
        hand_overs.count_at_work(
            workplace,
            form.count(),
            what=form.what.data or "",
            client_key=form.nonce,
            now=now,
            by=STEWARD,
            entered_by=_who(workplace),
        )

    return _press(token, form, work, done="counted", shown="count_form")


@bp.post("/workplace/<token>/handed-over")
def hand_over(token: str) -> ResponseReturnValue:
    """Say that it was taken to the point, and how much it was."""
    form, now = HandOverForm(), clock.utcnow()

    def work(workplace: WorkplaceCollection) -> None:
        hand_overs.hand_over(
            workplace,
            form.count(),
            client_key=form.nonce,
            now=now,
            by=STEWARD,
            entered_by=_who(workplace),
        )

    return _press(token, form, work, done="handed_over", shown="hand_form")


@bp.post("/workplace/<token>/fetch")
def fetch(token: str) -> ResponseReturnValue:
    """Ask that it be fetched from the workplace."""
    form, now = FetchForm(), clock.utcnow()

    def work(workplace: WorkplaceCollection) -> None:
        if workplace.state not in LIVE:
            raise WorkplaceChangedError
        pickups.ask(
            workplace,
            boxes=form.counts["boxes"],
            bags=form.counts["bags"],
            note=(form.note.data or "").strip(),
            now=now,
            by=STEWARD,
        )

    return _press(token, form, work, done="fetch", shown="fetch_form")


@bp.get("/workplace/<token>/withdraw")
def ask_withdraw(token: str) -> ResponseReturnValue:
    """Say what calling it off means, before anything happens."""
    workplace = opened(token)
    if workplace.state not in LIVE:
        return redirect(url_for("workplaces.show", token=token), 302)
    return show_page(
        "aid/workplaces/withdraw.html",
        form=StewardButton(formdata=None),
        token=token,
        **render.frame(workplace),
    )


@bp.get("/workplace/<token>/edit")
def edit(token: str) -> ResponseReturnValue:
    """Show days, promise and contact to be changed."""
    workplace = opened(token)
    if workplace.state not in LIVE:
        return redirect(url_for("workplaces.show", token=token), 302)
    return _editor(workplace, EditForm(workplace, formdata=None))


@bp.post("/workplace/<token>/edit")
def save(token: str) -> ResponseReturnValue:
    """Change days, promise and contact; 409 with both texts where they changed meanwhile."""
    workplace, now = opened(token), clock.utcnow()
    form = EditForm(workplace)
    if not form.validate():
        return _editor(workplace, form, status=422)

    def work(found: WorkplaceCollection) -> WorkplaceCollection:
        steward = form.steward(found.locale)
        seen = form.seen_version
        return workplaces.edit(found, form.content(), steward, seen=seen, now=now, by=STEWARD)

    try:
        changed = _step(token, work)
    except UserError as error:
        _pass_on(error)
        tell(form, error)
        found = opened(token)
        is_stale = isinstance(error, WorkplaceChangedError)
        stands = EditForm(found, formdata=None) if is_stale else None
        if stands is not None:
            # What was typed stays, and may be sent over what stands now, knowingly.
            form.version.data = str(found.version)
        return _editor(found, form, stands=stands, status=error.status)
    done = "proof" if changed.new_email else "edited"
    return redirect(url_for("workplaces.show", token=token, done=done), 303)


def _editor(
    workplace: WorkplaceCollection,
    form: EditForm,
    *,
    stands: EditForm | None = None,
    status: int = 200,
) -> Response:
    return show_page(
        "aid/workplaces/edit.html",
        status=status,
        form=form,
        differing=differences(stands, form) if stands is not None else [],
        token=token_of(workplace),
        **render.frame(workplace),
    )


@bp.post("/workplace/<token>/link")
def renew(token: str) -> ResponseReturnValue:
    """End this link and all earlier ones, and send a new one to the steward's mailbox."""
    workplace, form, now = opened(token), StewardButton(), clock.utcnow()
    if not form.validate() or workplace.email is None:
        return _page(workplace, form=form, status=422)
    _step(token, lambda found: workplaces.renew_link(found, now=now, by=STEWARD))
    return show_page("events/hosting/renewed.html")


# --- her mailbox ----------------------------------------------------------------------------------


@bp.get("/workplace/<token>/mailbox")
def ask_mailbox(token: str) -> Response:
    """Show the button that proves a new mailbox; a mail scanner that looks proves nothing."""
    link = links.read(settings().secrets, WORKPLACE_MAILBOX_LINK, token)
    workplace = workplaces.open_page(link.subject.partition("_")[0], link.version)
    return _mailbox_page(workplace, token, StewardButton(formdata=None))


@bp.post("/workplace/<token>/mailbox")
def prove_mailbox(token: str) -> ResponseReturnValue:
    """Send everything to the new mailbox from now on."""
    link = links.read(settings().secrets, WORKPLACE_MAILBOX_LINK, token)
    workplace = workplaces.open_page(link.subject.partition("_")[0], link.version)
    form = StewardButton()
    if not form.validate():
        return _mailbox_page(workplace, token, form, status=422)
    proven = flows.prove_mailbox(link.subject, link.version, now=clock.utcnow())
    return redirect(url_for("workplaces.show", token=token_of(proven), done="edited"), 303)


def _mailbox_page(
    workplace: WorkplaceCollection, token: str, form: StewardButton, *, status: int = 200
) -> Response:
    return show_page(
        "aid/workplaces/mailbox.html",
        status=status,
        form=form,
        token=token,
        **render.frame(workplace),
    )


# --- what all of them share -----------------------------------------------------------------------


def _page(workplace: WorkplaceCollection, *, status: int = 200, **forms: PublicForm) -> Response:
    made: dict[str, PublicForm] = {
        "form": StewardButton(formdata=None),
        "point_form": ChoosePointForm(formdata=None),
        "count_form": CountForm(formdata=None),
        "hand_form": HandOverForm(formdata=None),
        "fetch_form": FetchForm(formdata=None),
    } | forms
    for name, form in made.items():
        # Several of them ask for the same: an id stands on a page once.
        for field in form:
            field.id = f"{name}-{field.name}"
            field.label.field_id = field.id
    done = request.args.get("done", "") if status == 200 else ""
    return show_page(
        "aid/workplaces/show.html",
        status=status,
        token=token_of(workplace),
        done_words=str(render.DONE_WORDS.get(done, "")),
        problems=[each for form in made.values() for each in form.problems()],
        **made,
        **render.page(workplace, now=clock.utcnow()),
    )


def _press(
    token: str, form: PublicForm, work: Work, *, done: str, shown: str = "form"
) -> ResponseReturnValue:
    """Do what a button says in one transaction, and show the page anew."""
    workplace = opened(token)
    if not form.validate():
        return _page(workplace, status=422, **{shown: form})
    try:
        _step(token, work)
    except UserError as error:
        _pass_on(error)
        return _page(opened(token), status=error.status, **{shown: anew(form, error)})
    return redirect(url_for("workplaces.show", token=token, done=done), 303)


def _step(token: str, work: Callable[[WorkplaceCollection], Any]) -> Any:  # noqa: ANN401
    link = links.read(settings().secrets, WORKPLACE_LINK, token)
    return flows.step(link.subject, link.version, work)


def _pass_on(error: UserError) -> None:
    """A link that ended meanwhile leads elsewhere."""
    if isinstance(error, WorkplaceLinkEndedError | BadLinkError):
        raise error


def _who(workplace: WorkplaceCollection) -> str:
    return f"steward:{workplace.public_id}"


def opened(token: str) -> WorkplaceCollection:
    """The collection of a link; raises BadLinkError (404) or WorkplaceLinkEndedError (410)."""
    link = links.read(settings().secrets, WORKPLACE_LINK, token)
    return workplaces.open_page(link.subject, link.version)


def token_of(workplace: WorkplaceCollection) -> str:
    """The token of a steward's page."""
    version = workplace.link_version
    return links.sign(settings().secret_key, WORKPLACE_LINK, workplace.public_id, version=version)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(WorkplaceLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Lead whoever has a link that does not work to the page that sends new ones."""
    is_gone = isinstance(error, WorkplaceLinkEndedError)
    return show_page("aid/workplaces/ended.html", status=error.status, is_gone=is_gone)
