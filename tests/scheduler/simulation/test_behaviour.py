"""How contacts are routed and agents come and go, in centres small enough to reason about."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scheduler.simulation.kernels.records import MEASURES
from scheduler.simulation.result import SimulationResult
from scheduler.simulation.simulate import simulate
from tests.scheduler.simulation.centres import Line, Person, centre


def total(result: SimulationResult, measure: str, queue: int = 0) -> float:
    return float(result.measure(measure)[:, queue].sum())


def test_everything_that_arrives_is_answered_abandons_or_waits() -> None:
    lines = [Line(60.0, patience=100.0), Line(30.0, deferred=True, limit=7200.0), Line(20.0, concurrency=2)]
    people = [Person((1.0, 1.0, 1.0), present=((3.0, 20.0),))] * 6
    result = simulate(centre(lines, people, days=2), replications=5)
    parts = sum(result.measure(name) for name in ("answered", "abandoned", "left"))
    np.testing.assert_array_equal(result.measure("arrived"), parts)
    assert (result.days[:, :, :, : MEASURES.index("wait")].sum(axis=(0, 2))[:, 0] > 0).all()
    assert total(result, "abandoned") > 0
    assert total(result, "left", 1) > 0


def test_no_contacts() -> None:
    result = simulate(centre([Line(0.0)], [Person()] * 3), replications=5)
    assert total(result, "arrived") == 0
    assert total(result, "busy") == 0
    assert np.isnan(result.of_days("service_level").mean).all()
    assert result.of_days("occupancy").mean == 0
    assert (result.chance_of_target().mean == 1).all()


def test_no_agents() -> None:
    result = simulate(centre([Line(10.0), Line(10.0, patience=60.0)], []), replications=5)
    assert result.of_horizon("service_level").mean.tolist() == [0, 0]
    assert result.of_horizon("abandonment").mean[0] == 0
    assert result.of_horizon("abandonment").mean[1] > 0.98
    assert np.isnan(result.of_horizon("occupancy").mean).all()
    assert total(result, "left") == total(result, "arrived") > 0


def test_overload_without_patience() -> None:
    # Twice the work that two agents can do: half of it waits at the end, and nearly nothing is in time.
    result = simulate(centre([Line(80.0, aht=180.0)], [Person()] * 2, days=4), replications=20)
    assert total(result, "left") / total(result, "arrived") == pytest.approx(0.5, abs=0.03)
    assert result.of_horizon("service_level").mean[0] < 0.01
    assert result.of_horizon("occupancy").mean[0] > 0.99
    backlog = result.of_days("backlog").mean[0]
    assert backlog == pytest.approx(960 * np.arange(1, 5), rel=0.05)


def test_customers_without_patience_wait_for_nobody() -> None:
    # Erlang's loss formula: 2 erlangs on 2 servers lose 2/5.
    result = simulate(centre([Line(40.0, patience=0.0)], [Person()] * 2, days=5), replications=40)
    assert total(result, "wait") == 0
    assert total(result, "left") == 0
    assert result.of_horizon("abandonment").mean[0] == pytest.approx(0.4, abs=0.01)


def test_a_handle_time_longer_than_the_interval_is_busy_in_all_of_them() -> None:
    system = centre([Line(0.5, aht=4 * 3600.0, cv=0.0)], [Person()] * 30, days=6)
    result = simulate(system, replications=40)
    # 2 erlangs of 30 agents.
    assert result.of_days("occupancy").mean[0, 1:] == pytest.approx(2 / 30, rel=0.05)


def test_nobody_is_served_while_everyone_is_on_break() -> None:
    # From 12:00 to 13:00; calls of an hour before may still be in hand at noon.
    person = Person(present=((0.0, 12.0), (13.0, 24.0)), goes_on=(True, False))
    result = simulate(centre([Line(60.0, aht=120.0)], [person] * 8), replications=20)
    level, waits = (result.of_intervals(name).mean[:, 0] for name in ("service_level", "asa_seconds"))
    assert (level[48:51] == 0).all()
    assert (level[40:47] > 0.9).all()
    assert waits[48] == pytest.approx(3600 - 450, rel=0.1)
    assert result.of_intervals("backlog").mean[51, 0] == pytest.approx(60, rel=0.15)


def test_an_agent_ends_the_contact_in_hand_then_leaves() -> None:
    # Calls of exactly two hours; the shift ends after one: each begun call runs over by more than one hour.
    lines = [Line([1.0] * 4 + [0.0] * 20, aht=7200.0, cv=0.0)]
    result = simulate(
        centre(lines, [Person(present=((0.0, 1.0),))] * 40, interval_minutes=60), replications=60
    )
    answered = total(result, "answered")
    assert answered == pytest.approx(60, abs=15)
    arrived_in_first = result.moments[0, 0, 1, 1]
    assert answered == arrived_in_first
    over = result.overrun_seconds.sum(axis=(0, 1))
    assert over[0] / answered == pytest.approx(3600 + 1800, rel=0.1)
    assert over[1] == 0


def test_overrun_into_a_break_ends_with_the_break() -> None:
    lines = [Line([1.0] + [0.0] * 23, aht=7200.0, cv=0.0)]
    person = Person(present=((0.0, 1.0), (1.5, 8.0)), goes_on=(True,))
    result = simulate(centre(lines, [person] * 40, interval_minutes=60), replications=60)
    over = result.overrun_seconds.sum(axis=(0, 1))
    assert over[0] == 0
    assert over[1] == pytest.approx(total(result, "answered") * 1800.0)


def test_presence_is_what_the_segments_say() -> None:
    person = Person(present=((2.0, 6.0), (6.5, 10.0)))
    result = simulate(centre([Line(0.0)], [person] * 4), replications=3)
    assert total(result, "available") == 3 * 4 * 7.5 * 3600
    assert result.moments[26, 0, 3, 1] == 3 * 4 * 900
    assert result.moments[25, 0, 3, 1] == 0


def test_absent_agents_miss_whole_segments() -> None:
    shift = tuple((float(hour), hour + 1.5) for hour in range(0, 24, 2))
    result = simulate(centre([Line(0.0)], [Person(present=shift, absence=0.2)] * 50), replications=20)
    present = result.measure("available")[:, 0, 0] / (50 * 12 * 1.5 * 3600)
    assert present.mean() == pytest.approx(0.8, abs=0.01)
    assert present.std() == pytest.approx(math.sqrt(0.16 / 600), rel=0.5)


def test_the_fastest_agent_gets_the_contact() -> None:
    # So few contacts that the fast agent is nearly always free: each takes half the time.
    people = [Person((1.0,)), Person((2.0,)), Person((0.5,))]
    result = simulate(centre([Line(0.5, aht=100.0, cv=0.0)], people, days=30), replications=5)
    assert total(result, "busy") / total(result, "answered") == pytest.approx(50.0, rel=0.02)


@pytest.mark.parametrize("order", [1, -1])
def test_the_least_flexible_agent_gets_the_contact(order: int) -> None:
    # The specialist takes the first queue's contacts while free; the second finds the generalist busy for
    # its own 1/6 erlang and a little overflow, not for half of the first queue too.
    people = [Person((1.0, 1.0)), Person((1.0, 0.0))][::order]
    lines = [Line(1.5, aht=400.0, limit=0.0), Line(1.5, aht=400.0, limit=0.0)]
    result = simulate(centre(lines, people, days=40), replications=10)
    assert result.of_horizon("service_level").mean[1] > 0.79


def test_the_higher_priority_goes_first() -> None:
    lines = [Line(8.0, aht=180.0), Line(8.0, aht=180.0, priority=2.0)]
    result = simulate(centre(lines, [Person((1.0, 1.0))], days=20), replications=20)
    low, high = result.of_horizon("asa_seconds").mean
    # Non-preemptive priorities (Cobham 1954): W = λE[S²]/2 / (1 − ρ₁), and that / (1 − ρ) for the lower.
    work = 16.0 / 3600.0 * 2 * 180.0**2 / 2
    assert high == pytest.approx(work / (1 - 0.4), rel=0.03)
    assert low == pytest.approx(work / ((1 - 0.4) * (1 - 0.8)), rel=0.06)


def test_deferred_work_waits_for_live_contacts() -> None:
    # Cobham's formula again: a deferred contact waits behind live ones, whatever its priority.
    lines = [Line(8.0, aht=180.0), Line(8.0, aht=180.0, deferred=True, priority=9.0, limit=3600.0)]
    result = simulate(centre(lines, [Person((1.0, 1.0))], days=20), replications=20)
    live, deferred = result.of_horizon("asa_seconds").mean
    work = 16.0 / 3600.0 * 2 * 180.0**2 / 2
    assert live == pytest.approx(work / (1 - 0.4), rel=0.03)
    assert deferred == pytest.approx(work / ((1 - 0.4) * (1 - 0.8)), rel=0.06)


def test_deferred_work_is_in_time_when_its_reply_is_sent() -> None:
    # Picked up at once, handled in exactly an hour.
    for limit, level in ((3601.0, 1.0), (3599.0, 0.0)):
        line = Line(1.0, aht=3600.0, cv=0.0, deferred=True, limit=limit)
        result = simulate(centre([line], [Person()] * 20), replications=3)
        assert result.of_horizon("service_level").mean[0] == level


def test_the_earliest_deadline_goes_first() -> None:
    # All arrive before the one agent comes; those of the shorter limit are done first.
    early = [8.0] + [0.0] * 23
    lines = [
        Line(early, aht=600.0, deferred=True, limit=36000.0),
        Line(early, aht=600.0, deferred=True, limit=9000.0),
    ]
    result = simulate(
        centre(lines, [Person((1.0, 1.0), present=((1.0, 24.0),))], interval_minutes=60), replications=40
    )
    slow, urgent = result.of_horizon("asa_seconds").mean
    assert slow - urgent == pytest.approx(8 * 600.0, rel=0.15)


def test_calls_and_chats_are_not_held_at_once() -> None:
    # Two agents, always in a chat of ten hours as soon as one comes: two of each can chat, nobody calls.
    lines = [Line(6.0, aht=36000.0, cv=0.0, concurrency=3), Line(1.0, aht=60.0)]
    result = simulate(centre(lines, [Person((1.0, 1.0))] * 2), replications=20)
    level = result.of_intervals("service_level").mean
    assert np.nanmax(level[16:32, 1]) < 0.05
    assert result.of_horizon("occupancy").mean[0] > 0.85


def test_chats_are_gathered_so_that_others_stay_free_for_calls() -> None:
    # Two chats at a time on average: one agent holds both, the other one takes the calls.
    lines = [Line(2.0, aht=3600.0, concurrency=6), Line(1.0, aht=60.0)]
    result = simulate(centre(lines, [Person((1.0, 1.0))] * 2, days=10), replications=10)
    assert result.of_horizon("service_level").mean[1] > 0.8


def test_the_least_concurrency_in_hand_is_an_agents_limit() -> None:
    # Chats that never end: of the first sort two fit, of the second, which comes later, three.
    lines = [
        Line([1.0] + [0.0] * 23, aht=90000.0, cv=0.0, concurrency=2),
        Line([0.0, 30.0] + [0.0] * 22, aht=90000.0, cv=0.0, concurrency=3),
    ]
    result = simulate(centre(lines, [Person((1.0, 1.0))], interval_minutes=60), replications=40)
    first, second = (result.measure("answered")[:, place].sum(axis=1) for place in (0, 1))
    pairs = sorted(set(zip(first.tolist(), second.tolist(), strict=True)))
    assert pairs == [(0.0, 3.0), (1.0, 1.0), (2.0, 0.0)]


def test_an_agent_back_from_a_break_has_all_the_room_again() -> None:
    # A call in hand at the break's start; after the break both chats fit at once.
    lines = [
        Line([60.0] + [0.0] * 23, aht=4800.0, cv=0.0, patience=1.0),
        Line([0.0, 0.0, 60.0] + [0.0] * 21, aht=90000.0, cv=0.0, concurrency=2),
    ]
    person = Person((1.0, 1.0), present=((0.0, 0.5), (3.0, 24.0)))
    result = simulate(centre(lines, [person], interval_minutes=60), replications=5)
    assert (result.measure("answered")[:, 0].sum(axis=1) == 1).all()
    assert (result.measure("answered")[:, 1].sum(axis=1) == 2).all()


def test_repeats_come_back() -> None:
    line = Line([20.0] * 12 + [0.0] * 12, aht=60.0, repeat=(0.25, 600.0))
    result = simulate(centre([line], [Person()] * 20, interval_minutes=60), replications=20)
    assert total(result, "arrived") / 20 == pytest.approx(240 / 0.75, rel=0.03)
    assert result.moments[12, 0, 1, 1] > 0


def test_callers_who_abandon_ring_again() -> None:
    # Nobody answers: every call is tried 1/(1 − 0.5) times, a minute apart.
    line = Line([20.0] * 12 + [0.0] * 12, patience=30.0, redial=(0.5, 60.0))
    result = simulate(centre([line], [], interval_minutes=60), replications=20)
    assert total(result, "arrived") / 20 == pytest.approx(480, rel=0.03)
    assert total(result, "abandoned") == total(result, "arrived")


def test_an_answered_caller_does_not_ring_again() -> None:
    line = Line(20.0, aht=60.0, patience=1e6, redial=(0.99, 1.0))
    served, plain = (
        simulate(centre([one], [Person()] * 2), replications=5)
        for one in (line, Line(20.0, aht=60.0, patience=1e6))
    )
    assert total(served, "arrived") == total(plain, "arrived")
    assert total(served, "wait") > 0


@pytest.mark.parametrize("agents", [2, 5])
def test_agents_do_not_change_what_comes(agents: int) -> None:
    system = centre([Line(40.0, patience=200.0)], [Person()] * agents, day_variance=0.04)
    other = centre([Line(40.0, patience=200.0)], [Person()] * 12, day_variance=0.04)
    one, two = simulate(system, replications=4), simulate(other, replications=4)
    np.testing.assert_array_equal(one.measure("arrived"), two.measure("arrived"))
    assert total(one, "abandoned") > total(two, "abandoned")


def test_handle_times_belong_to_contacts_not_to_agents() -> None:
    # All are answered at once in both centres, by quite different agents.
    few = simulate(centre([Line(10.0)], [Person()] * 40), replications=3)
    many = simulate(centre([Line(10.0)], [Person()] * 60, interval_minutes=15), replications=3)
    assert total(few, "wait") == total(many, "wait") == 0
    np.testing.assert_allclose(few.measure("busy"), many.measure("busy"), rtol=1e-12)
