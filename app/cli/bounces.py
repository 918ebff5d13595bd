"""`muster mail bounces`: what other mail servers report."""

from __future__ import annotations

import sys

import click

from app.cli.run import ready
from app.db.session import transaction
from app.lib import bounces as reports
from app.lib import clock
from app.mail.service import outbox as service

#: More is not read from the pipe: no delivery report is that long.
LARGEST_INPUT = 32 * 1024 * 1024


@click.command("bounces")
def bounces() -> None:
    """Read delivery reports from standard input, one mail or an mbox, and mark what came back.

    Made for a pipe of the mail server. Only a report that returns the headers of a mail of ours
    counts; the same report again changes nothing. Exits with 0 whatever was read, so that nobody
    is sent a report about a report.
    """
    with ready():
        read, marked = mark_all(sys.stdin.buffer.read(LARGEST_INPUT))
    click.echo(f"Read: {read}. Marked as returned: {marked}.")


def mark_all(data: bytes) -> tuple[int, int]:
    """Mark the mails that reports are about; how many were read, and how many changed something."""
    marked = [_mark(reports.read(each)) for each in reports.split(data)]
    return len(marked), sum(marked)


def _mark(report: reports.Report) -> bool:
    if report.message_id is None or report.kind not in reports.FINAL:
        return False
    with transaction():
        return service.mark_bounced(report.message_id, report.kind, now=clock.utcnow())
