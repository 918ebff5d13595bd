"""The desk's authors: who writes, and what readers learn of her."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.articles.desk.articles import own_groups
from app.articles.errors.articles import StaleArticleError
from app.articles.forms.articles import StateForm
from app.articles.forms.authors import AuthorForm
from app.articles.models.articles import Author
from app.articles.queries import authors as reads
from app.articles.service import authors as service
from app.db.session import transaction
from app.files import service as files
from app.files.facts import EncodedImage
from app.files.render import encode_upload
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.limits import limit_body
from app.web.pages import render as show_page

bp = desk_blueprint("authors_desk", __name__, url_prefix="/desk/authors")

LARGEST_FORM: Final = 6 * 1024 * 1024
CHANGES: Final[dict[str, Callable[..., None]]] = {
    "retire": service.retire_author,
    "bring-back": service.bring_back_author,
}


@bp.get("/")
@requires(Permission.ARTICLES_SEE)
def index() -> ResponseReturnValue:
    """List who writes for one's groups."""
    return show_page(
        "articles/desk/authors.html",
        authors=reads.list_authors(groups_with(Permission.ARTICLES_SEE)),
        may_edit=bool(groups_with(Permission.ARTICLES_EDIT)),
    )


@bp.get("/new")
@requires(Permission.ARTICLES_EDIT)
def new() -> ResponseReturnValue:
    """Ask who she is."""
    return _editor(AuthorForm(own_groups()))


@bp.post("/new")
@limit_body(LARGEST_FORM)
@requires(Permission.ARTICLES_EDIT)
def create() -> ResponseReturnValue:
    """Add somebody who writes."""
    form = AuthorForm(own_groups())
    if form.validate():
        try:
            author_id = _create(form, encode_upload(form.picture.data))
        except UserError as error:
            form.add_problem(error)
        else:
            flash(_("Saved."), "good")
            return redirect(url_for(".edit", author_id=author_id), 303)
    return _editor(form, status=422)


def _create(form: AuthorForm, picture: EncodedImage | None) -> int:
    with transaction():
        now = clock.utcnow()
        content = form.content(files.keep_image(picture, now=now).id if picture else None)
        group, slug = groups.get_group_by_id(form.chosen_group_id), form.slug.data or ""
        return service.create_author(group, content, slug=slug, now=now, by=current_actor()).id


@bp.get("/<int:author_id>")
@requires(Permission.ARTICLES_SEE)
def edit(author_id: int) -> ResponseReturnValue:
    """Show what readers learn of an author, to be changed."""
    author = _row(author_id)
    return _editor(AuthorForm(_group_of(author), author), author=author)


@bp.post("/<int:author_id>")
@limit_body(LARGEST_FORM)
@requires(Permission.ARTICLES_EDIT)
def update(author_id: int) -> ResponseReturnValue:
    """Save what is said of an author; 409 with both texts when somebody else did in between."""
    author = _row(author_id, Permission.ARTICLES_EDIT)
    form = AuthorForm(_group_of(author), author)
    if not form.validate():
        return _editor(form, author=author, status=422)
    try:
        _save(form, author_id, encode_upload(form.picture.data))
    except StaleArticleError as error:
        form.add_problem(error)
        author = _row(author_id)
        form.version.data = str(author.version)
        stands = AuthorForm(_group_of(author), author, formdata=None)
        return _editor(form, author=author, status=409, found=differences(stands, form))
    except UserError as error:
        form.add_problem(error)
        return _editor(form, author=_row(author_id), status=422)
    flash(_("Saved."), "good")
    return redirect(url_for(".edit", author_id=author_id), 303)


def _save(form: AuthorForm, author_id: int, picture: EncodedImage | None) -> None:
    with transaction():
        now, author = clock.utcnow(), reads.lock_author(author_id)
        kept = None if form.remove_picture.data else author.picture_id
        content = form.content(files.keep_image(picture, now=now).id if picture else kept)
        seen, by = form.seen_version, current_actor()
        service.edit_author(author_id, content, seen_version=seen, now=now, by=by)


@bp.post("/<int:author_id>/<any(retire, 'bring-back'):change>")
@requires(Permission.ARTICLES_EDIT)
def change_state(author_id: int, change: str) -> ResponseReturnValue:
    """Offer an author no longer for new articles, or again."""
    _row(author_id, Permission.ARTICLES_EDIT)
    if StateForm().validate():
        with transaction():
            CHANGES[change](author_id, now=clock.utcnow(), by=current_actor())
    return redirect(url_for(".edit", author_id=author_id), 303)


def _row(author_id: int, permission: Permission = Permission.ARTICLES_SEE) -> Author:
    author = reads.get_author(author_id, groups_with(Permission.ARTICLES_SEE))
    check(permission, author.group_id)
    return author


def _group_of(author: Author) -> Sequence[Group]:
    return [groups.get_group_by_id(author.group_id)]


def _editor(
    form: AuthorForm,
    *,
    author: Author | None = None,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "articles/desk/author.html",
        status=status,
        form=form,
        author=author,
        is_public=author is not None and reads.has_published(author.id),
        differences=found,
        state=StateForm(),
        may_edit=author is None or author.group_id in groups_with(Permission.ARTICLES_EDIT),
    )
