"""The desk's source codes: what brought the gifts of an appeal, without following anybody."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.appeals.forms.sources import KIND_NAMES, SourceForm
from app.appeals.models.appeals import Appeal
from app.appeals.models.sources import SourceCode
from app.appeals.queries import appeals as appeal_reads
from app.appeals.queries import sources as source_reads
from app.appeals.rules.words import SourceKind
from app.appeals.service import sources
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError
from app.settings import settings
from app.web.forms import ActionForm
from app.web.locale import absolute_url, in_locale, language_name
from app.web.pages import render as show_page
from app.web.qr import qr_svg

bp = desk_blueprint("sources_desk", __name__, url_prefix="/desk/appeals")

CHANGES = {"retire": sources.retire_source, "revive": sources.revive_source}


@bp.get("/<int:appeal_id>/sources")
@requires(Permission.APPEALS_SEE)
def index(appeal_id: int) -> ResponseReturnValue:
    """List the codes of an appeal with what each brought, and the form for another."""
    return _list(_appeal(appeal_id, Permission.APPEALS_SEE), SourceForm())


@bp.post("/<int:appeal_id>/sources")
@requires(Permission.APPEALS_EDIT)
def make(appeal_id: int) -> ResponseReturnValue:
    """Make a code."""
    appeal, form = _appeal(appeal_id, Permission.APPEALS_EDIT), SourceForm()
    if not form.validate():
        return _list(appeal, form, status=422)
    try:
        with transaction():
            source = sources.make_source(
                appeal_reads.get_appeal_by_id(appeal_id),
                code=form.code.data or "",
                kind=SourceKind(form.kind.data),
                label=form.label.data or "",
                now=clock.utcnow(),
                by=current_actor(),
            )
            source_id = source.id
    except UserError as error:
        form.add_problem(error, form.code)
        return _list(_appeal(appeal_id, Permission.APPEALS_EDIT), form, status=422)
    flash(_("The code is made. Use its address from now on."), "good")
    return redirect(url_for("sources_desk.show", source_id=source_id), 303)


def _appeal(appeal_id: int, permission: Permission) -> Appeal:
    appeal = appeal_reads.get_appeal(appeal_id, groups_with(Permission.APPEALS_SEE))
    check(permission, appeal.group_id)
    return appeal


def _list(appeal: Appeal, form: SourceForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "appeals/desk/sources/index.html",
        status=status,
        appeal=appeal,
        sources=source_reads.list_sources(appeal.id),
        form=form,
        kind_names=KIND_NAMES,
        may_edit=appeal.group_id in groups_with(Permission.APPEALS_EDIT),
        may_see_money=appeal.group_id in groups_with(Permission.DONATIONS_SEE),
    )


@bp.get("/sources/<int:source_id>")
@requires(Permission.APPEALS_SEE)
def show(source_id: int) -> ResponseReturnValue:
    """Show a code: its addresses, its picture, what it brought."""
    source = _source(source_id)
    group_id = source.appeal.group_id
    return show_page(
        "appeals/desk/sources/show.html",
        source=source,
        addresses=[
            (locale, language_name(locale), _address(source, locale))
            for locale in settings().locales
        ],
        picture=qr_svg(_address(source, settings().default_locale), _("QR code of the address")),
        kind_names=KIND_NAMES,
        form=ActionForm(),
        may_edit=group_id in groups_with(Permission.APPEALS_EDIT),
        may_see_money=group_id in groups_with(Permission.DONATIONS_SEE),
    )


@bp.get("/sources/<int:source_id>/poster/<locale>")
@requires(Permission.APPEALS_SEE)
def poster(source_id: int, locale: str) -> ResponseReturnValue:
    """Show a sheet to print: what the appeal is for, and the picture that leads to it."""
    source = _source(source_id)
    if locale not in settings().locales:
        locale = settings().default_locale
    address = _address(source, locale)
    with in_locale(locale):
        return show_page(
            "appeals/desk/sources/poster.html",
            source=source,
            appeal=source.appeal,
            address=address,
            picture=qr_svg(address, address),
        )


@bp.post("/sources/<int:source_id>/<any(retire, revive):change>")
@requires(Permission.APPEALS_EDIT)
def change_use(source_id: int, change: str) -> ResponseReturnValue:
    """Stop counting gifts for a code, or begin again."""
    check(Permission.APPEALS_EDIT, _source(source_id).appeal.group_id)
    if ActionForm().validate():
        with transaction():
            CHANGES[change](_source(source_id), now=clock.utcnow(), by=current_actor())
    return redirect(url_for("sources_desk.show", source_id=source_id), 303)


def _source(source_id: int) -> SourceCode:
    return source_reads.get_source(source_id, groups_with(Permission.APPEALS_SEE))


def _address(source: SourceCode, locale: str) -> str:
    query = {"from": source.code}
    return absolute_url("appeals.show", locale=locale, slug=source.appeal.slug, **query)
