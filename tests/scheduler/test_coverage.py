"""Coverage against a slow re-implementation that walks minute by minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.queues import ChannelKind, Queue, QueueKey
from scheduler.agents import Skill
from scheduler.coverage import Coverage, measure_coverage
from scheduler.requirement import StaffingRequirement
from scheduler.rota import Stretch
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    DAY,
    EMAIL,
    MONDAY,
    PHONE,
    fill,
    instant,
    make_agent,
    make_queue,
    make_requirement,
    make_rota,
    make_shift,
    make_workspace,
)

START = instant(MONDAY, 480)
STEP = timedelta(minutes=15)
AGENTS = (make_agent("a1"), make_agent("a2", skills=(Skill("lv", "phone", 0.8), Skill("lv", "email", 1.25))))
QUEUES = (make_queue(), make_queue(EMAIL, respond_within_minutes=50))


def row(coverage: Coverage, key: QueueKey, start: datetime) -> Mapping[str, float]:
    frame = coverage.frame
    chosen = frame[
        (frame["region"] == key.region)
        & (frame["channel"] == key.channel)
        & (frame["interval_start"] == start)
    ]
    assert len(chosen) == 1
    return {
        name: float(chosen[name].iloc[0]) for name in ("required", "scheduled", "short", "backlog", "excess")
    }


def test_live_shortage_is_what_stretches_leave_open() -> None:
    workspace = make_workspace(agents=AGENTS, queues=QUEUES)
    stretches = [
        Stretch("a1", START, START + timedelta(minutes=20), "work", PHONE),
        Stretch("a2", START + timedelta(minutes=5), START + timedelta(minutes=15), "work", PHONE),
        Stretch("a2", START + timedelta(minutes=15), START + timedelta(minutes=30), "idle"),
    ]
    coverage = measure_coverage(
        workspace, make_requirement([(PHONE, START, 3), (PHONE, START + STEP, 0.25)]), stretches
    )
    first, second = row(coverage, PHONE, START), row(coverage, PHONE, START + STEP)
    assert first["scheduled"] == pytest.approx(1 + 0.8 * 10 / 15)
    assert first["short"] == pytest.approx(3 - first["scheduled"])
    assert second == pytest.approx(
        {"required": 0.25, "scheduled": 1 / 3, "short": 0, "backlog": 0, "excess": 1 / 3 - 0.25}
    )
    assert coverage.short_hours == pytest.approx(first["short"] / 4)
    assert coverage.covered == pytest.approx(1 - first["short"] / 3.25)


def test_deferred_work_is_served_oldest_first_until_its_deadline() -> None:
    # 50 minutes are three intervals of a quarter-hour: the arrival's own and two more.
    workspace = make_workspace(agents=AGENTS, queues=QUEUES)
    arrivals = [(EMAIL, START, 2.0), (EMAIL, START + STEP, 1.0)]
    stretches = [Stretch("a1", START + 2 * STEP, START + 4 * STEP, "work", EMAIL)]
    coverage = measure_coverage(workspace, make_requirement(arrivals), stretches)
    assert row(coverage, EMAIL, START)["short"] == 1.0
    assert row(coverage, EMAIL, START + STEP)["short"] == 0.0
    assert [row(coverage, EMAIL, START + step * STEP)["backlog"] for step in range(4)] == [2, 3, 1, 0]
    assert row(coverage, EMAIL, START + 3 * STEP)["excess"] == 0.0


def test_unknown_agents_queues_and_skills_serve_nobody() -> None:
    french = QueueKey("lv", "fr", "phone")
    workspace = make_workspace(queues=[make_queue(), make_queue(french)])
    stretches = [
        Stretch("nobody", START, START + STEP, "work", PHONE),
        Stretch("a1", START, START + STEP, "work", french),
        Stretch("a1", START, START + STEP, "work", QueueKey("lv", "xx", "phone")),
    ]
    coverage = measure_coverage(
        workspace, make_requirement([(PHONE, START, 1), (french, START, 1)]), stretches
    )
    assert coverage.scheduled_hours == 0
    assert coverage.short_hours == 0.5


def test_edge_shortage_is_reported_apart() -> None:
    # Shifts are possible from Monday 08:00 to Sunday 10:00 + 8 h 30 min, Riga time.
    workspace = make_workspace()
    sunday_end = instant(date(2026, 3, 29), 18 * 60 + 30)
    rows = [
        (PHONE, START - STEP, 4.0),
        (PHONE, START, 4.0),
        (PHONE, sunday_end - STEP, 4.0),
        (PHONE, sunday_end, 4.0),
    ]
    coverage = measure_coverage(workspace, make_requirement(rows), [])
    assert coverage.frame["edge"].tolist() == [True, False, False, True]
    assert (coverage.short_hours, coverage.edge_short_hours, coverage.required_hours) == (2.0, 2.0, 2.0)
    assert coverage.covered == 0.0
    assert coverage.by_queue()[["short", "edge_short"]].to_numpy().tolist() == [[2.0, 2.0]]


def test_an_interval_that_a_first_shift_begins_in_is_no_edge() -> None:
    # 08:30 in Riga lies in the middle of the hour from 06:00 UTC.
    workspace = make_workspace(templates=[replace(DAY, earliest_start=510, latest_start=510)])
    hour = timedelta(hours=1)
    requirement = make_requirement([(PHONE, START - hour, 1), (PHONE, START, 1)], interval_minutes=60)
    assert measure_coverage(workspace, requirement, []).frame["edge"].tolist() == [True, False]


def test_weights_and_excess() -> None:
    workspace = make_workspace(agents=AGENTS, queues=QUEUES)
    shift = make_shift(workspace)
    coverage = measure_coverage(workspace, make_requirement([(PHONE, START, 3)], weight=2.5), fill(shift))
    assert coverage.weighted_short_hours == pytest.approx(2.5 * 2 / 4)
    # Eight hours are served; only a quarter of one was required.
    assert coverage.scheduled_hours == 8.0
    assert coverage.excess_hours == 7.75


def test_nothing_required_is_covered() -> None:
    coverage = measure_coverage(make_workspace(), make_requirement([]), [])
    assert coverage.frame.empty
    assert coverage.covered == 1.0


def slow_coverage(
    workspace: Workspace, requirement: StaffingRequirement, stretches: Sequence[Stretch]
) -> dict[tuple[QueueKey, datetime], tuple[Fraction, Fraction, Fraction]]:
    """Scheduled, short and backlog per row, five minutes at a time, in exact numbers."""
    step = timedelta(minutes=requirement.interval_minutes)
    arriving: dict[tuple[QueueKey, datetime], Fraction] = {}
    for key in requirement.queues:
        rows = requirement.of(key)
        for start, agents in zip(rows["interval_start"].dt.to_pydatetime(), rows["agents"], strict=True):
            arriving[key, start] = Fraction(agents)
    served: dict[tuple[QueueKey, datetime], Fraction] = {}
    for stretch in stretches:
        moment = stretch.start
        while moment < stretch.end and stretch.queue is not None:
            beginning = START + (moment - START) // step * step
            speed = Fraction(str(workspace.agents[stretch.agent].speed(*stretch.queue)))
            there = (stretch.queue, beginning)
            served[there] = served.get(there, Fraction(0)) + speed * 5 / requirement.interval_minutes
            moment += timedelta(minutes=5)
    answer = {}
    for key, queue in workspace.queues.items():
        starts = sorted(start for name, start in {*arriving, *served} if name == key)
        if queue.kind is ChannelKind.LIVE:
            for start in starts:
                have, need = served.get((key, start), Fraction(0)), arriving.get((key, start), Fraction(0))
                answer[key, start] = (have, max(Fraction(0), need - have), Fraction(0))
        else:
            answer.update(_slow_deferred(queue, starts, arriving, served, step))
    return answer


def _slow_deferred(
    queue: Queue,
    starts: list[datetime],
    arriving: dict[tuple[QueueKey, datetime], Fraction],
    served: dict[tuple[QueueKey, datetime], Fraction],
    step: timedelta,
) -> dict[tuple[QueueKey, datetime], tuple[Fraction, Fraction, Fraction]]:
    key = queue.key
    allowed = timedelta(minutes=max(queue.respond_within_minutes, step // timedelta(minutes=1)))
    left = {start: arriving.get((key, start), Fraction(0)) for start in starts}
    backlog = {}
    for now in starts:
        capacity = served.get((key, now), Fraction(0))
        for start in sorted(start for start in starts if start <= now and now + step <= start + allowed):
            taken = min(capacity, left[start])
            left[start] -= taken
            capacity -= taken
        backlog[now] = sum(
            (left[start] for start in starts if start <= now and now + 2 * step <= start + allowed),
            Fraction(0),
        )
    return {
        (key, start): (served.get((key, start), Fraction(0)), left[start], backlog[start]) for start in starts
    }


STRETCHES = st.lists(
    st.builds(
        lambda agent, start, length, key: Stretch(
            agent,
            START + timedelta(minutes=5 * start),
            START + timedelta(minutes=5 * (start + length)),
            "work",
            key,
        ),
        st.sampled_from(["a1", "a2"]),
        st.integers(0, 60),
        st.integers(1, 30),
        st.sampled_from([PHONE, EMAIL]),
    ),
    max_size=12,
)
ROWS = st.dictionaries(
    st.tuples(st.sampled_from([PHONE, EMAIL]), st.integers(0, 7)),
    st.integers(0, 40).map(lambda quarters: quarters / 4),
    max_size=16,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    stretches=STRETCHES,
    rows=ROWS,
    interval=st.sampled_from([15, 30, 60]),
    respond=st.sampled_from([5, 30, 45, 60, 100, 150]),
)
def test_agrees_with_walking_minute_by_minute(
    stretches: list[Stretch], rows: dict[tuple[QueueKey, int], float], interval: int, respond: int
) -> None:
    workspace = make_workspace(
        agents=AGENTS, queues=[make_queue(), make_queue(EMAIL, respond_within_minutes=respond)]
    )
    step = timedelta(minutes=interval)
    requirement = make_requirement(
        [(key, START + place * step, agents) for (key, place), agents in rows.items()],
        interval_minutes=interval,
    )
    coverage = measure_coverage(workspace, requirement, stretches)
    expected = slow_coverage(workspace, requirement, stretches)
    assert len(coverage.frame) == len(expected)
    for (key, start), (scheduled, short, backlog) in expected.items():
        found = row(coverage, key, start)
        assert found["scheduled"] == pytest.approx(float(scheduled))
        assert found["short"] == pytest.approx(float(short))
        assert found["backlog"] == pytest.approx(float(backlog))
        used = found["required"] - found["short"]
        if key is PHONE:
            assert found["excess"] == pytest.approx(max(0.0, found["scheduled"] - used))


@pytest.mark.slow
def test_a_month_of_475_agents() -> None:
    keys = [
        QueueKey("lv", language, channel) for language in ("lv", "en", "de") for channel in ("phone", "email")
    ]
    agents = [make_agent(f"a{n}", skills=(Skill(keys[n % 6].language, "*"),)) for n in range(475)]
    workspace = make_workspace(agents=agents, queues=[make_queue(key) for key in keys], settings={"days": 31})
    rows = [(key, START + n * STEP, 7.0) for key in keys for n in range(31 * 96)]
    stretches: list[Stretch] = []
    for n, agent in enumerate(agents):
        for day in range(22):
            shift = make_shift(workspace, agent.name, MONDAY + timedelta(days=day), 480)
            stretches += make_rota([shift], keys[n % 6]).stretches
    requirement = make_requirement(rows)
    coverage = measure_coverage(workspace, requirement, stretches)
    assert coverage.scheduled_hours == 475 * 22 * 8
