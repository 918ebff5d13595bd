"""What is decided about offers, reports and days of action, as tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.events.forms.hours import end_of, read_time
from app.events.rules import hosting, mobilisations, reports
from app.events.rules.hosting import Proposal
from app.events.rules.words import HostPolicy, PlaceShown
from app.lib.text import Translated
from app.places.rules import PlaceDetails

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("Come to the square", False),
        ("At 13:00 on 1 May 2026", False),
        ("see https://evil.example/x", True),
        ("see www.evil.example", True),
        ("join evil.xyz/now", True),
        ("write to me@evil.example", True),
        ("ring +44 20 7946 0000", True),
        ("bring 2 or 3 lanterns", False),
        ("تعالوا إلى الساحة", False),
        ("at 13.00–14.30 on 12.12.2026, near St. Peter's, e.g. by the U.S. embassy", False),
        ("12/12/26, 13:00-14:00; 7 p.m. z.B. am Tor", False),
        ("join lure.live/abc", True),
        ("lure.ai", True),
        ("see lure[.]com", True),
        ("evil。com", True),
        ("0800.123.4567", True),
        ("0800/123/4567", True),
        ("0800–123–4567", True),
        ("٠٧٧٠٠٩٠٠١٢٣", True),
        ("@lure_telegram", True),
    ],
)
def test_what_leads_elsewhere_is_found(typed: str, is_found: bool) -> None:
    assert bool(hosting.finds_in(typed)) is is_found


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("We stand together!", "we  stand -- together", True),
        ("We stand together", "We stand alone", False),
    ],
)
def test_the_same_words_have_the_same_mark(one: str, other: str, is_same: bool) -> None:
    assert (hosting.mark_of(one) == hosting.mark_of(other)) is is_same


def place(**changes: object) -> PlaceDetails:
    values = {"country": "PL", "locality": "Kraków", "street": "Rynek 1", "lat": 50.0617}
    return PlaceDetails(**{**values, "lon": 19.9373, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("there", "is_far"),
    [
        (place(), False),
        (place(lat=50.0700), False),
        (place(lat=50.0900), True),
        (place(lat=None, lon=None), False),
        (place(lat=None, lon=None, street="rynek  1"), False),
        (place(lat=None, lon=None, street="Elsewhere 9"), True),
        (place(lat=None, lon=None, locality="Warszawa"), True),
    ],
)
def test_a_place_moves_a_step_or_away(there: PlaceDetails, is_far: bool) -> None:
    assert hosting.is_far(place(), there) is is_far


def test_a_proposal_is_kept_and_grows() -> None:
    first = Proposal(title="A walk", place=place(), place_shown=PlaceShown.ACCEPTED)
    assert Proposal.from_json(first.to_json()) == first
    later = Proposal(title="A longer walk").over(first)
    assert (later.title, later.place) == ("A longer walk", place())
    assert not Proposal()


@pytest.mark.parametrize(
    ("networks", "is_immune", "of_network", "lately", "hides"),
    [
        (1, False, 1, 0, False),
        (2, False, 1, 0, True),
        (9, True, 1, 0, False),
        (2, False, reports.EVENTS_OF_A_NETWORK + 1, 0, False),
        (2, False, 1, reports.HIDDEN_A_DAY, False),
    ],
)
def test_reports_hide_or_do_not(
    networks: int,
    is_immune: bool,
    of_network: int,
    lately: int,
    hides: bool,
) -> None:
    found = reports.hides(
        networks=networks, is_immune=is_immune, of_network=of_network, hidden_lately=lately
    )
    assert found is hides


@pytest.mark.parametrize(
    ("now", "is_over"),
    [
        (datetime(2026, 5, 1, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 5, 2, 11, 59, tzinfo=UTC), False),
        (datetime(2026, 5, 2, 12, 1, tzinfo=UTC), True),
    ],
)
def test_a_day_is_over_when_it_is_over_everywhere(now: datetime, is_over: bool) -> None:
    assert mobilisations.is_over(DAY, now) is is_over


@pytest.mark.parametrize(
    ("changes", "takes"),
    [
        ({}, True),
        ({"policy": HostPolicy.CLOSED}, False),
        ({"published_at": None}, False),
        ({"cancelled_at": NOON}, False),
        ({"until_date": DAY - timedelta(days=3)}, False),
    ],
)
def test_a_day_takes_offers(changes: dict[str, object], takes: bool) -> None:
    values = {
        "policy": HostPolicy.APPROVAL,
        "published_at": NOON,
        "cancelled_at": None,
        "until_date": DAY,
        "now": NOON,
    }
    assert mobilisations.takes_offers(**{**values, **changes}) is takes  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (Translated.of(en="Truth in {place}"), "Truth in Kraków"),
        (Translated.of(en="Truth now"), "Truth now: Kraków"),
        (None, "Kraków"),
    ],
)
def test_a_local_event_is_named_after_its_town(pattern: Translated | None, said: str) -> None:
    assert mobilisations.local_title(pattern, "Kraków").origin_text == said


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"<html><script>", None),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_a_file_is_what_it_begins_with(data: bytes, ending: str | None) -> None:
    media = mobilisations.media_of(data)
    assert (media[1] if media else None) == ending


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/pass wd.exe", "pass wd.pdf"),
        ("C:\\x\\Poster (A3).pdf", "Poster -A3.pdf"),
        ("ملصق.pdf", "ملصق.pdf"),
        ("", "file.pdf"),
    ],
)
def test_a_file_name_leads_nowhere(typed: str, kept: str) -> None:
    assert mobilisations.clean_name(typed, "pdf") == kept


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("13:00", time(13)),
        ("13.30", time(13, 30)),
        ("1330", time(13, 30)),
        ("9", time(9)),
        ("١٣:٠٠", time(13)),
        ("25:00", None),
        ("noon", None),
        ("99999999999", None),
        ("1²:00", None),
        ("", None),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, read: time | None) -> None:
    assert read_time(typed) == read


@pytest.mark.parametrize(
    ("begins", "over", "is_next_day"),
    [(20, 1, True), (13, 15, False), (13, 12, False), (13, 1, True), (23, 23, False)],
)
def test_only_the_night_explains_an_end_before_the_start(
    begins: int, over: int, is_next_day: bool
) -> None:
    start, end = (datetime(2026, 5, 1, hour, tzinfo=UTC) for hour in (begins, over))
    assert (end_of(start, end) != end) is is_next_day
