"""Who above is told, in the same transaction, what became of money, plans and wishes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.payments.facts import (
    ChangeListener,
    InvoiceFailed,
    InvoiceListener,
    PaymentListener,
    PaymentMoved,
    PlanChanged,
    PlanListener,
    PlanMoved,
)


@dataclass(frozen=True)
class Listeners:
    """Who hears of what, in the order in which they hear it."""

    payments: tuple[PaymentListener, ...] = ()
    plans: tuple[PlanListener, ...] = ()
    invoices: tuple[InvoiceListener, ...] = ()
    changes: tuple[ChangeListener, ...] = ()


_listening: list[Listeners] = []


def set_listeners(
    *,
    payments: Iterable[PaymentListener] = (),
    plans: Iterable[PlanListener] = (),
    invoices: Iterable[InvoiceListener] = (),
    changes: Iterable[ChangeListener] = (),
) -> None:
    """Name who is told, in this order and in the same transaction, and nobody else."""
    use(Listeners(tuple(payments), tuple(plans), tuple(invoices), tuple(changes)))


def use(chosen: Listeners) -> Listeners:
    """Let these hear from now on; returns who heard before."""
    before = listening()
    _listening[:] = [chosen]
    return before


def listening() -> Listeners:
    """Who hears now."""
    return _listening[0] if _listening else Listeners()


def tell_payment(fact: PaymentMoved) -> None:
    """Tell that money moved."""
    for listener in listening().payments:
        listener(fact)


def tell_plan(fact: PlanMoved) -> None:
    """Tell that a plan began or changed."""
    for listener in listening().plans:
        listener(fact)


def tell_invoice(fact: InvoiceFailed) -> None:
    """Tell that a try at a demand failed."""
    for listener in listening().invoices:
        listener(fact)


def tell_change(fact: PlanChanged) -> None:
    """Tell that a wish about a plan was done or refused."""
    for listener in listening().changes:
        listener(fact)
