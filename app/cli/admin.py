"""Commands that act once: schema, accounts, books, Stripe."""

from __future__ import annotations

import click

from app.accounts import cli as accounts
from app.accounts.rules.permissions import Role
from app.cli.run import ready
from app.db import migrate
from app.ledger import service as ledger
from app.lib import clock
from app.payments.flows import sweep as sweeping


@click.group("db")
def database() -> None:
    """The database's schema."""


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest schema."""
    with ready(even_unmigrated=True):
        migrate.upgrade()
    click.echo("The database has the newest schema.")


@database.command("revision")
@click.argument("name")
def revision(name: str) -> None:
    """Write a migration from the difference between the models and the database."""
    with ready(even_unmigrated=True):
        click.echo(f"Wrote {migrate.revision(name)}; read it before you commit it.")


@click.group()
def account() -> None:
    """Organisers' accounts."""


@account.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Her name as colleagues see it.")
@click.option("--group", "group_slug", required=True, help="The group's name in its address.")
@click.option("--group-name", help="Its full name, if it does not exist yet and is to be founded.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    default=[Role.OWNER.value],
    show_default=True,
)
@click.password_option(help="Better typed when asked for.")
def add(  # noqa: PLR0917  # click hands options over by name
    email: str,
    name: str,
    group_slug: str,
    group_name: str | None,
    roles: list[str],
    password: str,
) -> None:
    """Open an account for an organiser with a role in a group."""
    with ready():
        added = accounts.add_account(
            email=email,
            name=name,
            password=password,
            group_slug=group_slug,
            group_name=group_name,
            roles=roles,
        )
        click.echo(f"{added.email} may sign in as {', '.join(roles)}.")


@account.command("reset-2fa")
@click.argument("email")
def reset_2fa(email: str) -> None:
    """Take the second factor off an account, for a lost phone without recovery codes."""
    with ready():
        if accounts.reset_second_factor(email):
            click.echo(f"{email} signs in with the password alone; a mail says so.")
        else:
            click.echo(f"{email} has no second factor; nothing was changed.")


@click.group()
def books() -> None:
    """The ledger and the sums beside it."""


@books.command("check")
def check() -> int:
    """Recount every fund, total and payment; exits 1 and says what does not agree."""
    with ready():
        differences = ledger.check_books()
        for one in differences:
            click.echo(f"{one.kind}  {one.subject}  {one.detail}")
    if differences:
        click.echo(f"{len(differences)} difference(s).")
        return 1
    click.echo("The books agree.")
    return 0


@click.group()
def stripe() -> None:
    """What Stripe knows and we do not yet."""


@stripe.command("sweep")
@click.option("--account", "account_name", help="Only this payment account.")
@click.option("--deep", is_flag=True, help="Look back thirty days at events, after a restore.")
def sweep(account_name: str | None, *, deep: bool) -> int:
    """Fetch open attempts, recent payments and undelivered events, and book what was missed."""
    with ready():
        report = sweeping.sweep(now=clock.utcnow(), account_name=account_name, is_deep=deep)
    click.echo(
        f"Looked at {report.attempts} attempts, {report.payments} payments, "
        f"{report.transactions} balance transactions, {report.events} events."
    )
    for problem in report.problems:
        click.echo(problem)
    return 1 if report.problems else 0
