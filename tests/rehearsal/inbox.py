"""An endpoint for webhooks that keeps what came and answers as told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import stripe
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.rehearsal.server import QuietHandler
from tests.rehearsal.setting import SECRETS


@dataclass
class Inbox:
    """What came: account, raw body, signature."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    came: list[tuple[str, bytes, str]] = field(default_factory=list)
    on_arrival: Callable[[], None] | None = None

    def events(self) -> list[stripe.Event]:
        """Every event that came, its signature verified by the SDK."""
        client = stripe.StripeClient("sk_test_unused")
        return [
            client.construct_event(body, header, SECRETS[account])
            for account, body, header in self.came
        ]

    def types(self) -> list[str]:
        """The types of the events in the order in which they came."""
        return [event.type for event in self.events()]

    def ids(self) -> list[str]:
        """The ids of the events in the order in which they came."""
        return [event.id for event in self.events()]

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        request = Request(environ)
        account = request.path.rsplit("/", maxsplit=1)[-1]
        self.came.append((account, request.get_data(), request.headers["Stripe-Signature"]))
        if self.on_arrival is not None:
            self.on_arrival()
        status = self.answers.pop(0) if self.answers else 200
        return Response(status=status)(environ, start)


@contextmanager
def listening() -> Iterator[Inbox]:
    """An inbox on a free port of loopback."""
    inbox = Inbox()
    server = make_server("127.0.0.1", 0, inbox, threaded=True, request_handler=QuietHandler)
    inbox.url = f"http://127.0.0.1:{server.server_port}/stripe/webhook"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield inbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
