"""The desk's series: articles that belong together."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.articles.desk.articles import own_groups
from app.articles.errors.articles import StaleArticleError
from app.articles.forms.authors import SeriesForm
from app.articles.models.articles import ArticleSeries
from app.articles.queries import authors as reads
from app.articles.service import authors as service
from app.db.session import transaction
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.pages import render as show_page

bp = desk_blueprint("article_series_desk", __name__, url_prefix="/desk/article-series")


@bp.get("/")
@requires(Permission.ARTICLES_SEE)
def index() -> ResponseReturnValue:
    """List the series of one's groups, and ask for another."""
    return _list(SeriesForm(own_groups(), formdata=None))


@bp.post("/")
@requires(Permission.ARTICLES_EDIT)
def create() -> ResponseReturnValue:
    """Begin a series."""
    form = SeriesForm(own_groups())
    if form.validate():
        try:
            with transaction():
                group, slug = groups.get_group_by_id(form.chosen_group_id), form.slug.data or ""
                now, by = clock.utcnow(), current_actor()
                service.create_series(group, form.content(), slug=slug, now=now, by=by)
        except UserError as error:
            form.add_problem(error)
        else:
            flash(_("Saved."), "good")
            return redirect(url_for(".index"), 303)
    return _list(form, status=422)


@bp.get("/<int:series_id>")
@requires(Permission.ARTICLES_SEE)
def edit(series_id: int) -> ResponseReturnValue:
    """Show what readers learn of a series, to be changed."""
    series = _row(series_id)
    return _editor(SeriesForm(_group_of(series), series), series)


@bp.post("/<int:series_id>")
@requires(Permission.ARTICLES_EDIT)
def update(series_id: int) -> ResponseReturnValue:
    """Save what is said of a series; 409 with both texts when somebody else did in between."""
    series = _row(series_id, Permission.ARTICLES_EDIT)
    form = SeriesForm(_group_of(series), series)
    if not form.validate():
        return _editor(form, series, status=422)
    try:
        with transaction():
            now, by, seen = clock.utcnow(), current_actor(), form.seen_version
            service.edit_series(series_id, form.content(), seen_version=seen, now=now, by=by)
    except StaleArticleError as error:
        form.add_problem(error)
        series = _row(series_id)
        form.version.data = str(series.version)
        stands = SeriesForm(_group_of(series), series, formdata=None)
        return _editor(form, series, status=409, found=differences(stands, form))
    flash(_("Saved."), "good")
    return redirect(url_for(".index"), 303)


def _row(series_id: int, permission: Permission = Permission.ARTICLES_SEE) -> ArticleSeries:
    series = reads.get_series(series_id, groups_with(Permission.ARTICLES_SEE))
    check(permission, series.group_id)
    return series


def _group_of(series: ArticleSeries) -> Sequence[Group]:
    return [groups.get_group_by_id(series.group_id)]


def _list(form: SeriesForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "articles/desk/series.html",
        status=status,
        form=form,
        rows=reads.list_series(groups_with(Permission.ARTICLES_SEE)),
        may_edit=bool(groups_with(Permission.ARTICLES_EDIT)),
    )


def _editor(
    form: SeriesForm,
    series: ArticleSeries,
    *,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "articles/desk/series_edit.html",
        status=status,
        form=form,
        series=series,
        differences=found,
        may_edit=series.group_id in groups_with(Permission.ARTICLES_EDIT),
    )
