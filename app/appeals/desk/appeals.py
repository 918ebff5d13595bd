"""The desk's appeals: written, looked at, published, closed, and followed by news."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.appeals.errors import StaleAppealError
from app.appeals.forms.editing import AppealForm, StageForm, UpdateForm
from app.appeals.models.appeals import Appeal, AppealUpdate
from app.appeals.queries import appeals as appeal_reads
from app.appeals.render import appeals as render
from app.appeals.service import editing
from app.db.session import transaction
from app.files import service as files
from app.files.render import encode_upload
from app.ledger import queries as ledger
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.limits import limit_body
from app.web.locale import absolute_url
from app.web.pages import render as show_page

bp = desk_blueprint("appeals_desk", __name__, url_prefix="/desk/appeals")

MIB = 1024 * 1024
#: The largest picture, and room for the texts beside it.
LARGEST_FORM = 6 * MIB
Change = Callable[..., None]
CHANGES: dict[str, Change] = {
    "publish": editing.publish_appeal,
    "withdraw": editing.withdraw_appeal,
    "close": editing.close_appeal,
}


@bp.get("/")
@requires(Permission.APPEALS_SEE)
def index() -> ResponseReturnValue:
    """List all appeals, drafts included."""
    now = clock.utcnow()
    return show_page(
        "appeals/desk/appeals.html",
        appeals=appeal_reads.list_appeals(groups_with(Permission.APPEALS_SEE)),
        stage_of=lambda appeal: appeal.stage(now).value,
        may_edit=bool(groups_with(Permission.APPEALS_EDIT)),
        has_funds=bool(ledger.list_funds(groups_with(Permission.APPEALS_SEE))),
    )


@bp.get("/new")
@requires(Permission.APPEALS_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty appeal."""
    return _editor(_new_form())


@bp.post("/new")
@limit_body(LARGEST_FORM)
@requires(Permission.APPEALS_EDIT)
def create() -> ResponseReturnValue:
    """Begin an appeal as a draft."""
    form = _new_form()
    if form.validate():
        try:
            appeal_id = _create(form)
        except UserError as error:
            form.add_problem(error)
        else:
            flash(_("The appeal is kept as a draft."), "good")
            return redirect(url_for("appeals_desk.edit", appeal_id=appeal_id), 303)
    return _editor(form, status=422)


def _new_form() -> AppealForm:
    return AppealForm(ledger.list_funds(groups_with(Permission.APPEALS_EDIT)))


def _create(form: AppealForm) -> int:
    picture = encode_upload(form.picture.data)
    with transaction():
        now = clock.utcnow()
        content = form.content(files.keep_image(picture, now=now).id if picture else None)
        group = ledger.get_fund_by_id(content.fund_id).group
        slug, by = form.slug.data or "", current_actor()
        return editing.create_appeal(group, content, slug=slug, now=now, by=by).id


@bp.get("/<int:appeal_id>")
@requires(Permission.APPEALS_SEE)
def edit(appeal_id: int) -> ResponseReturnValue:
    """Show an appeal to be edited."""
    appeal = _appeal(appeal_id)
    return _editor(_form_of(appeal), appeal=appeal)


@bp.post("/<int:appeal_id>")
@limit_body(LARGEST_FORM)
@requires(Permission.APPEALS_EDIT)
def update(appeal_id: int) -> ResponseReturnValue:
    """Save an edited appeal; 409 with both texts when somebody else saved in between."""
    appeal = _appeal(appeal_id, Permission.APPEALS_EDIT)
    form = _form_of(appeal)
    if not form.validate():
        return _editor(form, appeal=appeal, status=422)
    try:
        _save(form, appeal_id)
    except StaleAppealError as error:
        form.add_problem(error)
        return _stale_editor(form, _appeal(appeal_id))
    except UserError as error:
        form.add_problem(error)
        return _editor(form, appeal=_appeal(appeal_id), status=422)
    flash(_("The appeal is saved."), "good")
    return redirect(url_for("appeals_desk.edit", appeal_id=appeal_id), 303)


def _appeal(appeal_id: int, permission: Permission = Permission.APPEALS_SEE) -> Appeal:
    appeal = appeal_reads.get_appeal(appeal_id, groups_with(Permission.APPEALS_SEE))
    check(permission, appeal.group_id)
    return appeal


def _form_of(appeal: Appeal) -> AppealForm:
    return AppealForm(ledger.list_funds([appeal.group_id]), appeal)


def _save(form: AppealForm, appeal_id: int) -> None:
    picture = encode_upload(form.picture.data)
    with transaction():
        now, appeal = clock.utcnow(), appeal_reads.get_appeal_by_id(appeal_id)
        kept = None if form.remove_picture.data else appeal.picture_id
        content = form.content(files.keep_image(picture, now=now).id if picture else kept)
        seen, by = form.seen_version, current_actor()
        editing.edit_appeal(appeal_id, content, seen_version=seen, now=now, by=by)


def _editor(
    form: AppealForm,
    *,
    appeal: Appeal | None = None,
    status: int = 200,
    differences: Sequence[Difference] = (),
) -> ResponseReturnValue:
    may_edit, may_publish = map(groups_with, (Permission.APPEALS_EDIT, Permission.APPEALS_PUBLISH))
    return show_page(
        "appeals/desk/appeal.html",
        status=status,
        form=form,
        appeal=appeal,
        stage=appeal.stage(clock.utcnow()).value if appeal else None,
        updates=appeal_reads.list_updates(appeal.id) if appeal else [],
        differences=differences,
        stages=StageForm(),
        may_edit=appeal is None or appeal.group_id in may_edit,
        may_publish=appeal is not None and appeal.group_id in may_publish,
    )


def _stale_editor(form: AppealForm, appeal: Appeal) -> ResponseReturnValue:
    """Show both texts; what was typed may then be saved over what stands, knowingly."""
    form.version.data = str(appeal.version)
    rows = differences(_form_of_row(appeal), form)
    return _editor(form, appeal=appeal, status=409, differences=rows)


def _form_of_row(appeal: Appeal) -> AppealForm:
    """The appeal as it stands, as a form that nothing was typed into."""
    return AppealForm(ledger.list_funds([appeal.group_id]), appeal, formdata=None)


@bp.get("/<int:appeal_id>/preview")
@requires(Permission.APPEALS_SEE)
def preview(appeal_id: int) -> ResponseReturnValue:
    """Show the page of an appeal as visitors will see it, published or not."""
    appeal, now = _appeal(appeal_id), clock.utcnow()
    address = absolute_url("appeals.show", slug=appeal.slug)
    shown = render.appeal_page(appeal, now=now)
    if appeal.published_at is None:
        shown["stage"] = render.stage_if_published(appeal, now=now)
    return show_page(
        "appeals/desk/preview.html",
        share_url=address,
        embed_url=absolute_url("embed.show", slug=appeal.slug),
        supporters=[],
        is_preview=True,
        **shown,
    )


@bp.post("/<int:appeal_id>/<any(publish, withdraw, close):change>")
@requires(Permission.APPEALS_PUBLISH)
def change_stage(appeal_id: int, change: str) -> ResponseReturnValue:
    """Publish an appeal, take it off the site, or close it."""
    _appeal(appeal_id, Permission.APPEALS_PUBLISH)
    if StageForm().validate():
        try:
            with transaction():
                CHANGES[change](appeal_id, now=clock.utcnow(), by=current_actor())
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
    return redirect(url_for("appeals_desk.edit", appeal_id=appeal_id), 303)


# --- news -------------------------------------------------------------------------------------


@bp.get("/<int:appeal_id>/updates/new")
@requires(Permission.APPEALS_EDIT)
def new_update(appeal_id: int) -> ResponseReturnValue:
    """Show an empty piece of news."""
    return _update_editor(UpdateForm(), _appeal(appeal_id, Permission.APPEALS_EDIT))


@bp.post("/<int:appeal_id>/updates/new")
@requires(Permission.APPEALS_EDIT)
def post_update(appeal_id: int) -> ResponseReturnValue:
    """Tell the news below an appeal."""
    appeal, form = _appeal(appeal_id, Permission.APPEALS_EDIT), UpdateForm()
    if not form.validate():
        return _update_editor(form, appeal, status=422)
    with transaction():
        editing.post_update(
            appeal_reads.get_appeal_by_id(appeal_id),
            form.content(),
            now=clock.utcnow(),
            by=current_actor(),
        )
    flash(_("The news is on the page."), "good")
    return redirect(url_for("appeals_desk.edit", appeal_id=appeal_id), 303)


@bp.get("/<int:appeal_id>/updates/<int:update_id>")
@requires(Permission.APPEALS_EDIT)
def edit_update(appeal_id: int, update_id: int) -> ResponseReturnValue:
    """Show a piece of news to be corrected."""
    appeal = _appeal(appeal_id, Permission.APPEALS_EDIT)
    row = appeal_reads.get_update(appeal_id, update_id)
    return _update_editor(UpdateForm(row), appeal, row=row)


@bp.post("/<int:appeal_id>/updates/<int:update_id>")
@requires(Permission.APPEALS_EDIT)
def save_update(appeal_id: int, update_id: int) -> ResponseReturnValue:
    """Save corrected news; 409 with both texts when somebody else saved in between."""
    appeal = _appeal(appeal_id, Permission.APPEALS_EDIT)
    row = appeal_reads.get_update(appeal_id, update_id)
    form = UpdateForm(row)
    if not form.validate():
        return _update_editor(form, appeal, row=row, status=422)
    try:
        with transaction():
            editing.edit_update(
                appeal_reads.get_update(appeal_id, update_id),
                form.content(),
                seen_version=form.seen_version,
                now=clock.utcnow(),
                by=current_actor(),
            )
    except StaleAppealError as error:
        form.add_problem(error)
        return _stale_update_editor(form, appeal_id, update_id)
    flash(_("The news is saved."), "good")
    return redirect(url_for("appeals_desk.edit", appeal_id=appeal_id), 303)


def _stale_update_editor(form: UpdateForm, appeal_id: int, update_id: int) -> ResponseReturnValue:
    row = appeal_reads.get_update(appeal_id, update_id)
    form.version.data = str(row.version)
    rows = differences(UpdateForm(row, formdata=None), form)
    return _update_editor(form, _appeal(appeal_id), row=row, status=409, differences=rows)


def _update_editor(
    form: UpdateForm,
    appeal: Appeal,
    *,
    row: AppealUpdate | None = None,
    status: int = 200,
    differences: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "appeals/desk/update.html",
        status=status,
        form=form,
        appeal=appeal,
        update=row,
        differences=differences,
    )
