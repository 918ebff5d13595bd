"""The desk's mailings: written, counted for how many, looked at in each language."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import (
    check,
    current_account,
    current_actor,
    desk_blueprint,
    groups_with,
    requires,
)
from app.accounts.rules.permissions import Permission
from app.appeals.queries import appeals as appeal_reads
from app.campaigns.queries import campaigns as campaign_reads
from app.db.session import transaction
from app.groups import queries as group_reads
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.mailings.errors.mailings import StaleMailingError
from app.mailings.forms.mailings import Choices, MailingForm, values_of
from app.mailings.mails import news
from app.mailings.models.mailings import Mailing
from app.mailings.queries import audience as audience_reads
from app.mailings.queries import mailings as reads
from app.mailings.render import desk as render
from app.mailings.rules.mailings import PURPOSE_OF, WRITABLE, languages
from app.mailings.rules.words import MailingKind
from app.mailings.service import writing
from app.settings import settings
from app.web.differences import Difference, differences
from app.web.forms import ActionForm
from app.web.locale import language_name
from app.web.pages import render as show_page
from app.web.paging import read_key

bp = desk_blueprint("mailings_desk", __name__, url_prefix="/desk/mailings")


@bp.get("/")
@requires(Permission.MAILINGS_SEE)
def index() -> ResponseReturnValue:
    """List the mailings of her groups, drafts included."""
    group_ids = groups_with(Permission.MAILINGS_SEE)
    page = reads.list_mailings(group_ids, read_key(request.args.get("after")))
    return show_page(
        "mailings/desk/index.html",
        page=page,
        progress=render.progress_of(page.rows),
        state_tags=render.STATE_TAGS,
        is_first=request.args.get("after") is None,
        may_edit=bool(groups_with(Permission.MAILINGS_EDIT)),
    )


@bp.get("/new")
@requires(Permission.MAILINGS_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty mailing, or `?like=` another one with a word of its own in its links."""
    return _editor(_new_form())


@bp.post("/new")
@requires(Permission.MAILINGS_EDIT)
def create() -> ResponseReturnValue:
    """Begin a mailing as a draft, or only count for how many it is."""
    form = _new_form()
    if form.validate():
        if "count" in request.form:
            return _editor(form, count=_count(form))
        try:
            with transaction():
                mailing = writing.create(
                    form.chosen_group,
                    form.content(),
                    now=clock.utcnow(),
                    by=current_actor(),
                    writer=current_account(),
                )
                public_id = mailing.public_id
        except UserError as error:
            form.add_problem(error)
        else:
            flash(_("Saved as a draft."), "good")
            return redirect(url_for("mailings_desk.show", public_id=public_id), 303)
    return _editor(form, status=422)


def _new_form() -> MailingForm:
    group_ids = groups_with(Permission.MAILINGS_EDIT)
    like = request.args.get("like")
    values = values_of(get_mailing(like)) if like else {}
    # Its own word: what comes by the links of one is not counted for the other.
    own = {"source_word": _free_word(group_ids), "version": ""}
    return MailingForm(_choices(group_ids), data={**values, **own})


def _free_word(group_ids: Sequence[int]) -> str:
    """A word for the links of a new mailing that no other one has: the day, and a number."""
    day = f"mail-{clock.day_in(settings().timezone, clock.utcnow()).isoformat()}"
    words = (day if number == 1 else f"{day}-{number}" for number in range(1, 100))
    return next((word for word in words if not reads.is_word_taken(group_ids, word)), day)


def _choices(group_ids: Sequence[int]) -> Choices:
    return Choices(
        groups=[group_reads.get_group_by_id(each) for each in group_ids],
        campaigns=campaign_reads.list_campaigns(group_ids),
        appeals=appeal_reads.list_appeals(group_ids),
        events=audience_reads.list_events(group_ids),
    )


def _count(form: MailingForm) -> int:
    """How many it would go to now."""
    purpose = PURPOSE_OF[MailingKind(form.kind.data)]
    return audience_reads.count_readers(form.audience(), form.chosen_group.id, purpose)


@bp.get("/<public_id>/edit")
@requires(Permission.MAILINGS_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Show a draft to be changed."""
    mailing = get_mailing(public_id, Permission.MAILINGS_EDIT)
    if mailing.state not in WRITABLE:
        return redirect(url_for("mailings_desk.show", public_id=public_id), 303)
    return _editor(_form_of(mailing), mailing=mailing)


@bp.post("/<public_id>/edit")
@requires(Permission.MAILINGS_EDIT)
def update(public_id: str) -> ResponseReturnValue:
    """Save a changed draft, or only count; 409 with both texts when somebody saved in between."""
    mailing = get_mailing(public_id, Permission.MAILINGS_EDIT)
    form = _form_of(mailing)
    if not form.validate():
        return _editor(form, mailing=mailing, status=422)
    if "count" in request.form:
        return _editor(form, mailing=mailing, count=_count(form))
    try:
        with transaction():
            writing.edit(
                mailing.id,
                form.content(),
                seen_version=form.seen_version,
                now=clock.utcnow(),
                by=current_actor(),
            )
    except StaleMailingError as error:
        form.add_problem(error)
        return _stale(form, public_id)
    except UserError as error:
        form.add_problem(error)
        return _editor(form, mailing=get_mailing(public_id), status=error.status)
    flash(_("Saved."), "good")
    return redirect(url_for("mailings_desk.show", public_id=public_id), 303)


@bp.post("/<public_id>/discard")
@requires(Permission.MAILINGS_EDIT)
def discard(public_id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    mailing = get_mailing(public_id, Permission.MAILINGS_EDIT)
    if not ActionForm().validate():
        return redirect(url_for("mailings_desk.show", public_id=public_id), 303)
    try:
        with transaction():
            writing.discard(mailing.id, now=clock.utcnow(), by=current_actor())
    except UserError as error:
        flash(_(error.sentence, **error.params), "bad")
        return redirect(url_for("mailings_desk.show", public_id=public_id), 303)
    flash(_("The draft is gone."), "good")
    return redirect(url_for("mailings_desk.index"), 303)


def _stale(form: MailingForm, public_id: str) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    mailing = get_mailing(public_id)
    form.version.data = str(mailing.version)
    stands = MailingForm(_choices([mailing.group_id]), mailing, formdata=None)
    return _editor(form, mailing=mailing, status=409, found=differences(stands, form))


def _form_of(mailing: Mailing) -> MailingForm:
    return MailingForm(_choices([mailing.group_id]), mailing)


def get_mailing(public_id: str, permission: Permission = Permission.MAILINGS_SEE) -> Mailing:
    """The mailing of an address, if the account may do this with it."""
    mailing = reads.get_mailing(public_id, groups_with(Permission.MAILINGS_SEE))
    check(permission, mailing.group_id)
    return mailing


def _editor(
    form: MailingForm,
    *,
    mailing: Mailing | None = None,
    count: int | None = None,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "mailings/desk/edit.html",
        status=status,
        form=form,
        mailing=mailing,
        count=count,
        differences=found,
        is_narrowed=form.is_narrowed,
    )


@bp.get("/<public_id>/preview/<locale>")
@requires(Permission.MAILINGS_SEE)
def preview(public_id: str, locale: str) -> ResponseReturnValue:
    """Show it as its readers of a language get it, as a page and as text."""
    mailing = get_mailing(public_id)
    if locale not in settings().locales:
        raise NotFoundError
    return show_page(
        "mailings/desk/preview.html",
        mailing=mailing,
        chosen=locale,
        written=languages(mailing.subject, mailing.body),
        sample=news.preview(mailing, locale),
        language_name=language_name,
    )
