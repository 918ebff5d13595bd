"""The whole rehearsal as one object: no socket, no thread of its own, time and ids from outside.

Tests drive it directly (``tests/rehearsal/sdk.py`` plugs it behind the real SDK)::

    rehearsal = Rehearsal(
        RehearsalConfig(
            accounts={"network": AccountConfig(
                secret_key="sk_test_network", webhook_secret="whsec_network",
                webhook_url="http://app.test/stripe/webhook/network")},
            public_url="http://pay.test",
        ),
        clock=lambda: now[0],   # seconds since the epoch; default: the wall clock
        seed=7,                 # counted ids: the same history makes the same objects
    )
    status, headers, body = rehearsal.handle("POST", "/v1/checkout/sessions", headers, form_bytes)

    rehearsal.pay(session_id, "success")            # or declined, insufficient_funds,
    rehearsal.pay(session_id, "three_d_secure")     #    processing_error; then:
    rehearsal.answer_challenge(session_id, passed=True)
    rehearsal.expire(session_id)
    rehearsal.refund(charge_or_intent_or_session_id, amount=300, is_waiting=False)
    rehearsal.settle_refund(refund_id); rehearsal.fail_refund(refund_id)
    rehearsal.advance(3600)                         # its own clock, by seconds, or
    rehearsal.advance(days=3, months=1)             #    by the calendar; or until=<instant>
    rehearsal.set_late_balance(HELD); rehearsal.book_held()    # fees that come late
    rehearsal.fail_next("error_after", method="POST", path="/v1/checkout/sessions", times=1)

    # Subscriptions begin with a session of mode "subscription"; pay() completes it. ``advance``
    # then renews them (draft, an hour later finalized and tried), tries failed invoices again
    # after 3, 5 and 7 days and gives up, ends pauses, and lets banks answer debits after 4 days.
    rehearsal.pay(session_id, "declined_later")     # pays now, declines every later collection
    rehearsal.fail_renewals(subscription_id, "insufficient_funds", times=2)
    rehearsal.fail_renewals(subscription_id, "requires_action")    # 3-D Secure at a renewal
    rehearsal.fix_card(subscription_id)             # the next collection succeeds
    rehearsal.set_dunning("past_due")               # after the last try: or "cancel", "unpaid"
    rehearsal.end_subscription(subscription_id)     # as the dashboard does
    rehearsal.pay_invoice(invoice_id, "mastercard") # on its page; "three_d_secure", then:
    rehearsal.answer_invoice(invoice_id, passed=True)
    rehearsal.change_card(portal_session_id, "mastercard")         # in the billing portal
    rehearsal.cancel_in_portal(portal_session_id, subscription_id)

    # Bacs Direct Debit, in both modes, where the session offers it (pounds): complete, unpaid.
    rehearsal.pay(session_id, "bacs")               # or bacs_fails, bacs_cancelled: refused later
    rehearsal.settle(charge_intent_invoice_or_session_id)          # now, not after 4 days
    rehearsal.fail(charge_intent_invoice_or_session_id, "bacs_cancelled")
    rehearsal.late_fail(charge_intent_invoice_or_session_id)       # settled money goes back

    made = rehearsal.dispute(charge_intent_invoice_or_session_id, amount=300, reason="fraudulent")
    rehearsal.close_dispute(made["id"], won=True)
    rehearsal.pay_out("network")                    # what is available of the balance

    for delivery in rehearsal.pending_deliveries():   # .url .headers .body .event_id .event_type
        answer = client.post(delivery.url, data=delivery.body, headers=delivery.headers)
        rehearsal.mark_delivered(delivery.id, answer.status_code)   # or .lose_delivery(delivery.id)

``pending_deliveries(even_later=True)`` also gives the ones that wait for a retry or a delay. A test
may post them in any order, twice or never: only ``mark_delivered`` and ``lose_delivery`` change
them. ``handle`` raises ConnectionLostError when a fault eats the answer. ``objects(account, kind)``
is the truth to compare books with: deep copies of every object of a kind, as Stripe would show it;
kinds: checkout.session, payment_intent, charge, balance_transaction, refund, customer,
payment_method, subscription, invoice, invoice_payment, product, price, billing_portal.session,
mandate, dispute, payout, event.

Of the API it answers: ``checkout.sessions`` create, retrieve, list, update, expire; ``customers``
create, retrieve, list, update; ``payment_intents``, ``charges``, ``balance_transactions``,
``events``, ``disputes``, ``payouts`` retrieve, list; ``refunds`` create, retrieve, list, update;
``payment_methods`` retrieve, list; ``products``, ``prices``, ``mandates``, ``balance`` retrieve;
``subscriptions`` retrieve, list, update, cancel; ``invoices`` retrieve, list, pay, void_invoice;
``invoice_payments`` retrieve, list; ``billing_portal.sessions`` create.
"""

import copy
from collections.abc import Callable, Mapping

from app.lib import clock as wall
from app.rehearsal import balance, payment, refunds, sessions
from app.rehearsal.account import REFUND, SESSION, Account
from app.rehearsal.billing import Billing
from app.rehearsal.bodies import Body
from app.rehearsal.calls import Answer, Call, Request
from app.rehearsal.cards import Card
from app.rehearsal.expand import render
from app.rehearsal.faults import Fault, Planned
from app.rehearsal.problems import missing_object

HELD = balance.HELD


class Rehearsal(Billing):
    """Stripe's part of the play; every method is safe to call from any thread."""

    # The API

    def handle(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | str | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Answer one call of the API; the path may carry a query. Raises ConnectionLostError."""
        raw = body.encode() if isinstance(body, str) else body or b""
        where, _, query = path.partition("?")
        lower = {name.lower(): value for name, value in headers.items()}
        answer = self._answer(Request(method.upper(), where, query, lower, raw))
        return answer.status, answer.headers, answer.body.encode()

    def _answer(self, request: Request) -> Answer:
        with self._lock:
            self._catch_up()
            call = self._calls.begin(request, self._world.new_id("req"))
            self._save()
        if isinstance(call, Answer):
            return call
        self._linger(call)
        with self._lock:
            try:
                return self._calls.finish(call)
            finally:
                self._save()

    @staticmethod
    def _linger(call: Call) -> None:
        """Outside the lock, so that another call can meet the key in use."""
        if call.fault is not None and call.fault.fault == Fault.SLOW:
            wall.sleep(call.fault.seconds)

    # The payer

    def find_session(self, session_id: str) -> tuple[Account, Body] | None:
        """A session and its account, for the payment page."""
        with self._lock:
            self._catch_up()
            self._save()
            return sessions.find_session(list(self.accounts.values()), session_id)

    def pay(self, session_id: str, card: Card | str, *, email: str | None = None) -> Body:
        """Try a card; returns the session. Raises ProblemError when it is not open."""
        with self._lock:
            account, session = self._session(session_id)
            payment.pay(account, session, Card(card), email or "payer@example.org")
            self._save()
            return render(account, session, [])

    def answer_challenge(self, session_id: str, *, passed: bool) -> Body:
        """End a 3-D Secure challenge; returns the session. Raises ProblemError without one."""
        with self._lock:
            account, session = self._session(session_id)
            payment.answer_challenge(account, session, passed=passed)
            self._save()
            return render(account, session, [])

    def expire(self, session_id: str) -> Body:
        """Expire an open session; returns it. Raises ProblemError when it is not open."""
        with self._lock:
            account, session = self._session(session_id)
            sessions.expire_now(account, session)
            self._save()
            return render(account, session, [])

    def _session(self, session_id: str) -> tuple[Account, Body]:
        found = self.find_session(session_id)
        if found is None:
            raise missing_object(SESSION, session_id)
        return found

    # Stripe's dashboard

    def refund(
        self,
        object_id: str,
        *,
        amount: int | None = None,
        reason: str | None = None,
        is_waiting: bool = False,
    ) -> Body:
        """Refund a charge (named by it, its intent or its session); raises ProblemError."""
        with self._lock:
            self._catch_up()
            account, charge = self._charge(object_id)
            made = refunds.refund(
                account, charge, {"amount": amount, "reason": reason}, is_waiting=is_waiting
            )
            self._save()
            return render(account, made, [])

    def settle_refund(self, refund_id: str) -> Body:
        """Let a waiting refund through; raises ProblemError."""
        return self._with_refund(refund_id, refunds.settle)

    def fail_refund(self, refund_id: str) -> Body:
        """Let a refund fail at the payer's bank; raises ProblemError."""
        return self._with_refund(refund_id, refunds.fail)

    def _with_refund(self, refund_id: str, act: Callable[[Account, Body], Body]) -> Body:
        with self._lock:
            self._catch_up()
            for account in self.accounts.values():
                made = account.find(REFUND, refund_id)
                if made is not None:
                    act(account, made)
                    self._save()
                    return render(account, made, [])
        raise missing_object(REFUND, refund_id)

    def set_refunds_waiting(self, *, wait: bool) -> None:
        """Whether refunds asked for through the API wait before they succeed."""
        self._note("refunds", {"wait": wait})

    # Faults and webhooks

    def fail_next(
        self,
        fault: Fault | str,
        *,
        times: int = 1,
        method: str | None = None,
        path: str = "",
        seconds: int = 5,
    ) -> None:
        """Let the next calls that fit fail; raises ValueError for a fault there is not."""
        with self._lock:
            self.faults.plan(Planned(Fault(fault).value, times, method, path, seconds))
            self._save()

    def clear_faults(self) -> None:
        """Forget every planned fault."""
        with self._lock:
            self.faults.clear()
            self._save()

    # The whole

    def objects(self, account: str, kind: str) -> list[Body]:
        """Copies of every object of a kind, oldest first, as Stripe would show them."""
        with self._lock:
            self._catch_up()
            owner = self.accounts[account]
            return [copy.deepcopy(render(owner, body, [])) for body in owner.all(kind)]
