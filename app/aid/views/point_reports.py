"""“Something is wrong here”: a form on every public point, for anybody."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.aid.errors.points import PointNotFoundError
from app.aid.flows import points as flows
from app.aid.forms.bringing import PointReportForm
from app.aid.models.points import CollectionPoint
from app.aid.queries import point_reports as reads
from app.aid.render import places
from app.aid.rules.words import PointReportKind, PointState
from app.lib import clock
from app.lib.errors import UserError
from app.web.pages import render as show_page

bp = Blueprint("point_reports", __name__)


@bp.get("/aid/points/<slug>/report")
def new(slug: str) -> Response:
    """Ask what is wrong with a point; `kind` in the address is ticked already."""
    chosen = {"kind": request.args.get("kind", "")}
    return _form_page(_point(slug), PointReportForm(formdata=None, data=chosen))


@bp.post("/aid/points/<slug>/report")
def send(slug: str) -> ResponseReturnValue:
    """Keep what somebody says is wrong; nobody is asked who she is."""
    point, form = _point(slug), PointReportForm()
    if not form.validate():
        return _form_page(point, form, status=422)
    try:
        flows.report(
            point.id,
            PointReportKind(form.kind.data),
            (form.text.data or "").strip(),
            nonce=form.nonce,
            address=request.remote_addr,
            now=clock.utcnow(),
        )
    except UserError as error:
        form.add_problem(error)
        return _form_page(_point(slug), form, status=error.status)
    return redirect(url_for("point_reports.sent", slug=slug), 303)


@bp.get("/aid/points/<slug>/report/sent")
def sent(slug: str) -> Response:
    """Thank whoever told us; says nothing of what became of the point."""
    return show_page("aid/bringing/report_sent.html", drop=_point(slug).drop)


def _point(slug: str) -> CollectionPoint:
    """The point; of a disputed one, too, one can say more. Raises PointNotFoundError."""
    found = reads.find_reportable(slug)
    if found is None:
        raise PointNotFoundError
    return found


def _form_page(point: CollectionPoint, form: PointReportForm, *, status: int = 200) -> Response:
    # What a point is called that is out of sight is out of sight, too.
    name = "" if point.state is PointState.DISPUTED else places.public_name(point)
    return show_page("aid/bringing/report.html", status=status, form=form, point=point, name=name)
