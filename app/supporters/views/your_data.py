"""The page with everything that is kept about somebody: asked for by mail, read, put right.

No account, no cookie. A GET writes nothing, whoever follows the link.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.audit.facts import Actor
from app.db.session import transaction
from app.lib import clock, links
from app.lib.errors import TooManyError, UserError
from app.lib.links import BadLinkError, SignedLink
from app.settings import settings
from app.supporters.errors.rights import DataLinkEndedError
from app.supporters.flows import rights as flows
from app.supporters.forms.rights import AskDataForm, DataDoForm, DetailsForm, NewAddressForm
from app.supporters.models.rights import DataLink
from app.supporters.queries import people as people_reads
from app.supporters.render import rights as render
from app.supporters.rules.rights import DATA_LINK, MOVE_LINK, PREFERENCES_LINK
from app.supporters.rules.words import DataLinkKind
from app.supporters.service import correcting, data_links, rights
from app.web.differences import differences
from app.web.locale import current_locale
from app.web.pages import NOT_KEPT
from app.web.pages import render as show_page

bp = Blueprint("your_data", __name__)


@bp.get("/your-data")
def ask() -> Response:
    """Ask for the address about which somebody wants to know."""
    return show_page("supporters/your_data/ask.html", form=AskDataForm(formdata=None))


@bp.post("/your-data")
def send() -> ResponseReturnValue:
    """Mail the link; the answer is the same for everybody."""
    form = AskDataForm()
    if not form.validate():
        status = 422 if form.problems() else 200
        return show_page("supporters/your_data/ask.html", status=status, form=form)
    try:
        flows.ask(
            DataLinkKind.SEE,
            form.email.data or "",
            address=request.remote_addr,
            locale=current_locale(),
            now=clock.utcnow(),
        )
    except TooManyError as error:
        form.add_problem(error)
        return show_page("supporters/your_data/ask.html", status=error.status, form=form)
    return redirect(url_for("your_data.sent"), 303)


@bp.get("/your-data/sent")
def sent() -> Response:
    """Say that a mail is under way."""
    return show_page("supporters/your_data/sent.html")


# --- everything -----------------------------------------------------------------------------------


@bp.get("/your-data/<token>")
def show(token: str) -> Response:
    """Show everything that is kept about an address, why and until when."""
    link = _open(token)
    return _page(link, token)


def _page(link: DataLink, token: str) -> Response:
    supporter = people_reads.find_supporter(link.email)
    return show_page(
        "supporters/your_data/show.html",
        token=token,
        email=link.email,
        parts=_parts(link),
        supporter=supporter,
        preferences=preferences_address(supporter.public_id) if supporter else None,
        address_of=_address_of,
        facts_of=render.facts_of,
        done=request.args.get("done"),
    )


def _parts(link: DataLink) -> list[render.Part]:
    return render.parts(rights.find_everything(link.email), rights.statements())


def preferences_address(public_id: str) -> str:
    """Where a supporter chooses what is mailed to her."""
    token = links.sign(settings().secret_key, PREFERENCES_LINK, public_id)
    return url_for("preferences.show", token=token)


def _address_of(link: dict[str, object] | None) -> str | None:
    """The address of a private page that a package named."""
    if not link:
        return None
    version = link.get("version", 1)
    token = links.sign(
        settings().secret_key,
        str(link["purpose"]),
        str(link["subject"]),
        version=version if isinstance(version, int) else 1,
    )
    return url_for(str(link["endpoint"]), token=token)


@bp.get("/your-data/<token>/everything.<any(json, zip):kind>")
def download(token: str, kind: str) -> Response:
    """Give everything as one file: JSON, or tables."""
    link, now = _open(token), clock.utcnow()
    parts = _parts(link)
    if kind == "json":
        answer = Response(render.as_json(link.email, parts, now=now), mimetype="application/json")
    else:
        answer = Response(render.as_zip(link.email, parts, now=now), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="your-data.{kind}"'
    answer.headers["Cache-Control"] = NOT_KEPT
    return answer


# --- putting it right -----------------------------------------------------------------------------


@bp.get("/your-data/<token>/correct")
def ask_correct(token: str) -> Response:
    """Show what she told us of herself, to be changed."""
    return _correct_page(_open(token), token)


@bp.post("/your-data/<token>/correct")
def correct(token: str) -> ResponseReturnValue:
    """Write down what she changed."""
    link = _open(token)
    supporter = people_reads.find_supporter(link.email)
    if supporter is None:
        return redirect(url_for("your_data.show", token=token), 303)
    form = DetailsForm(supporter)
    if not form.validate():
        return _correct_page(link, token, form=form, status=422)
    try:
        with transaction():
            correcting.correct(
                link.email,
                form.details(),
                seen_version=form.seen_version,
                now=clock.utcnow(),
                by=Actor.visitor(),
            )
    except UserError as error:
        form.add_problem(error)
        return _correct_page(link, token, form=form, status=error.status)
    return redirect(url_for("your_data.show", token=token, done="corrected"), 303)


@bp.post("/your-data/<token>/address")
def new_address(token: str) -> ResponseReturnValue:
    """Mail a link to the new address; what is known moves when it is followed."""
    link, form = _open(token), NewAddressForm()
    if not form.validate():
        status = 422 if form.problems() else 200
        return _correct_page(link, token, address_form=form, status=status)
    try:
        flows.ask(
            DataLinkKind.MOVE,
            link.email,
            new_email=form.email.data,
            address=request.remote_addr,
            locale=current_locale(),
            now=clock.utcnow(),
        )
    except TooManyError as error:
        form.add_problem(error)
        return _correct_page(link, token, address_form=form, status=error.status)
    return redirect(url_for("your_data.show", token=token, done="mailed"), 303)


def _correct_page(
    link: DataLink,
    token: str,
    *,
    form: DetailsForm | None = None,
    address_form: NewAddressForm | None = None,
    status: int = 200,
) -> Response:
    supporter = people_reads.find_supporter(link.email)
    fresh = DetailsForm(supporter, formdata=None) if supporter else None
    if form is not None and status == 409 and supporter is not None:
        # The next press is made from the row as it is now.
        form.version.data = str(supporter.version)
    return show_page(
        "supporters/your_data/correct.html",
        status=status,
        token=token,
        email=link.email,
        form=form or fresh,
        differences=differences(fresh, form) if status == 409 and fresh and form else [],
        address_form=address_form or NewAddressForm(formdata=None),
    )


@bp.get("/your-data/move/<token>")
def ask_move(token: str) -> Response:
    """Show the button that says: this is my new address."""
    link = data_links.open_link(_signed(token, MOVE_LINK), DataLinkKind.MOVE, now=clock.utcnow())
    return _move_page(link, token, DataDoForm(formdata=None))


@bp.post("/your-data/move/<token>")
def move(token: str) -> ResponseReturnValue:
    """Take the new address: its mailbox is proven."""
    signed, form = _signed(token, MOVE_LINK), DataDoForm()
    link = data_links.open_link(signed, DataLinkKind.MOVE, now=clock.utcnow())
    if not form.validate():
        return _move_page(link, token, form, status=422)
    try:
        flows.move(signed, now=clock.utcnow())
    except DataLinkEndedError:
        raise
    except UserError as error:
        form.add_problem(error)
        return _move_page(link, token, form, status=error.status)
    return redirect(url_for("your_data.moved"), 303)


@bp.get("/your-data/moved")
def moved() -> Response:
    """Say that the new address counts from now on."""
    return show_page("supporters/your_data/moved.html")


def _move_page(link: DataLink, token: str, form: DataDoForm, *, status: int = 200) -> Response:
    return show_page(
        "supporters/your_data/move.html", status=status, link=link, token=token, form=form
    )


def _open(token: str) -> DataLink:
    """The link behind a token; raises BadLinkError (404) or DataLinkEndedError (410)."""
    return data_links.open_link(_signed(token, DATA_LINK), DataLinkKind.SEE, now=clock.utcnow())


def _signed(token: str, purpose: str) -> SignedLink:
    return links.read(settings().secrets, purpose, token)


@bp.errorhandler(BadLinkError)
@bp.errorhandler(DataLinkEndedError)
def on_dead_link(error: UserError) -> Response:
    """Say that the link opens nothing, and how to get another."""
    return show_page("supporters/your_data/ended.html", status=error.status, error=error)
