"""What would become of each line of a file: asked for the look beforehand, and again as it is done.

A file can fill gaps and bring people who said yes. It can never lift a suppression, bring back who
was erased, or turn a no of hers into a yes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.lib.text import N_
from app.supporters.models.people import Supporter
from app.supporters.queries import consents as consent_reads
from app.supporters.queries import imports as reads
from app.supporters.rules.consents import ConsentPurpose
from app.supporters.rules.people_files import Misread, Reading
from app.supporters.rules.words import RowOutcome

ERASED = N_("She was erased; only she herself can come back.")


@dataclass(frozen=True)
class Verdict:
    """What becomes of one line."""

    outcome: RowOutcome
    problem: str | None = None
    #: What she is taken to have agreed to by it.
    purposes: tuple[ConsentPurpose, ...] = ()


def judge(
    lines: Sequence[tuple[int, Reading | Misread]],
    *,
    group_id: int,
    purposes: Collection[ConsentPurpose],
    earlier: Collection[str] = (),
    unwilling: Collection[str] = (),
) -> dict[int, Verdict]:
    """What becomes of each of some lines; `earlier` are the addresses on the lines before them.

    The `unwilling` said no elsewhere in the same file, and no line of it makes a yes of that.
    """
    emails = {each.email for _, each in lines if isinstance(each, Reading)}
    known = reads.known_of(emails)
    facts = _Facts(
        known=known,
        suppressed={*reads.suppressed_of(emails), *unwilling},
        erased=reads.erased_of(emails),
        refusals=_refusals(known, group_id),
    )
    seen, found = set(earlier), dict[int, Verdict]()
    for number, line in lines:
        if isinstance(line, Misread):
            found[number] = Verdict(RowOutcome.REFUSED, line.problem)
        elif line.email in seen:
            found[number] = Verdict(RowOutcome.REPEATED)
        else:
            seen.add(line.email)
            found[number] = _verdict(line, facts, purposes)
    return found


@dataclass(frozen=True)
class _Facts:
    known: Mapping[str, Supporter]
    suppressed: Collection[str]
    erased: Collection[str]
    refusals: Collection[tuple[int, ConsentPurpose]]


def _refusals(known: Mapping[str, Supporter], group_id: int) -> set[tuple[int, ConsentPurpose]]:
    ids = [row.id for row in known.values()]
    return {
        no
        for start in range(0, len(ids), reads.AT_ONCE)
        for no in consent_reads.said_no(ids[start : start + reads.AT_ONCE], group_id)
    }


def _verdict(line: Reading, facts: _Facts, purposes: Collection[ConsentPurpose]) -> Verdict:
    row = facts.known.get(line.email)
    if row is None and line.email in facts.erased:
        return Verdict(RowOutcome.REFUSED, ERASED)
    outcome = RowOutcome.NEW if row is None else RowOutcome.KNOWN
    wanted = tuple(each for each in ConsentPurpose if each in purposes and line.is_subscribed)
    if line.email in facts.suppressed or line.email in facts.erased:
        return Verdict(RowOutcome.SUPPRESSED if wanted else outcome)
    allowed = tuple(each for each in wanted if row is None or (row.id, each) not in facts.refusals)
    if wanted and not allowed:
        outcome = RowOutcome.SUPPRESSED
    return Verdict(outcome, purposes=allowed)
