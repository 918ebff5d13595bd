"""What is typed by hand about payments: lines to print and the code to exit with."""

from __future__ import annotations

from dataclasses import dataclass

from app.ledger import service as ledger
from app.lib import clock
from app.lib.errors import NotFoundError
from app.payments.flows.sweep import sweep


@dataclass(frozen=True)
class Printed:
    """What a command says, and whether it went well."""

    lines: tuple[str, ...]
    exit_code: int


def run_sweep(account_name: str | None = None, *, is_deep: bool = False) -> Printed:
    """Ask Stripe about everything that is not settled; problems make the exit code 1."""
    try:
        report = sweep(now=clock.utcnow(), account_name=account_name, is_deep=is_deep)
    except NotFoundError:
        return Printed((f"There is no payment account named {account_name}.",), 1)
    looked = (
        f"Looked at {report.attempts} attempts, {report.payments} payments, "
        f"{report.transactions} movements that were not in the books, {report.events} events."
    )
    return Printed((looked, *report.problems), 1 if report.problems else 0)


def check_books() -> Printed:
    """Recount the books; anything that does not agree makes the exit code 1."""
    differences = ledger.check_books()
    if not differences:
        return Printed(("The books agree.",), 0)
    lines = tuple(f"{each.kind} {each.subject}: {each.detail}" for each in differences)
    return Printed(lines, 1)
