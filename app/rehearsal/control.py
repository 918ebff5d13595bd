"""The buttons: a JSON interface under ``/_rehearsal/`` and a page at ``/`` that presses them.

Each takes JSON, or a form of the page (answered by 303 to the page). There is no key: the server
listens on loopback alone.

====== =============================== ============================================================
GET    /_rehearsal/state               everything, newest first (``?limit=50``)
POST   /_rehearsal/webhooks            ``{"mode": "normal|lose|swallow|repeat|delay|reorder",
                                       "times": 3, "seconds": 60}``
POST   /_rehearsal/webhooks/release    ``{"seed": 7}`` lets held webhooks go, shuffled
POST   /_rehearsal/webhooks/deliver    ``{"lost": true}`` delivers all that was not delivered
POST   /_rehearsal/events/<id>/resend  sends an event once more
POST   /_rehearsal/flush               delivers what is due; answers when that is done
POST   /_rehearsal/faults              ``{"fault": "error_after", "times": 1, "method": "POST",
                                       "path": "/v1/refunds", "seconds": 5}``; see ``faults.Fault``
POST   /_rehearsal/faults/clear        forgets the planned faults
POST   /_rehearsal/balance             ``{"seconds": 0}`` balance transactions come at once, later,
                                       or (-1) when asked
POST   /_rehearsal/balance/book        lets the late ones come
POST   /_rehearsal/refunds             ``{"wait": true}`` refunds wait before they succeed
POST   /_rehearsal/clock               ``{"now": 1790000000}`` or ``{"advance": 3600}``
POST   /_rehearsal/advance             ``{"months": 1}``, ``{"days": 3}``, ``{"seconds": 60}`` or
                                       ``{"until": 1790000000}``: renewals, tries again, debits
                                       and all else that is due happen on the way
POST   /_rehearsal/dunning             ``{"then": "cancel|past_due|unpaid"}`` after the last try
POST   /_rehearsal/subscriptions/<id>/fail    ``{"code": "insufficient_funds", "times": 1}``: the
                                       next collections fail; ``requires_action``: 3-D Secure
POST   /_rehearsal/subscriptions/<id>/fix     the next collections succeed
POST   /_rehearsal/subscriptions/<id>/cancel  ends it, as Stripe's dashboard does
POST   /_rehearsal/invoices/<id>/pay   ``{"card": "success"}`` on the invoice's page
POST   /_rehearsal/invoices/<id>/challenge  ``{"passed": true}``
POST   /_rehearsal/charges/<id>/settle the bank pays a debit; also takes an intent, invoice, session
POST   /_rehearsal/charges/<id>/fail   ``{"card": "bacs_fails"}`` the bank refuses a debit
POST   /_rehearsal/charges/<id>/late-fail  the bank takes settled money back
POST   /_rehearsal/charges/<id>/dispute    ``{"amount": 300, "reason": "fraudulent"}``
POST   /_rehearsal/disputes/<id>/close ``{"won": true}``
POST   /_rehearsal/payouts             ``{"account": "network"}`` pays the available balance out
POST   /_rehearsal/sessions/<id>/pay   ``{"card": "success", "email": "a@example.org"}``, or a bank
                                       account: ``bacs``, ``bacs_fails``, ``bacs_cancelled``
POST   /_rehearsal/sessions/<id>/challenge  ``{"passed": true}``
POST   /_rehearsal/sessions/<id>/expire
POST   /_rehearsal/charges/<id>/refund ``{"amount": 300, "wait": false}``; also takes an intent or
                                       a session
POST   /_rehearsal/refunds/<id>/settle
POST   /_rehearsal/refunds/<id>/fail
POST   /_rehearsal/reset               forgets everything
====== =============================== ============================================================
"""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.rehearsal.bodies import Body
from app.rehearsal.buttons import BUTTONS, BUTTONS_ON, BadValueError, Given, Press, PressOn
from app.rehearsal.choices import CODES
from app.rehearsal.core import Rehearsal
from app.rehearsal.courier import Courier
from app.rehearsal.currencies import amount_text
from app.rehearsal.faults import Fault
from app.rehearsal.invoices import DUNNING
from app.rehearsal.post import Mode
from app.rehearsal.problems import ProblemError
from app.rehearsal.state import state


def make_blueprint(rehearsal: Rehearsal, courier: Courier) -> Blueprint:
    """The page and the buttons of a rehearsal."""
    bp = Blueprint("control", __name__)

    @bp.get("/")
    def panel() -> ResponseReturnValue:
        """Show what there is, with its buttons."""
        shown = state(rehearsal, limit=20)
        at = datetime.fromtimestamp(shown["now"], UTC)
        return render_template(
            "panel.html",
            codes=CODES,
            dunning=DUNNING,
            faults_known=list(Fault),
            modes=list(Mode),
            now_text=f"{at:%-d %B %Y, %H:%M:%S} UTC",
            **shown,
        )

    @bp.get("/_rehearsal/state")
    def show() -> ResponseReturnValue:
        """Tell everything as JSON."""
        limit = request.args.get("limit", 50, type=int)
        return jsonify(state(rehearsal, limit=max(limit, 1)))

    @bp.post("/_rehearsal/flush")
    def flush() -> ResponseReturnValue:
        """Deliver what is due and answer when that is done."""
        return _answer({"quiet": courier.flush()})

    for path, press in BUTTONS.items():
        _add(bp, path, _button(rehearsal, press))
    for path, press_on in BUTTONS_ON.items():
        _add(bp, path, _button_on(rehearsal, press_on))
    bp.register_error_handler(ProblemError, _problem)
    bp.register_error_handler(ValueError, _bad_value)
    bp.add_app_template_filter(amount_text, "amount")
    return bp


def _add(bp: Blueprint, path: str, view: Callable[..., ResponseReturnValue]) -> None:
    endpoint = "press " + path.replace("/", " ")
    bp.add_url_rule(f"/_rehearsal/{path}", endpoint, view, methods=["POST"])


def _button(rehearsal: Rehearsal, press: Press) -> Callable[[], ResponseReturnValue]:
    def view() -> ResponseReturnValue:
        """Press the button."""
        return _answer(press(rehearsal, _given()))

    return view


def _button_on(rehearsal: Rehearsal, press: PressOn) -> Callable[[str], ResponseReturnValue]:
    def view(object_id: str) -> ResponseReturnValue:
        """Press the button of one object."""
        return _answer(press(rehearsal, object_id, _given()))

    return view


def _is_form() -> bool:
    return request.mimetype == "application/x-www-form-urlencoded"


def _given() -> Given:
    if _is_form():
        return request.form.to_dict()
    if not request.get_data():
        return {}
    given = request.get_json(force=True, silent=True)
    if not isinstance(given, dict):
        raise BadValueError("The body is no JSON object.")
    return given


def _answer(body: Body) -> ResponseReturnValue:
    return redirect("/", 303) if _is_form() else jsonify(body)


def _problem(problem: ProblemError) -> ResponseReturnValue:
    return _sorry(str(problem), problem.status)


def _bad_value(error: ValueError) -> ResponseReturnValue:
    return _sorry(str(error), 400)


def _sorry(sentence: str, status: int) -> ResponseReturnValue:
    if _is_form():
        return Response(render_template("sorry.html", sentence=sentence), status)
    return jsonify({"error": {"message": sentence}}), status
