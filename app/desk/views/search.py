"""Finding anything on the desk: people, gifts, and whatever is public."""

from __future__ import annotations

from typing import Any, Final

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.guard import desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.appeals.queries import donations
from app.lib import clock
from app.lib.text import clean_line
from app.search.queries import documents
from app.search.rules.documents import asked
from app.supporters.queries import finding
from app.web.locale import current_locale
from app.web.pages import render

bp = desk_blueprint("desk_search", __name__, url_prefix="/desk/search")

LONGEST: Final = 100
#: So many of each; the list behind it shows the rest.
HOLDS: Final = 8
KIND_NAMES: Final = {
    "article": _l("Article"),
    "appeal": _l("Appeal"),
    "event": _l("Event"),
    "mobilisation": _l("Day of action"),
    "drop": _l("Round of collecting"),
    "point": _l("Collection point"),
    "campaign": _l("Campaign"),
    "group": _l("Group"),
}


@bp.get("/")
@requires(Permission.TODAY_SEE)
def index() -> ResponseReturnValue:
    """Show what has the words: a name, an address, a reference, a title."""
    words = clean_line(request.args.get("q", ""))[:LONGEST]
    return render(
        "desk/search.html",
        q=words,
        people=_people(words) if words else [],
        gifts=_gifts(words) if words else [],
        found=_public(words) if words else [],
        people_href=url_for("supporters_desk.index", q=words),
        gifts_href=url_for("donations_desk.index", q=words),
    )


def _people(words: str) -> list[dict[str, Any]]:
    group_ids = groups_with(Permission.PEOPLE_SEE)
    if not group_ids:
        return []
    wanted = finding.PeopleFilter(group_ids=group_ids, words=words)
    return [
        {
            "name": row.name or row.email,
            "email": row.email,
            "href": url_for("supporters_desk.show", public_id=row.public_id),
        }
        for row in finding.list_people(wanted, None, limit=HOLDS).rows
    ]


def _gifts(words: str) -> list[dict[str, Any]]:
    group_ids = groups_with(Permission.DONATIONS_SEE)
    if not group_ids:
        return []
    people_of = groups_with(Permission.DONATIONS_SEE_PEOPLE)
    wanted = donations.DonationFilter(group_ids=group_ids, words=words, people_of=people_of)
    return [
        {
            "reference": row.reference,
            "amount": row.amount,
            "at": row.dated_at,
            "appeal": row.appeal.title,
            "href": url_for("donations_desk.show", public_id=row.public_id),
        }
        for row in donations.list_donations(wanted, limit=HOLDS)
    ]


def _public(words: str) -> list[dict[str, Any]]:
    found = documents.find(
        asked(words), locale=current_locale(), now=clock.utcnow(), limit=2 * HOLDS
    )
    return [
        {
            "kind": KIND_NAMES.get(each.kind, ""),
            "title": each.title,
            "href": url_for(each.endpoint, **_values(each)),
        }
        for each in found
    ]


def _values(found: documents.Found) -> dict[str, Any]:
    return dict(found.args)
