"""Processes that a test starts: each by itself, but the code is loaded once for all."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext


def processes() -> ForkServerContext:
    """Makes processes as forks of one that has loaded the application, and nothing of the test."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.factory"])
    return context
