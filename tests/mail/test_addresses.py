"""What stops a mail, what a report says about an address, and the address it comes back to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.lib.bounces import BounceKind, read
from app.mail.render import KIND_NAMES
from app.mail.rules.addresses import (
    MOST_SOFT,
    SOFT_FOR,
    STOPS,
    Purpose,
    SuppressionReason,
    Weight,
    address_hash,
    is_given_up,
    purpose_of,
    weigh,
)
from app.mail.rules.returning import is_for_bounces, make_return_path, read_return_path
from tests.lib.test_bounces import ROWS

BASE, SECRET = "bounces@example.org", "a long secret of this installation"
KEY = "4k2x7m9p3q8r5t6v1w0z"
NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("template", "purpose"),
    [
        ("accounts/reset", Purpose.ASKED_FOR),
        ("appeals/giving_links", Purpose.ASKED_FOR),
        ("appeals/proof", Purpose.ASKED_FOR),
        ("events/rsvp_proof", Purpose.ASKED_FOR),
        ("aid/needs_confirm", Purpose.ASKED_FOR),
        ("supporters/mail_again", Purpose.ASKED_FOR),
        ("appeals/receipt", Purpose.SERVICE),
        ("events/rsvp_cancelled", Purpose.SERVICE),
        ("notices/waiting", Purpose.SERVICE),
    ],
)
def test_a_mail_is_asked_for_or_follows_from_something(template: str, purpose: Purpose) -> None:
    assert purpose_of(template) is purpose


def test_whatever_proves_a_mailbox_is_never_stopped() -> None:
    proving = {name for name in KIND_NAMES if name.endswith(("_links", "_confirm", "proof"))}
    assert len(proving) > 10
    assert {purpose_of(name) for name in proving} == {Purpose.ASKED_FOR}
    assert STOPS[Purpose.ASKED_FOR] == frozenset()
    assert STOPS[Purpose.SERVICE] == {SuppressionReason.BOUNCE}
    assert STOPS[Purpose.MAILING] == set(SuppressionReason)


def test_an_address_has_one_code_however_it_is_written() -> None:
    code = address_hash(SECRET, "sana@example.org")
    assert address_hash(SECRET, " Sana@Example.ORG ") == code
    assert address_hash("another secret", "sana@example.org") != code
    assert address_hash(SECRET, "sama@example.org") != code


#: Of the table of reports: those that say that the address is gone.
HARD = {
    "postfix, nobody", "headers alone", "gmail, nobody", "bad mailbox name", "moved away", "null",
    "switched off", "exchange online", "yahoo", "unnumbered", "unknown with 5.7.1",
    "no such domain", "null mx",
}  # fmt: skip
#: Those that say that it may work another day.
SOFT = {
    "full", "full for days", "full, unnumbered", "full beside unknown", "given up", "expired",
    "too large", "no reason", "no words", "qmail, nobody", "qmail, full", "exim, nobody",
}  # fmt: skip


@pytest.mark.parametrize(("name", "data"), [row[:2] for row in ROWS], ids=[row[0] for row in ROWS])
def test_only_a_formal_report_of_a_missing_address_is_hard(name: str, data: bytes) -> None:
    found = read(data)
    weight = weigh(found.kind, found.status, is_formal=found.is_formal)
    expected = Weight.HARD if name in HARD else Weight.SOFT if name in SOFT else Weight.NONE
    assert weight is expected


def test_the_names_above_are_of_the_table() -> None:
    assert {row[0] for row in ROWS} >= HARD | SOFT


def test_a_number_in_words_alone_is_never_hard() -> None:
    assert weigh(BounceKind.NO_SUCH_ADDRESS, "5.1.1", is_formal=False) is Weight.SOFT
    assert weigh(BounceKind.NO_SUCH_ADDRESS, "4.1.1", is_formal=True) is Weight.SOFT
    assert weigh(BounceKind.POLICY, "5.7.1", is_formal=True) is Weight.NONE


def test_an_address_is_given_up_after_many_and_after_long() -> None:
    assert is_given_up(MOST_SOFT, NOON, NOON + SOFT_FOR)
    assert not is_given_up(MOST_SOFT - 1, NOON, NOON + SOFT_FOR)
    assert not is_given_up(MOST_SOFT, NOON, NOON + SOFT_FOR - timedelta(seconds=1))


# --- where mail comes back to -------------------------------------------------------------------


def test_a_signed_address_tells_its_key() -> None:
    address = make_return_path(SECRET, BASE, KEY)
    assert address.startswith(f"bounces+{KEY}.")
    assert address.endswith("@example.org")
    assert len(address.partition("@")[0]) <= 64
    assert read_return_path([SECRET], BASE, address) == KEY
    assert read_return_path(["new", SECRET], BASE, f"<{address.upper()}>") == KEY


@pytest.mark.parametrize(
    "forged",
    [
        f"bounces+{KEY}@example.org",
        f"bounces+{KEY}.aaaaaaaaaaaaaaaa@example.org",
        make_return_path("a secret of somebody else", BASE, KEY),
        make_return_path(SECRET, BASE, KEY).replace("4k2x", "4k2y"),
        make_return_path(SECRET, BASE, KEY).replace("example.org", "example.net"),
        make_return_path(SECRET, BASE, KEY).replace("bounces+", "other+"),
        f"x{make_return_path(SECRET, BASE, KEY)}",
        "bounces@example.org",
        "",
        "+" * 5000,
    ],
)
def test_what_we_did_not_sign_tells_nothing(forged: str) -> None:
    assert read_return_path([SECRET], BASE, forged) is None


@pytest.mark.parametrize(
    "key", ["", "short", "UPPER234", "with.dot.in.it", "a" * 25, "a b c d e f"]
)
def test_a_key_that_does_not_fit_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="bounce key"):
        make_return_path(SECRET, BASE, key)


def test_all_mail_to_the_address_for_bounces_is_known_as_such() -> None:
    assert is_for_bounces(BASE, "Bounces@example.org")
    assert is_for_bounces(BASE, "<bounces+anything@example.org>")
    assert not is_for_bounces(BASE, "bouncesx@example.org")
    assert not is_for_bounces(BASE, "bounces@example.net")
    assert not is_for_bounces(BASE, "nonsense")
