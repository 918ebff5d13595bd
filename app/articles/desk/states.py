"""What becomes of an article: published, at an hour, taken off; its address and preview link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, requires
from app.accounts.rules.permissions import Permission
from app.articles.desk.articles import bp, editor, form_of, get_row
from app.articles.forms.articles import AddressForm, ScheduleForm, StateForm
from app.articles.service import editing, publishing
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError

CHANGES: Final[dict[str, Callable[..., None]]] = {
    "publish": publishing.publish,
    "withdraw": publishing.withdraw,
    "unschedule": publishing.unschedule,
}


@bp.post("/<int:article_id>/<any(publish, withdraw, unschedule):change>")
@requires(Permission.ARTICLES_PUBLISH)
def change_stage(article_id: int, change: str) -> ResponseReturnValue:
    """Publish an article, take it off the site, or let it wait for a person again."""
    get_row(article_id, Permission.ARTICLES_PUBLISH)
    if StateForm().validate():
        with transaction():
            CHANGES[change](article_id, now=clock.utcnow(), by=current_actor())
    return _back(article_id)


@bp.post("/<int:article_id>/schedule")
@requires(Permission.ARTICLES_PUBLISH)
def schedule(article_id: int) -> ResponseReturnValue:
    """Let a draft be published by itself at an hour."""
    get_row(article_id, Permission.ARTICLES_PUBLISH)
    form = ScheduleForm()
    if form.validate():
        try:
            with transaction():
                now, by = clock.utcnow(), current_actor()
                publishing.schedule(article_id, form.instant, now=now, by=by)
        except UserError as error:
            form.add_problem(error, form.on)
        else:
            flash(_("The article will be published by itself."), "good")
            return _back(article_id)
    article = get_row(article_id)
    return editor(form_of(article), article=article, schedule=form, status=422)


@bp.post("/<int:article_id>/address")
@requires(Permission.ARTICLES_EDIT)
def change_address(article_id: int) -> ResponseReturnValue:
    """Give an article another address; the old one leads to it."""
    get_row(article_id, Permission.ARTICLES_EDIT)
    form = AddressForm()
    if form.validate():
        try:
            with transaction():
                now, by = clock.utcnow(), current_actor()
                editing.change_slug(article_id, form.slug.data or "", now=now, by=by)
        except UserError as error:
            form.add_problem(error, form.slug)
        else:
            flash(_("The article has its new address."), "good")
            return _back(article_id)
    article = get_row(article_id)
    return editor(form_of(article), article=article, address=form, status=422)


@bp.post("/<int:article_id>/preview-link")
@requires(Permission.ARTICLES_EDIT)
def renew_preview(article_id: int) -> ResponseReturnValue:
    """End every preview link that was passed on; the page shows a new one."""
    get_row(article_id, Permission.ARTICLES_EDIT)
    if StateForm().validate():
        with transaction():
            publishing.renew_preview(article_id, now=clock.utcnow(), by=current_actor())
    return _back(article_id)


def _back(article_id: int) -> ResponseReturnValue:
    return redirect(url_for("articles_desk.edit", article_id=article_id, _anchor="stage"), 303)
