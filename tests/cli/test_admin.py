"""A new installation from nothing: schema, group, account, fund, organiser; and plain errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import MUSTER, Run, good_variables, run_warm

GROUP = [
    *("group", "add", "river-network", "--name=River Network", "--name-ar=شبكة النهر"),
    *("--about=Neighbours.", "--kind=network", "--legal-name=River Network"),
    *("--legal-form=Unincorporated association", "--contact=hello@example.org"),
]
PAYMENT_ACCOUNT = ["group", "account", "river-network", "network", "--statement-name=RIVER NETWORK"]
FUND = [
    *("group", "fund", "river-network", "first-year", "--name=First year"),
    *("--purpose=The hall.", "--otherwise=The next year.", "--kind=network", "--account=network"),
]
ORGANISER = [
    *("account", "add", "amal@example.org", "--name=Amal", "--group=river-network"),
    *("--role=owner", "--role=treasurer", "--password=blankets-tea-and-candles"),
]


@pytest.fixture(scope="module")
def do(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Runs commands in an installation that was set up from nothing."""
    home = tmp_path_factory.mktemp("installation")
    variables = good_variables(home)

    def run(*arguments: str, stdin: str = "") -> Run:
        return run_warm(home, arguments, variables, stdin=stdin)

    for command in (["db", "upgrade"], GROUP, PAYMENT_ACCOUNT, FUND, ORGANISER):
        ended = run(*command)
        assert ended.returncode == 0, ended.stderr
        assert "blankets" not in ended.stdout
    return run


def test_a_new_installation_is_whole(do: Callable[..., Run]) -> None:
    assert do("books", "check").stdout == "The books agree.\n"
    doctor = do("doctor").stdout
    assert "ok    Stripe network" in doctor
    assert "https://muster.example.org/stripe/webhook/network" in doctor


def test_upgrading_twice_changes_nothing(do: Callable[..., Run]) -> None:
    assert do("db", "upgrade").returncode == 0


def test_a_password_is_asked_twice_and_not_shown(do: Callable[..., Run]) -> None:
    without = [word for word in ORGANISER if not word.startswith("--password")]
    without[2] = "huda@example.org"
    typed = "blankets-tea-and-candles\n"
    ended = do(*without, stdin=typed * 2)
    assert ended.returncode == 0, ended.stderr
    assert "blankets" not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (
            [
                *ORGANISER[:3],
                "--name=Amal",
                "--group=nobody",
                "--password=blankets-tea-and-candles",
            ],
            1,
        ),
        (["account", "add", "not-an-address", *ORGANISER[3:]], 1),
        (["account", "add", "rima@example.org", *ORGANISER[3:-1], "--password=password"], 1),
        (["group", "add", "Bad Slug", *GROUP[3:]], 1),
        (["stripe", "sweep", "--account=nobody"], 1),
        (["nonsense"], 2),
        (["account", "add", "amal@example.org", "--role=king"], 2),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(
    command: list[str], code: int, do: Callable[..., Run]
) -> None:
    ended = do(*command)
    assert ended.returncode == code
    lines = [line for line in ended.stderr.splitlines() if line]
    assert len(lines) == 1, ended.stderr
    assert lines[0].startswith("muster: ")
    assert "unexpected" not in lines[0]


def test_the_version_and_help_are_told(shell: Callable[..., Run]) -> None:
    assert shell([*MUSTER, "--version"], {}).stdout.startswith("muster, version ")
    said = shell([*MUSTER, "--help"], {}).stdout
    for command in ("init", "run", "worker", "doctor", "demo", "books", "stripe"):
        assert f"  {command} " in said
    assert "demo-catcher" not in said
