"""What the tests of the demo share."""

import pytest

from tests.support import ports


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    return ports.free_port()
