"""Where people bring things in the demo's round of collecting, and what they bring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from app.aid.models.drops import Drop
from app.aid.models.points import CollectionPoint
from app.aid.queries import points as point_reads
from app.aid.queries import subscriptions as subscription_reads
from app.aid.rules.bringing import BringWish
from app.aid.rules.hours import HoursRow
from app.aid.rules.points import HostDetails, PointContent
from app.aid.rules.stock import DropOffContent
from app.aid.rules.words import (
    Discloser,
    DropState,
    Fill,
    PointChecked,
    PointKind,
    PointReportKind,
    PointState,
    Visibility,
)
from app.aid.service import (
    bringing,
    hosting,
    moderating_points,
    pickups,
    point_reports,
    points,
    receiving,
    registering,
    subscribing,
)
from app.audit.facts import Actor
from app.db.session import transaction
from app.demo.people import Person, people
from app.demo.rounds import ZONE, Round, Texts, item_id, move_drop
from app.demo.scenery import BY
from app.events.rules.words import Answer, EntrySource
from app.lib import ids
from app.places.rules import PlaceDetails

VISITOR = Actor.visitor()
#: Hosts signed up before the round opened.
SIGNED_UP = timedelta(days=22)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def open_points(made: Round) -> None:
    """Let hosts sign up, be checked, and the round open; call outside a transaction."""
    for number, one in enumerate(made.texts["points"]):
        made.then(made.now - SIGNED_UP + timedelta(hours=7 * number), _sign_up(made, one))
    made.play()
    opened = made.now - timedelta(days=made.texts["drop"]["opened_days_ago"])
    with transaction():
        move_drop(made.drop, DropState.OPEN, DropState.ANNOUNCED, opened)


def let_bring(made: Round) -> None:
    """Queue what was brought to the points, asked of them and said of them since."""
    for one in made.texts["points"]:
        point = made.points[one["name"]]
        _queue_drop_offs(made, one, point)
        for number, (name, email, what, in_days, state) in enumerate(one.get("bringers", [])):
            wish = BringWish(
                name=name, email=email, what=what, on=made.today + timedelta(days=in_days)
            )
            at = made.now - timedelta(hours=30 - 9 * number)
            made.then(at, _ask(point, wish, is_accepted=state == "accepted"))
        if "asks_pickup" in one:
            bags, boxes, words = one["asks_pickup"]
            made.then(made.at(1, 12), _ask_pickup(point, bags, boxes, words))
        _queue_state(made, one, point)
    _queue_subscribers(made)


# --- points -------------------------------------------------------------------------------------


def _sign_up(made: Round, one: Texts) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        host = registering.register(
            made.drop,
            _point_content(made.drop, one),
            _host_details(one),
            nonce=ids.token(),
            source=EntrySource.WEB,
            network=None,
            now=at,
            by=VISITOR,
        )
        if host is None:
            raise LookupError(one["name"])
        made.points[one["name"]] = host.point
        points.confirm_mailbox(host, now=at + timedelta(minutes=6))
        state = PointState(one.get("state", "live"))
        if state is PointState.UNDER_REVIEW:
            _review(host.public_id, host.point, at + timedelta(hours=20))
        elif state is not PointState.EMAIL_CONFIRMED:
            _approve(host.public_id, host.point, one["how_checked"], at + timedelta(hours=26))

    return act


def _review(public_id: str, point: CollectionPoint, at: datetime) -> None:
    moderating_points.review(public_id, seen=point.version, now=at, by=BY)


def _approve(public_id: str, point: CollectionPoint, how: str, at: datetime) -> None:
    checked = PointChecked(how)
    if checked is PointChecked.POSTED_CODE:
        # The code came by post and was typed on the host's page.
        host, code = moderating_points.write_letter(
            public_id, seen=point.version, now=at - timedelta(days=2), by=BY
        )
        moderating_points.tell_code(host, code, now=at, by=VISITOR)
    moderating_points.approve(public_id, checked, "", seen=point.version, now=at, by=BY)


def _point_content(drop: Drop, one: Texts) -> PointContent:
    return PointContent(
        kind=PointKind(one["kind"]),
        name=one["place"]["name"] and one["name"],
        place=PlaceDetails(country="GB", **one["place"]),
        zone=ZONE,
        visibility=Visibility(one.get("visibility", "public")),
        max_boxes=one["max_boxes"],
        takes_all="takes" not in one,
        item_ids=frozenset(item_id(drop, code) for code in one.get("takes", [])),
        access_note=one["access_note"],
        step_free=Answer(one["step_free"]),
        hours=tuple(_hours(one)),
    )


def _hours(one: Texts) -> Iterator[HoursRow]:
    for days, opens, closes in one["hours"]:
        first, _, last = days.partition("-")
        for weekday in range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1):
            yield HoursRow(
                weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
            )
    if "bank_holidays" in one:
        opens, closes = one["bank_holidays"]
        yield HoursRow(
            is_bank_holiday=True,
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
        )


def _host_details(one: Texts) -> HostDetails:
    return HostDetails(
        name=one["host"],
        email=f"{ids.slugify(one['host']).replace('-', '.')}@example.org",
        phone="020 7946 0162",
        about=None,
        locale=one.get("locale", "en"),
        is_adult=True,
        may_be_asked_again=len(one["host"]) % 2 == 0,
    )


# --- what comes ---------------------------------------------------------------------------------


def _queue_drop_offs(made: Round, one: Texts, point: CollectionPoint) -> None:
    words = one.get("what", [])
    for number, (days_ago, bags, boxes, kilograms) in enumerate(one.get("drop_offs", [])):
        content = DropOffContent(
            bags=bags,
            boxes=boxes,
            grams=kilograms * 1000,
            what=words[number % len(words)] if words else "",
        )
        made.then(made.at(days_ago, 12, 17 * number), _log(point, content))


def _log(point: CollectionPoint, content: DropOffContent) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        held = point_reads.lock_point(point.id)
        receiving.log(held, content, client_key=ids.token(), now=at, by=VISITOR)

    return act


def _ask(
    point: CollectionPoint, wish: BringWish, *, is_accepted: bool
) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        request = bringing.ask(
            point,
            wish,
            nonce=ids.token(),
            network=None,
            locale="en",
            source=EntrySource.WEB,
            now=at,
            by=VISITOR,
        )
        if request is None:
            raise LookupError(wish.name)
        bringing.confirm(request, now=at + timedelta(minutes=4))
        if is_accepted:
            bringing.accept(
                request, by=VISITOR, discloser=Discloser.HOST, now=at + timedelta(hours=2)
            )

    return act


def _ask_pickup(
    point: CollectionPoint, bags: int, boxes: int, words: str
) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        held = point_reads.lock_point(point.id)
        pickups.ask(held, bags=bags, boxes=boxes, note=words, now=at, by=VISITOR)

    return act


def _queue_state(made: Round, one: Texts, point: CollectionPoint) -> None:
    if "fill" in one:
        made.then(made.at(1, 18), _fill(point, Fill(one["fill"])))
    state = one.get("state")
    if state in {"paused", "closed"}:
        made.then(made.at(2, 19), _become(point, PointState(state)))
    for number, kind in enumerate(one.get("reports", [])):
        made.then(made.at(1, 15 + number), _report(point, PointReportKind(kind), number))


def _fill(point: CollectionPoint, fill: Fill) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        held = point_reads.lock_point(point.id)
        if held.fill is not fill:
            hosting.set_fill(held, fill, now=at, by=VISITOR)

    return act


def _become(point: CollectionPoint, state: PointState) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        held = point_reads.lock_point(point.id)
        if state is PointState.PAUSED:
            hosting.pause(held, now=at, by=VISITOR)
        else:
            points.set_state(held, state, "point.host_closed", now=at, by=VISITOR)

    return act


def _report(
    point: CollectionPoint, kind: PointReportKind, number: int
) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        point_reports.report(
            point.id, kind, "", nonce=ids.token(), network=f"demo-{number}", now=at
        )

    return act


def _queue_subscribers(made: Round) -> None:
    (some,) = made.texts["subscribers"]
    for number, person in enumerate(people()[: some["count"]]):
        at = made.now - timedelta(days=14) + timedelta(hours=13 * number)
        made.then(min(at, made.now - timedelta(hours=1)), _subscribe(made.drop, person))


def _subscribe(drop: Drop, person: Person) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        subscribing.subscribe(
            drop, person.email, locale=person.locale, nonce=ids.token(), network=None, now=at
        )
        found = subscription_reads.find_of(drop.id, person.email)
        if found is not None:
            subscribing.confirm(found, now=at + timedelta(minutes=3))

    return act
