"""The log tells where an error was, and nothing of what people typed."""

import pytest
import structlog

from app.lib import logs


def _fail(text: str) -> None:
    typed = f"{text} typed"
    try:
        int(typed)
    except ValueError as error:
        raise KeyError(typed) from error


def test_the_places_of_a_chain_are_told_and_its_texts_are_not() -> None:
    with pytest.raises(KeyError) as caught:
        _fail("amal@example.org")
    told = logs.places(caught.value)
    assert told.startswith("KeyError at ")
    assert " / ValueError at " in told
    assert "test_logs.py:" in told
    assert "amal" not in told


def test_an_error_in_a_ring_is_told_once() -> None:
    first, second = ValueError("one"), TypeError("other")
    first.__cause__, second.__cause__ = second, first
    assert logs.places(first) == "ValueError / TypeError"


def test_nobody_can_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    kept = structlog.get_config()
    try:
        logs.configure()
        structlog.get_logger().warning("refused", reason='a\nlevel=error event="forged"\r\n')
    finally:
        structlog.configure(**kept)
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    assert "level=warning" in output.err
