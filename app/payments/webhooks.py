"""Where Stripe rings: verify, keep the event, answer. Everything else is the worker's."""

from __future__ import annotations

import structlog
from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from app.db.session import transaction
from app.groups import queries as groups
from app.groups.models import PaymentAccount
from app.lib import clock
from app.lib.errors import NotFoundError
from app.payments.errors import ForgedEventError, NoSuchAccountError
from app.payments.facts import EventSnapshot
from app.payments.gateway.signed import verify_event
from app.payments.queries import events as event_reads
from app.payments.service import inbox
from app.web.csrf import machine_route
from app.web.limits import limit_body

log = structlog.get_logger(__name__)

#: Stripe's events stay far below this, expanded invoices included.
BODY_LIMIT = 512 * 1024

bp = Blueprint("payments_webhooks", __name__)


@bp.post("/stripe/webhook/<account>")
@machine_route
@limit_body(BODY_LIMIT)
def receive(account: str) -> ResponseReturnValue:
    """Keep an event that Stripe signed; 200 only once it is kept, 400 for anything forged."""
    try:
        found = groups.get_payment_account(account)
        event = verify_event(account, request.get_data(), request.headers.get("Stripe-Signature"))
    except NoSuchAccountError as error:
        raise NotFoundError from error
    except ForgedEventError as error:
        log.warning("webhook.refused", account=account, reason=str(error))
        return "refused\n", 400
    is_new = _keep(found, event)
    return ("kept\n" if is_new else "known\n"), 200


def _keep(account: PaymentAccount, event: EventSnapshot) -> bool:
    """Keep the event; two deliveries at once meet at the unique key, and the second is known.

    Whatever else keeps it out is raised: what is not kept must not be answered with 200.
    """
    account_id = account.id
    try:
        with transaction():
            return inbox.receive(account, event, now=clock.utcnow()) is not None
    except IntegrityError:
        if event_reads.find_event(account_id, event.id) is None:
            raise
        return False
