"""The things that are collected most: what each group's own list begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from app.aid.rules.words import Hazard, ItemCategory, Unit
from app.lib.text import Translated

#: What nobody has sorted yet; bags and boxes at doorsteps are this.
MIXED: Final = "mixed"
#: May stand on a list only as not wanted.
MEDICINES: Final = "medicines"


@dataclass(frozen=True, kw_only=True)
class ItemKind:
    """A kind of thing as every group begins with it."""

    code: str
    name: Translated
    category: ItemCategory
    unit: Unit = Unit.EACH
    #: Of one, roughly, in grams.
    weight_g: int | None = None
    #: The customs' number: a hint that whoever writes the papers looks at again.
    hs_code: str | None = None
    hazard: Hazard = Hazard.NONE


_C = ItemCategory


def _item(
    code: str,
    category: ItemCategory,
    weight_g: int | None = None,
    hs_code: str | None = None,
    **more: Any,  # noqa: ANN401 - the two names, and what differs from most
) -> ItemKind:
    name = Translated({"en": more.pop("en"), "ar": more.pop("ar")}, "en")
    return ItemKind(
        code=code, name=name, category=category, weight_g=weight_g, hs_code=hs_code, **more
    )


CATALOGUE: Final = (
    _item(MIXED, _C.MIXED, en="Unsorted things", ar="أغراض غير مفروزة", unit=Unit.BAG),
    _item("blankets", _C.BEDDING, 1500, "630140", en="Blankets", ar="بطانيات"),
    _item("sleeping_bags", _C.BEDDING, 1800, "940430", en="Sleeping bags", ar="أكياس نوم"),
    _item("sleeping_mats", _C.BEDDING, 600, "392113", en="Sleeping mats", ar="فرشات نوم"),
    _item("pillows", _C.BEDDING, 800, "940490", en="Pillows", ar="وسائد"),
    _item("winter_coats", _C.CLOTHES, 1200, "630900", en="Winter coats", ar="معاطف شتوية"),
    _item(
        "warm_clothes",
        _C.CLOTHES,
        8000,
        "630900",
        en="Warm clothes",
        ar="ملابس دافئة",
        unit=Unit.BAG,
    ),
    _item(
        "children_clothes",
        _C.CLOTHES,
        6000,
        "630900",
        en="Children's clothes",
        ar="ملابس أطفال",
        unit=Unit.BAG,
    ),
    _item(
        "adult_summer_clothes",
        _C.CLOTHES,
        6000,
        "630900",
        en="Summer clothes for adults",
        ar="ملابس صيفية للكبار",
        unit=Unit.BAG,
    ),
    _item(
        "baby_clothes",
        _C.BABY,
        150,
        "630900",
        en="Baby clothes",
        ar="ملابس رضع",
    ),
    _item("shoes", _C.CLOTHES, 1000, "630900", en="Shoes and boots", ar="أحذية"),
    _item(
        "socks_underwear",
        _C.CLOTHES,
        60,
        en="New socks and underwear",
        ar="جوارب وملابس داخلية جديدة",
    ),
    _item("nappies", _C.BABY, 1500, "961900", en="Nappies", ar="حفاضات"),
    _item("baby_wipes", _C.BABY, 500, "340119", en="Baby wipes", ar="مناديل مبللة للأطفال"),
    _item("baby_formula", _C.BABY, 800, "190110", en="Baby milk powder", ar="حليب أطفال مجفف"),
    _item("sanitary_pads", _C.HYGIENE, 200, "961900", en="Sanitary pads", ar="فوط صحية"),
    _item("soap", _C.HYGIENE, 125, "340111", en="Soap", ar="صابون"),
    _item("shampoo", _C.HYGIENE, 450, "330510", en="Shampoo", ar="شامبو", hazard=Hazard.LIQUID),
    _item("toothpaste", _C.HYGIENE, 150, en="Toothbrushes and toothpaste", ar="فراشي ومعجون أسنان"),
    _item("towels", _C.HYGIENE, 500, "630260", en="Towels", ar="مناشف"),
    _item("tinned_food", _C.FOOD, 450, "200599", en="Tinned food", ar="معلبات"),
    _item("dry_food", _C.FOOD, 1000, en="Rice, lentils and pasta", ar="أرز وعدس ومعكرونة"),
    _item("tents", _C.SHELTER, 5000, "630622", en="Tents", ar="خيام"),
    _item("tarpaulins", _C.SHELTER, 3000, "630612", en="Tarpaulins", ar="شوادر"),
    _item(
        "solar_lamps",
        _C.TOOLS,
        400,
        "851310",
        en="Solar lamps",
        ar="مصابيح شمسية",
        hazard=Hazard.BATTERY,
    ),
    _item(
        "power_banks",
        _C.TOOLS,
        350,
        "850760",
        en="Power banks",
        ar="بطاريات متنقلة",
        hazard=Hazard.BATTERY,
    ),
    _item("cooking_pots", _C.TOOLS, 1500, "732393", en="Cooking pots", ar="أواني طبخ"),
    _item("hand_tools", _C.TOOLS, 1000, "820559", en="Hand tools", ar="أدوات يدوية"),
    _item(
        "school_supplies",
        _C.SCHOOL,
        1000,
        "482020",
        en="School things",
        ar="لوازم مدرسية",
        unit=Unit.BAG,
    ),
    _item("toys", _C.SCHOOL, 3000, "950300", en="Toys", ar="ألعاب", unit=Unit.BAG),
    _item(
        "first_aid_kits", _C.MEDICAL_AID, 700, "300650", en="First-aid kits", ar="حقائب إسعاف أولي"
    ),
    _item(
        "dressings",
        _C.MEDICAL_AID,
        3000,
        "300590",
        en="Dressings and bandages",
        ar="ضمادات وأربطة",
        unit=Unit.BOX,
    ),
    _item("crutches", _C.MEDICAL_AID, 1000, "902110", en="Crutches", ar="عكازات"),
    _item("wheelchairs", _C.MEDICAL_AID, 16000, "871310", en="Wheelchairs", ar="كراسي متحركة"),
    _item(MEDICINES, _C.MEDICINE, None, "300490", en="Medicines", ar="أدوية"),
)
