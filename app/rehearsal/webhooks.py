"""The webhooks of a rehearsal, as tests and the courier handle them."""

from app.rehearsal.account import EVENT
from app.rehearsal.engine import Engine
from app.rehearsal.post import Delivery, Mode
from app.rehearsal.problems import ProblemError, missing_object


class Webhooks(Engine):
    """What is delivered, lost, repeated, late or shuffled."""

    def set_webhooks(self, mode: Mode | str, *, times: int = 2, seconds: int = 60) -> None:
        """Choose what happens to the webhooks of new events; raises ValueError."""
        with self._lock:
            self.post.set_mode(Mode(mode), times=times, seconds=seconds)
            self._save()

    def pending_deliveries(self, *, even_later: bool = False) -> list[Delivery]:
        """The webhooks to deliver now, in order, signed; asking changes nothing."""
        with self._lock:
            self._catch_up()
            return [self.post.make(row) for row in self.post.due(even_later=even_later)]

    def take_delivery(self) -> Delivery | None:
        """The next webhook, marked as on its way; ``mark_delivered`` must follow."""
        with self._lock:
            self._catch_up()
            delivery = self.post.take()
            self._save()
            return delivery

    def mark_delivered(self, delivery_id: str, status: int | None) -> None:
        """Tell what the endpoint answered (None: nothing); raises KeyError."""
        with self._lock:
            self.post.answered(delivery_id, status)
            self._save()

    def lose_delivery(self, delivery_id: str) -> None:
        """Drop one webhook; its event stays undelivered; raises KeyError."""
        with self._lock:
            self.post.lose(delivery_id)
            self._save()

    def release_webhooks(self, seed: int) -> int:
        """Let held webhooks go, shuffled by the seed; returns how many."""
        with self._lock:
            count = self.post.release(seed)
            self._save()
            return count

    def deliver_all_now(self, *, include_lost: bool = False) -> int:
        """Make every undelivered webhook due; returns how many."""
        with self._lock:
            count = self.post.all_now(include_lost=include_lost)
            self._save()
            return count

    def resend(self, event_id: str) -> str:
        """Send an event once more; returns the delivery's id; raises ProblemError."""
        with self._lock:
            for account in self.accounts.values():
                event = account.find(EVENT, event_id)
                if event is not None and account.config.webhook_url is None:
                    raise ProblemError("This account has no address for webhooks.")
                if event is not None:
                    delivery_id = self.post.resend(account.name, event)
                    self._save()
                    return delivery_id
        raise missing_object(EVENT, event_id)
