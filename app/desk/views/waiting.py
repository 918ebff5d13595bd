"""The kinds of things that wait in the engine room: disputes, the books, Stripe, work and mail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.accounts.rules.permissions import Permission
from app.desk import queries
from app.web.panels import WaitingKind, WaitingSource

_LIST = "desk.queues"

WAITING = (
    WaitingSource(
        WaitingKind(
            key="disputes",
            name=_l("Disputed payments"),
            advice=_l("Send the evidence at Stripe before the day it is due."),
            endpoint=_LIST,
            args={"_anchor": "disputes"},
            permission=Permission.QUEUES_SEE,
            is_urgent=True,
            order=10,
        ),
        find=queries.waiting_disputes,
    ),
    WaitingSource(
        WaitingKind(
            key="findings",
            name=_l("Differences in the books"),
            advice=_l("Look what happened at Stripe, then put the books right."),
            endpoint=_LIST,
            args={"_anchor": "findings"},
            permission=Permission.QUEUES_SEE,
            order=60,
        ),
        find=queries.waiting_findings,
    ),
    WaitingSource(
        WaitingKind(
            key="events",
            name=_l("Messages from Stripe not worked in"),
            advice=_l("They are tried again by themselves; try one by hand if it stays."),
            endpoint=_LIST,
            args={"_anchor": "events"},
            permission=Permission.QUEUES_SEE,
            order=70,
        ),
        find=queries.waiting_events,
    ),
    WaitingSource(
        WaitingKind(
            key="mails",
            name=_l("Mails that could not be sent"),
            advice=_l("Find out why the server refused, then send them again."),
            endpoint=_LIST,
            args={"_anchor": "mails"},
            permission=Permission.QUEUES_SEE,
            order=80,
        ),
        find=queries.waiting_mails,
    ),
    WaitingSource(
        WaitingKind(
            key="jobs",
            name=_l("Work that was given up"),
            advice=_l(
                "Try it again; if it fails again, show it to whoever looks after the server."
            ),
            endpoint=_LIST,
            args={"_anchor": "jobs"},
            permission=Permission.QUEUES_SEE,
            order=90,
        ),
        find=queries.waiting_jobs,
    ),
)
