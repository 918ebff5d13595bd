"""Second links for people who help at a point: they write down what comes, and nothing else."""

from __future__ import annotations

from datetime import datetime

from app.aid.errors.hosting import HelperLinkEndedError, TooManyHelpersError
from app.aid.errors.stock import KeyUsedError
from app.aid.models.points import CollectionPoint, PointHelper
from app.aid.queries import hosting as reads
from app.aid.rules import hosting as rules
from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.lib.links import BadLinkError


def open_link(public_id: str) -> PointHelper:
    """Return the helper that a link is for; raises BadLinkError or HelperLinkEndedError."""
    helper = reads.find_helper(public_id)
    if helper is None:
        raise BadLinkError
    host = helper.point.host
    is_over = helper.point.purged_at is not None or host is None or host.purged_at is not None
    if helper.revoked_at is not None or is_over:
        raise HelperLinkEndedError
    return helper


def add(point: CollectionPoint, label: str, *, nonce: str, now: datetime, by: Actor) -> PointHelper:
    """Make a link for somebody who helps; the host passes it on. One form is one link.

    Raises TooManyHelpersError or, for a form sent with another name before, KeyUsedError.
    """
    public_id = ids.fingerprint("helper", nonce)
    made = reads.find_helper(public_id)
    if made is not None:
        if made.label != label:
            raise KeyUsedError
        return made
    if len(reads.list_helpers(point.id)) >= rules.HELPERS:
        raise TooManyHelpersError(rules.HELPERS)
    helper = PointHelper(public_id=public_id, point=point, label=label, created_at=now)
    db.session.add(helper)
    db.session.flush()
    _record(point, "point.helper_added", now=now, by=by)
    return helper


def end(point: CollectionPoint, public_id: str, *, now: datetime, by: Actor) -> None:
    """End the link of a helper; it opens nothing from now on. Raises HelperLinkEndedError."""
    helper = reads.find_helper(public_id)
    if helper is None or helper.point_id != point.id:
        raise HelperLinkEndedError
    if helper.revoked_at is None:
        helper.revoked_at = now
        _record(point, "point.helper_ended", now=now, by=by)


def _record(point: CollectionPoint, action: str, *, now: datetime, by: Actor) -> None:
    group_id = point.drop.group_id
    audit.record(by, action, f"collection_point:{point.id}", now=now, group_id=group_id)
