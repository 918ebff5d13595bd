"""What somebody agreed to and her tags, entered at the desk."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import check, current_actor, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.groups.models import Group
from app.lib import clock
from app.lib.errors import NotFoundError
from app.supporters.desk.people import bp, get_person, own_groups, person_page
from app.supporters.errors.people import BadTagError
from app.supporters.forms.people import ConsentForm, TagForm
from app.supporters.models.people import Supporter
from app.supporters.queries import finding
from app.supporters.render import people as render
from app.supporters.rules.consents import ConsentPurpose, ConsentSource
from app.supporters.service import people as service
from app.supporters.service import tags
from app.web.forms import ActionForm
from app.web.locale import current_locale
from app.web.pages import render as show_page


@bp.get("/<public_id>/consents")
@requires(Permission.PEOPLE_EDIT)
def ask_consent(public_id: str) -> ResponseReturnValue:
    """Show the sentences that an organiser reads to somebody."""
    supporter = get_person(public_id, Permission.PEOPLE_EDIT)
    return _consent_page(supporter, ConsentForm(_group_first(), formdata=None))


@bp.post("/<public_id>/consents")
@requires(Permission.PEOPLE_EDIT)
def give_consent(public_id: str) -> ResponseReturnValue:
    """Write down that somebody said yes."""
    supporter = get_person(public_id, Permission.PEOPLE_EDIT)
    form = ConsentForm(_group_first())
    if not form.validate():
        return _consent_page(supporter, form, status=422)
    with transaction():
        service.give_consent(
            get_person(public_id, Permission.PEOPLE_EDIT),
            group_id=form.chosen_group.id,
            purpose=ConsentPurpose(form.purpose.data),
            locale=current_locale(),
            source=ConsentSource(form.source.data),
            now=clock.utcnow(),
            by=current_actor(),
        )
    flash(_("Written down."), "good")
    return redirect(url_for("supporters_desk.show", public_id=public_id), 303)


@bp.post("/<public_id>/consents/<int:group_id>/<purpose>/withdraw")
@requires(Permission.PEOPLE_EDIT)
def withdraw_consent(public_id: str, group_id: int, purpose: str) -> ResponseReturnValue:
    """Write down that somebody said no."""
    get_person(public_id, Permission.PEOPLE_EDIT)
    check(Permission.PEOPLE_EDIT, group_id)
    if purpose not in {each.value for each in ConsentPurpose}:
        raise NotFoundError
    if ActionForm().validate():
        with transaction():
            supporter = get_person(public_id, Permission.PEOPLE_EDIT)
            now, by = clock.utcnow(), current_actor()
            service.say_no(supporter, group_id, ConsentPurpose(purpose), now=now, by=by)
        flash(_("Written down: we do not write to her about this any more."), "good")
    return redirect(url_for("supporters_desk.show", public_id=public_id), 303)


def _group_first() -> list[Group]:
    """The groups that may be chosen, the one in the address first."""
    wanted = request.args.get("group")
    return sorted(own_groups(Permission.PEOPLE_EDIT), key=lambda each: each.slug != wanted)


def _consent_page(
    supporter: Supporter, form: ConsentForm, *, status: int = 200
) -> ResponseReturnValue:
    return show_page(
        "supporters/desk/consent.html",
        status=status,
        supporter=supporter,
        form=form,
        sentences=render.sentences(form.groups),
    )


# --- tags -----------------------------------------------------------------------------------------


@bp.post("/<public_id>/tags")
@requires(Permission.PEOPLE_EDIT)
def add_tag(public_id: str) -> ResponseReturnValue:
    """Put a tag on somebody."""
    supporter = get_person(public_id, Permission.PEOPLE_EDIT)
    form = TagForm(own_groups(Permission.PEOPLE_EDIT))
    if not form.validate():
        return person_page(supporter, form, status=422)
    try:
        with transaction():
            now, by, tag = clock.utcnow(), current_actor(), form.tag.data or ""
            tags.add(supporter.id, form.chosen_group.id, tag, now=now, by=by)
    except BadTagError as error:
        form.add_problem(error, form.tag)
        return person_page(get_person(public_id), form, status=error.status)
    return _back_to_tags(public_id)


@bp.post("/<public_id>/tags/<int:group_id>/take")
@requires(Permission.PEOPLE_EDIT)
def take_tag(public_id: str, group_id: int) -> ResponseReturnValue:
    """Take a tag off somebody, whichever of her rows it is on."""
    supporter = get_person(public_id, Permission.PEOPLE_EDIT)
    check(Permission.PEOPLE_EDIT, group_id)
    if ActionForm().validate():
        with transaction():
            now, by, tag = clock.utcnow(), current_actor(), request.form.get("tag", "")
            for row in finding.rows_of(supporter):
                tags.take(row.id, group_id, tag, now=now, by=by)
    return _back_to_tags(public_id)


def _back_to_tags(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("supporters_desk.show", public_id=public_id, _anchor="tags"), 303)


__all__ = ["bp"]
