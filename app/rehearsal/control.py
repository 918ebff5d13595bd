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
POST   /_rehearsal/sessions/<id>/pay   ``{"card": "success", "email": "a@example.org"}``
POST   /_rehearsal/sessions/<id>/challenge  ``{"passed": true}``
POST   /_rehearsal/sessions/<id>/expire
POST   /_rehearsal/charges/<id>/refund ``{"amount": 300, "wait": false}``; also takes an intent or
                                       a session
POST   /_rehearsal/refunds/<id>/settle
POST   /_rehearsal/refunds/<id>/fail
POST   /_rehearsal/reset               forgets everything
====== =============================== ============================================================
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.rehearsal.bodies import Body
from app.rehearsal.cards import Card
from app.rehearsal.core import Rehearsal
from app.rehearsal.courier import Courier
from app.rehearsal.currencies import amount_text
from app.rehearsal.faults import Fault
from app.rehearsal.post import Mode
from app.rehearsal.problems import ProblemError
from app.rehearsal.state import state

Given: TypeAlias = Mapping[str, object]
Press: TypeAlias = Callable[[Rehearsal, Given], Body]
PressOn: TypeAlias = Callable[[Rehearsal, str, Given], Body]


class BadValueError(ValueError):
    """A button was given something that it cannot read."""


def _number(given: Given, name: str, default: int) -> int:
    value = given.get(name)
    if value in {None, ""}:
        return default
    try:
        return int(str(value))
    except ValueError as error:
        raise BadValueError(f"{name} is no whole number: {value!r}") from error


def _is_on(given: Given, name: str) -> bool:
    return given.get(name) in {True, "true", "on", "1"}


def _text(given: Given, name: str) -> str | None:
    value = given.get(name)
    return None if value in {None, ""} else str(value)


def _webhooks(rehearsal: Rehearsal, given: Given) -> Body:
    mode = Mode(str(given.get("mode")))
    times = min(max(_number(given, "times", 2), 1), 20)
    rehearsal.set_webhooks(mode, times=times, seconds=_number(given, "seconds", 60))
    return dict(rehearsal.post.mode)


def _release(rehearsal: Rehearsal, given: Given) -> Body:
    return {"released": rehearsal.release_webhooks(_number(given, "seed", 1))}


def _deliver(rehearsal: Rehearsal, given: Given) -> Body:
    return {"due": rehearsal.deliver_all_now(include_lost=_is_on(given, "lost"))}


def _fault(rehearsal: Rehearsal, given: Given) -> Body:
    rehearsal.fail_next(
        Fault(str(given.get("fault"))),
        times=_number(given, "times", 1),
        method=_text(given, "method"),
        path=_text(given, "path") or "",
        seconds=_number(given, "seconds", 5),
    )
    return {"faults": rehearsal.faults.all()}


def _clear_faults(rehearsal: Rehearsal, _given: Given) -> Body:
    rehearsal.clear_faults()
    return {"faults": []}


def _late(rehearsal: Rehearsal, given: Given) -> Body:
    seconds = _number(given, "seconds", 0)
    rehearsal.set_late_balance(seconds)
    return {"seconds": seconds}


def _book(rehearsal: Rehearsal, _given: Given) -> Body:
    return {"booked": rehearsal.book_held()}


def _refunds(rehearsal: Rehearsal, given: Given) -> Body:
    rehearsal.set_refunds_waiting(wait=_is_on(given, "wait"))
    return {"wait": _is_on(given, "wait")}


def _clock(rehearsal: Rehearsal, given: Given) -> Body:
    if _text(given, "now") is not None:
        rehearsal.set_clock(_number(given, "now", 0))
    else:
        rehearsal.advance(_number(given, "advance", 0))
    return {"now": rehearsal.now()}


def _reset(rehearsal: Rehearsal, _given: Given) -> Body:
    rehearsal.reset()
    return {"reset": True}


def _pay(rehearsal: Rehearsal, session_id: str, given: Given) -> Body:
    card = Card(str(given.get("card", "success")))
    return rehearsal.pay(session_id, card, email=_text(given, "email"))


def _challenge(rehearsal: Rehearsal, session_id: str, given: Given) -> Body:
    return rehearsal.answer_challenge(session_id, passed=_is_on(given, "passed"))


def _expire(rehearsal: Rehearsal, session_id: str, _given: Given) -> Body:
    return rehearsal.expire(session_id)


def _refund(rehearsal: Rehearsal, charge_id: str, given: Given) -> Body:
    amount = None if _text(given, "amount") is None else _number(given, "amount", 0)
    return rehearsal.refund(charge_id, amount=amount, is_waiting=_is_on(given, "wait"))


def _settle(rehearsal: Rehearsal, refund_id: str, _given: Given) -> Body:
    return rehearsal.settle_refund(refund_id)


def _fail(rehearsal: Rehearsal, refund_id: str, _given: Given) -> Body:
    return rehearsal.fail_refund(refund_id)


def _resend(rehearsal: Rehearsal, event_id: str, _given: Given) -> Body:
    return {"delivery": rehearsal.resend(event_id)}


BUTTONS: dict[str, Press] = {
    "webhooks": _webhooks,
    "webhooks/release": _release,
    "webhooks/deliver": _deliver,
    "faults": _fault,
    "faults/clear": _clear_faults,
    "balance": _late,
    "balance/book": _book,
    "refunds": _refunds,
    "clock": _clock,
    "reset": _reset,
}
BUTTONS_ON: dict[str, PressOn] = {
    "sessions/<object_id>/pay": _pay,
    "sessions/<object_id>/challenge": _challenge,
    "sessions/<object_id>/expire": _expire,
    "charges/<object_id>/refund": _refund,
    "refunds/<object_id>/settle": _settle,
    "refunds/<object_id>/fail": _fail,
    "events/<object_id>/resend": _resend,
}


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
