"""The books: funds, money accounts, append-only entries, findings.

A *fund* is a pot of money with a purpose. A *money account* is where money lies: a Stripe
balance, a bank account, a cash box. A *ledger entry* is one event of the books with two or more
lines that add up to nothing; it is never changed, a mistake is corrected by another entry. A
*finding* is a difference that a check found.
"""
