"""Everything that can wait for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.aid.desk import bringers as bringers_desk
from app.aid.desk import needs as needs_desk
from app.aid.desk import pickups as pickups_desk
from app.aid.desk import point_reports as point_reports_desk
from app.aid.desk import points as points_desk
from app.aid.desk import relayed as relayed_desk
from app.aid.desk import workplaces as workplaces_desk
from app.appeals.desk import bounces as bounces_desk
from app.appeals.desk import messages as messages_desk
from app.appeals.desk import promises as promises_desk
from app.appeals.desk import regular as regular_desk
from app.appeals.desk import today as appeals_today
from app.desk.views import cards as cards_desk
from app.desk.views import mail as mail_desk
from app.desk.views import waiting as desk_waiting
from app.events.desk import attendees as attendees_desk
from app.events.desk import events as events_desk
from app.events.desk import offers as offers_desk
from app.events.desk import reports as reports_desk
from app.events.desk import safety as safety_desk
from app.events.desk import shifts as shifts_desk
from app.mailings.desk import sending as mailings_desk
from app.site.desk import inbox as inbox_desk
from app.supporters.desk import complaints as complaints_desk

if TYPE_CHECKING:
    from app.web.panels import WaitingSource


def sources() -> list[WaitingSource]:
    """Everything that can wait for a person."""
    return [
        *desk_waiting.WAITING,
        appeals_today.WAITING,
        cards_desk.WAITING,
        mail_desk.WAITING,
        promises_desk.WAITING,
        bounces_desk.WAITING,
        messages_desk.WAITING,
        regular_desk.WAITING,
        *(events_desk.WAITING_MARCHES, safety_desk.WAITING),
        offers_desk.WAITING,
        offers_desk.WAITING_CHANGES,
        *(points_desk.WAITING, points_desk.WAITING_EDITS, points_desk.WAITING_ANSWERS),
        *(bringers_desk.WAITING, point_reports_desk.WAITING, relayed_desk.WAITING),
        workplaces_desk.WAITING,
        reports_desk.WAITING,
        attendees_desk.WAITING_ASKED,
        mailings_desk.WAITING,
        attendees_desk.WAITING_REPORT,
        shifts_desk.WAITING_ASKED,
        shifts_desk.WAITING_SHORT,
        needs_desk.WAITING,
        pickups_desk.WAITING,
        pickups_desk.WAITING_RESULTS,
        inbox_desk.WAITING,
        complaints_desk.WAITING,
    ]
