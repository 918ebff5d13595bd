"""People brought in from another system: looked over, brought in, taken back."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.guard import current_actor, desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.db.session import transaction
from app.lib import clock
from app.lib.errors import UserError
from app.supporters.desk.people import own_groups
from app.supporters.errors.imports import (
    NoEmailColumnError,
    NoFileError,
    NoImportSourceError,
    PeopleFileError,
)
from app.supporters.flows import importing as flows
from app.supporters.forms.imports import ApplyForm, TermsForm, UploadForm
from app.supporters.models.imports import PeopleImport
from app.supporters.queries import imports as reads
from app.supporters.render import imports as render
from app.supporters.rules.people_files import PeopleTable, read_table
from app.supporters.service import importing
from app.web.forms import ActionForm
from app.web.limits import limit_body
from app.web.pages import render as show_page

bp = desk_blueprint("imports_desk", __name__, url_prefix="/desk/imports")

#: A file, and room for the fields beside it.
LARGEST_FORM = 5 * 1024 * 1024 + 64 * 1024


@bp.get("/")
@requires(Permission.PEOPLE_MOVE)
def index() -> ResponseReturnValue:
    """List the files that were brought in, and show the form for another."""
    return _index(UploadForm(own_groups(Permission.PEOPLE_MOVE), formdata=None))


@bp.post("/")
@limit_body(LARGEST_FORM)
@requires(Permission.PEOPLE_MOVE)
def upload() -> ResponseReturnValue:
    """Read a file; nobody is brought in before somebody looked it over."""
    form = UploadForm(own_groups(Permission.PEOPLE_MOVE))
    if not form.validate():
        return _index(form, status=422)
    try:
        public_id = flows.look_over(
            _read(),
            profile=form.chosen_profile,
            file_name=request.files["file"].filename or "",
            group_id=form.chosen_group.id,
            now=clock.utcnow(),
            by=current_actor(),
        )
    except PeopleFileError as error:
        form.add_problem(error, form.file)
        return _index(form, status=error.status)
    return redirect(url_for("imports_desk.show", public_id=public_id), 303)


def _read() -> PeopleTable:
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    if not data:
        raise NoFileError
    return read_table(data)


def _index(form: UploadForm, *, status: int = 200) -> ResponseReturnValue:
    return show_page(
        "supporters/desk/imports/index.html",
        status=status,
        form=form,
        rows=render.import_rows(reads.list_imports(groups_with(Permission.PEOPLE_MOVE))),
    )


@bp.get("/<public_id>")
@requires(Permission.PEOPLE_MOVE)
def show(public_id: str) -> ResponseReturnValue:
    """Show what would become of a file, or what became of it."""
    return _page(_import(public_id))


def _page(
    kept: PeopleImport, terms_form: TermsForm | None = None, *, status: int = 200
) -> ResponseReturnValue:
    form = terms_form or TermsForm(render.heads(kept), kept, formdata=None)
    return show_page(
        "supporters/desk/imports/show.html",
        status=status,
        kept=kept,
        shown=render.import_shown(kept),
        form=form,
        apply=ApplyForm.of(kept),
        act=ActionForm(formdata=None),
    )


@bp.post("/<public_id>/columns")
@requires(Permission.PEOPLE_MOVE)
def change_columns(public_id: str) -> ResponseReturnValue:
    """Read a file otherwise, and show what would become of it then."""
    kept = _import(public_id)
    form = TermsForm(render.heads(kept), kept)
    if not form.validate():
        return _page(kept, form, status=422)
    try:
        mine, now, by = groups_with(Permission.PEOPLE_MOVE), clock.utcnow(), current_actor()
        flows.read_anew(public_id, form.terms, mine, now=now, by=by)
    except UserError as error:
        fields = {NoEmailColumnError: form.email, NoImportSourceError: form.source}
        form.add_problem(error, fields.get(type(error)))
        return _page(_import(public_id), form, status=error.status)
    return redirect(url_for("imports_desk.show", public_id=public_id, _anchor="outcome"), 303)


@bp.post("/<public_id>/apply")
@requires(Permission.PEOPLE_MOVE)
def apply(public_id: str) -> ResponseReturnValue:
    """Bring in the people of a file, as they were looked over."""
    kept, form = _import(public_id), ApplyForm()
    seen = form.seen.data or ""
    return _act(
        kept,
        lambda: flows.bring_in(kept.id, seen=seen, now=clock.utcnow(), by=current_actor()),
        _("They are being brought in."),
    )


@bp.post("/<public_id>/undo")
@requires(Permission.PEOPLE_MOVE)
def undo(public_id: str) -> ResponseReturnValue:
    """Take back everything that a file brought."""
    kept = _import(public_id)
    return _act(
        kept,
        lambda: flows.take_back(kept.id, now=clock.utcnow(), by=current_actor()),
        _("It is being taken back. Nobody is written to because of it from now on."),
    )


@bp.post("/<public_id>/drop")
@requires(Permission.PEOPLE_MOVE)
def drop(public_id: str) -> ResponseReturnValue:
    """Put a file away that is not brought in."""
    kept = _import(public_id)

    def work() -> None:
        with transaction():
            importing.drop(kept.id, now=clock.utcnow(), by=current_actor())

    return _act(kept, work, _("It is put away, and what it says is forgotten."))


def _act(kept: PeopleImport, work: Callable[[], None], words: str) -> ResponseReturnValue:
    public_id = kept.public_id
    if ActionForm().validate():
        try:
            work()
        except UserError as error:
            flash(_(error.sentence, **error.params), "bad")
        else:
            flash(words, "good")
    return redirect(url_for("imports_desk.show", public_id=public_id), 303)


def _import(public_id: str) -> PeopleImport:
    return reads.get_import(public_id, groups_with(Permission.PEOPLE_MOVE))
