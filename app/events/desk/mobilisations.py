"""The desk's days of action: written, published, cancelled, with a toolkit for hosts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.appeals.queries import appeals as appeal_reads
from app.campaigns.queries import campaigns
from app.db.session import transaction
from app.events.errors.mobilisations import StaleMobilisationError
from app.events.forms.mobilisations import Choices, MobilisationForm, ToolkitForm
from app.events.models.mobilisations import Mobilisation
from app.events.queries import mobilisations as reads
from app.events.render import mobilisations as render
from app.events.rules.mobilisations import KitFile
from app.events.service import mobilisations as service
from app.files import service as files
from app.files.render import encode_upload
from app.groups import queries as groups
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.forms import ActionForm
from app.web.limits import limit_body
from app.web.locale import absolute_url
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("mobilisations_desk", __name__, url_prefix="/desk/mobilisations")

#: The largest picture or file, and room for the texts beside it.
LARGEST_FORM = 6 * 1024 * 1024
CHANGES: dict[str, Callable[..., None]] = {
    "publish": service.publish,
    "cancel": service.cancel,
    "reinstate": service.reinstate,
}


@bp.get("/")
@requires(Permission.EVENTS_SEE)
def index() -> ResponseReturnValue:
    """List the days of action of her groups, drafts included."""
    return show_page(
        "events/desk/mobilisations/index.html",
        rows=reads.list_of_groups(groups_with(Permission.EVENTS_SEE)),
        days_of=render.days_of,
        is_over=lambda row: render.is_over(row, now=clock.utcnow()),
        may_edit=bool(groups_with(Permission.EVENTS_EDIT)),
    )


@bp.get("/new")
@requires(Permission.EVENTS_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty day of action."""
    return _editor(_new_form())


@bp.post("/new")
@limit_body(LARGEST_FORM)
@requires(Permission.EVENTS_EDIT)
def create() -> ResponseReturnValue:
    """Begin a day of action as a draft."""
    form = _new_form()
    if form.validate():
        try:
            public_id = _create(form)
        except UserError as error:
            form.add_problem(error)
        else:
            flash(_("Saved as a draft."), "good")
            return _back(public_id)
    return _editor(form, status=422)


def _new_form() -> MobilisationForm:
    return MobilisationForm(_choices(groups_with(Permission.EVENTS_EDIT)))


def _choices(group_ids: Sequence[int]) -> Choices:
    return Choices(
        groups=[groups.get_group_by_id(each) for each in group_ids],
        campaigns=campaigns.list_campaigns(group_ids),
        appeals=appeal_reads.list_appeals(group_ids),
    )


def _create(form: MobilisationForm) -> str:
    picture = encode_upload(form.picture.data)
    with transaction():
        now = clock.utcnow()
        content = form.content(files.keep_image(picture, now=now).id if picture else None)
        slug, by = form.slug.data or "", current_actor()
        return service.create(content, slug=slug, now=now, by=by).public_id


@bp.get("/<public_id>")
@requires(Permission.EVENTS_SEE)
def edit(public_id: str) -> ResponseReturnValue:
    """Show a day of action to be edited."""
    row = get_row(public_id)
    return _editor(_form_of(row), row=row)


@bp.post("/<public_id>")
@limit_body(LARGEST_FORM)
@requires(Permission.EVENTS_EDIT)
def update(public_id: str) -> ResponseReturnValue:
    """Save an edited day of action; 409 with both texts when somebody else saved in between."""
    row = get_row(public_id, Permission.EVENTS_EDIT)
    form = _form_of(row)
    if not form.validate():
        return _editor(form, row=row, status=422)
    try:
        _save(form, row.id, public_id)
    except StaleMobilisationError as error:
        form.add_problem(error)
        row = get_row(public_id)
        form.version.data = str(row.version)
        stands = MobilisationForm(_choices([row.group_id]), row, formdata=None)
        return _editor(form, row=row, status=409, found=differences(stands, form))
    except UserError as error:
        form.add_problem(error)
        return _editor(form, row=get_row(public_id), status=422)
    flash(_("Saved."), "good")
    return _back(public_id)


def get_row(public_id: str, permission: Permission = Permission.EVENTS_SEE) -> Mobilisation:
    """The day of action of an address, if the account may do this with it."""
    row = reads.get_for_desk(public_id, groups_with(Permission.EVENTS_SEE))
    check(permission, row.group_id)
    return row


def _form_of(row: Mobilisation) -> MobilisationForm:
    return MobilisationForm(_choices([row.group_id]), row)


def _save(form: MobilisationForm, row_id: int, public_id: str) -> None:
    picture = encode_upload(form.picture.data)
    with transaction():
        now, row = clock.utcnow(), get_row(public_id)
        kept = None if form.remove_picture.data else row.picture_id
        content = form.content(files.keep_image(picture, now=now).id if picture else kept)
        seen, by = form.seen_version, current_actor()
        service.edit(row_id, content, seen_version=seen, now=now, by=by)


def _editor(
    form: MobilisationForm,
    *,
    row: Mobilisation | None = None,
    kit: ToolkitForm | None = None,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    may_edit, may_publish = map(groups_with, (Permission.EVENTS_EDIT, Permission.EVENTS_PUBLISH))
    kit_form = kit or ToolkitForm(formdata=None, prefix="kit")
    return show_page(
        "events/desk/mobilisations/edit.html",
        status=status,
        form=form,
        row=row,
        kit=kit_form,
        problems=[*form.problems(), *kit_form.problems()],
        toolkit=reads.list_toolkit(row.id) if row else [],
        file_size=render.file_size,
        differences=found,
        act=ActionForm(),
        may_edit=row is None or row.group_id in may_edit,
        may_publish=row is not None and row.group_id in may_publish,
        may_moderate=row is not None and row.group_id in groups_with(Permission.EVENTS_MODERATE),
    )


def _back(public_id: str, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("mobilisations_desk.edit", public_id=public_id, _anchor=anchor), 303)


@bp.get("/<public_id>/preview")
@requires(Permission.EVENTS_SEE)
def preview(public_id: str) -> ResponseReturnValue:
    """Show the page of a day of action as visitors will see it, published or not."""
    row = get_row(public_id)
    return show_page(
        "events/mobilisations/show.html",
        share_url=absolute_url("mobilisations.show", slug=row.slug),
        file_size=render.file_size,
        **render.mobilisation_page(row, now=clock.utcnow()),
    )


@bp.post("/<public_id>/<any(publish, cancel, reinstate):change>")
@requires(Permission.EVENTS_PUBLISH)
def change_stage(public_id: str, change: str) -> ResponseReturnValue:
    """Publish a day of action, cancel it, or take that back."""
    row = get_row(public_id, Permission.EVENTS_PUBLISH)
    if ActionForm().validate():
        with transaction():
            CHANGES[change](row.id, now=clock.utcnow(), by=current_actor())
    return _back(public_id, "stage")


# --- the toolkit ----------------------------------------------------------------------------------


@bp.post("/<public_id>/toolkit")
@limit_body(LARGEST_FORM)
@requires(Permission.EVENTS_EDIT)
def add_item(public_id: str) -> ResponseReturnValue:
    """Put a link or a file into the toolkit."""
    row, kit = get_row(public_id, Permission.EVENTS_EDIT), ToolkitForm(prefix="kit")
    if kit.validate():
        try:
            _add_item(row.id, kit)
        except UserError as error:
            kit.add_problem(error)
        else:
            return _back(public_id, "toolkit")
    row = get_row(public_id)
    form = MobilisationForm(_choices([row.group_id]), row, formdata=None)
    return _editor(form, row=row, kit=kit, status=422)


def _add_item(row_id: int, kit: ToolkitForm) -> None:
    title, file = kit.title.data, _kit_file(kit)
    if title is None:
        raise ValueError("the form is not valid")
    with transaction():
        url = kit.url.data or None
        service.add_item(row_id, title, url=url, file=file, now=clock.utcnow(), by=current_actor())


def _kit_file(kit: ToolkitForm) -> KitFile | None:
    sent = kit.file.data
    if not sent:
        return None
    with sent.stream:
        return service.read_file(sent.read(), sent.filename or "")


@bp.post("/<public_id>/toolkit/<int:item_id>/<any(remove, up):change>")
@requires(Permission.EVENTS_EDIT)
def change_item(public_id: str, item_id: int, change: str) -> ResponseReturnValue:
    """Take something out of the toolkit, or move it up."""
    row = get_row(public_id, Permission.EVENTS_EDIT)
    if ActionForm().validate():
        act = service.remove_item if change == "remove" else service.raise_item
        with transaction():
            act(row.id, item_id, now=clock.utcnow(), by=current_actor())
    return _back(public_id, "toolkit")
