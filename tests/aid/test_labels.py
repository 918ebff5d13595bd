"""A mistyped label is found out."""

from __future__ import annotations

import pytest

from app.aid.rules import labels

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MADE = [labels.derived("secret", str(number)) for number in range(40)]


def test_a_label_is_always_the_same_and_reads_as_itself() -> None:
    assert labels.derived("secret", "7") == MADE[7]
    assert labels.derived("other", "7") != MADE[7]
    assert len(set(MADE)) == len(MADE)
    for label in MADE:
        assert len(label) == labels.LENGTH
        assert labels.read(label) == label
        assert labels.read(labels.written(label)) == label


def test_every_single_wrong_sign_is_found() -> None:
    for label in MADE:
        for place, right in enumerate(label):
            wrong = [label[:place] + sign + label[place + 1 :] for sign in SIGNS if sign != right]
            assert [labels.read(each) for each in wrong] == [None] * 31


def test_every_exchange_of_two_signs_is_found() -> None:
    for label in MADE:
        for one in range(labels.LENGTH):
            for other in range(one + 1, labels.LENGTH):
                signs = list(label)
                signs[one], signs[other] = signs[other], signs[one]
                if label[one] != label[other]:
                    assert labels.read("".join(signs)) is None


@pytest.mark.parametrize("text", ["", "7K2M", "UUUUUUUUU", "؟" * 9, "0" * 10, "x" * 5000])
def test_what_is_no_label_is_none(text: str) -> None:
    assert labels.read(text) is None


def test_signs_that_look_alike_and_what_stands_between_are_forgiven() -> None:
    label = next(each for each in MADE if "0" in each and "1" in each)
    typed = label.lower().replace("0", "o").replace("1", "l")
    assert labels.read(f" {typed[:4]} - {typed[4:8]}.{typed[8:]} ") == label
    assert labels.read(label.replace("1", "I")) == label
