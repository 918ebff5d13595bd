"""The desk's articles: written together, and nothing that anybody typed is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.accounts.guard import (
    check,
    current_account,
    current_actor,
    desk_blueprint,
    groups_with,
    requires,
)
from app.accounts.rules.permissions import Permission
from app.articles.errors.articles import StaleArticleError
from app.articles.forms.articles import AddressForm, ArticleForm, Choices, ScheduleForm, StateForm
from app.articles.models.articles import Article
from app.articles.queries import articles as reads
from app.articles.queries import authors as author_reads
from app.articles.queries.choosing import list_screenings
from app.articles.queries.drafts import find_draft
from app.articles.render import desk as render
from app.articles.render.articles import STAGE_NAMES
from app.articles.render.comparing import compare
from app.articles.rules.words import ArticleStage
from app.articles.service import drafts, editing
from app.articles.service.changing import content_of
from app.campaigns.queries import campaigns
from app.db.session import transaction
from app.files import service as files
from app.files.facts import EncodedImage
from app.files.render import encode_upload
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import clock
from app.lib.errors import UserError
from app.lib.text import clean_line
from app.web.differences import Difference
from app.web.forms import version_in
from app.web.headers import content_security_policy
from app.web.limits import limit_body
from app.web.pages import render as show_page
from app.web.paging import read_key

bp = desk_blueprint("articles_desk", __name__, url_prefix="/desk/articles")

#: The largest picture, and room for long texts in two languages beside it.
LARGEST_FORM: Final = 8 * 1024 * 1024
#: Inputs that are no part of what was typed.
_NOT_TYPED: Final = frozenset({"csrf_token", "picture"})


@bp.get("/")
@requires(Permission.ARTICLES_SEE)
def index() -> ResponseReturnValue:
    """List the articles of one's groups, the last changed first."""
    asked = request.args.get("stage", "")
    stage = ArticleStage(asked) if asked in set(ArticleStage) else None
    page = reads.list_for_desk(
        groups_with(Permission.ARTICLES_SEE), stage=stage, after=read_key(request.args.get("after"))
    )
    return show_page(
        "articles/desk/index.html",
        rows=[render.desk_row(each) for each in page.rows],
        stage=stage,
        stage_names=STAGE_NAMES,
        next=url_for(".index", stage=asked or None, after=page.next_key) if page.next_key else None,
        may_edit=bool(groups_with(Permission.ARTICLES_EDIT)),
    )


@bp.get("/new")
@requires(Permission.ARTICLES_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty article, or what was typed into one and not saved."""
    return editor(_draft_form(None) or ArticleForm(_choices()))


@bp.post("/new")
@limit_body(LARGEST_FORM)
@requires(Permission.ARTICLES_EDIT)
def create() -> ResponseReturnValue:
    """Begin an article as a draft."""
    form = ArticleForm(_choices())
    if form.validate():
        try:
            article_id = _create(form, encode_upload(form.picture.data))
        except UserError as error:
            form.add_problem(error)
        else:
            flash(_("The article is kept as a draft."), "good")
            return redirect(url_for(".edit", article_id=article_id), 303)
    keep_typed(None)
    return editor(form, status=422)


def _create(form: ArticleForm, picture: EncodedImage | None) -> int:
    with transaction():
        now = clock.utcnow()
        content = form.content(files.keep_image(picture, now=now).id if picture else None)
        group, slug = groups.get_group_by_id(form.chosen_group_id), form.slug.data or ""
        made = editing.create(group, content, slug=slug, now=now, by=current_actor())
        drafts.drop(current_account().id, None)
        return made.id


@bp.get("/<int:article_id>")
@requires(Permission.ARTICLES_SEE)
def edit(article_id: int) -> ResponseReturnValue:
    """Show an article to be edited, or what was typed into it and not saved."""
    article = get_row(article_id)
    form = _draft_form(article) or ArticleForm(_choices(article), article)
    return editor(form, article=article)


@bp.post("/<int:article_id>")
@limit_body(LARGEST_FORM)
@requires(Permission.ARTICLES_EDIT)
def update(article_id: int) -> ResponseReturnValue:
    """Save an edited article; 409 with both texts when somebody else saved in between."""
    article = get_row(article_id, Permission.ARTICLES_EDIT)
    form = ArticleForm(_choices(article), article)
    if not form.validate():
        keep_typed(article)
        return editor(form, article=article, status=422)
    try:
        _save(form, article_id, encode_upload(form.picture.data))
    except StaleArticleError as error:
        form.add_problem(error)
        return _stale_editor(form, get_row(article_id))
    except UserError as error:
        form.add_problem(error)
        keep_typed(get_row(article_id))
        return editor(form, article=get_row(article_id), status=422)
    flash(_("The article is saved."), "good")
    return redirect(url_for(".edit", article_id=article_id), 303)


def _save(form: ArticleForm, article_id: int, picture: EncodedImage | None) -> None:
    with transaction():
        now, article = clock.utcnow(), reads.lock_article(article_id)
        kept = None if form.remove_picture.data else article.picture_id
        editing.edit(
            article_id,
            form.content(files.keep_image(picture, now=now).id if picture else kept),
            seen_version=form.seen_version,
            now=now,
            by=current_actor(),
            is_revised=bool(form.is_revised.data),
        )
        drafts.drop(current_account().id, article_id)


# --- what was typed and not saved ---------------------------------------------------------------


@bp.post("/new/draft")
@limit_body(LARGEST_FORM)
@requires(Permission.ARTICLES_EDIT)
def keep_new_draft() -> ResponseReturnValue:
    """Keep what is being typed into a new article; the page's script sends it now and then."""
    if StateForm().validate():
        keep_typed(None)
    return "", 204


@bp.post("/<int:article_id>/draft")
@limit_body(LARGEST_FORM)
@requires(Permission.ARTICLES_EDIT)
def keep_draft(article_id: int) -> ResponseReturnValue:
    """Keep what is being typed into an article; the page's script sends it now and then."""
    article = get_row(article_id, Permission.ARTICLES_EDIT)
    if StateForm().validate():
        keep_typed(article)
    return "", 204


@bp.post("/new/draft/drop")
@requires(Permission.ARTICLES_EDIT)
def drop_new_draft() -> ResponseReturnValue:
    """Forget what was typed into a new article."""
    if StateForm().validate():
        with transaction():
            drafts.drop(current_account().id, None)
    return redirect(url_for(".new"), 303)


@bp.post("/<int:article_id>/draft/drop")
@requires(Permission.ARTICLES_EDIT)
def drop_draft(article_id: int) -> ResponseReturnValue:
    """Forget what was typed into an article; it stays as it was saved."""
    get_row(article_id, Permission.ARTICLES_EDIT)
    if StateForm().validate():
        with transaction():
            drafts.drop(current_account().id, article_id)
    return redirect(url_for(".edit", article_id=article_id), 303)


def keep_typed(article: Article | None) -> None:
    """Keep what this request brought, as it was typed, for whoever is signed in."""
    typed = {
        clean_line(name): [_without_nul(each) for each in values]
        for name, values in request.form.lists()
        if name not in _NOT_TYPED
    }
    mine = groups_with(Permission.ARTICLES_EDIT)
    group_id, article_id = (article.group_id, article.id) if article else (mine[0], None)
    with transaction():
        drafts.keep(
            current_account().id,
            group_id,
            article_id,
            typed,
            seen_version=version_in(request.form.get("version")) or None,
            now=clock.utcnow(),
        )


def _without_nul(text: str) -> str:
    """As it was typed, but for what PostgreSQL keeps in no text."""
    return text.replace("\0", "")


def _draft_form(article: Article | None) -> ArticleForm | None:
    """The form with what was typed and not saved, where she asks for it."""
    if "typed" not in request.args:
        return None
    draft = find_draft(current_account().id, article.id if article else None)
    if draft is None:
        return None
    typed = MultiDict(draft.content)
    return ArticleForm(_choices(article), article, formdata=typed)


# --- the page -----------------------------------------------------------------------------------


def get_row(article_id: int, permission: Permission = Permission.ARTICLES_SEE) -> Article:
    """The article of an address, if the account may do this with it."""
    article = reads.get_article(article_id, groups_with(Permission.ARTICLES_SEE))
    check(permission, article.group_id)
    return article


def own_groups() -> Sequence[Group]:
    """The groups for which the account may write."""
    mine = groups_with(Permission.ARTICLES_EDIT)
    return [each for each in groups.list_groups() if each.id in mine]


def form_of(article: Article) -> ArticleForm:
    """The article as it stands, as a form that nothing was typed into."""
    return ArticleForm(_choices(article), article, formdata=None)


def _choices(article: Article | None = None) -> Choices:
    mine = [article.group_id] if article else groups_with(Permission.ARTICLES_EDIT)
    everybody = groups.list_groups()
    return Choices(
        now=clock.utcnow(),
        groups=[each for each in everybody if each.id in mine],
        campaigns=campaigns.list_campaigns(mine),
        series=author_reads.list_series(mine),
        screenings=list_screenings(mine, article.screening_id if article else None),
        authors=author_reads.list_choosable(mine, article.id if article else None),
        acting_ids=[each.id for each in everybody],
    )


def _stale_editor(form: ArticleForm, article: Article) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    keep_typed(article)
    article = get_row(article.id)
    found = compare(content_of(article), form.content(article.picture_id))
    form.version.data = str(article.version)
    return editor(form, article=article, status=409, found=found)


def editor(
    form: ArticleForm,
    *,
    article: Article | None = None,
    status: int = 200,
    found: Sequence[Difference] = (),
    schedule: ScheduleForm | None = None,
    address: AddressForm | None = None,
) -> ResponseReturnValue:
    """The page on which an article is written."""
    mine, account = article is None or _may(Permission.ARTICLES_EDIT, article), current_account()
    draft = find_draft(account.id, article.id if article else None)
    page = show_page(
        "articles/desk/edit.html",
        status=status,
        form=form,
        article=article,
        stage=render.stage_of(article) if article else None,
        stage_names=STAGE_NAMES,
        differences=found,
        draft=draft if status == 200 and "typed" not in request.args else None,
        preview=render.preview_url(article) if article else None,
        state=StateForm(),
        schedule=schedule or ScheduleForm(formdata=None),
        address=address or AddressForm(formdata=None, data={"slug": form.slug.data}),
        may_edit=mine,
        may_publish=article is not None and _may(Permission.ARTICLES_PUBLISH, article),
    )
    # The page's script sends what is being typed to us, and to nobody else.
    page.headers["Content-Security-Policy"] = f"{content_security_policy()}; connect-src 'self'"
    return page


def _may(permission: Permission, article: Article) -> bool:
    return article.group_id in groups_with(permission)
