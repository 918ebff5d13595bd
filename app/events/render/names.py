"""What ways, answers, points of access and an organiser's choices are called on pages.

Kinds, statuses and states have their names in `render.words`.
"""

from __future__ import annotations

from typing import Final

from babel import Locale
from flask_babel import lazy_gettext as _l

from app.events.rules.statuses import Move, Step
from app.events.rules.words import (
    Answer,
    CountShown,
    LinkShown,
    Mode,
    Nation,
    ProgrammeKind,
    RsvpMode,
    SafetyContactKind,
    Way,
)

MODE_NAMES: Final = {
    Mode.IN_PERSON: _l("In person"),
    Mode.ONLINE: _l("Online"),
    Mode.HYBRID: _l("In person and online"),
}
WAY_NAMES: Final = {Way.IN_PERSON: _l("In person"), Way.ONLINE: _l("Online")}
LINK_SHOWN_NAMES: Final = {
    LinkShown.PUBLIC: _l("Everybody sees the address"),
    LinkShown.ACCEPTED: _l("Only people whose place is confirmed see it"),
}
RSVP_MODE_NAMES: Final = {
    RsvpMode.NONE: _l("Nobody needs to say that they come"),
    RsvpMode.OPEN: _l("Anyone can say that they come"),
    RsvpMode.APPROVAL: _l("An organiser accepts each"),
    RsvpMode.EXTERNAL: _l("On another site"),
}
COUNT_SHOWN_NAMES: Final = {
    CountShown.HIDDEN: _l("Say nothing"),
    CountShown.ROUNDED: _l("Say about how many"),
    CountShown.EXACT: _l("Say exactly how many"),
}
PROGRAMME_NAMES: Final = {
    ProgrammeKind.FILM: _l("Film"),
    ProgrammeKind.TALK: _l("Talk"),
    ProgrammeKind.QA: _l("Questions and answers"),
    ProgrammeKind.MUSIC: _l("Music"),
    ProgrammeKind.BREAK: _l("Break"),
}
CONTACT_NAMES: Final = {
    SafetyContactKind.LEGAL_SUPPORT: _l("Legal support line"),
    SafetyContactKind.SOLICITOR: _l("Solicitor"),
    SafetyContactKind.WELFARE: _l("Welfare"),
    SafetyContactKind.STATION_SUPPORT: _l("Support at the police station"),
}
NATION_NAMES: Final = {
    Nation.ENGLAND_WALES: _l("England or Wales"),
    Nation.SCOTLAND: _l("Scotland"),
    Nation.NORTHERN_IRELAND: _l("Northern Ireland"),
    Nation.ELSEWHERE: _l("Somewhere else"),
}
ANSWER_NAMES: Final = {
    Answer.YES: _l("Yes"),
    Answer.PARTLY: _l("Partly"),
    Answer.NO: _l("No"),
    Answer.UNKNOWN: _l("Not known"),
}
ANSWER_TONES: Final = {Answer.YES: "good", Answer.PARTLY: "info", Answer.NO: "bad"}
POINT_NAMES: Final = {
    "step_free": _l("Step-free way in"),
    "distance_and_surface": _l("Distance, surface and places to rest"),
    "accessible_toilet": _l("Accessible toilet"),
    "changing_place": _l("Changing Places toilet"),
    "seating": _l("Seats"),
    "hearing_loop": _l("Hearing loop"),
    "sign_language": _l("Sign language"),
    "captions": _l("Captions"),
    "interpretation": _l("Interpreting into other languages"),
    "quiet_space": _l("Quiet space"),
    "lighting_noise": _l("Without flashing lights and very loud sound"),
    "parking": _l("Blue Badge parking or a place to be dropped off"),
    "transport": _l("Accessible public transport nearby"),
    "personal_assistant": _l("Personal assistants welcome, free of charge"),
    "assistance_dog": _l("Assistance dogs welcome"),
    "child_friendly": _l("Good for children"),
    "free_of_charge": _l("Free of charge"),
    "contact": _l("Somebody to ask about access"),
}
STEP_NAMES: Final = {
    Step.PUBLISH: _l("Publish"),
    Step.WITHDRAW: _l("Take it back"),
    Step.HIDE: _l("Hide it for now"),
    Step.SHOW: _l("Show it again"),
}
MOVE_NAMES: Final = {
    Move.CONFIRM: _l("Confirm: it takes place"),
    Move.POSTPONE: _l("Postpone, new date not known"),
    Move.RESCHEDULE: _l("Move to another time"),
    Move.MOVE_ONLINE: _l("Move online"),
    Move.CANCEL: _l("Cancel"),
    Move.REINSTATE: _l("Take that back: it takes place"),
}
#: Languages that people speak at events here, the site's own first.
SPOKEN: Final = (
    *("en", "ar", "bn", "cy", "de", "es", "fa", "fr", "ga", "gd", "gu", "he", "hi", "it", "ku"),
    *("nl", "pa", "pl", "pt", "ps", "ro", "ru", "so", "sq", "sv", "ta", "ti", "tr", "uk", "ur"),
    *("yi", "zh", "bfi"),
)
_NOT_IN_CLDR: Final = {"bfi": _l("British Sign Language")}


def language_label(code: str, locale: str) -> str:
    """What a spoken language is called in the language of the page."""
    if code in _NOT_IN_CLDR:
        return str(_NOT_IN_CLDR[code])
    return str(Locale.parse(locale).languages.get(code, code))
