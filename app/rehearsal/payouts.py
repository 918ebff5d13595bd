"""Payouts: what is available of the balance goes to the bank account."""

from app.rehearsal.account import MOVEMENT, Account
from app.rehearsal.balance import DAY, move, settle_status
from app.rehearsal.billing_shapes import PAYOUT as SHAPE
from app.rehearsal.bodies import Body
from app.rehearsal.problems import ProblemError
from app.rehearsal.shapes import new


def pay_out(account: Account) -> Body:
    """Pay everything available of the first currency that has some; raises ProblemError."""
    waiting: dict[str, list[Body]] = {}
    for movement in account.all(MOVEMENT):
        if "_payout" not in movement and settle_status(account, movement) == "available":
            waiting.setdefault(movement["currency"], []).append(movement)
    for currency, movements in waiting.items():
        amount = sum(movement["net"] for movement in movements)
        if amount > 0:
            return _pay(account, currency, amount, movements)
    raise ProblemError("Nothing is available to pay out yet: it takes some days.")


def _pay(account: Account, currency: str, amount: int, movements: list[Body]) -> Body:
    payout = new(
        SHAPE,
        id=account.new_id("po"),
        amount=amount,
        arrival_date=account.now + DAY,
        created=account.now,
        currency=currency,
        destination="ba_rehearsal",
    )
    own = move(account, "payout", payout, -amount)
    own["available_on"] = account.now
    for movement in [*movements, own]:
        movement["_payout"] = payout["id"]
        account.put(movement)
    payout["balance_transaction"] = own["id"]
    account.put(payout)
    account.emit("payout.created", payout)
    payout.update(status="paid", reconciliation_status="completed")
    account.put(payout)
    account.emit("payout.paid", payout, {"status": "in_transit"})
    account.emit("payout.reconciliation_completed", payout)
    return payout
