"""One call of the API, from its key to its answer."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.rehearsal import idempotency
from app.rehearsal.account import Account
from app.rehearsal.bodies import Body
from app.rehearsal.config import API_VERSION, LIVE_KEY_MARKS
from app.rehearsal.encoding import RawMap, parse_form
from app.rehearsal.expand import check_paths, render
from app.rehearsal.faults import (
    AFTER,
    Fault,
    Faults,
    Planned,
    key_in_use,
    rate_limited,
    server_error,
)
from app.rehearsal.listing import page
from app.rehearsal.problems import ConnectionLostError, ProblemError, unknown_address
from app.rehearsal.route import Route
from app.rehearsal.routes import find_route
from app.rehearsal.schema import Fields, Many, Text, refuse

FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Request:
    """A call as it came; header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Answer:
    """Status, headers and body of an answer."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """A call that was accepted and is about to run."""

    request: Request
    account: Account
    route: Route
    object_id: str
    params: Body
    request_id: str
    key: str | None
    fault: Planned | None


class Calls:
    """Runs calls; the core holds its lock around ``begin`` and around ``finish``."""

    def __init__(self, accounts: Mapping[str, Account], faults: Faults) -> None:
        self._accounts = accounts
        self._faults = faults

    def begin(self, request: Request, request_id: str) -> Call | Answer:
        """Check a call; an Answer means that it ends here. Raises ConnectionLostError."""
        try:
            return self._begin(request, request_id)
        except ProblemError as problem:
            return _refusal(problem, request_id)

    def _begin(self, request: Request, request_id: str) -> Call | Answer:
        account = self._authenticate(request)
        _check_version(request)
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        fault = self._faults.take(request.method, request.path)
        _raise_before(fault, key)
        found = find_route(request.method, request.path)
        if found is None:
            raise unknown_address(request.method, request.path)
        form = _form(request)
        if key is not None:
            kept = idempotency.recall(account, key, request.path, form)
            if kept is not None:
                return _replay(kept, request_id)
        route, object_id = found
        params = _params(route, form)
        route.check(account, params)
        if key is not None:
            idempotency.begin(account, key, request.path, form, request_id)
        return Call(request, account, route, object_id, params, request_id, key, fault)

    def finish(self, call: Call) -> Answer:
        """Run an accepted call; raises ConnectionLostError when its answer gets lost."""
        account = call.account
        account.world.request = {"id": call.request_id, "idempotency_key": call.key}
        try:
            answer = Answer(200, _run(call))
        except ProblemError as problem:
            answer = _refusal(problem, call.request_id)
        finally:
            account.world.request = {"id": None, "idempotency_key": None}
        fault = Fault(call.fault.fault) if call.fault is not None else None
        if fault is Fault.ERROR_AFTER:
            answer = _refusal(server_error(), call.request_id)
        if call.key is not None:
            idempotency.keep(account, call.key, answer.status, answer.body)
        if fault is Fault.RESET_AFTER:
            raise ConnectionLostError
        if fault is Fault.GATEWAY_AFTER:
            answer = _refusal(server_error(502), call.request_id)
        answer.headers |= _headers(call.request_id, call.key)
        return answer

    def _authenticate(self, request: Request) -> Account:
        key = _key(request.headers.get("authorization", ""))
        if not key:
            raise _unauthorised(
                "You did not provide an API key. You need to provide your API key in the "
                "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
                "YOUR_SECRET_KEY')."
            )
        if key.startswith(LIVE_KEY_MARKS):
            raise _unauthorised("This is the rehearsal: it takes no live key.")
        for account in self._accounts.values():
            if account.config.secret_key == key:
                return account
        raise _unauthorised(f"Invalid API Key provided: {key[:8]}***{key[-4:]}")


def _key(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _unauthorised(message: str) -> ProblemError:
    return ProblemError(message, status=401, is_kept=False)


def _check_version(request: Request) -> None:
    version = request.headers.get("stripe-version", API_VERSION)
    if version != API_VERSION:
        message = f"The rehearsal speaks API version {API_VERSION}, not {version}."
        raise ProblemError(message, is_kept=False)


def _raise_before(planned: Planned | None, key: str | None) -> None:
    if planned is None or planned.fault in AFTER or planned.fault == Fault.SLOW:
        return
    if planned.fault == Fault.RESET_BEFORE:
        raise ConnectionLostError
    if planned.fault == Fault.RATE_LIMITED:
        raise rate_limited()
    raise key_in_use(key or "") if planned.fault == Fault.IN_USE else server_error()


def _form(request: Request) -> RawMap:
    if request.method != "POST":
        return parse_form(request.query)
    kind = request.headers.get("content-type", FORM_TYPE).partition(";")[0].strip().lower()
    if request.body and kind != FORM_TYPE:
        raise ProblemError(
            f"Invalid request (check that your POST content type is {FORM_TYPE}).", is_kept=False
        )
    return parse_form(request.body)


def _params(route: Route, form: RawMap) -> Body:
    spec = route.params if route.listing is None else route.listing.params
    known = Fields({**spec.known, "expand": Many(Text())}, spec.required, spec.unplayed)
    params = known.read(form)
    if route.method == "POST" and params.get("expand") == []:
        raise refuse("Invalid array", "expand")
    check_paths(route.kind, _expand(params), is_list=route.listing is not None)
    return params


def _expand(params: Body) -> list[str]:
    return list(params.get("expand", []))


def _run(call: Call) -> str:
    account, route = call.account, call.route
    paths = _expand(call.params)
    params = {key: value for key, value in call.params.items() if key != "expand"}
    if route.listing is not None:
        rows, has_more = page(route.listing.rows(account, params), params)
        inner = [path.removeprefix("data.") for path in paths if path != "data"]
        shown: Body = {
            "object": "list",
            "data": [render(account, row, inner) for row in rows],
            "has_more": has_more,
            "url": route.path,
        }
    elif route.action is not None:
        shown = render(account, route.action(account, params, call.object_id), paths)
    else:
        raise unknown_address(route.method, route.path)
    return json.dumps(shown, indent=2)


def _refusal(problem: ProblemError, request_id: str) -> Answer:
    error = {**problem.error, "request_log_url": f"https://dashboard.stripe.com/test/{request_id}"}
    return Answer(
        problem.status, json.dumps({"error": error}, indent=2), _headers(request_id, None)
    )


def _replay(kept: Body, request_id: str) -> Answer:
    headers = _headers(request_id, None)
    headers |= {"Idempotent-Replayed": "true", "Original-Request": str(kept["request"])}
    return Answer(kept["status"], kept["body"], headers)


def _headers(request_id: str, key: str | None) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Cache-Control": "no-cache, no-store",
        "Request-Id": request_id,
        "Stripe-Version": API_VERSION,
    }
    if key is not None:
        headers |= {"Idempotency-Key": key, "Original-Request": request_id}
    return headers
