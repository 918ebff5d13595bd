"""Balance transactions: what each movement did to the Stripe balance, fees included."""

from app.rehearsal.account import CHARGE, MOVEMENT, REFUND, Account
from app.rehearsal.bodies import Body
from app.rehearsal.shapes import MOVEMENT as SHAPE
from app.rehearsal.shapes import new

FEE_PER_MILLE = 15  # 1.5 % and 20 p: Stripe's price for standard UK cards
FEE_FIXED = 20
DAYS_TO_AVAILABLE = 3
DEBIT_PER_MILLE, DEBIT_LEAST, DEBIT_MOST = 10, 20, 200  # and for Bacs Direct Debit
CATEGORIES = {
    "payment": "charge",
    "payment_failure_refund": "charge_failure",
    "payment_refund": "refund",
}
DAY = 86_400
HELD = -1  # a charge is booked only when somebody asks for it


def fee(amount: int) -> int:
    """Stripe's fee on a card charge, in minor units, rounded half up."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED


def debit_fee(amount: int) -> int:
    """Stripe's fee on a Bacs debit, in minor units, rounded half up."""
    return min(max((amount * DEBIT_PER_MILLE + 500) // 1000, DEBIT_LEAST), DEBIT_MOST)


def move(account: Account, kind: str, source: Body, amount: int, fee: int = 0) -> Body:
    """Book one movement of the balance."""
    details = []
    if fee:
        details.append(
            {
                "amount": fee,
                "application": None,
                "currency": source["currency"],
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        )
    return account.put(
        new(
            SHAPE,
            id=account.new_id("txn"),
            amount=amount,
            available_on=account.now + DAYS_TO_AVAILABLE * DAY,
            created=account.now,
            currency=source["currency"],
            description=source.get("description"),
            fee=fee,
            fee_details=details,
            net=amount - fee,
            reporting_category=CATEGORIES.get(kind, kind),
            source=source["id"],
            type=kind,
        )
    )


def plan_booking(account: Account, charge: Body) -> None:
    """Book a charge now, or later when balance transactions are told to come late."""
    late = account.world.note("late", {"seconds": 0})["seconds"]
    if late == 0:
        book_charge(account, charge)
        return
    charge["_books_at"] = HELD if late == HELD else account.now + late
    account.unbooked.add(charge["id"])
    account.put(charge)


def book_charge(account: Account, charge: Body) -> None:
    """Give a charge its balance transaction; settle the refunds that waited for it."""
    is_card = charge["payment_method_details"]["type"] == "card"
    cost = fee(charge["amount"]) if is_card else debit_fee(charge["amount"])
    movement = move(account, "charge" if is_card else "payment", charge, charge["amount"], cost)
    previous = {"balance_transaction": None, "receipt_url": charge["receipt_url"]}
    charge.pop("_books_at", None)
    account.unbooked.discard(charge["id"])
    charge["balance_transaction"] = movement["id"]
    charge["receipt_url"] = f"{account.world.config.public_url}/receipts/{charge['id']}"
    account.put(charge)
    account.emit("charge.updated", charge, previous)
    for refund in account.all(REFUND):
        if refund["charge"] == charge["id"] and refund.get("pending_reason") == "charge_pending":
            settle_refund(account, refund)


def book_held(account: Account) -> int:
    """Book every charge that was not booked yet; returns how many."""
    waiting = [account.get(CHARGE, charge_id) for charge_id in sorted(account.unbooked)]
    for charge in waiting:
        book_charge(account, charge)
    return len(waiting)


def settle_refund(account: Account, refund: Body) -> None:
    """Take the money of a waiting refund from the balance."""
    previous = {"status": refund["status"], "balance_transaction": None}
    movement = move(account, "refund", refund, -refund["amount"])
    refund.pop("pending_reason", None)
    refund.update(status="succeeded", balance_transaction=movement["id"])
    account.put(refund)
    account.emit("refund.updated", refund, previous)


def settle_status(account: Account, movement: Body) -> str:
    """``available`` once the own clock has passed ``available_on``."""
    return "available" if movement["available_on"] <= account.now else "pending"


def balance(account: Account) -> Body:
    """The balance of an account, by currency, available and pending."""
    sums: dict[str, dict[str, int]] = {"available": {}, "pending": {}}
    for movement in account.all(MOVEMENT):
        sums["available"].setdefault(movement["currency"], 0)
        by_currency = sums[settle_status(account, movement)]
        by_currency[movement["currency"]] = (
            by_currency.get(movement["currency"], 0) + movement["net"]
        )
    return {
        "object": "balance",
        "livemode": False,
        **{
            state: [
                {"amount": amount, "currency": currency, "source_types": {"card": amount}}
                for currency, amount in sorted(by_currency.items())
            ]
            for state, by_currency in sums.items()
        },
    }
