"""One round of a sweep: each thing is looked at, whatever is wrong with the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import structlog

from app.groups.models import PaymentAccount
from app.payments.errors import NoSuchAccountError, PaymentsUnavailableError
from app.payments.facts import SweepReport
from app.payments.service import inbox

log = structlog.get_logger(__name__)


@dataclass
class Round:
    """One sweep of one account."""

    account: PaymentAccount
    now: datetime
    is_deep: bool
    report: SweepReport = field(default_factory=SweepReport)

    def each(self, name: str, ids: Iterable[int], work: Callable[[int], object]) -> None:
        """Do the work for each row; what goes wrong with one is told and left for the next time."""
        for row_id in ids:
            self.guarded(f"{name} {row_id}", partial(work, row_id))

    def guarded(self, name: str, work: Callable[[], object]) -> None:
        """Do some work; what goes wrong is told, and nothing else of the sweep is kept from it."""
        try:
            work()
        except (PaymentsUnavailableError, NoSuchAccountError):
            raise
        except Exception as error:  # noqa: BLE001 - told, and tried again the next time
            # No traceback: it would show what is in the variables, people and keys included.
            self.problem(f"{name}: {inbox.described(error)}")

    def problem(self, text: str) -> None:
        """Tell something that could not be done."""
        line = f"{self.account.name}: {text}"
        log.error("sweep.hindered", problem=line)
        self.report = replace(self.report, problems=(*self.report.problems, line))

    def count(self, found: SweepReport) -> None:
        """Add to what was looked at."""
        self.report += found
