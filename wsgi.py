"""The WSGI entry, for granian, gunicorn and `flask --app wsgi run`."""

import os
import sys
from typing import TYPE_CHECKING

from app.cli.config import find_settings
from app.factory import create_app, refuse_unready
from app.settings import SettingsError

if TYPE_CHECKING:
    from flask import Flask

#: gunicorn's WORKER_BOOT_ERROR: with any other code it starts the worker again for ever.
NO_USE_TRYING_AGAIN = 3


def _start() -> "Flask":
    """Make the application, or stop with one line that says what to do."""
    try:
        application = create_app(find_settings(os.environ).settings)
        refuse_unready(application)
    except SettingsError as error:
        sys.stderr.write("muster: cannot start: " + "; ".join(error.problems) + "\n")
        sys.exit(NO_USE_TRYING_AGAIN)
    return application


app = _start()
