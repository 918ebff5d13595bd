"""No way leads to a page of Stripe's that does not pass the guard; read off the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import stripe

APP = Path(__file__).resolve().parents[2] / "app"
GATEWAY = APP / "payments" / "gateway"
#: What of Stripe's SDK gives somebody a page on which a card can be typed.
MAKERS = {"checkout.sessions.create", "billing_portal.sessions.create", "payment_links.create"}
#: Functions by which such a page is reached, with the one module that may call each.
SEND = {"send_to_checkout": "app/payments/flows/guarded.py"}
#: Those of plans stand inside `with guarded.plan_page(…)`, wherever they are called.
PLAN_PAGES = {"portal_url", "settle_url"}


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(APP.rglob("*.py")):
        if "rehearsal" not in path.parts:
            yield path, ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func)


def test_the_makers_are_real() -> None:
    client = stripe.StripeClient("sk_test_guard")
    for maker in MAKERS:
        found: object = client.v1
        for part in maker.split("."):
            found = getattr(found, part)
        assert callable(found)


def test_pages_are_made_in_the_gateway_alone() -> None:
    found = {
        path.relative_to(APP).parts[:2]
        for path, tree in modules()
        for call in calls(tree)
        if name_of(call).endswith(tuple(MAKERS))
    }
    assert found == {("payments", "gateway")}


def test_only_flows_of_payments_call_what_makes_a_page() -> None:
    makers = {
        function.name
        for path in GATEWAY.glob("*.py")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        and any(name_of(call).endswith(tuple(MAKERS)) for call in calls(function))
    }
    assert makers
    callers = {
        path.relative_to(APP.parent).as_posix()
        for path, tree in modules()
        for call in calls(tree)
        if name_of(call).rpartition(".")[2] in makers
    }
    assert callers <= {"app/payments/flows/checkout.py", "app/payments/flows/plans.py"}


def test_nobody_is_sent_to_checkout_but_by_the_guard() -> None:
    for name, home in SEND.items():
        callers = {
            path.relative_to(APP.parent).as_posix()
            for path, tree in modules()
            for call in calls(tree)
            if name_of(call) == f"checkout.{name}"
        }
        assert callers == {home}


def test_pages_of_plans_are_asked_for_inside_the_guard() -> None:
    outside, inside = [], 0
    for path, tree in modules():
        guarded = {
            id(call)
            for node in ast.walk(tree)
            if isinstance(node, ast.With)
            and any("guarded.plan_page(" in ast.unparse(item) for item in node.items)
            for call in calls(node)
        }
        for call in calls(tree):
            if name_of(call) in {f"plans.{name}" for name in PLAN_PAGES}:
                inside += id(call) in guarded
                outside += [] if id(call) in guarded else [f"{path}:{call.lineno}"]
    assert outside == []
    assert inside >= len(PLAN_PAGES)


def test_every_call_of_the_giving_flows_says_who_asks() -> None:
    """A page that forgot the visitor would count everybody as one."""
    for path, tree in modules():
        for call in calls(tree):
            if name_of(call) in {"giving_flows.give", "giving_flows.go_on"}:
                assert "visitor" in {each.arg for each in call.keywords}, (path, call.lineno)
