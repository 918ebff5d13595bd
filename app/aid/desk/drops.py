"""The desk's rounds of collecting: written, looked at, with everything that belongs to one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.aid.errors.drops import StaleDropError
from app.aid.forms.drops import DropForm, EventForm
from app.aid.models.drops import Drop
from app.aid.queries import drops as reads
from app.aid.queries import subscriptions
from app.aid.render import again as again_render
from app.aid.render import drop_desk as desk_render
from app.aid.render import drops as render
from app.aid.rules.words import DropState
from app.aid.service import drops as service
from app.appeals.queries import appeals as appeal_reads
from app.audit import queries as audit
from app.audit.render import action_name
from app.campaigns.queries import campaigns
from app.db.session import transaction
from app.events.forms.mobilisations import Choices
from app.files import service as files
from app.files.render import encode_upload
from app.groups import queries as groups
from app.lib import clock
from app.lib.errors import UserError
from app.web.differences import Difference, differences
from app.web.forms import ActionForm
from app.web.limits import limit_body
from app.web.pages import render as show_page

bp: Blueprint = desk_blueprint("drops_desk", __name__, url_prefix="/desk/aid")

#: The largest picture, and room for the texts beside it.
LARGEST_FORM = 6 * 1024 * 1024


@bp.get("/")
@requires(Permission.AID_SEE)
def index() -> ResponseReturnValue:
    """List the rounds of her groups, drafts included."""
    mine = groups_with(Permission.AID_SEE)
    editing = groups_with(Permission.AID_EDIT)
    return show_page(
        "aid/desk/drops/index.html",
        rows=[render.drop_row(each) for each in reads.list_of_groups(mine)],
        editing=[groups.get_group_by_id(each) for each in editing],
    )


@bp.get("/new")
@requires(Permission.AID_EDIT)
def new() -> ResponseReturnValue:
    """Show an empty round."""
    return _editor(_new_form())


@bp.post("/new")
@limit_body(LARGEST_FORM)
@requires(Permission.AID_EDIT)
def create() -> ResponseReturnValue:
    """Begin a round as a draft."""
    form = _new_form()
    if form.validate():
        try:
            public_id = _create(form)
        except UserError as error:
            form.refuse(error)
        else:
            flash(_("Saved as a draft."), "good")
            return back_to(public_id)
    return _editor(form, status=422)


def _new_form() -> DropForm:
    return DropForm(_choices(groups_with(Permission.AID_EDIT)))


def _choices(group_ids: Sequence[int]) -> Choices:
    return Choices(
        groups=[groups.get_group_by_id(each) for each in group_ids],
        campaigns=campaigns.list_campaigns(group_ids),
        appeals=appeal_reads.list_appeals(group_ids),
    )


def _create(form: DropForm) -> str:
    picture = encode_upload(form.picture.data)
    with transaction():
        now = clock.utcnow()
        content = form.content(files.keep_image(picture, now=now).id if picture else None)
        slug, by = form.slug.data or "", current_actor()
        return service.create(content, slug=slug, now=now, by=by).public_id


@bp.get("/<public_id>")
@requires(Permission.AID_SEE)
def show(public_id: str) -> ResponseReturnValue:
    """Show how a round stands, and everything that can be done with it."""
    return show_drop(get_drop(public_id))


def show_drop(
    drop: Drop, *, event_form: EventForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """The page of a round, with what was wrong about a form on it."""
    now = clock.utcnow()
    form = event_form or EventForm(reads.list_linkable_events(drop, now), formdata=None)
    sees_people = drop.group_id in groups_with(Permission.AID_SEE_PEOPLE)
    return show_page(
        "aid/desk/drops/show.html",
        status=status,
        drop=drop,
        row=render.drop_row(drop),
        facts=desk_render.facts(drop),
        needs=render.needs_shown(drop, now=now),
        moves=desk_render.moves(drop),
        events=reads.list_events(drop.id),
        event_form=form,
        subscribers=subscriptions.count_confirmed(drop.id),
        act=ActionForm(),
        record=audit.list_for(f"drop:{drop.id}", limit=30),
        action_name=action_name,
        **may(drop),
        **again_render.desk_block(drop, may_see_people=sees_people),
    )


def may(drop: Drop) -> dict[str, bool]:
    """What the account may do with a round: who moves it both writes and decides."""
    edits = drop.group_id in groups_with(Permission.AID_EDIT)
    return {
        "may_edit": edits and drop.state is not DropState.ARCHIVED,
        "may_clone": edits,
        "may_move": edits and drop.group_id in groups_with(Permission.AID_MODERATE),
    }


def get_drop(public_id: str, permission: Permission = Permission.AID_SEE) -> Drop:
    """The round of an address, if the account may do this with it."""
    drop = reads.get_for_desk(public_id, groups_with(Permission.AID_SEE))
    check(permission, drop.group_id)
    return drop


def get_to_move(public_id: str) -> Drop:
    """The round of an address, for whoever lets it go on: she both writes and decides."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    check(Permission.AID_MODERATE, drop.group_id)
    return drop


def back_to(public_id: str, anchor: str | None = None) -> ResponseReturnValue:
    """Lead back to the desk's page of a round."""
    return redirect(url_for("drops_desk.show", public_id=public_id, _anchor=anchor), 303)


# --- its texts ------------------------------------------------------------------------------------


@bp.get("/<public_id>/edit")
@requires(Permission.AID_EDIT)
def edit(public_id: str) -> ResponseReturnValue:
    """Show a round to be edited."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    return _editor(_form_of(drop), drop=drop)


@bp.post("/<public_id>/edit")
@limit_body(LARGEST_FORM)
@requires(Permission.AID_EDIT)
def update(public_id: str) -> ResponseReturnValue:
    """Save an edited round; 409 with both texts when somebody else saved in between."""
    drop = get_drop(public_id, Permission.AID_EDIT)
    form = _form_of(drop)
    if not form.validate():
        return _editor(form, drop=drop, status=422)
    try:
        _save(form, drop.id, public_id)
    except StaleDropError as error:
        form.add_problem(error)
        drop = get_drop(public_id)
        form.version.data = str(drop.version)
        stands = DropForm(_choices([drop.group_id]), drop, formdata=None)
        return _editor(form, drop=drop, status=409, found=differences(stands, form))
    except UserError as error:
        form.refuse(error)
        return _editor(form, drop=get_drop(public_id), status=422)
    flash(_("Saved."), "good")
    return back_to(public_id)


def _form_of(drop: Drop) -> DropForm:
    return DropForm(_choices([drop.group_id]), drop)


def _save(form: DropForm, drop_id: int, public_id: str) -> None:
    # A picture takes a second to make anew: no lock is held meanwhile.
    picture = encode_upload(form.picture.data)
    with transaction():
        now, drop = clock.utcnow(), get_drop(public_id)
        kept = None if form.remove_picture.data else drop.picture_id
        content = form.content(files.keep_image(picture, now=now).id if picture else kept)
        seen, by = form.seen_version, current_actor()
        service.edit(drop_id, content, seen_version=seen, now=now, by=by)


def _editor(
    form: DropForm,
    *,
    drop: Drop | None = None,
    status: int = 200,
    found: Sequence[Difference] = (),
) -> ResponseReturnValue:
    return show_page(
        "aid/desk/drops/edit.html", status=status, form=form, drop=drop, differences=found
    )


@bp.get("/<public_id>/preview")
@requires(Permission.AID_SEE)
def preview(public_id: str) -> ResponseReturnValue:
    """Show the page of a round as visitors will see it, announced or not."""
    values = render.drop_page(get_drop(public_id), now=clock.utcnow())
    return show_page("aid/drops/show.html", blocks=[], **values)
