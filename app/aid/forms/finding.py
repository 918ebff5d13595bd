"""Looking for a collection point; it stands in the address, so it needs no token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField

from app.aid.forms.hours import read_clock
from app.events.rules import times
from app.lib.clock import day_in
from app.lib.text import N_, clean_line
from app.web.forms import Form

LONGEST_PLACE: Final = 120
_LONGEST: Final = 20
#: Where somebody names a day to come without a time.
_NOON: Final = time(12)
#: Nobody asks for a day farther away than this.
_REACH: Final = timedelta(days=800)
_NOT_A_TIME: Final = N_("Enter a time, like 18:30.")
_NOT_A_DAY: Final = N_("Enter a day, like 2026-11-22.")


class FindForm(Form):
    """Where somebody is, what she has, and when she can come."""

    class Meta(Form.Meta):
        """Reading changes nothing."""

        csrf = False

    near = StringField(_l("Postcode or town"))
    item = SelectField(_l("What you bring"), validate_choice=False)
    day = StringField(_l("Day"))
    time = StringField(_l("Time"))

    def __init__(
        self,
        args: Mapping[str, str],
        *,
        items: Sequence[tuple[str, str]],
        zone: str,
        now: datetime,
    ) -> None:
        near = clean_line(args.get("near", ""))[:LONGEST_PLACE]
        typed = {name: clean_line(args.get(name, ""))[:_LONGEST] for name in ("day", "time")}
        known = {code for code, _ in items}
        item = args.get("item", "") if args.get("item") in known else ""
        super().__init__(formdata=MultiDict({"near": near, "item": item, **typed}))
        self.item.choices = [("", str(_l("Anything on the list"))), *items]
        self.zone = zone
        self.now = now
        #: The moment that was asked for; None is now.
        self.at = self._moment()

    def address(self) -> dict[str, Any]:
        """The question as the values of an address."""
        found = {name: self._fields[name].data for name in ("near", "item", "day", "time")}
        return {name: text for name, text in found.items() if text}

    def _moment(self) -> datetime | None:
        """The instant on the clocks there; what cannot be read is said, and now is meant."""
        if not self.day.data and not self.time.data:
            return None
        today = day_in(self.zone, self.now)
        day = self._day(today)
        at = read_clock(self.time.data) if self.time.data else _NOON
        if at is None:
            self.time.errors = [gettext(_NOT_A_TIME)]
        if day is None or at is None or (day == today and not self.time.data):
            return None
        local = datetime.combine(day, at)
        if not times.exists(local, self.zone):
            local = times.next_valid(local, self.zone)
        return times.instant(local, self.zone)

    def _day(self, today: date) -> date | None:
        if not self.day.data:
            return today
        try:
            day = date.fromisoformat(self.day.data)
        except ValueError:
            day = None
        if day is None or not today - _REACH <= day <= today + _REACH:
            self.day.errors = [gettext(_NOT_A_DAY)]
            return None
        return day
