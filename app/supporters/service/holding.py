"""What `supporters` itself keeps of somebody: who she is to us, what she agreed to, what she asked.

Erased last of all: other packages may still look for the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from app.audit.facts import Actor
from app.db.batches import in_batches
from app.db.session import db, transaction
from app.groups.models import Group
from app.lib.personal import Erased, Holding, Line, Purge, Stayed
from app.lib.text import N_
from app.mail.service import outbox as mail
from app.supporters.models.imports import ImportRow, PeopleImport
from app.supporters.models.people import (
    Consent,
    OfferLine,
    SkillOffer,
    Supporter,
    SupporterGroup,
    SupporterTag,
)
from app.supporters.models.rights import Complaint, DataLink
from app.supporters.queries import imports as import_reads
from app.supporters.queries import rights as reads
from app.supporters.queries.people import find_supporter
from app.supporters.render.offers import line_words
from app.supporters.render.rights import (
    COMPLAINT_KIND_NAMES,
    COMPLAINT_STATE_NAMES,
    LINK_NAMES,
    PURPOSE_NAMES,
    SOURCE_NAMES,
)
from app.supporters.rules.rights import COMPLAINT_KEPT, CONSENT_KEPT, LINK_KEPT, OPEN
from app.supporters.rules.words import ComplaintState, OfferKind
from app.supporters.service import (
    complaints,
    consent_retention,
    correcting,
    data_links,
    importing,
    merging,
    open_files,
)
from app.web.filters import plain

_BATCH = 200


def _find(email: str) -> Sequence[Line]:
    supporter = find_supporter(email)
    person = _person_lines(supporter) if supporter is not None else []
    asked = [_link_line(each) for each in reads.list_links(email) if each.email == email]
    complained = [_complaint_line(each) for each in reads.complaints_of(email)]
    written = [_file_line(*each) for each in open_files.lines_about(email)]
    return [*person, *complained, *asked, *written]


def _person_lines(supporter: Supporter) -> list[Line]:
    names = {each.id: plain(each.name) for each in db.session.scalars(select(Group))}
    consents = reads.list_consents(supporter.id)
    sources = import_reads.sources_of({each.import_id for each in consents if each.import_id})
    return [
        _supporter_line(supporter, names),
        *(
            _consent_line(each, names[each.group_id], sources.get(each.import_id or 0))
            for each in consents
        ),
        *_tag_lines(supporter.id, names),
        *(_offer_line(each, names[each.group_id]) for each in _offers(supporter.id)),
    ]


def _supporter_line(supporter: Supporter, names: dict[int, str]) -> Line:
    known = select(SupporterGroup.group_id).where(SupporterGroup.supporter_id == supporter.id)
    return Line(
        title=_("What you told us of yourself"),
        facts={
            "email": supporter.email,
            "name": supporter.name,
            "phone": supporter.phone,
            "postcode": supporter.postcode,
            "locale": supporter.locale,
            # Whose organisers wrote her down, or brought her over from elsewhere.
            "group": [names[each] for each in sorted(db.session.scalars(known))] or None,
        },
        since=supporter.created_at,
    )


def _consent_line(consent: Consent, group: str, told: str | None) -> Line:
    ended = consent.withdrawn_at
    return Line(
        title=_("You agreed to mail of %(group)s", group=group),
        facts={
            "purpose": consent.purpose.value,
            "wording": consent.wording_version,
            "locale": consent.locale,
            "source": consent.source.value,
            # What an organiser wrote of the file that it came with.
            "note": told,
            "withdrawn": ended.isoformat() if ended else None,
        },
        since=consent.given_at,
        until=ended + CONSENT_KEPT if ended else None,
        said={
            "purpose": str(PURPOSE_NAMES[consent.purpose]),
            "source": str(SOURCE_NAMES[consent.source]),
            # The number of a wording tells nobody anything.
            "wording": "",
        },
    )


def _tag_lines(supporter_id: int, names: dict[int, str]) -> list[Line]:
    found = select(SupporterTag).where(SupporterTag.supporter_id == supporter_id)
    return [
        Line(
            title=_("A word under which %(group)s finds you", group=names[each.group_id]),
            facts={"tag": each.tag},
            since=each.created_at,
        )
        for each in db.session.scalars(found.order_by(SupporterTag.tag))
    ]


def _offers(supporter_id: int) -> Sequence[SkillOffer]:
    found = select(SkillOffer).where(SkillOffer.supporter_id == supporter_id)
    return db.session.scalars(found.order_by(SkillOffer.id)).all()


def _in_order(offer: SkillOffer) -> list[OfferLine]:
    """What she could do, then in which languages, then when."""
    kinds = [each.value for each in OfferKind]
    return sorted(
        offer.lines,
        key=lambda each: (kinds.index(each.kind), line_words(each.kind, each.value)),
    )


def _offer_line(offer: SkillOffer, group: str) -> Line:
    return Line(
        title=_("What you offered %(group)s to do", group=group),
        facts={
            "can": sorted(each.value for each in offer.lines),
            "area": offer.area,
            "note": offer.note,
        },
        since=offer.created_at,
        said={"can": _(", ").join(line_words(each.kind, each.value) for each in _in_order(offer))},
    )


def _file_line(row: ImportRow, kept: PeopleImport) -> Line:
    cells = importing.cells_of(row)
    return Line(
        title=_("A line of a file"),
        facts={"content": row.content},
        since=kept.created_at,
        until=open_files.kept_until(kept),
        said={"content": _("; ").join(f"{name}: {text}" for name, text in cells.items() if text)},
    )


def _complaint_line(complaint: Complaint) -> Line:
    ended = complaint.answered_at
    return Line(
        title=_("Your complaint"),
        facts={
            "reference": complaint.public_id,
            "kind": complaint.kind.value,
            "state": complaint.state.value,
            "name": complaint.name,
            "email": complaint.email,
            "text": complaint.text,
            "outcome": complaint.outcome,
            "answers": [each.text for each in complaint.notes if each.is_mailed],
        },
        since=complaint.received_at,
        until=ended + COMPLAINT_KEPT if ended else None,
        said={
            "kind": str(COMPLAINT_KIND_NAMES[complaint.kind]),
            "state": str(COMPLAINT_STATE_NAMES[complaint.state]),
        },
    )


def _link_line(link: DataLink) -> Line:
    return Line(
        title=_("You asked for a link"),
        facts={"kind": link.kind.value, "new_email": link.new_email, "locale": link.locale},
        since=link.created_at,
        until=link.created_at + LINK_KEPT,
        said={"kind": str(LINK_NAMES[link.kind])},
    )


# --- erasing --------------------------------------------------------------------------------------


def _erase(email: str, now: datetime) -> Erased:
    gone = open_files.forget(email) + _forget_requests(email, now=now)
    supporter = reads.lock_supporter(email)
    if supporter is None:
        return Erased(gone=gone)
    merging.part_all(supporter, now=now, by=Actor.visitor())
    correcting.withdraw_everything(supporter.id, now=now, by=Actor.visitor())
    kept = len(reads.list_consents(supporter.id))
    gone += 1 + _forget_rows_of(supporter.id)
    mail.forget([supporter.public_id], now=now)
    forget_supporter(supporter, now=now)
    stayed = Stayed(
        what=N_("What you agreed to and took back, without your name"),
        why=N_("To show that we write only to people who said yes."),
        count=kept,
        until=now + CONSENT_KEPT,
    )
    return Erased(gone=gone, stayed=(stayed,))


def forget_supporter(supporter: Supporter, *, now: datetime) -> None:
    """Leave a row that names nobody."""
    supporter.email = supporter.name = supporter.phone = supporter.postcode = None
    supporter.erased_at = now
    supporter.version += 1


def _forget_rows_of(supporter_id: int) -> int:
    offers = select(SkillOffer.id).where(SkillOffer.supporter_id == supporter_id)
    db.session.execute(delete(OfferLine).where(OfferLine.offer_id.in_(offers)))
    gone = 0
    for table in (SkillOffer, SupporterTag, SupporterGroup):
        rows = delete(table).where(table.supporter_id == supporter_id)
        gone += len(db.session.execute(rows.returning(table.supporter_id)).all())
    db.session.execute(
        update(ImportRow)
        .where(ImportRow.supporter_id == supporter_id)
        .values(content=None, added=None, supporter_id=None)
        .execution_options(synchronize_session=False)
    )
    return gone


def _forget_requests(email: str, *, now: datetime) -> int:
    """Forget complaints and links; a link is what she came by, and it goes with the rest."""
    complained, links = reads.complaints_of(email), reads.list_links(email)
    for complaint in complained:
        if complaint.state in OPEN:
            # Nobody is left to be answered.
            complaint.state, complaint.answered_at = ComplaintState.SET_ASIDE, now
        complaints.forget(complaint, now=now)
    mail.forget([each.public_id for each in links], now=now)
    for link in links:
        db.session.delete(link)
    db.session.flush()
    return len(complained) + len(links)


# --- what goes by itself --------------------------------------------------------------------------


def _purge_links(now: datetime) -> int:
    with transaction():
        return data_links.forget_old(now=now)


def _count_complaints(now: datetime) -> int:
    return reads.count_old_complaints(now - COMPLAINT_KEPT)


def _purge_complaints(now: datetime) -> int:
    return in_batches(complaints.forget_old, now=now, limit=_BATCH)


def _count_imports(now: datetime) -> int:
    return import_reads.count_stale(now - importing.KEEP_CHECKED)


def _purge_imports(now: datetime) -> int:
    return in_batches(importing.drop_stale, now=now, limit=_BATCH)


def _purge_consents(now: datetime) -> int:
    return in_batches(consent_retention.forget_old, now=now, limit=_BATCH)


HOLDING = Holding(key="supporters", title=N_("You and us"), find=_find, erase=_erase)
PURGES = (
    Purge(
        key="supporters.links",
        what=N_("Links to their data that people asked for"),
        count=data_links.count_old,
        run=_purge_links,
    ),
    Purge(
        key="supporters.consents",
        what=N_("Consents that were taken back six years ago"),
        count=consent_retention.count_old,
        run=_purge_consents,
    ),
    Purge(
        key="supporters.complaints",
        what=N_("Complaints that were answered two years ago"),
        count=_count_complaints,
        run=_purge_complaints,
    ),
    Purge(
        key="supporters.imports",
        what=N_("Files of people that nobody brought in"),
        count=_count_imports,
        run=_purge_imports,
    ),
)
