"""`muster mail …`: what waits in the outbox, and what is held there since a restore."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from sqlalchemy import select

from app.audit import service as audit
from app.audit.facts import Actor
from app.cli.bounces import bounces
from app.cli.quieten import HELD_KINDS
from app.cli.run import ready
from app.db.session import db, transaction
from app.lib import clock
from app.lib.emails import mask_email
from app.mail.models.outbox import OutboxMail
from app.mail.rules.outbox import MailState
from app.mail.service.outbox import DELIVER
from app.queue import queries as queue_queries
from app.queue import service as queue

BY = Actor.cli()
_BEFORE = click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"]),
    help="Only mails put before this moment (UTC).",
)
_KIND = click.option("--kind", help="Only mails of this kind, such as appeals/receipt.")


@click.group()
def mail() -> None:
    """The outbox."""


mail.add_command(bounces)


@mail.command("held")
@_BEFORE
@_KIND
def held(before: datetime | None, kind: str | None) -> None:
    """List the mails that wait, without whole addresses, and say whether they are held."""
    with ready():
        for each in _waiting(before, kind):
            put = f"{each.created_at:%Y-%m-%d %H:%M}"
            click.echo(f"{each.id:>8}  {put}  {each.template:<28}  {mask_email(each.to)}")
        since = queue_queries.held_since(DELIVER)
    if since is None:
        click.echo("Nothing is held: mails leave as they come.")
    else:
        click.echo(f"Held since {since:%Y-%m-%d %H:%M} UTC: no mail leaves.")


@mail.command("withdraw")
@_BEFORE
@_KIND
@click.argument("numbers", nargs=-1, type=int)
def withdraw(before: datetime | None, kind: str | None, numbers: tuple[int, ...]) -> None:
    """Take mails back that wait: those NUMBERS of `muster mail held`, or all that match."""
    if not (numbers or before or kind):
        raise click.UsageError("say which: numbers, --before or --kind")
    with ready(), transaction():
        now = clock.utcnow()
        chosen = [each for each in _waiting(before, kind) if not numbers or each.id in numbers]
        for each in chosen:
            each.state, each.finished_at = MailState.WITHDRAWN, now
        detail = {"mails": [each.id for each in chosen]}
        audit.record(BY, "mail.withdrawn", "outbox", now=now, detail=detail)
    click.echo(f"{len(chosen)} mail(s) will not be sent.")


@mail.command("release")
def release() -> None:
    """Let mail leave again, what waited meanwhile first."""
    with ready(), transaction():
        for kind in HELD_KINDS:
            queue.release(kind, now=clock.utcnow(), by=BY)
        waiting = len(_waiting(None, None))
    click.echo(f"Mail leaves again; {waiting} waited.")


def _waiting(before: datetime | None, kind: str | None) -> list[OutboxMail]:
    wanted = select(OutboxMail).where(OutboxMail.state == MailState.WAITING)
    if before is not None:
        wanted = wanted.where(OutboxMail.created_at < before.replace(tzinfo=UTC))
    if kind is not None:
        wanted = wanted.where(OutboxMail.template == kind)
    return list(db.session.scalars(wanted.order_by(OutboxMail.id)))
