"""Files of people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from app.lib.csv_lines import csv_file, safe_cell
from app.mail.queries.addresses import find_suppressed
from app.mail.rules.addresses import STOPS, Purpose
from app.supporters.models.people import Supporter
from app.supporters.queries import consents as consent_reads
from app.supporters.queries import finding
from app.supporters.queries.finding import PeopleFilter
from app.supporters.rules.consents import ConsentPurpose
from app.web.paging import Key

#: As Action Network names them, so that other systems read the file.
COLUMNS = (
    *("email", "name", "phone", "zip_code", "language", "tags"),
    *(f"may_be_mailed_{each.value}" for each in ConsentPurpose),
    *("known_since", "id"),
)
BATCH = 500


def people_file(wanted: PeopleFilter) -> Iterator[str]:
    """The lines of a file of people; read in batches, so that it is no matter how many they are."""
    return csv_file(COLUMNS, _rows(wanted))


def _rows(wanted: PeopleFilter) -> Iterator[list[str]]:
    key: Key | None = None
    agreed = {
        (supporter_id, purpose)
        for group_id in wanted.group_ids
        for purpose in ConsentPurpose
        for supporter_id in consent_reads.list_reachable(group_id, purpose)
    }
    while True:
        page = finding.list_people(wanted, key, limit=BATCH)
        yield from _lines(page.rows, wanted.group_ids, agreed)
        if page.next_key is None:
            return
        key = Key(page.rows[-1].created_at, page.rows[-1].id)


def _lines(
    rows: Sequence[Supporter],
    group_ids: Collection[int],
    agreed: Collection[tuple[int, ConsentPurpose]],
) -> Iterator[list[str]]:
    ids = [row.id for row in rows]
    tags: dict[int, set[str]] = {}
    for tag in finding.list_tags(ids, group_ids):
        tags.setdefault(tag.supporter_id, set()).add(tag.tag)
    silent = find_suppressed([row.email or "" for row in rows], STOPS[Purpose.MAILING])
    for row in rows:
        cells = [
            *(row.email or "", row.name or "", row.phone or "", row.postcode or "", row.locale),
            ", ".join(sorted(tags.get(row.id, ()))),
            *(
                _yes((row.id, each) in agreed and row.email not in silent)
                for each in ConsentPurpose
            ),
            *(f"{row.created_at:%Y-%m-%d}", row.public_id),
        ]
        yield [safe_cell(each) for each in cells]


def _yes(is_so: bool) -> str:  # noqa: FBT001 - the word for it
    return "yes" if is_so else "no"
