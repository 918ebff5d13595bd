"""Values closed with a secret open with it alone, also after it was rotated."""

import pytest

from app.lib import cipher

OLD, NEW = "an old secret of an installation", "the new secret of an installation"


def test_the_same_text_looks_different_and_opens_again() -> None:
    closed = [cipher.encrypt(OLD, "12 Hoe Street, شارع") for _ in range(2)]
    assert closed[0] != closed[1]
    assert {cipher.decrypt([NEW, OLD], each) for each in closed} == {"12 Hoe Street, شارع"}


def test_another_secret_opens_nothing() -> None:
    with pytest.raises(cipher.CipherError):
        cipher.decrypt([NEW], cipher.encrypt(OLD, "secret"))


def test_a_changed_value_is_noticed() -> None:
    closed = cipher.encrypt(OLD, "secret")
    # Not at the very end: there some bits of the last sign stand for nothing.
    other = "A" if closed[-9] != "A" else "B"
    with pytest.raises(cipher.CipherError):
        cipher.decrypt([OLD], closed[:-9] + other + closed[-8:])
