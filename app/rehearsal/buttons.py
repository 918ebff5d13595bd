"""What the buttons of the control interface do; ``control`` has their addresses."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from app.rehearsal.bodies import Body
from app.rehearsal.cards import Card
from app.rehearsal.core import Rehearsal
from app.rehearsal.faults import Fault
from app.rehearsal.post import Mode

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


def _advance(rehearsal: Rehearsal, given: Given) -> Body:
    until = None if _text(given, "until") is None else _number(given, "until", 0)
    rehearsal.advance(
        _number(given, "seconds", 0),
        days=_number(given, "days", 0),
        months=_number(given, "months", 0),
        until=until,
    )
    return {"now": rehearsal.now()}


def _dunning(rehearsal: Rehearsal, given: Given) -> Body:
    rehearsal.set_dunning(str(given.get("then")))
    return {"then": given.get("then")}


def _fail_renewals(rehearsal: Rehearsal, subscription_id: str, given: Given) -> Body:
    code = _text(given, "code") or "card_declined"
    rehearsal.fail_renewals(subscription_id, code, times=max(_number(given, "times", 1), 1))
    return {"code": code}


def _fix_card(rehearsal: Rehearsal, subscription_id: str, _given: Given) -> Body:
    return rehearsal.fix_card(subscription_id)


def _end_subscription(rehearsal: Rehearsal, subscription_id: str, _given: Given) -> Body:
    return rehearsal.end_subscription(subscription_id)


def _pay_invoice(rehearsal: Rehearsal, invoice_id: str, given: Given) -> Body:
    return rehearsal.pay_invoice(invoice_id, Card(str(given.get("card", "success"))))


def _answer_invoice(rehearsal: Rehearsal, invoice_id: str, given: Given) -> Body:
    return rehearsal.answer_invoice(invoice_id, passed=_is_on(given, "passed"))


def _settle_debit(rehearsal: Rehearsal, charge_id: str, _given: Given) -> Body:
    return rehearsal.settle(charge_id)


def _fail_debit(rehearsal: Rehearsal, charge_id: str, given: Given) -> Body:
    return rehearsal.fail(charge_id, Card(str(given.get("card", "bacs_fails"))))


def _late_fail(rehearsal: Rehearsal, charge_id: str, _given: Given) -> Body:
    return rehearsal.late_fail(charge_id)


def _dispute(rehearsal: Rehearsal, charge_id: str, given: Given) -> Body:
    amount = None if _text(given, "amount") is None else _number(given, "amount", 0)
    reason = _text(given, "reason") or "fraudulent"
    return rehearsal.dispute(charge_id, amount=amount, reason=reason)


def _close_dispute(rehearsal: Rehearsal, dispute_id: str, given: Given) -> Body:
    return rehearsal.close_dispute(dispute_id, won=_is_on(given, "won"))


def _pay_out(rehearsal: Rehearsal, given: Given) -> Body:
    return rehearsal.pay_out(str(given.get("account")))


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
    "advance": _advance,
    "dunning": _dunning,
    "payouts": _pay_out,
    "reset": _reset,
}
BUTTONS_ON: dict[str, PressOn] = {
    "sessions/<object_id>/pay": _pay,
    "sessions/<object_id>/challenge": _challenge,
    "sessions/<object_id>/expire": _expire,
    "subscriptions/<object_id>/fail": _fail_renewals,
    "subscriptions/<object_id>/fix": _fix_card,
    "subscriptions/<object_id>/cancel": _end_subscription,
    "invoices/<object_id>/pay": _pay_invoice,
    "invoices/<object_id>/challenge": _answer_invoice,
    "charges/<object_id>/refund": _refund,
    "charges/<object_id>/settle": _settle_debit,
    "charges/<object_id>/fail": _fail_debit,
    "charges/<object_id>/late-fail": _late_fail,
    "charges/<object_id>/dispute": _dispute,
    "disputes/<object_id>/close": _close_dispute,
    "refunds/<object_id>/settle": _settle,
    "refunds/<object_id>/fail": _fail,
    "events/<object_id>/resend": _resend,
}
