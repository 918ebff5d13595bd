"""What kinds of things are called on the desk."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.aid.rules.words import Hazard, ItemCategory

CATEGORY_NAMES: Final = {
    ItemCategory.BEDDING: _l("Bedding"),
    ItemCategory.CLOTHES: _l("Clothes"),
    ItemCategory.BABY: _l("For babies"),
    ItemCategory.HYGIENE: _l("Washing and hygiene"),
    ItemCategory.FOOD: _l("Food"),
    ItemCategory.SHELTER: _l("Shelter"),
    ItemCategory.TOOLS: _l("Tools and household"),
    ItemCategory.SCHOOL: _l("School and play"),
    ItemCategory.MEDICAL_AID: _l("Medical aids"),
    ItemCategory.MEDICINE: _l("Medicines"),
    ItemCategory.MIXED: _l("Unsorted"),
    ItemCategory.OTHER: _l("Something else"),
}
HAZARD_NAMES: Final = {
    Hazard.NONE: _l("Nothing"),
    Hazard.BATTERY: _l("Battery"),
    Hazard.LIQUID: _l("Liquid"),
    Hazard.AEROSOL: _l("Spray can"),
    Hazard.FLAMMABLE: _l("Burns easily"),
}
