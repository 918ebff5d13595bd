"""Erasing somebody: every package lets go of her, and a row without her name says what stayed."""

from __future__ import annotations

from datetime import datetime

from app.audit import service as audit
from app.audit.facts import Actor
from app.db.session import db
from app.lib import ids
from app.lib.personal import Erased, Holding, Stayed
from app.mail.queries import addresses as address_reads
from app.mail.rules.addresses import SuppressionReason
from app.mail.service import suppression
from app.search.service import documents
from app.supporters.models.rights import Erasure
from app.supporters.queries import rights as reads
from app.supporters.rules.words import AskedBy
from app.supporters.service import rights


def erase(email: str, *, source: AskedBy, now: datetime, by: Actor) -> Erasure:
    """Erase the person behind an address, in the caller's transaction.

    Her address stays as a keyed code, so that no import brings her back and no mailing reaches
    her. An address of which nothing is known is treated alike: the next import may bring it.
    """
    # Whoever writes about her at this moment is done with it, or meets nobody.
    reads.lock_supporter(email)
    outcome = [_told(*each) for each in rights.erase_everything(email, now=now)]
    documents.forget_words()
    # After everybody let go: a mail that one of them put on the way would bring the address back.
    suppression.suppress(email, SuppressionReason.ASKED, now=now)
    erasure = Erasure(
        public_id=ids.public_id(),
        address_hash=address_reads.hash_of(email),
        erased_at=now,
        source=source,
        outcome=[each for each in outcome if each["gone"] or each["stayed"]],
    )
    db.session.add(erasure)
    db.session.flush()
    detail = {"source": source.value}
    audit.record(by, "supporter.erased", f"erasure:{erasure.id}", now=now, detail=detail)
    return erasure


def _told(holding: Holding, erased: Erased) -> dict[str, object]:
    stayed = [_stayed(each) for each in erased.stayed if each.count]
    return {"key": holding.key, "title": holding.title, "gone": erased.gone, "stayed": stayed}


def _stayed(each: Stayed) -> dict[str, object]:
    until = each.until.isoformat() if each.until else None
    return {"what": each.what, "why": each.why, "count": each.count, "until": until}
