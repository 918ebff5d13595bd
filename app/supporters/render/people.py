"""How people are put on pages of the desk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _

from app.groups import queries as groups
from app.groups.models import Group
from app.lib.text import TextIn
from app.mail.queries import addresses
from app.supporters.models.people import Consent, Supporter
from app.supporters.queries import consents as consent_reads
from app.supporters.queries import finding
from app.supporters.render.offers import line_words
from app.supporters.render.words import (
    PURPOSE_NAMES,
    SOURCE_NAMES,
    SUPPRESSION_NAMES,
    wording_of,
)
from app.supporters.rules.consents import ConsentPurpose, current_wording
from app.supporters.rules.words import OfferKind
from app.web.locale import current_locale, named_language


@dataclass(frozen=True)
class PersonRow:
    """One line of the list."""

    public_id: str
    name: str
    email: str
    postcode: str | None
    tags: list[str]
    purposes: list[LazyString]
    since: datetime


def person_rows(rows: Sequence[Supporter], group_ids: Collection[int]) -> list[PersonRow]:
    """The lines of a list of people, with what her groups know of them."""
    ids = [row.id for row in rows]
    tags: dict[int, list[str]] = {}
    for tag in finding.list_tags(ids, group_ids):
        tags.setdefault(tag.supporter_id, []).append(tag.tag)
    agreed = {(row.supporter_id, row.purpose) for row in _live(ids, group_ids)}
    return [
        PersonRow(
            public_id=row.public_id,
            name=row.name or "",
            email=row.email or "",
            postcode=row.postcode,
            tags=sorted(set(tags.get(row.id, []))),
            purposes=[name for each, name in PURPOSE_NAMES.items() if (row.id, each) in agreed],
            since=row.created_at,
        )
        for row in rows
    ]


def _live(ids: Collection[int], group_ids: Collection[int]) -> list[Consent]:
    rows = consent_reads.list_consents(ids, group_ids)
    return [row for row in rows if row.withdrawn_at is None]


# --- one person -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ConsentShown:
    """One consent: to whom, to what, since when and how; and until when, where she took it back."""

    group_id: int
    group: TextIn
    purpose: ConsentPurpose
    name: LazyString
    sentence: str
    source: LazyString
    email: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class TagShown:
    """A tag, and whose it is."""

    group_id: int
    group: TextIn
    tag: str


@dataclass(frozen=True)
class PersonShown:
    """Somebody with all her rows, the one that stands for her first."""

    row: Supporter
    emails: list[str]
    language: str
    live: list[ConsentShown]
    past: list[ConsentShown]
    tags: list[TagShown]
    #: For each offer: whose it is, its lines, the area, the note.
    offers: list[Mapping[str, object]]
    #: Why nothing is mailed to an address of hers.
    silences: list[tuple[str, LazyString]]


def person(rows: Sequence[Supporter], group_ids: Collection[int]) -> PersonShown:
    """One person, as organisers of some groups see her."""
    stands, ids = rows[0], [row.id for row in rows]
    names = _group_names()
    shown = [_shown(each, names) for each in consent_reads.list_consents(ids, group_ids)]
    tags = {(each.group_id, each.tag) for each in finding.list_tags(ids, group_ids)}
    return PersonShown(
        row=stands,
        emails=[row.email or "" for row in rows],
        language=named_language(stands.locale),
        live=[each for each in shown if each.withdrawn_at is None],
        past=[each for each in shown if each.withdrawn_at is not None],
        tags=[TagShown(group_id, names[group_id], tag) for group_id, tag in sorted(tags)],
        offers=_offers(ids, group_ids, names),
        silences=[
            (email, SUPPRESSION_NAMES[found.reason])
            for email in (row.email or "" for row in rows)
            for found in addresses.list_live(email)
        ],
    )


def _shown(consent: Consent, names: Mapping[int, TextIn]) -> ConsentShown:
    group = names[consent.group_id]
    return ConsentShown(
        group_id=consent.group_id,
        group=group,
        purpose=consent.purpose,
        name=PURPOSE_NAMES[consent.purpose],
        sentence=wording_of(consent, group.text),
        source=SOURCE_NAMES[consent.source],
        email=consent.supporter.email or "",
        given_at=consent.given_at,
        withdrawn_at=consent.withdrawn_at,
    )


def _offers(
    ids: Collection[int], group_ids: Collection[int], names: Mapping[int, TextIn]
) -> list[Mapping[str, object]]:
    return [
        {
            "group": names[offer.group_id],
            "lines": [
                line_words(line.kind, line.value)
                for kind in OfferKind
                for line in sorted(offer.lines, key=lambda each: each.value)
                if line.kind == kind
            ],
            "area": offer.area,
            "note": offer.note,
            "changed_at": offer.changed_at,
        }
        for offer in finding.list_offers(ids, group_ids)
    ]


def merges(rows: Sequence[Supporter]) -> list[Mapping[str, object]]:
    """The merges by which rows became one person."""
    emails = {row.id: row.email or "" for row in rows}
    return [
        {
            "id": each.id,
            "email": emails.get(each.merged_id, ""),
            "at": each.merged_at,
            "by": each.merged_by.name if each.merged_by else _("an organiser"),
            "group_id": each.group_id,
        }
        for each in finding.list_merges(list(emails))
    ]


def sentences(chosen: Iterable[Group]) -> list[tuple[TextIn, list[tuple[LazyString, str]]]]:
    """The sentences that are read to somebody, for each group."""
    found = []
    for group in chosen:
        name = group.name.pick(current_locale())
        lines = [
            (PURPOSE_NAMES[purpose], _(current_wording(purpose)[1], group=name.text))
            for purpose in ConsentPurpose
        ]
        found.append((name, lines))
    return found


def _group_names() -> dict[int, TextIn]:
    return {each.id: each.name.pick(current_locale()) for each in groups.list_groups()}
