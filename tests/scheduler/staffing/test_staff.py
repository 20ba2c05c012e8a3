"""From a forecast to the requirement: effects, hours, shrinkage, deferred work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.errors import InvalidInput
from forecasting.hours import parse_hours
from forecasting.queues import Queue, QueueKey, Region, Translation
from forecasting.tables import ContactForecast
from forecasting.timegrid import day_bounds, interval_grid
from scheduler.agents import Skill
from scheduler.sites import Site
from scheduler.staffing.service import LiveLoad, expected_service, minimum_agents
from scheduler.staffing.staff import StaffingResult, staff
from scheduler.staffing.workload import lagged, wait_for_opening
from tests.scheduler.factory import (
    EMAIL,
    MONDAY,
    PHONE,
    instant,
    make_agent,
    make_contract,
    make_queue,
)

RIGA = Region("lv", "Europe/Riga", country="LV")
HALF_HOUR = timedelta(minutes=30)


def make_forecast(
    contacts: Iterable[float],
    *,
    key: QueueKey = PHONE,
    start: datetime | None = None,
    minutes: int = 30,
    aht: float = 180.0,
) -> ContactForecast:
    values = list(contacts)
    first = pd.Timestamp(start or instant(MONDAY, 480))
    frame = pd.DataFrame({"contacts": values, "aht_seconds": aht})
    frame["interval_start"] = [first + step * pd.Timedelta(minutes=minutes) for step in range(len(values))]
    frame["interval_start"] = pd.to_datetime(frame["interval_start"], utc=True)
    frame[["region", "language", "channel"]] = list(key)
    frame[["p10", "p50", "p90"]] = 0.0
    return ContactForecast(frame, minutes)


def run(forecast: ContactForecast, queue: Queue, region: Region = RIGA, **people: Any) -> StaffingResult:
    return staff(
        forecast,
        queues={queue.key: queue},
        regions={queue.key.region: region},
        **{"agents": {}, "sites": {}, "contracts": {}, **people},
    )


def agents_of(result: StaffingResult) -> list[float]:
    return [float(value) for value in result.requirement.frame["agents"]]


def test_a_hundred_calls_need_fourteen_agents() -> None:
    result = run(make_forecast([100, 0]), make_queue(priority=2.5))
    first, second = (result.requirement.frame.iloc[row] for row in (0, 1))
    assert (first["agents"], first["load_erlangs"], first["weight"]) == (14, 10, 2.5)
    assert first["service_level"] == pytest.approx(0.888, abs=5e-4)
    assert second["agents"] == 0
    assert np.isnan(second["service_level"])
    assert result.notes == ()


@pytest.mark.slow
@given(
    contacts=st.lists(st.floats(0, 500), min_size=1, max_size=5),
    patience=st.none() | st.floats(5, 600),
    deflection=st.floats(0, 0.9),
    repeat=st.floats(0, 0.9),
)
def test_each_interval_is_what_its_contacts_need(
    contacts: list[float], patience: float | None, deflection: float, repeat: float
) -> None:
    queue = make_queue(patience_seconds=patience, deflection=deflection, repeat_rate=repeat)
    expected = []
    waiting = 0.0
    for count in contacts:
        own = count * (1 - deflection) / (1 - repeat)
        load = LiveLoad(own + waiting if own else 0.0, 1800, 180, 20, patience)
        expected.append(minimum_agents(load, service_level=0.8, max_occupancy=0.9))
        waiting = 0.0
        if expected[-1] < load.erlangs and patience is not None:
            # Overloaded: who waits at its end (Little's law) is the next interval's.
            waiting = load.contacts * expected_service(load, expected[-1]).abandoned * patience / 1800
    assert agents_of(run(make_forecast(contacts), queue)) == expected


def test_shrinkage_is_the_mean_of_those_able_weighted_by_contract() -> None:
    agents = [
        make_agent("a1"),
        make_agent("a2", site="paris", contract="half"),
        make_agent("a3", site="paris", skills=(Skill("fr", "phone"),)),
    ]
    result = run(
        make_forecast([100]),
        make_queue(),
        agents={agent.name: agent for agent in agents},
        sites={
            "riga": Site("riga", "Europe/Riga", shrinkage=0.1),
            "paris": Site("paris", "Europe/Paris", shrinkage=0.4),
        },
        contracts={"full": make_contract(), "half": make_contract(name="half", max_week_minutes=1200)},
    )
    # (2400 × 0.1 + 1200 × 0.4) / 3600 = 0.2; the French speaker serves nobody here.
    assert agents_of(result) == [17.5]
    assert result.requirement.frame["service_level"][0] == pytest.approx(0.888, abs=5e-4)


@pytest.mark.parametrize("shrinkage", [0.07, 0.1, 0.3, 1 / 3, 0.45])
def test_four_decimals_take_no_agent_away(shrinkage: float) -> None:
    sites = {"riga": Site("riga", "Europe/Riga", shrinkage=shrinkage)}
    people: dict[str, Any] = {
        "agents": {"a1": make_agent()},
        "sites": sites,
        "contracts": {"full": make_contract()},
    }
    forecast = make_forecast([5, 30, 67, 100, 250])
    expected = run(forecast, make_queue()).requirement.frame
    found = run(forecast, make_queue(), **people).requirement.frame
    assert found["service_level"].tolist() == expected["service_level"].tolist()
    assert found["agents"].to_numpy() * (1 - shrinkage) == pytest.approx(expected["agents"], abs=5e-5)


def test_a_queue_that_nobody_serves_is_told() -> None:
    agents = {"a1": make_agent(skills=(Skill("fr", "phone"),))}
    result = run(
        make_forecast([100]),
        make_queue(),
        agents=agents,
        sites={"riga": Site("riga", "Europe/Riga", shrinkage=0.1)},
        contracts={"full": make_contract()},
    )
    assert agents_of(result) == [14]
    assert result.notes == ("lv/lv/phone: no agent has the skill, so all of it will be short",)
    translated = run(
        make_forecast([100]),
        make_queue(translation=(Translation("fr", 0.6),)),
        agents=agents,
        sites={"riga": Site("riga", "Europe/Riga", shrinkage=0.1)},
        contracts={"full": make_contract()},
    )
    # Work at speed 1, of people who are away a tenth of their time.
    assert agents_of(translated) == [15.5556]
    assert translated.notes == ()


def test_least_agents_are_present_whenever_open_and_only_then() -> None:
    queue = make_queue(min_agents=3, hours=parse_hours("mon 08:00-09:00"))
    sites = {"riga": Site("riga", "Europe/Riga", shrinkage=0.25)}
    result = run(
        make_forecast([0, 0, 0, 40]),
        queue,
        agents={"a1": make_agent()},
        sites=sites,
        contracts={"full": make_contract()},
    )
    assert agents_of(result) == [3, 3, 0, 0]
    assert result.notes == ("lv/lv/phone: 40.0 contacts expected outside its hours are not staffed",)


def test_more_agents_present_give_a_better_service() -> None:
    least = run(make_forecast([10]), make_queue(min_agents=6)).requirement.frame
    few = run(make_forecast([10]), make_queue()).requirement.frame
    assert least["agents"][0] == 6
    assert least["service_level"][0] > few["service_level"][0]


def test_deferred_work_is_load_by_concurrency_without_a_cap() -> None:
    queue = make_queue(EMAIL, concurrency=2, max_occupancy=0.5)
    result = run(make_forecast([60, 6], key=EMAIL, aht=300), queue)
    assert agents_of(result) == [5.0, 0.5]
    assert result.requirement.frame["load_erlangs"].tolist() == [10.0, 1.0]
    assert result.requirement.frame["service_level"].isna().all()


def test_deferred_work_waits_for_the_next_opening() -> None:
    queue = make_queue(EMAIL, hours=parse_hours("mon 09:00-10:00"))
    result = run(make_forecast([6, 12, 6, 0, 18], key=EMAIL, aht=300), queue)
    assert agents_of(result) == [0, 0, 4, 0, 0]
    assert result.notes == (
        "lv/lv/email: 1.5 agent-hours arrive after its last opening and wait beyond the plan",
    )


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30),
)
def test_waiting_loses_nothing_and_never_moves_back(rows: list[tuple[int, bool]]) -> None:
    values = np.array([row[0] for row in rows], dtype=np.float64)
    is_open = np.array([row[1] for row in rows])
    moved, left = wait_for_opening(values, is_open)
    assert moved.sum() + left == values.sum()
    assert not moved[~is_open].any()
    assert (np.cumsum(moved) <= np.cumsum(values)).all()
    assert left == 0 or not is_open[-1]


def test_hours_follow_the_wall_clock_over_a_clock_change() -> None:
    # Riga's clocks go from 03:00 to 04:00 on 2026-03-29: 08:00 is 06:00 UTC before and 05:00 UTC from then.
    grid = interval_grid(
        day_bounds("Europe/Riga", date(2026, 3, 28))[0], day_bounds("Europe/Riga", date(2026, 3, 29))[1], 30
    )
    result = run(
        make_forecast([1] * len(grid), start=grid[0].to_pydatetime()),
        make_queue(min_agents=1, hours=parse_hours("daily 08:00-09:00")),
    )
    frame = result.requirement.frame
    opened = frame["interval_start"][frame["agents"] > 0]
    assert [moment.isoformat() for moment in opened] == [
        "2026-03-28T06:00:00+00:00",
        "2026-03-28T06:30:00+00:00",
        "2026-03-29T05:00:00+00:00",
        "2026-03-29T05:30:00+00:00",
    ]


def test_a_partly_open_interval_is_open() -> None:
    # 09:00 in Kathmandu is 03:15 UTC: the hour from 03:00 UTC is open for 45 minutes.
    region = Region("lv", "Asia/Kathmandu")
    queue = make_queue(min_agents=1, hours=parse_hours("daily 09:00-10:00"))
    start = instant(MONDAY, 7 * 60 + 45, "Asia/Kathmandu")
    result = run(make_forecast([0, 0, 0, 0], start=start, minutes=60), queue, region)
    assert agents_of(result) == [0, 1, 1, 0]


def test_public_holidays_are_the_regions() -> None:
    # 1 May is Labour Day in Latvia; 30 April and 2 May are not.
    queue = make_queue(min_agents=1, hours=parse_hours("daily 00:00-24:00; holidays closed"))
    start = instant(date(2026, 4, 30), 0)
    result = run(make_forecast([0] * 3 * 48, start=start), queue)
    assert agents_of(result) == [1] * 48 + [0] * 48 + [1] * 48


def test_a_holidays_night_does_not_open_the_next_morning() -> None:
    # The window of 1 May would run on until 06:00 of 2 May; that of 30 April runs until 06:00 of 1 May.
    queue = make_queue(min_agents=1, hours=parse_hours("daily 22:00-06:00; holidays closed"))
    result = run(make_forecast([0] * 2 * 48, start=instant(date(2026, 5, 1), 0)), queue)
    assert agents_of(result) == [1] * 12 + [0] * 48 + [0] * 32 + [1] * 4


def test_handle_times_fall_back_to_the_queues_own() -> None:
    forecast = make_forecast([100], aht=float("nan"))
    assert agents_of(run(forecast, make_queue(aht_seconds=180))) == [14]
    with pytest.raises(InvalidInput, match="lv/lv/phone needs aht_seconds"):
        run(forecast, make_queue())


def test_unknown_queues_are_refused_and_long_handle_times_told() -> None:
    with pytest.raises(InvalidInput, match=r"queues must be in queues\.csv, got lv/lv/phone"):
        run(make_forecast([1]), make_queue(EMAIL))
    result = run(make_forecast([1], aht=7200), make_queue())
    assert "longer than half an interval" in result.notes[0]
    assert agents_of(result)[0] >= 5


def test_long_handle_times_count_when_they_are_worked_on() -> None:
    # Handle times of an hour on half hours, contacts doubled from the third: the load follows by half-lives.
    rising = [40.0] * 2 + [80.0] * 4
    frame = run(make_forecast(rising, aht=3600), make_queue()).requirement.frame
    clock = np.linspace(0.0, 2.0, 4001)
    in_hand = 160.0 - 80.0 * np.exp(-clock)
    halves = [in_hand[1000 * step : 1000 * step + 1001].mean() for step in range(4)]
    assert frame["load_erlangs"].to_numpy() == pytest.approx([80.0, 80.0, *halves], rel=1e-3)


def test_short_handle_times_leave_each_interval_to_itself() -> None:
    frame = run(make_forecast([40.0, 80.0], aht=900), make_queue()).requirement.frame
    assert frame["load_erlangs"].tolist() == [20.0, 40.0]
    lagging = run(make_forecast([40.0, 80.0], aht=901), make_queue()).requirement.frame
    assert lagging["load_erlangs"][1] == pytest.approx(40 - 20 * (1 - np.exp(-2)) / 2, rel=0.01)


@given(
    load=st.lists(st.floats(0, 100), min_size=1, max_size=40),
    aht=st.floats(1, 20_000),
)
def test_lag_keeps_the_work_and_moves_it_later(load: list[float], aht: float) -> None:
    values = np.array(load)
    # Nothing before, and room for all that comes late.
    padded = np.concatenate(([0.0], values, np.zeros(int(40 * aht / 1800) + 2)))
    moved = lagged(padded, np.full(len(padded), aht), 30)
    assert moved.sum() == pytest.approx(padded.sum())
    assert (np.cumsum(moved) <= np.cumsum(padded) + 1e-9).all()
    places = np.arange(len(padded))
    # On average a handle time later: the lag of SIPP Lag.
    assert (moved * places).sum() == pytest.approx((padded * (places + aht / 1800)).sum())


def test_lag_at_the_start_is_as_if_it_had_always_been_so() -> None:
    assert lagged(np.full(6, 7.0), np.full(6, 5000.0), 30).tolist() == pytest.approx([7.0] * 6)


def test_an_overloaded_interval_hands_over_those_who_wait() -> None:
    # At a target of 10 % and customers who wait for half an hour, fewer agents than erlangs do.
    queue = make_queue(service_level=0.1, max_occupancy=1.0, patience_seconds=1800.0)
    alone = run(make_forecast([0, 60], aht=600), queue).requirement.frame
    after = run(make_forecast([400, 60], aht=600), queue).requirement.frame
    assert after["agents"][0] < after["load_erlangs"][0]
    abandoned = expected_service(LiveLoad(400, 1800, 600, 20, 1800), int(after["agents"][0])).abandoned
    # As many wait as give up in a mean patience, half an hour: each is 600 s of work.
    assert abandoned > 0.05
    assert after["load_erlangs"][1] == pytest.approx(alone["load_erlangs"][1] + 400 * abandoned / 3)
    assert after["agents"][1] > alone["agents"][1]
    closed = run(make_forecast([400, 0, 60], aht=600), queue).requirement.frame
    assert closed["load_erlangs"][2] == alone["load_erlangs"][1]


def test_callers_who_try_again_are_load_too() -> None:
    queue = make_queue(patience_seconds=60.0)
    plain, again = (
        staff(
            make_forecast([100.0] * 3),
            queues={queue.key: queue},
            regions={"lv": RIGA},
            agents={},
            sites={},
            contracts={},
            redial_rate=rate,
        ).requirement.frame
        for rate in (0.0, 0.9)
    )
    agents = int(again["agents"][0])
    assert agents >= plain["agents"][0]
    # The fixed point: first calls and those who come back.
    offered = float(again["load_erlangs"][0])
    service = expected_service(LiveLoad(10 * offered, 1800, 180, 20, 60), agents)
    assert offered == pytest.approx(10 + 0.9 * service.abandoned * offered)
    assert offered > 10.1
    assert again["service_level"][0] == pytest.approx(service.service_level)


def test_no_forecast_needs_nobody() -> None:
    assert run(make_forecast([]), make_queue()).requirement.frame.empty
