"""How the books are put into words."""

from flask_babel import lazy_gettext as _l

from app.ledger.rules import Category, EntryKind, MoneyAccountKind

ENTRY_NAMES = {
    EntryKind.CHARGE: _l("Money came"),
    EntryKind.REFUND: _l("Money given back"),
    EntryKind.REFUND_FAILURE: _l("Money given back came home again"),
    EntryKind.DISPUTE: _l("Money taken by the donor's bank"),
    EntryKind.DISPUTE_REVERSAL: _l("Disputed money came back"),
    EntryKind.LATE_FAILURE: _l("The bank took the money back"),
    EntryKind.FEE: _l("Fee"),
    EntryKind.PAYOUT: _l("Paid out to the bank account"),
    EntryKind.OFFLINE: _l("Gift without a card"),
    EntryKind.EXPENSE: _l("Spent"),
    EntryKind.TRANSFER: _l("Moved between funds"),
    EntryKind.CORRECTION: _l("Correction"),
}

CATEGORY_NAMES = {
    Category.INCOME: _l("Gifts"),
    Category.FEES: _l("Fees"),
    Category.SPENDING: _l("Spending"),
    Category.DISPUTES: _l("Disputes"),
}

PLACE_NAMES = {
    MoneyAccountKind.STRIPE: _l("Balance at Stripe"),
    MoneyAccountKind.BANK: _l("Bank account"),
    MoneyAccountKind.CASH: _l("Cash box"),
}
