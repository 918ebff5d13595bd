"""Delivers webhooks over HTTP, one after the other, with the retries that the core plans."""

import http.client
from contextlib import suppress
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

from app.rehearsal.core import Rehearsal
from app.rehearsal.post import Delivery

TIMEOUT = 10  # seconds for one delivery
IDLE = 1.0  # seconds between looks when nothing happens


class Courier:
    """Posts what is due; ``start`` makes a thread do it."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._one_at_a_time = Lock()
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Deliver in the background until ``stop``."""
        self._thread = Thread(target=self._run, name="rehearsal-courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the background thread after the delivery it is at."""
        self._stopped.set()
        if self._thread is not None:
            self._rehearsal.tick()  # wakes it
            self._thread.join(TIMEOUT + IDLE)

    def deliver_next(self) -> bool:
        """Deliver one webhook that is due; False when there is none."""
        with self._one_at_a_time:
            delivery = self._rehearsal.take_delivery()
            if delivery is None:
                return False
            status = post(delivery)
            with suppress(KeyError):  # everything was forgotten meanwhile
                self._rehearsal.mark_delivered(delivery.id, status)
            return True

    def flush(self, timeout: float = 30) -> bool:
        """Deliver all that is due now; False when some is still on its way after the seconds."""
        while self.deliver_next():
            pass
        return self._rehearsal.wait_until_quiet(timeout)

    def _run(self) -> None:
        while not self._stopped.is_set():
            if not self.deliver_next():
                self._rehearsal.wait_for_news(IDLE)


def post(delivery: Delivery) -> int | None:
    """Post one webhook; returns the answer's status, None when no answer came."""
    address = urlsplit(delivery.url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=TIMEOUT)
    try:
        connection.request("POST", address.path or "/", delivery.body, delivery.headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return None
    else:
        return answer.status
    finally:
        connection.close()
