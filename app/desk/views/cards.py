"""Payment pages begun against paid, the guard before them, and the switch of each account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from app.accounts.guard import desk_blueprint, groups_with, requires
from app.accounts.rules.permissions import Permission
from app.desk import render as desk_render
from app.groups import queries as groups
from app.lib import clock
from app.payments.queries import guard as reads
from app.payments.rules import guard as rules
from app.web.pages import render as show_page
from app.web.panels import Waiting, WaitingKind, WaitingSource

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = desk_blueprint("cards_desk", __name__, url_prefix="/desk/cards")

HOURS, DAYS = 12, 14


@bp.get("/")
@requires(Permission.BOOKS_SEE)
def index() -> ResponseReturnValue:
    """Show in numbers whether somebody tries out stolen cards, and what is done about it."""
    now, mine = clock.utcnow(), groups_with(Permission.BOOKS_SEE)
    accounts = [each for each in groups.list_payment_accounts() if each.group_id in mine]
    ids = [each.id for each in accounts]
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    today = clock.start_of_day("UTC", now.date())
    return show_page(
        "desk/cards.html",
        accounts=accounts,
        switches={each.id: desk_render.switched(each) for each in accounts},
        causes={each.id: desk_render.cause_of(each) for each in accounts},
        failures={each.id: reads.failures_in_a_row(each.id, now=now) for each in accounts},
        pressure=reads.site_pressure(now=now),
        states=reads.count_states(ids, now=now),
        hours=reads.count_pages(ids, _starts(this_hour, timedelta(hours=1), HOURS), until=now)[
            ::-1
        ],
        days=reads.count_pages(ids, _starts(today, timedelta(days=1), DAYS), until=now)[::-1],
        rules=rules,
    )


def _starts(last: datetime, step: timedelta, count: int) -> list[datetime]:
    return [last - step * back for back in range(count)][::-1]


def _resting(_now: datetime) -> Iterator[Waiting]:
    for account in groups.list_resting_accounts():
        since = account.cards_switched_at or account.created_at
        yield Waiting(f"{account.id}-{since:%Y%m%d%H%M%S}", since=since, group_id=account.group_id)


WAITING = WaitingSource(
    WaitingKind(
        key="cards_rest",
        name=_l("Payment accounts that take no cards"),
        advice=_l("Look why, and whether cards can be taken again."),
        endpoint="cards_desk.index",
        permission=Permission.BOOKS_SEE,
        is_urgent=True,
        order=5,
    ),
    find=_resting,
)
