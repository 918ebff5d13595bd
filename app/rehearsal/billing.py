"""What happens to subscriptions, invoices and debits beside the calls of the API."""

from app.rehearsal import (
    charging,
    collecting,
    debits,
    disputes,
    invoices,
    payouts,
    portal,
    subscriptions,
)
from app.rehearsal.account import CHARGE, DISPUTE, INTENT, INVOICE, SESSION, SUBSCRIPTION, Account
from app.rehearsal.bodies import Body
from app.rehearsal.cards import DEBIT_REFUSALS, Card
from app.rehearsal.expand import render
from app.rehearsal.passage import Passage
from app.rehearsal.problems import ProblemError, missing_object


class Billing(Passage):
    """The bank's and the payer's part in what is collected again and again."""

    def fail_renewals(self, subscription_id: str, code: str, *, times: int = 1) -> None:
        """Let the next collections fail: a decline code, or ``requires_action`` (3-D Secure).

        Raises ProblemError for an unknown subscription, ValueError for an unknown code.
        """
        with self._lock:
            account, subscription = self._subscription(subscription_id)
            collecting.fail_next(account, subscription, code, times)
            self._save()

    def fix_card(self, subscription_id: str) -> Body:
        """Let the next collections succeed; returns the subscription. Raises ProblemError."""
        with self._lock:
            account, subscription = self._subscription(subscription_id)
            collecting.fix_card(account, subscription)
            self._save()
            return render(account, subscription, [])

    def end_subscription(self, subscription_id: str) -> Body:
        """End a subscription in Stripe's dashboard; returns it. Raises ProblemError."""
        with self._lock:
            account, subscription = self._subscription(subscription_id)
            subscriptions.end(account, subscription, "cancellation_requested")
            self._save()
            return render(account, subscription, [])

    @property
    def dunning(self) -> str:
        """What follows the last try of a renewal that failed."""
        return str(self._world.note("dunning", {"then": invoices.DUNNING[0]})["then"])

    def set_dunning(self, then: str) -> None:
        """What follows the last try: ``cancel``, ``past_due`` or ``unpaid``; raises ValueError."""
        if then not in invoices.DUNNING:
            raise ValueError(f"There is no {then!r}; there are {', '.join(invoices.DUNNING)}.")
        self._note("dunning", {"then": then})

    def find_invoice(self, invoice_id: str) -> tuple[Account, Body] | None:
        """An invoice and its account, for its page."""
        with self._lock:
            self._catch_up()
            self._save()
            for account in self.accounts.values():
                invoice = account.find(INVOICE, invoice_id)
                if invoice is not None:
                    return account, invoice
            return None

    def pay_invoice(self, invoice_id: str, card: Card | str) -> Body:
        """Pay on the invoice's page; returns the invoice. Raises ProblemError if it cannot be."""
        with self._lock:
            account, _ = self._invoice(invoice_id)
            invoice = collecting.pay_by_hand(account, invoice_id, Card(card))
            self._save()
            return render(account, invoice, [])

    def answer_invoice(self, invoice_id: str, *, passed: bool) -> Body:
        """End the 3-D Secure check of an invoice; returns it. Raises ProblemError without one."""
        with self._lock:
            account, _ = self._invoice(invoice_id)
            invoice = collecting.answer_challenge(account, invoice_id, passed=passed)
            self._save()
            return render(account, invoice, [])

    def find_portal(self, session_id: str) -> tuple[Account, Body] | None:
        """A billing portal session and its account, while its address works."""
        with self._lock:
            self._catch_up()
            self._save()
            return portal.find(list(self.accounts.values()), session_id)

    def change_card(self, portal_id: str, card: Card | str) -> None:
        """Change the card in the portal; raises ProblemError when the bank refuses it."""
        with self._lock:
            account, session = self._portal(portal_id)
            portal.change_card(account, session, Card(card))
            self._save()

    def cancel_in_portal(self, portal_id: str, subscription_id: str) -> None:
        """End a subscription in the portal; raises ProblemError when there is none to end."""
        with self._lock:
            account, session = self._portal(portal_id)
            portal.cancel(account, session, subscription_id)
            self._save()

    def settle(self, object_id: str) -> Body:
        """Let a bank pay a debit now; returns the charge. Raises ProblemError."""
        return self._answer_debit(object_id, None)

    def fail(self, object_id: str, card: Card | str = Card.BACS_FAILS) -> Body:
        """Let a bank refuse a debit now, as one of the accounts does; returns the charge.

        Raises ProblemError for what waits for no bank, ValueError for an account that pays.
        """
        if card not in DEBIT_REFUSALS:
            raise ValueError(f"No bank refuses {card!r}.")
        return self._answer_debit(object_id, Card(card))

    def _answer_debit(self, object_id: str, card: Card | None) -> Body:
        with self._lock:
            self._catch_up()
            account, charge = self._charge(object_id)
            debits.end_debit(account, charge["id"], DEBIT_REFUSALS[card] if card else None)
            self._save()
            return render(account, charge, [])

    def late_fail(self, object_id: str) -> Body:
        """Let a bank take settled money of a debit back; returns the charge."""
        with self._lock:
            self._catch_up()
            account, charge = self._charge(object_id)
            if charge["balance_transaction"] is None or not charge["paid"]:
                raise ProblemError("Only a charge that was settled can fail late.")
            charging.fail_late(account, charge, DEBIT_REFUSALS[Card.BACS_FAILS])
            self._save()
            return render(account, charge, [])

    def dispute(
        self, object_id: str, *, amount: int | None = None, reason: str = "fraudulent"
    ) -> Body:
        """Dispute a charge or a part of it; returns the dispute. Raises ProblemError."""
        with self._lock:
            self._catch_up()
            account, charge = self._charge(object_id)
            made = disputes.dispute(account, charge, amount, reason)
            self._save()
            return render(account, made, [])

    def close_dispute(self, dispute_id: str, *, won: bool) -> Body:
        """Decide a dispute; returns it. Raises ProblemError."""
        with self._lock:
            self._catch_up()
            for account in self.accounts.values():
                made = account.find(DISPUTE, dispute_id)
                if made is not None:
                    disputes.close(account, made, won=won)
                    self._save()
                    return render(account, made, [])
        raise missing_object(DISPUTE, dispute_id)

    def pay_out(self, account: str) -> Body:
        """Pay out what is available of an account's balance; returns the payout.

        Raises ProblemError when that is nothing, ValueError for an unknown account.
        """
        if account not in self.accounts:
            raise ValueError(f"There is no account {account!r}.")
        with self._lock:
            self._catch_up()
            made = payouts.pay_out(self.accounts[account])
            self._save()
            return render(self.accounts[account], made, [])

    def _subscription(self, subscription_id: str) -> tuple[Account, Body]:
        self._catch_up()
        for account in self.accounts.values():
            subscription = account.find(SUBSCRIPTION, subscription_id)
            if subscription is not None and subscription["status"] != "canceled":
                return account, subscription
        raise missing_object(SUBSCRIPTION, subscription_id)

    def _invoice(self, invoice_id: str) -> tuple[Account, Body]:
        found = self.find_invoice(invoice_id)
        if found is None:
            raise missing_object(INVOICE, invoice_id)
        return found

    def _portal(self, portal_id: str) -> tuple[Account, Body]:
        found = self.find_portal(portal_id)
        if found is None:
            raise missing_object("billing portal session", portal_id)
        return found

    def _charge(self, object_id: str) -> tuple[Account, Body]:
        for account in self.accounts.values():
            charge_id = object_id
            session = account.find(SESSION, object_id)
            if session is not None:
                charge_id = session["payment_intent"] or session["invoice"] or ""
            invoice = account.find(INVOICE, charge_id)
            if invoice is not None and invoice["status"] != "draft":
                charge_id = invoices.intent_of(account, invoice)["id"]
            intent = account.find(INTENT, charge_id)
            if intent is not None:
                charge_id = intent["latest_charge"] or ""
            charge = account.find(CHARGE, charge_id)
            if charge is not None:
                return account, charge
        raise missing_object(CHARGE, object_id)
