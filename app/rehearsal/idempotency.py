"""Idempotency keys as API v1 keeps them (docs.stripe.com/api/idempotent_requests).

The first status and body are replayed, 500s included, once execution began; other parameters or
another address under the same key are refused; keys live for 24 hours by the own clock.
"""

import hashlib
import json

from app.rehearsal.account import Account
from app.rehearsal.bodies import Body
from app.rehearsal.encoding import RawMap
from app.rehearsal.faults import key_in_use
from app.rehearsal.problems import ProblemError

KIND = "idempotency"
LIFE = 24 * 3600
LONGEST_KEY = 255


def digest(form: RawMap) -> str:
    """What stands for the parameters of a call."""
    return hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()


def recall(account: Account, key: str, path: str, form: RawMap) -> Body | None:
    """What is kept under the key; None for a new key; raises ProblemError as Stripe does."""
    if len(key) > LONGEST_KEY:
        message = f"Idempotency keys can be at most {LONGEST_KEY} characters."
        raise ProblemError(message, kind="idempotency_error", is_kept=False)
    kept = account.world.store.get(account.name, KIND, key)
    if kept is None or kept["created"] + LIFE <= account.now:
        return None
    if kept["path"] != path:
        raise _reused(f"for the same endpoint they were first used for ('{kept['path']}')", key)
    if kept["digest"] != digest(form):
        raise _reused("with the same parameters they were first used with", key)
    if kept["status"] is None:
        raise key_in_use(key)
    return kept


def begin(account: Account, key: str, path: str, form: RawMap, request_id: str) -> None:
    """Mark the key as in use: the call begins."""
    body: Body = {
        "path": path,
        "digest": digest(form),
        "created": account.now,
        "status": None,
        "request": request_id,
    }
    account.world.store.put(account.name, KIND, key, body)


def keep(account: Account, key: str, status: int, body: str) -> None:
    """Keep the first answer of the key."""
    kept = account.world.store.get(account.name, KIND, key)
    if kept is not None:
        kept.update(status=status, body=body)
        account.world.store.put(account.name, KIND, key, kept)


def forget_old(account: Account, *, and_begun: bool = False) -> None:
    """Forget the keys that lived their 24 hours, at a restart also those whose call broke off."""
    for key in account.world.store.keys(account.name, KIND):
        kept = account.world.store.get(account.name, KIND, key)
        if kept is None:
            continue
        if kept["created"] + LIFE <= account.now or (and_begun and kept["status"] is None):
            account.world.store.drop(account.name, KIND, key)


def _reused(how: str, key: str) -> ProblemError:
    return ProblemError(
        f"Keys for idempotent requests can only be used {how}. Try using a key other than '{key}' "
        "if you meant to execute a different request.",
        kind="idempotency_error",
        is_kept=False,
    )
