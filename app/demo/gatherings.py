"""What is on in the demo: a campaign, a day of action, events and those who come to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Any

from app.appeals.queries import appeals as appeal_reads
from app.audit.facts import Actor
from app.campaigns.models.campaigns import Campaign
from app.campaigns.rules.campaigns import CampaignContent
from app.campaigns.service import campaigns
from app.db.session import transaction
from app.demo.crowds import fill_shifts, let_come
from app.demo.people import Person, both, maybe, people, read_texts
from app.demo.pictures import draw
from app.demo.scenery import BY
from app.events.models.events import Event
from app.events.models.mobilisations import Mobilisation
from app.events.rules.access import Fact
from app.events.rules.content import (
    Basics,
    Joining,
    Links,
    March,
    Part,
    Picture,
    Programme,
    Safety,
    Where,
)
from app.events.rules.hosting import HostDetails, LocalEvent
from app.events.rules.mobilisations import MobilisationContent
from app.events.rules.series import Repeat, Rule
from app.events.rules.statuses import Step
from app.events.rules.times import When, derive
from app.events.rules.words import (
    Answer,
    EntrySource,
    EventKind,
    HostPolicy,
    HowChecked,
    LinkShown,
    Mode,
    Nation,
    PlaceShown,
    ProgrammeKind,
    RsvpMode,
    SafetyContactKind,
    Status,
    Way,
)
from app.events.service import (
    afterwards,
    attending,
    editing,
    mobilisations,
    moderating,
    offering,
    safety,
    series,
    statuses,
)
from app.files import service as files
from app.groups import queries as groups
from app.groups.models import Group
from app.lib import ids
from app.lib.text import Translated
from app.places.rules import PlaceDetails
from app.places.service import make_place

Texts = dict[str, Any]
VISITOR = Actor.visitor()
#: When the first of it was written.
BEGUN = timedelta(days=50)
#: Hosts offered their events, and were checked, on these days.
OFFERED, CHECKED = timedelta(days=40), timedelta(days=39)
#: What happened to events was told so long ago.
CHANGED = timedelta(days=1, hours=3)


@dataclass(frozen=True)
class Scene:
    """What all of it is made from."""

    now: datetime
    today: date
    crowd: Iterator[Person]


def make_gatherings(now: datetime) -> None:
    """Fill in everything that is on; call outside a transaction."""
    texts = read_texts("events")
    scene = Scene(now, now.date(), cycle(people()))
    campaign_ids = {one["slug"]: _make_campaign(one, scene).id for one in texts["campaigns"]}
    for one in texts["contacts"]:
        _make_contact(one, scene)
    days = {
        one["slug"]: _make_day(one, campaign_ids[one["campaign"]], scene)
        for one in texts["mobilisations"]
    }
    for one in texts["events"]:
        day = days.get(one.get("mobilisation", ""))
        event = _make_event(one, day, campaign_ids, scene)
        let_come(event, one, scene.crowd, now)
        fill_shifts(event, one, scene.crowd, now)
        _let_happen(event, one, scene)


# --- what events belong to ----------------------------------------------------------------------


def _make_campaign(one: Texts, scene: Scene) -> Campaign:
    at = scene.now - BEGUN
    with transaction():
        content = CampaignContent(
            title=both(one["title"]),
            summary=both(one["summary"]),
            story=both(one["story"]),
        )
        campaign = campaigns.create_campaign(_group(one), content, slug=one["slug"], now=at, by=BY)
        campaigns.publish_campaign(campaign.id, now=at, by=BY)
    return campaign


def _make_contact(one: Texts, scene: Scene) -> None:
    checked = timedelta(days=one["checked_days_ago"])
    content = safety.ContactContent(
        kind=SafetyContactKind(one["kind"]),
        name=one["name"],
        phone=one["phone"],
        note=maybe(one, "note"),
        checked_on=scene.today - checked,
    )
    at = scene.now - checked
    with transaction():
        safety.add_contact(_group(one).id, content, today=at.date(), now=at, by=BY)


def _make_day(one: Texts, campaign_id: int, scene: Scene) -> Mobilisation:
    at = scene.now - BEGUN
    with transaction():
        picture = files.keep_image(draw(one["picture"]), now=at)
        content = MobilisationContent(
            group_id=_group(one).id,
            campaign_id=campaign_id,
            appeal_id=None,
            title=both(one["title"]),
            summary=both(one["summary"]),
            body=both(one["body"]),
            demands=both(one["demands"]),
            hashtag=one["hashtag"],
            on_date=_day_of(one, scene),
            until_date=_day_of(one, scene),
            host_policy=HostPolicy.APPROVAL,
            local_title=both(one["local_title"]),
            local_kind=EventKind(one["local_kind"]),
            local_start=time.fromisoformat(one["local_start"]),
            local_body=both(one["local_body"]),
            local_safety=both(one["local_safety"]),
            picture_id=picture.id,
            picture_alt=both(one["picture_alt"]),
        )
        day = mobilisations.create(content, slug=one["slug"], now=at, by=BY)
        for item in one["toolkit"]:
            title = both(item["title"])
            mobilisations.add_item(day.id, title, url=item["url"], now=at, by=BY)
        mobilisations.publish(day.id, now=at, by=BY)
    return day


# --- events -------------------------------------------------------------------------------------


def _make_event(
    one: Texts, day: Mobilisation | None, campaign_ids: dict[str, int], scene: Scene
) -> Event:
    on = day.on_date if day is not None and "in_days" not in one else _day_of(one, scene)
    when = _when(one, on)
    if "host" in one and day is not None:
        return _offer(one, day, when, scene)
    at = scene.now - BEGUN
    appeal = appeal_reads.find_appeal(one.get("appeal", ""))
    links = Links(
        campaign_id=campaign_ids.get(one.get("campaign", "")),
        appeal_id=appeal.id if appeal else None,
        mobilisation_id=day.id if day else None,
    )
    with transaction():
        event = editing.create_event(
            _group(one),
            basics=_basics(one),
            when=when,
            where=_where(one),
            links=links,
            status=Status.TENTATIVE if one.get("status") == "tentative" else Status.CONFIRMED,
            now=at,
            by=BY,
        )
    _write_rest(event, one, when, scene)
    with transaction():
        editing.change_slug(event.id, one["slug"], now=at, by=BY)
        editing.step(event.id, Step.PUBLISH, now=at, by=BY)
    return event


def _offer(one: Texts, day: Mobilisation, when: When, scene: Scene) -> Event:
    """What somebody offered; all but those that still wait were checked and approved."""
    waits = one.get("state") == "pending"
    at = scene.now - (timedelta(hours=20) if waits else OFFERED)
    local = LocalEvent(
        kind=EventKind(one["kind"]),
        title="",
        words="",
        called_by=one.get("called_by", ""),
        place=_details(one["place"]),
        place_shown=PlaceShown(one.get("place_shown", "public")),
        when=when,
    )
    host = HostDetails(
        name=one["host"],
        email=f"{ids.slugify(one['host'])}.{ids.slugify(one['place']['locality'])}@example.org",
        phone="020 7946 0155",
        about=None,
        locale="en",
        is_adult=True,
    )
    with transaction():
        web = EntrySource.WEB
        made = offering.offer(day, local, host, nonce=ids.token(), source=web, now=at, by=VISITOR)
        if made is None:
            raise LookupError(one["slug"])
        offering.confirm(made, now=at + timedelta(minutes=4))
        event = made.event
    _write_rest(event, one, when, scene)
    if not waits:
        with transaction():
            moderating.approve(
                made.public_id,
                HowChecked.CALL,
                "",
                seen=event.version,
                now=scene.now - CHECKED,
                by=BY,
            )
            editing.change_slug(event.id, one["slug"], now=scene.now - CHECKED, by=BY)
    return event


def _write_rest(event: Event, one: Texts, when: When, scene: Scene) -> None:
    """Every further part that the texts have something about."""
    at = max(event.created_at, scene.now - BEGUN)
    parts: list[Any] = [_basics(one), _joining(one)]
    if "access" in one or "safety" in one:
        parts.append(_safety(one))
    if one["kind"] == "march":
        parts.append(_march(one, scene))
    if "film" in one:
        parts.append(_programme(one, when))
    with transaction():
        if "picture" in one:
            picture = files.keep_image(draw(one["picture"]), now=at)
            parts.append(Picture(picture_id=picture.id, picture_alt=both(one["picture_alt"])))
        for part in parts:
            editing.edit_event(event.id, part, seen_version=None, now=at, by=BY)
        if "capacity" in one:
            way = Way.IN_PERSON
            attending.set_capacity(event, way, one["capacity"], now=at, by=BY)


def _basics(one: Texts) -> Basics:
    return Basics(
        kind=EventKind(one["kind"]),
        title=both(one["title"]),
        summary=both(one["summary"]),
        body=maybe(one, "body") or Translated({}, "en"),
        languages=tuple(one["languages"]),
        called_by=one.get("called_by", ""),
        supported_by=one.get("supported_by", "").strip(),
        aimed_at=maybe(one, "aimed_at"),
        aimed_why=maybe(one, "aimed_why"),
    )


def _when(one: Texts, on: date) -> When:
    starts = datetime.combine(on, time.fromisoformat(one["time"]))
    ends = starts + timedelta(minutes=one["minutes"])
    return derive(starts, ends, one.get("zone", "Europe/London"))


def _where(one: Texts) -> Where:
    place = make_place(_details(one["place"])) if "place" in one else None
    return Where(
        mode=Mode(one.get("mode", "in_person")),
        place_id=place.id if place else None,
        place_shown=PlaceShown(one.get("place_shown", "public")),
        meeting_point=maybe(one, "meeting_point"),
        dispersal_point=maybe(one, "dispersal_point"),
        online_url=one.get("online_url"),
        online_shown=LinkShown(one.get("online_shown", "public")),
    )


def _details(place: Texts) -> PlaceDetails:
    return PlaceDetails(**place)


def _joining(one: Texts) -> Joining:
    return Joining(rsvp_mode=RsvpMode(one.get("rsvp_mode", "open")), seats={})


def _safety(one: Texts) -> Safety:
    access = one.get("access", {})
    return Safety(
        safety=maybe(one, "safety"),
        what_to_bring=maybe(one, "what_to_bring"),
        has_legal_observers=one.get("has_legal_observers"),
        has_first_aid=one.get("has_first_aid"),
        has_welfare=one.get("has_welfare"),
        access=tuple(Fact(point, Answer(answer)) for point, answer in access.items()),
    )


def _march(one: Texts, scene: Scene) -> March:
    return March(
        nation=Nation(one["nation"]),
        route=maybe(one, "route"),
        expected_count=one["expected_count"],
        notice_given_on=scene.today - timedelta(days=one["notice_given_days_ago"]),
    )


def _programme(one: Texts, when: When) -> Programme:
    film = one["film"]
    parts = tuple(
        Part(
            kind=ProgrammeKind(each["kind"]),
            title=both(each["title"]),
            starts_local=datetime.combine(when.starts_local.date(), time.fromisoformat(each["at"])),
            minutes=each["minutes"],
            people=each.get("people", ""),
        )
        for each in one.get("programme", [])
    )
    return Programme(
        film_title=film["title"],
        film_director=film["director"],
        film_year=film["year"],
        film_minutes=film["minutes"],
        film_subtitles=film["subtitles"],
        film_licence=film.get("licence"),
        parts=parts,
    )


# --- what happened ------------------------------------------------------------------------------


def _let_happen(event: Event, one: Texts, scene: Scene) -> None:
    """Move, call off, repeat or look back on an event, as the texts say."""
    at, note = scene.now - CHANGED, maybe(one, "status_note")
    with transaction():
        match one.get("status"):
            case "postponed":
                statuses.postpone(event.id, note=note, now=at, by=BY)
            case "cancelled":
                statuses.cancel(event.id, note=note, now=at, by=BY)
        if one.get("series") == "weekly":
            rule = Rule(repeat=Repeat.WEEKLY, first=event.starts_local.date())
            series.begin(event.id, rule, None, now=scene.now, by=BY)
        if "report" in one:
            told = maybe(one, "report")
            count, version = one["headcount"], event.version
            afterwards.report(event, count, told, version=version, now=scene.now, by=BY)


# --- reading the texts --------------------------------------------------------------------------


def _group(one: Texts) -> Group:
    return groups.get_group(one["group"])


def _day_of(one: Texts, scene: Scene) -> date:
    """The first such weekday after so many days."""
    earliest = scene.today + timedelta(days=one["in_days"])
    return earliest + timedelta(days=(one["weekday"] - earliest.weekday()) % 7)
