"""The desk's standing pages: written in every language, looked at first, put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, desk_blueprint, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import NotFoundError, UserError
from app.lib.text import Translated
from app.settings import settings
from app.site.errors.pages import StalePageError
from app.site.forms.pages import PageForm, VersionForm
from app.site.queries import pages as reads
from app.site.render.pages import NAMES, language_views, our_words, page_rows, page_words
from app.site.rules.words import PageKey
from app.site.service import pages as service
from app.web.differences import Difference, differences
from app.web.pages import render as show_page

bp = desk_blueprint("pages_desk", __name__, url_prefix="/desk/site/pages")


@bp.get("/")
@requires(Permission.SITE_EDIT)
def index() -> ResponseReturnValue:
    """List the standing pages, whose words they show, and what a language lacks."""
    return show_page("site/desk/pages/index.html", rows=page_rows(), locales=settings().locales)


@bp.get("/<key>")
@requires(Permission.SITE_EDIT)
def edit(key: str) -> ResponseReturnValue:
    """Show a page to be edited: what stands there, or our words to begin with."""
    page = _key(key)
    return _editor(page, _form(page, formdata=None))


@bp.post("/<key>")
@requires(Permission.SITE_EDIT)
def update(key: str) -> ResponseReturnValue:
    """Save a page; 409 with both texts when somebody else saved in between."""
    page = _key(key)
    form = _form(page)
    if not form.validate():
        return _editor(page, form, status=422)
    try:
        with transaction():
            seen, text = form.seen_version, form.text.required
            service.save(page, text, seen_version=seen, now=clock.utcnow(), by=current_actor())
    except StalePageError as error:
        form.add_problem(error)
        return _stale_editor(page, form)
    except UserError as error:
        form.add_problem(error, form.text)
        return _editor(page, form, status=error.status)
    flash(_("The page is saved."), "good")
    return redirect(url_for("pages_desk.edit", key=page.value), 303)


@bp.post("/<key>/preview")
@requires(Permission.SITE_EDIT)
def preview(key: str) -> ResponseReturnValue:
    """Show what was typed as visitors will read it; nothing is saved."""
    page = _key(key)
    form = _form(page)
    if not form.validate():
        return _editor(page, form, status=422)
    return _editor(page, form, previewed=form.text.required)


@bp.get("/<key>/history")
@requires(Permission.SITE_EDIT)
def history(key: str) -> ResponseReturnValue:
    """List what a page said before."""
    page = _key(key)
    revisions = reads.list_revisions(page)
    return show_page(
        "site/desk/pages/history.html",
        key=page,
        name=NAMES[page],
        revisions=[(each, language_views(each.body)) for each in revisions],
        ours=language_views(our_words(page)),
        last=reads.last_version(page),
        is_ours=reads.find_text(page) is None,
        form=VersionForm(formdata=None, data={"version": str(reads.last_version(page))}),
    )


@bp.post("/<key>/history/<int:version>")
@requires(Permission.SITE_EDIT)
def restore(key: str, version: int) -> ResponseReturnValue:
    """Let a page say again what it said before."""
    page, form = _key(key), VersionForm()
    if form.validate():
        seen, now, by = form.seen_version, clock.utcnow(), current_actor()
        _do(lambda: service.restore(page, version, seen_version=seen, now=now, by=by))
    return redirect(url_for("pages_desk.edit", key=page.value), 303)


@bp.post("/<key>/ours")
@requires(Permission.SITE_EDIT)
def put_back(key: str) -> ResponseReturnValue:
    """Let a page say what comes with Muster; what it said stays in its history."""
    page, form = _key(key), VersionForm()
    if form.validate():
        seen, now, by = form.seen_version, clock.utcnow(), current_actor()
        _do(lambda: service.put_back(page, seen_version=seen, now=now, by=by))
    return redirect(url_for("pages_desk.edit", key=page.value), 303)


def _do(deed: Callable[[], None]) -> None:
    """Do it and say so, or say why it could not be done."""
    try:
        with transaction():
            deed()
    except StalePageError as error:
        flash(_(error.sentence, **error.params), "bad")
    else:
        flash(_("The page is saved."), "good")


def _key(text: str) -> PageKey:
    try:
        return PageKey(text)
    except ValueError:
        raise NotFoundError from None


def _form(page: PageKey, **values: object) -> PageForm:
    return PageForm(page_words(page).text, reads.last_version(page), **values)


def _stale_editor(page: PageKey, form: PageForm) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    stands = _form(page, formdata=None)
    form.version.data = stands.version.data
    return _editor(page, form, status=409, found=differences(stands, form))


def _editor(
    page: PageKey,
    form: PageForm,
    *,
    status: int = 200,
    found: Sequence[Difference] = (),
    previewed: Translated | None = None,
) -> ResponseReturnValue:
    return show_page(
        "site/desk/pages/edit.html",
        status=status,
        key=page,
        name=NAMES[page],
        address=f"/{page.value}",
        form=form,
        differences=found,
        previews=language_views(previewed),
        is_ours=reads.find_text(page) is None,
        has_history=reads.last_version(page) > 0,
        back=VersionForm(formdata=None, data={"version": form.version.data}),
    )
