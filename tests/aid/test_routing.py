"""The order of a van's day: what is proposed holds; what cannot hold is found by the checker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise, permutations
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.aid.rules.route import (
    Call,
    Fault,
    LeftOut,
    Plan,
    Position,
    Shift,
    Visit,
    WhyNot,
    Window,
    drive_minutes,
    lay_out,
)
from app.aid.rules.route_check import problems
from app.aid.rules.routing import propose

DEPOT = (51.5, -0.1)
#: One hundredth of a degree to the north is some 1.1 km, three minutes of driving.
NORTH = [(51.5 + step / 100, -0.1) for step in range(1, 9)]
ALL_DAY = (Window(0, 1440),)
MORNING, AFTERNOON = Window(9 * 60, 12 * 60), Window(14 * 60, 17 * 60)
SHIFT = Shift(8 * 60, 18 * 60, DEPOT, DEPOT, most_boxes=60, most_grams=900_000)


def visit(
    key: str = "a", position: Position | None = NORTH[0], *windows: Window, boxes: int = 4
) -> Visit:
    """A place with openings; open all day if none is named."""
    return Visit(key, position, windows or ALL_DAY, boxes)


def served(plan: Plan) -> list[str]:
    """What is fetched, in its order."""
    return [call.key for call in plan.calls]


def reasons(plan: Plan) -> dict[str, WhyNot]:
    """What is not fetched, and why."""
    return {each.key: each.why for each in plan.unserved}


def faults(plan: Plan, visits: Sequence[Visit], shift: Shift = SHIFT) -> set[Fault]:
    """What the checker finds."""
    return {each.fault for each in problems(plan, visits, shift)}


def random_visits(count: int, seed: int, most_boxes: int = 6) -> list[Visit]:
    """Places all over a large town, with hours of five kinds."""
    dice = Random(seed)  # noqa: S311
    hours = [
        (MORNING, AFTERNOON),
        (Window(8 * 60, 20 * 60),),
        (Window(10 * 60, 16 * 60),),
        (Window(16 * 60, 21 * 60),),
        (Window(7 * 60, 10 * 60), Window(17 * 60 + 30, 20 * 60)),
    ]
    return [
        Visit(
            f"p{number:03}",
            (51.38 + dice.random() * 0.25, -0.35 + dice.random() * 0.5),
            dice.choice(hours),
            dice.randint(1, most_boxes),
            grams=dice.randint(0, 40) * 1000,
            minutes=dice.choice((5, 10, 15, 25)),
        )
        for number in range(count)
    ]


# What fits, and why something does not


def test_the_way_is_taken_in_one_sweep() -> None:
    visits = [visit(str(number), place) for number, place in enumerate(NORTH)]
    plan = propose(visits, replace(SHIFT, end_place=(51.6, -0.1)))
    assert served(plan) == list("01234567")
    assert plan.unserved == ()


def test_an_opening_decides_the_order_and_the_van_sets_off_late() -> None:
    near = visit("near", NORTH[0], Window(15 * 60, 17 * 60))
    far = visit("far", NORTH[7], Window(14 * 60, 15 * 60))
    plan = propose([near, far], SHIFT)
    assert served(plan) == ["far", "near"]
    first = plan.calls[0]
    assert first.arrives == first.begins == 14 * 60
    assert plan.sets_off == 14 * 60 - drive_minutes(DEPOT, NORTH[7])


def test_a_lunch_gap_is_waited_through() -> None:
    first = visit("first", NORTH[0], Window(11 * 60 + 50, 12 * 60 + 10))
    gap = visit("gap", NORTH[1], MORNING, AFTERNOON)
    plan = propose([first, gap], replace(SHIFT, starts=11 * 60 + 30))
    assert [call.begins for call in plan.calls] == [11 * 60 + 50, 14 * 60]


@pytest.mark.parametrize(
    ("left", "why"),
    [
        (visit("x", None), WhyNot.NO_POSITION),
        (visit("x", NORTH[0], boxes=61), WhyNot.TOO_BIG),
        (replace(visit("x"), grams=900_001), WhyNot.TOO_BIG),
        (replace(visit("x"), windows=()), WhyNot.CLOSED),
        (visit("x", NORTH[0], Window(6 * 60, 8 * 60)), WhyNot.CLOSED),
        (visit("x", NORTH[0], Window(8 * 60, 8 * 60 + 14)), WhyNot.CLOSED),
        (visit("x", (56.0, -3.2)), WhyNot.TOO_FAR),
        (visit("x", NORTH[7], Window(8 * 60, 8 * 60 + 20)), WhyNot.TOO_FAR),
        (visit("x", NORTH[7], Window(17 * 60 + 30, 20 * 60)), WhyNot.TOO_FAR),
        (visit("x", NORTH[7], boxes=57), WhyNot.VAN_FULL),
    ],
)
def test_what_does_not_fit_says_why(left: Visit, why: WhyNot) -> None:
    # The other place counts more, so that it is the one that stays in the plan.
    kept = replace(visit("kept"), weight=3)
    plan = propose([left, kept], SHIFT)
    assert served(plan) == ["kept"]
    assert reasons(plan) == {"x": why}
    assert problems(plan, [left, kept], SHIFT) == []


def test_a_day_too_short_for_all_says_so() -> None:
    visits = [visit(str(number), place) for number, place in enumerate(NORTH)]
    plan = propose(visits, replace(SHIFT, ends=9 * 60 + 30))
    assert set(reasons(plan).values()) == {WhyNot.NO_TIME}
    assert 2 <= len(plan.calls) < len(visits)


def test_what_weighs_more_goes_first() -> None:
    short = replace(SHIFT, most_boxes=4)
    ordinary, full = visit("a", NORTH[0]), replace(visit("b", NORTH[6]), weight=2)
    assert served(propose([ordinary, full], short)) == ["b"]


def test_nothing_to_fetch_is_a_plan_too() -> None:
    plan = propose([], SHIFT)
    assert plan == Plan(SHIFT.starts, (), SHIFT.starts)
    assert problems(plan, [], SHIFT) == []


def test_limits_and_places_that_nobody_knows_do_not_bind() -> None:
    visits = [visit("a", NORTH[0], boxes=5000), visit("b", NORTH[5])]
    plan = propose(visits, Shift(8 * 60, 18 * 60))
    assert len(plan.calls) == 2
    assert problems(plan, visits, Shift(8 * 60, 18 * 60)) == []


def test_a_shift_may_cross_midnight() -> None:
    night = Shift(22 * 60, 27 * 60, DEPOT, DEPOT)
    visits = [visit("a", NORTH[0], Window(21 * 60, 25 * 60)), visit("b", NORTH[3], Window(0, 300))]
    plan = propose(visits, night)
    assert served(plan) == ["a"]
    assert reasons(plan) == {"b": WhyNot.CLOSED}


def test_openings_that_touch_are_one() -> None:
    place = visit("a", NORTH[0], Window(8 * 60, 8 * 60 + 10), Window(8 * 60 + 10, 8 * 60 + 25))
    plan = propose([place], SHIFT)
    assert served(plan) == ["a"]
    assert problems(plan, [place], SHIFT) == []


# The same answer every time, soon, and a good one


@pytest.mark.parametrize("count", [7, 50])
def test_the_order_of_asking_changes_nothing(count: int) -> None:
    visits = random_visits(count, seed=count)
    shuffled = [*visits]
    Random(9).shuffle(shuffled)  # noqa: S311
    assert propose(visits, SHIFT) == propose(shuffled, SHIFT)


def test_fifty_places_on_a_long_day_fit_the_wait_for_a_page() -> None:
    visits = random_visits(50, seed=3, most_boxes=2)
    long_day = replace(SHIFT, starts=6 * 60, ends=21 * 60)
    # The processor's own seconds, which other work on a busy machine does not stretch.
    began = process_time()
    plan = propose(visits, long_day)
    assert process_time() - began < 5
    assert problems(plan, visits, long_day) == []
    assert len(plan.calls) >= 25


def cost(order: Sequence[Visit], visits: Sequence[Visit], shift: Shift) -> tuple[int, int]:
    """What is left out, and the minutes at the wheel."""
    stops = [shift.start_place, *(each.position for each in order), shift.end_place]
    return len(visits) - len(order), sum(drive_minutes(a, b) for a, b in pairwise(stops))


def best(visits: Sequence[Visit], shift: Shift) -> tuple[int, int]:
    """The cheapest of all orders of all choices, by trying them."""
    found = []
    for size in range(len(visits) + 1):
        for order in permutations(visits, size):
            left = [LeftOut(v.key, WhyNot.LEFT_OUT) for v in visits if v not in order]
            if not problems(lay_out(order, left, shift), visits, shift):
                found.append(cost(order, visits, shift))
    return min(found)


@pytest.mark.parametrize("seed", range(24))
def test_a_few_places_are_put_in_the_very_best_order(seed: int) -> None:
    visits = random_visits(3 + seed % 4, seed)
    shift = replace(SHIFT, starts=(8 + seed % 5) * 60, most_boxes=8 + seed % 12)
    plan = propose(visits, shift)
    chosen = [next(v for v in visits if v.key == key) for key in served(plan)]
    if not chosen:
        assert best(visits, shift)[0] == len(visits)
        return
    assert cost(chosen, visits, shift) == best(visits, shift)


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Visit], Shift]:
    """Any day: places near and far, open when they like, with limits known or not."""
    degrees = st.tuples(st.floats(51.3, 51.8), st.floats(-0.5, 0.3))
    minutes = st.integers(0, 1500)
    window = st.tuples(minutes, minutes).map(lambda pair: Window(min(pair), max(pair)))
    places = draw(
        st.lists(
            st.builds(
                Visit,
                key=st.text("abcdef", min_size=1, max_size=5),
                position=st.none() | degrees,
                windows=st.lists(window, max_size=3).map(tuple),
                boxes=st.integers(0, 40),
                grams=st.integers(0, 300_000),
                minutes=st.integers(0, 60),
                weight=st.integers(1, 3),
            ),
            max_size=9,
            unique_by=lambda each: each.key,
        )
    )
    starts = draw(st.integers(0, 900))
    shift = Shift(
        starts,
        starts + draw(st.integers(0, 700)),
        draw(st.none() | degrees),
        draw(st.none() | degrees),
        draw(st.none() | st.integers(0, 80)),
        draw(st.none() | st.integers(0, 900_000)),
    )
    return places, shift


@settings(max_examples=40)
@given(days(), st.randoms(use_true_random=False))
def test_every_plan_holds(day: tuple[list[Visit], Shift], dice: Random) -> None:
    visits, shift = day
    plan = propose(visits, shift)
    assert problems(plan, visits, shift) == []
    shuffled = [*visits]
    dice.shuffle(shuffled)
    assert propose(shuffled, shift) == plan


@settings(max_examples=60)
@given(days(), st.data())
def test_any_order_by_hand_is_laid_out_and_judged(
    day: tuple[list[Visit], Shift], data: st.DataObject
) -> None:
    visits, shift = day
    order = data.draw(st.permutations(visits))
    plan = lay_out(order, (), shift)
    assert served(plan) == [each.key for each in order]
    # Whatever else is wrong, the times and the loads of a laid out plan are never the reason.
    assert not faults(plan, visits, shift) & {
        *(Fault.TOO_FAST, Fault.TOO_SHORT, Fault.WRONG_LOAD, Fault.MISSING, Fault.TWICE),
        *(Fault.UNKNOWN, Fault.BEFORE_SHIFT),
    }


# Broken plans


DAY = [
    visit("a", NORTH[1], MORNING, boxes=10),
    visit("b", NORTH[4], MORNING, AFTERNOON, boxes=20),
    visit("c", NORTH[6], AFTERNOON, boxes=25),
    visit("d", None),
]
GOOD = propose(DAY, SHIFT)


def at(plan: Plan, number: int, **changes: int) -> Plan:
    """The plan with one call changed."""
    calls = [*plan.calls]
    calls[number] = replace(calls[number], **changes)  # type: ignore[arg-type]
    return replace(plan, calls=tuple(calls))


def later(call: Call, minutes: int) -> Call:
    """A call at another minute."""
    return replace(
        call,
        arrives=call.arrives + minutes,
        begins=call.begins + minutes,
        leaves=call.leaves + minutes,
    )


MUTATIONS: list[tuple[str, Callable[[Plan], Plan], Fault]] = [
    ("a stop vanished", lambda p: replace(p, calls=p.calls[:-1]), Fault.MISSING),
    ("one that is left out vanished", lambda p: replace(p, unserved=()), Fault.MISSING),
    ("a stop twice", lambda p: replace(p, calls=(*p.calls, p.calls[-1])), Fault.TWICE),
    (
        "served and left out",
        lambda p: replace(p, unserved=(*p.unserved, LeftOut("a", WhyNot.LEFT_OUT))),
        Fault.TWICE,
    ),
    (
        "a stop of another day",
        lambda p: replace(p, unserved=(*p.unserved, LeftOut("z", WhyNot.CLOSED))),
        Fault.UNKNOWN,
    ),
    ("too early", lambda p: replace(p, sets_off=SHIFT.starts - 1), Fault.BEFORE_SHIFT),
    ("too late", lambda p: replace(p, back=SHIFT.ends + 1), Fault.AFTER_SHIFT),
    ("home in no time", lambda p: replace(p, back=p.calls[-1].leaves + 2), Fault.TOO_FAST),
    (
        "there in no time",
        lambda p: at(p, 1, arrives=p.calls[0].leaves + 1),
        Fault.TOO_FAST,
    ),
    (
        "loading before the van is there",
        lambda p: at(p, 1, begins=p.calls[1].arrives - 1),
        Fault.TOO_FAST,
    ),
    (
        "off before it is loaded",
        lambda p: at(p, 2, leaves=p.calls[2].begins + 14),
        Fault.TOO_SHORT,
    ),
    ("at lunch", lambda p: at(p, 0, begins=11 * 60 + 50, leaves=12 * 60 + 5), Fault.CLOSED),
    ("turned round", lambda p: replace(p, calls=p.calls[::-1]), Fault.TOO_FAST),
    ("loads turned round", lambda p: replace(p, calls=p.calls[::-1]), Fault.WRONG_LOAD),
    ("a load made small", lambda p: at(p, 2, boxes=30), Fault.WRONG_LOAD),
    (
        "an hour later",
        lambda p: replace(p, calls=tuple(later(call, 3 * 60) for call in p.calls)),
        Fault.CLOSED,
    ),
    (
        "to a place that nobody knows",
        lambda _p: lay_out(DAY, (), SHIFT),
        Fault.NO_POSITION,
    ),
]


def test_the_plan_that_is_broken_below_is_whole() -> None:
    assert served(GOOD) == ["a", "b", "c"]
    assert reasons(GOOD) == {"d": WhyNot.NO_POSITION}
    assert problems(GOOD, DAY, SHIFT) == []


@pytest.mark.parametrize(("name", "broken", "fault"), MUTATIONS, ids=[m[0] for m in MUTATIONS])
def test_a_broken_plan_is_found(name: str, broken: Callable[[Plan], Plan], fault: Fault) -> None:
    assert fault in faults(broken(GOOD), DAY), name


@pytest.mark.parametrize(
    ("limit", "fault"),
    [
        (replace(SHIFT, most_boxes=54), Fault.TOO_MANY_BOXES),
        (replace(SHIFT, most_grams=0), None),
        (replace(SHIFT, ends=GOOD.back - 1), Fault.AFTER_SHIFT),
        (replace(SHIFT, starts=GOOD.sets_off + 1), Fault.BEFORE_SHIFT),
        (replace(SHIFT, start_place=(51.9, 0.5)), Fault.TOO_FAST),
    ],
)
def test_a_plan_does_not_hold_for_a_smaller_day(limit: Shift, fault: Fault | None) -> None:
    assert faults(GOOD, DAY, limit) == ({fault} if fault else set())


def test_weight_counts_as_boxes_do() -> None:
    heavy = [replace(each, grams=400_000) for each in DAY[:3]]
    plan = lay_out(heavy, (), SHIFT)
    assert faults(plan, heavy) == {Fault.TOO_HEAVY}
    assert len(propose(heavy, SHIFT).calls) == 2
