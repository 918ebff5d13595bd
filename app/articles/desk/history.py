"""How an article stood after each save, and putting back what stood once."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.articles.desk.articles import bp, get_row
from app.articles.forms.articles import RestoreForm
from app.articles.queries import articles as reads
from app.articles.render.comparing import compare
from app.articles.rules.content import from_json
from app.articles.service import editing
from app.articles.service.changing import content_of
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError
from app.web.pages import render as show_page


@bp.get("/<int:article_id>/history")
@requires(Permission.ARTICLES_SEE)
def history(article_id: int) -> ResponseReturnValue:
    """List every save of an article: when, and by whom."""
    article = get_row(article_id)
    rows = reads.list_revisions(article_id)
    return show_page("articles/desk/history.html", article=article, rows=rows)


@bp.get("/<int:article_id>/history/<int:version>")
@requires(Permission.ARTICLES_SEE)
def revision(article_id: int, version: int) -> ResponseReturnValue:
    """Show what was different then."""
    article = get_row(article_id)
    row = reads.get_revision(article_id, version)
    return show_page(
        "articles/desk/revision.html",
        article=article,
        row=row,
        differences=compare(from_json(row.content), content_of(article)),
        form=RestoreForm(formdata=None, data={"version": str(article.version)}),
        may_edit=article.group_id in groups_with(Permission.ARTICLES_EDIT),
    )


@bp.post("/<int:article_id>/history/<int:version>/restore")
@requires(Permission.ARTICLES_EDIT)
def restore(article_id: int, version: int) -> ResponseReturnValue:
    """Put back what stood then; what stands now stays in the history."""
    get_row(article_id, Permission.ARTICLES_EDIT)
    form = RestoreForm()
    if form.validate():
        try:
            with transaction():
                now, by, seen = clock.utcnow(), current_actor(), form.seen_version
                editing.restore(article_id, version, seen_version=seen, now=now, by=by)
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
            return redirect(url_for(".revision", article_id=article_id, version=version), 303)
        flash(_("The earlier text is back."), "good")
    return redirect(url_for(".edit", article_id=article_id), 303)
