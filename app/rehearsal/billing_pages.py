"""The page of an invoice and the billing portal: plain HTML, no script, no cookie."""

from contextlib import suppress

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.rehearsal import choices, portal
from app.rehearsal.account import METHOD, Account
from app.rehearsal.bodies import Body
from app.rehearsal.cards import DEBITS, Card
from app.rehearsal.collecting import waits_for_challenge
from app.rehearsal.core import Rehearsal
from app.rehearsal.currencies import amount_text
from app.rehearsal.invoices import intent_of
from app.rehearsal.months import date_text
from app.rehearsal.pages import policy
from app.rehearsal.problems import ProblemError
from app.rehearsal.sessions import origin
from app.rehearsal.subscriptions import period_end

HEADINGS = {
    "draft": "Not due yet",
    "open": "Pay an open invoice",
    "paid": "Paid",
    "uncollectible": "Written off",
    "void": "No longer asked for",
}
PAYS = set(Card) - set(DEBITS)


class InvoicePage:
    """The views of an invoice's hosted page."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def blueprint(self) -> Blueprint:
        """The page's addresses."""
        bp = Blueprint("invoices", __name__)
        bp.add_url_rule("/i/<invoice_id>", "show", self.show, methods=["GET"])
        bp.add_url_rule("/i/<invoice_id>", "pay", self.pay, methods=["POST"])
        path = "/i/<invoice_id>/challenge"
        bp.add_url_rule(path, "challenge", self.challenge, methods=["GET"])
        bp.add_url_rule(path, "answer", self.answer, methods=["POST"])
        return bp

    def show(self, invoice_id: str) -> ResponseReturnValue:
        """Show what is to be paid, or why there is nothing to pay."""
        found = self._rehearsal.find_invoice(invoice_id)
        return _unknown() if found is None else _invoice(*found)

    def pay(self, invoice_id: str) -> ResponseReturnValue:
        """Try the chosen card."""
        found = self._rehearsal.find_invoice(invoice_id)
        if found is None:
            return _unknown()
        if request.form.get("card") not in PAYS:
            return _invoice(*found, status=422, problem=("card-success", "Choose a card."))
        with suppress(ProblemError):  # not open any more: its page tells
            self._rehearsal.pay_invoice(invoice_id, request.form["card"])
        if waits_for_challenge(*found):
            return redirect(f"/i/{invoice_id}/challenge", 303)
        return redirect(f"/i/{invoice_id}", 303)

    def challenge(self, invoice_id: str) -> ResponseReturnValue:
        """Show the bank's question."""
        found = self._rehearsal.find_invoice(invoice_id)
        if found is None:
            return _unknown()
        if not waits_for_challenge(*found):
            return redirect(f"/i/{invoice_id}", 303)
        return _page("invoice_challenge.html", found[0], **_facts(found[1]))

    def answer(self, invoice_id: str) -> ResponseReturnValue:
        """Take the answer to the bank's question; a second answer changes nothing."""
        with suppress(ProblemError):
            passed = request.form.get("answer") == "complete"
            self._rehearsal.answer_invoice(invoice_id, passed=passed)
        return redirect(f"/i/{invoice_id}", 303)


def _facts(invoice: Body) -> Body:
    return {
        "invoice": invoice,
        "amount": amount_text(invoice["amount_due"], invoice["currency"]),
    }


def _invoice(
    account: Account, invoice: Body, *, status: int = 200, problem: tuple[str, str] | None = None
) -> Response:
    heading, is_open = HEADINGS[invoice["status"]], invoice["status"] == "open"
    if is_open:
        intent = intent_of(account, invoice)
        error = intent["last_payment_error"]
        if intent["status"] == "processing":
            heading, is_open = "On its way", False
        elif problem is None and error is not None:
            problem = ("card-success", error["message"])
    page = _page(
        "invoice.html",
        account,
        cards=choices.cards(is_regular=True),
        heading=heading,
        is_open=is_open,
        problem=problem,
        **_facts(invoice),
    )
    page.status_code = status
    return page


class PortalPage:
    """The views of the billing portal."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def blueprint(self) -> Blueprint:
        """The portal's addresses."""
        bp = Blueprint("portal", __name__)
        bp.add_url_rule("/p/session/<session_id>", "show", self.show, methods=["GET"])
        bp.add_url_rule("/p/session/<session_id>", "act", self.act, methods=["POST"])
        return bp

    def show(self, session_id: str) -> ResponseReturnValue:
        """Show the customer's subscriptions and what can be changed."""
        found = self._rehearsal.find_portal(session_id)
        return _unknown() if found is None else _portal(*found)

    def act(self, session_id: str) -> ResponseReturnValue:
        """Change the card or end a subscription; a finished flow leads back."""
        found = self._rehearsal.find_portal(session_id)
        if found is None:
            return _unknown()
        is_card = request.form.get("action") == "card"
        if is_card and request.form.get("card") not in PAYS:
            return _portal(*found, status=422, problem=("card-success", "Choose a card."))
        try:
            if is_card:
                self._rehearsal.change_card(session_id, request.form["card"])
            else:
                self._rehearsal.cancel_in_portal(session_id, request.form.get("subscription", ""))
        except ProblemError as problem:
            where = "card-success" if is_card else "back"
            return _portal(*found, status=422, problem=(where, str(problem)))
        self._rehearsal.wait_until_quiet(self._rehearsal.config.redirect_wait)
        away = portal.after(found[1]) if found[1]["flow"] is not None else None
        return redirect(away or f"/p/session/{session_id}", 303)


def _portal(
    account: Account, session: Body, *, status: int = 200, problem: tuple[str, str] | None = None
) -> Response:
    flow = session["flow"]["type"] if session["flow"] is not None else None
    back = portal.after(session)
    page = _page(
        "portal.html",
        account,
        action=f"/p/session/{session['id']}",
        back=back,
        cards=choices.cards(is_regular=True),
        may_cancel=flow != "payment_method_update",
        may_change=flow != "subscription_cancel",
        plans=[_plan(account, row) for row in portal.running(account, session)],
        problem=problem,
    )
    if back is not None:
        page.headers["Content-Security-Policy"] = policy(origin(back))
    page.status_code = status
    return page


def _plan(account: Account, subscription: Body) -> Body:
    rows = subscription["items"]["data"]
    total = sum(row["price"]["unit_amount"] * row["quantity"] for row in rows)
    method = account.get(METHOD, subscription["default_payment_method"])
    is_debit = method["type"] == "bacs_debit"
    brand = "Bank account" if is_debit else str(method["card"]["brand"]).capitalize()
    day = date_text(period_end(subscription))
    ends = subscription["cancel_at_period_end"]
    return {
        "id": subscription["id"],
        "amount": amount_text(total, subscription["currency"]),
        "rhythm": choices.rhythm(rows[0]["price"]),
        "method": f"{brand} ending in {method[method['type']]['last4']}",
        "next": f"It ends on {day}." if ends else f"The next payment is on {day}.",
    }


def _page(template: str, account: Account, **values: object) -> Response:
    payee = account.config.legal_name or account.name
    return make_response(render_template(template, payee=payee, **values))


def _unknown() -> Response:
    return make_response(render_template("unknown.html"), 404)
