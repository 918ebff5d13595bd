"""Mandates: a payer's instruction to the bank, under which Bacs debits are taken."""

from app.rehearsal.account import MANDATE, Account
from app.rehearsal.billing_shapes import MANDATE as SHAPE
from app.rehearsal.bodies import Body
from app.rehearsal.shapes import new


def mandate_of(account: Account, method: Body) -> Body:
    """The mandate of a bank account; it is given with the first debit."""
    for mandate in account.all(MANDATE):
        if mandate["payment_method"] == method["id"]:
            return mandate
    mandate_id = account.new_id("mandate")
    mandate = new(SHAPE, id=mandate_id, payment_method=method["id"])
    mandate["customer_acceptance"]["accepted_at"] = account.now
    mandate["payment_method_details"]["bacs_debit"] |= {
        "reference": mandate_id[-12:].upper(),
        "url": f"{account.world.config.public_url}/mandates/{mandate_id}",
    }
    return account.put(mandate)


def is_ended(account: Account, method: Body) -> bool:
    """Whether no debit can be taken from the bank account any more."""
    return any(
        mandate["payment_method"] == method["id"] and mandate["status"] == "inactive"
        for mandate in account.all(MANDATE)
    )


def end(account: Account, method: Body) -> None:
    """The payer or the bank took the instruction back."""
    mandate = mandate_of(account, method)
    previous = {"status": mandate["status"]}
    mandate["status"] = "inactive"
    mandate["payment_method_details"]["bacs_debit"] |= {
        "network_status": "revoked",
        "revocation_reason": "debit_not_authorized",
    }
    account.put(mandate)
    account.emit("mandate.updated", mandate, previous)
