"""What groups collect: the usual kinds of things, made once."""

from __future__ import annotations

import re

from flask import Flask

from app.aid.queries import items as reads
from app.aid.rules.catalogue import CATALOGUE, MEDICINES, MIXED
from app.aid.rules.words import ItemCategory, Unit
from app.aid.service.items import ensure_items
from app.db.session import transaction
from app.lib.text import Translated
from tests.factories.aid import make_item
from tests.factories.appeals import make_network


def test_the_catalogue_is_whole_and_in_both_languages() -> None:
    codes = [kind.code for kind in CATALOGUE]

    assert len(codes) == len(set(codes))
    assert len(codes) >= 30
    assert all(set(kind.name.texts) == {"en", "ar"} for kind in CATALOGUE)
    assert all(re.fullmatch(r"[0-9]{6}", kind.hs_code or "000000") for kind in CATALOGUE)
    assert {kind.code for kind in CATALOGUE if kind.category is ItemCategory.MEDICINE} == {
        MEDICINES
    }


def test_a_group_gets_the_usual_things_once_and_keeps_what_it_has(app: Flask) -> None:
    with transaction():
        group = make_network()
        own = make_item(group, "blankets", name=Translated.of(en="Wool blankets"))
        ensure_items(group)
        ensure_items(group)

    items = reads.list_items(group.id)
    assert len(items) == len(CATALOGUE)
    assert reads.find_by_code(group.id, "blankets") is own
    assert own.name == Translated.of(en="Wool blankets")
    assert reads.get_mixed(group.id).unit is Unit.BAG
    assert reads.find_by_code(group.id, MIXED) is reads.get_mixed(group.id)
