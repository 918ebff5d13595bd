"""Stripe's refusals, as its error JSON tells them."""

from app.rehearsal.bodies import Body

DOCS = "https://stripe.com/docs/error-codes/"


class ProblemError(Exception):
    """A refusal: the status and the error object that the caller gets.

    ``is_kept`` is False for refusals that happened before the call began: Stripe does not keep
    those under an idempotency key (docs.stripe.com/api/idempotent_requests).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        is_kept: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.is_kept = is_kept
        self.error: Body = {"message": message, "type": kind}
        if code is not None:
            self.error["code"] = code
            self.error["doc_url"] = DOCS + code.replace("_", "-")
        if param is not None:
            self.error["param"] = param


class ConnectionLostError(Exception):
    """The answer never reached the caller; what the call did stays done."""


def missing_object(noun: str, object_id: str, param: str = "id") -> ProblemError:
    """The 404 for an id that this account does not have."""
    return ProblemError(
        f"No such {noun}: '{object_id}'", status=404, code="resource_missing", param=param
    )


def unknown_address(method: str, path: str) -> ProblemError:
    """The 404 for an address that is no part of the API."""
    return ProblemError(
        f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we "
        "can help at https://support.stripe.com/.",
        status=404,
        is_kept=False,
    )


def not_modelled(what: str, param: str | None = None) -> ProblemError:
    """A refusal of the rehearsal's own: Stripe knows this, the rehearsal does not play it."""
    return ProblemError(
        f"The rehearsal does not play {what}.", code="rehearsal_not_modelled", param=param
    )
