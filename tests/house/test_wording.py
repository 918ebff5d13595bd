"""Nothing that only the code understands is shown to people: each word of it has words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from app import factory
from app.appeals.forms.listing import STATE_HINTS, STATE_NAMES
from app.appeals.rules.words import DonationState
from app.audit import render as audit
from app.audit.facts import ActorKind
from app.ledger import render as ledger
from app.ledger.rules import Category, EntryKind
from app.mail import render as mail
from app.mail.rules.outbox import MailState
from app.payments import render as payments
from app.payments.rules.attempts import AttemptState
from app.payments.rules.collecting import PaymentState, RefundState
from app.payments.rules.events import EVENT_TYPES, EventState
from app.queue.render import JOB_NAMES

ROOT = Path(__file__).resolve().parents[2]
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
#: Where an action is put together, the verbs are arguments of these.
VERBS = {"_account_changed": "payment_account", "_fund_changed": "fund"}


def test_every_state_and_kind_has_words() -> None:
    for names, kinds in (
        (STATE_NAMES, DonationState), (STATE_HINTS, DonationState),
        (audit.ACTOR_NAMES, ActorKind),
        (ledger.ENTRY_NAMES, EntryKind), (ledger.CATEGORY_NAMES, Category),
        (mail.STATE_NAMES, MailState),
        (payments.PAYMENT_NAMES, PaymentState), (payments.PAYMENT_HINTS, PaymentState),
        (payments.ATTEMPT_NAMES, AttemptState), (payments.REFUND_NAMES, RefundState),
        (payments.EVENT_STATE_NAMES, EventState), (payments.EVENT_NAMES, EVENT_TYPES),
    ):  # fmt: skip
        assert set(names) == set(kinds)


def test_every_job_has_words(app: Flask) -> None:
    assert set(JOB_NAMES) == set(factory.handlers())


def test_every_mail_has_words() -> None:
    folders = (path.parent for path in (ROOT / "templates" / "mail").glob("*/*/subject.txt"))
    assert set(mail.KIND_NAMES) == {f"{each.parent.name}/{each.name}" for each in folders}


def test_every_action_of_the_record_has_words() -> None:
    found = {action for path in (ROOT / "app").rglob("*.py") for action in actions_in(path)}
    assert len(found) > 20
    assert found - set(audit.ACTION_NAMES) == set()


def actions_in(path: Path) -> Iterator[str]:
    """The actions that a module writes into the record, read off its calls."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="audit"), attr="record")):
                yield from filter(ACTION.fullmatch, texts(node))
            case ast.Call(func=ast.Name(id=name)) if name in VERBS:
                yield from (f"{VERBS[name]}.{text}" for text in texts(node)[:1])
            case ast.Call(func=ast.Name(id=name)) if name.startswith(("_tell", "_record", "_note")):
                yield from filter(ACTION.fullmatch, texts(node))


def texts(call: ast.Call) -> list[str]:
    """The literal texts among the arguments of a call."""
    return [
        each.value
        for each in call.args
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]


def test_a_word_that_nobody_knows_is_shown_as_it_is(app: Flask) -> None:
    assert payments.event_name("radar.early_fraud_warning.created").startswith("radar.")
    assert payments.failure_name("new_code") == "new_code"
    assert payments.method_name("cowries") == "cowries"
    assert payments.dispute_name("new") == "new"
    assert audit.action_name("thing.done") == "thing.done"
