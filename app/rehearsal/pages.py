"""The payment page: what a payer sees where Stripe's own page would be.

Plain HTML, no script, no cookie; the address alone carries the session.
"""

from contextlib import suppress

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.rehearsal import choices
from app.rehearsal.account import CHARGE, Account
from app.rehearsal.bodies import Body
from app.rehearsal.cards import DEBITS, Card
from app.rehearsal.core import Rehearsal
from app.rehearsal.currencies import amount_text
from app.rehearsal.payment import last_problem, waits_for_challenge
from app.rehearsal.problems import ProblemError
from app.rehearsal.schema import EMAIL
from app.rehearsal.sessions import origin, return_address


def policy(*form_targets: str) -> str:
    """The content security policy; browsers hold redirects after a form to ``form-action``."""
    targets = " ".join(["'self'", *form_targets])
    return (
        f"default-src 'none'; style-src 'self'; img-src data:; form-action {targets}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


class PaymentPage:
    """The views of one rehearsal's payment page."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def blueprint(self) -> Blueprint:
        """The page's addresses."""
        bp = Blueprint("pages", __name__)
        bp.add_url_rule("/c/pay/<session_id>", "pay", self.pay, methods=["GET"])
        bp.add_url_rule("/c/pay/<session_id>", "submit", self.submit, methods=["POST"])
        path = "/c/pay/<session_id>/challenge"
        bp.add_url_rule(path, "challenge", self.challenge, methods=["GET"])
        bp.add_url_rule(path, "answer", self.answer, methods=["POST"])
        bp.add_url_rule("/receipts/<charge_id>", "receipt", self.receipt, methods=["GET"])
        return bp

    def pay(self, session_id: str) -> ResponseReturnValue:
        """Show what is to be paid, or why nothing can be paid any more."""
        found = self._rehearsal.find_session(session_id)
        return _closed(found) if found is None else _form(*found)

    def submit(self, session_id: str) -> ResponseReturnValue:
        """Try the chosen card; a second click on a paid session pays nothing."""
        found = self._rehearsal.find_session(session_id)
        if found is None:
            return _closed(found)
        card, email = request.form.get("card", ""), request.form.get("email", "").strip()
        problem = _problem(found[1], card, email)
        if problem is not None:
            return _form(*found, status=422, problem=problem)
        # Refused means: no longer open. What has become of it decides where the payer goes.
        with suppress(ProblemError):
            self._rehearsal.pay(session_id, card, email=email or None)
        return self._after(session_id)

    def challenge(self, session_id: str) -> ResponseReturnValue:
        """Show the bank's question."""
        found = self._rehearsal.find_session(session_id)
        if found is None or found[1]["status"] != "open":
            return _closed(found)
        if not waits_for_challenge(*found):
            return redirect(f"/c/pay/{session_id}", 303)
        return _page("challenge.html", *found)

    def answer(self, session_id: str) -> ResponseReturnValue:
        """Take the answer to the bank's question; a second answer changes nothing."""
        passed = request.form.get("answer") == "complete"
        with suppress(ProblemError):
            self._rehearsal.answer_challenge(session_id, passed=passed)
        return self._after(session_id)

    def receipt(self, charge_id: str) -> ResponseReturnValue:
        """Show the receipt of a charge."""
        for account in self._rehearsal.accounts.values():
            charge = account.find(CHARGE, charge_id)
            if charge is not None:
                return render_template("receipt.html", charge=charge)
        return _closed(None)

    def _after(self, session_id: str) -> ResponseReturnValue:
        """Where the payer goes next, by what has become of the session."""
        found = self._rehearsal.find_session(session_id)
        if found is None or found[1]["status"] == "expired":
            return _closed(found)
        account, session = found
        if session["status"] == "complete":
            # Stripe too waits a moment for the webhook before it sends the payer back.
            self._rehearsal.wait_until_quiet(self._rehearsal.config.redirect_wait)
            return redirect(return_address(session), 303)
        if waits_for_challenge(account, session):
            return redirect(f"/c/pay/{session_id}/challenge", 303)
        return redirect(f"/c/pay/{session_id}", 303)


def _problem(session: Body, card: str, email: str) -> tuple[str, str] | None:
    """The field that is wrong and what to do about it."""
    if session["status"] != "open":
        return None
    if asks_for_email(session) and not EMAIL.fullmatch(email):
        return "email", "Enter an e-mail address, such as name@example.org."
    takes_debits = "bacs_debit" in session["payment_method_types"]
    if card not in set(Card) or (card in DEBITS and not takes_debits):
        return "card-success", "Choose what to pay with."
    return None


def asks_for_email(session: Body) -> bool:
    """Whether the page has to ask who pays: the session's maker did not say."""
    return session["customer_details"] is None and session["customer"] is None


def _form(
    account: Account, session: Body, *, status: int = 200, problem: tuple[str, str] | None = None
) -> Response:
    if session["status"] != "open":
        return _closed((account, session))
    refusal = last_problem(account, session)
    if problem is None and refusal is not None:
        problem = ("card-success", refusal)
    takes_debits = "bacs_debit" in session["payment_method_types"]
    page = _page(
        "pay.html",
        account,
        session,
        cards=choices.cards(is_regular=session["mode"] == "subscription"),
        accounts=choices.accounts() if takes_debits else [],
        lines=[(item["description"], amount_text(item["amount_total"], item["currency"]))
               for item in session["_items"]],
        problem=problem,
        asks_for_email=asks_for_email(session),
        email=request.form.get("email", ""),
    )  # fmt: skip
    page.status_code = status
    return page


def _page(template: str, account: Account, session: Body, **values: object) -> Response:
    body = render_template(
        template,
        session=session,
        amount=amount_text(session["amount_total"], session["currency"]),
        rhythm=choices.rhythm(session["_items"][0]["price"]),
        payee=account.config.legal_name or account.name,
        **values,
    )
    response = make_response(body)
    response.headers["Content-Security-Policy"] = policy(origin(session["success_url"]))
    return response


def _closed(found: tuple[Account, Body] | None) -> Response:
    if found is None:
        return make_response(render_template("unknown.html"), 404)
    page = _page("closed.html", *found, back=return_address(found[1]))
    page.status_code = 200 if found[1]["status"] == "complete" else 410
    return page
