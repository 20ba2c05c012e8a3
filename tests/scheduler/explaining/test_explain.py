"""Explanations: each is measured, and building the rota anew with what they advise bears them out."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from forecasting.queues import QueueKey
from forecasting.timegrid import day_bounds, interval_grid
from scheduler.agents import FixedWork, Skill, TimeOff
from scheduler.coverage import measure_coverage
from scheduler.explaining.conflicts import find_conflict
from scheduler.explaining.explain import Explanation, explain
from scheduler.explaining.windows import find_windows
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.result import Limits, RotaResult
from scheduler.rostering.solve import solve
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    MONDAY,
    PHONE,
    instant,
    make_agent,
    make_contract,
    make_queue,
    make_requirement,
    make_workspace,
)

ENGLISH = QueueKey("lv", "en", "phone")
TUESDAY, WEDNESDAY = MONDAY.replace(day=24), MONDAY.replace(day=25)
ROUNDING = 1e-3


def asked(workspace: Workspace, *needs: tuple[QueueKey, float]) -> StaffingRequirement:
    """Require agents from 09:00 to 17:00 of every date."""
    rows = [
        (key, moment.to_pydatetime(), agents)
        for key, agents in needs
        for day in workspace.settings.dates
        for moment in interval_grid(instant(day, 540), instant(day, 1020), 15)
    ]
    return make_requirement(rows)


def solved(workspace: Workspace, requirement: StaffingRequirement) -> RotaResult:
    return solve(workspace, requirement, Limits(work=60), clock=time.monotonic)


def explained(workspace: Workspace, requirement: StaffingRequirement) -> tuple[Explanation, float]:
    """Return the explanation of a workspace's rota, and the rota's objective."""
    result = solved(workspace, requirement)
    assert result.rota is not None
    assert result.objective is not None
    return explain(workspace, requirement, result.rota, most=5), result.objective


def two_languages() -> Workspace:
    agents = [
        make_agent("a1", hourly_cost=20.0),
        make_agent("a2", hourly_cost=20.0),
        make_agent("a3", skills=(Skill("en", "*"),), hourly_cost=30.0),
    ]
    return make_workspace(agents=agents, queues=[make_queue(), make_queue(ENGLISH)], settings={"days": 3})


def test_no_window_is_told_that_would_read_as_lacking_nothing() -> None:
    workspace = make_workspace(agents=1, settings={"days": 1})
    told = [
        [f"{window.hours:.2f}" for window in find_windows(measure_coverage(workspace, requirement, ()))]
        for requirement in (asked(workspace, (PHONE, 0.005)), asked(workspace, (PHONE, 0.01)))
    ]
    assert told == [[], ["0.08"]]


@pytest.mark.slow
def test_a_hire_saves_what_is_said() -> None:
    workspace = two_languages()
    requirement = asked(workspace, (PHONE, 2.0), (ENGLISH, 3.0))
    found, before = explained(workspace, requirement)
    for hire in found.hires:
        skills = tuple(Skill(language, "*") for language in hire.languages)
        cost = hire.cost / hire.paid_hours
        new = make_agent("new", contract=hire.contract, site=hire.site, skills=skills, hourly_cost=cost)
        after = solved(replace(workspace, agents={**workspace.agents, "new": new}), requirement)
        assert after.objective is not None
        assert before - after.objective >= hire.worth - ROUNDING
    best = found.hires[0]
    assert best.languages == ("en",)
    # Three shifts of 8 paid hours at the median of 20, 20 and 30; each covers 7:30 of English.
    assert (best.paid_hours, best.cost) == (24.0, 480.0)
    assert best.channels == {"phone": pytest.approx(22.5)}
    assert best.worth == pytest.approx(22.5 - 0.48)


@pytest.mark.slow
def test_a_training_saves_what_is_said() -> None:
    workspace = two_languages()
    requirement = asked(workspace, (PHONE, 1.0), (ENGLISH, 2.0))
    found, before = explained(workspace, requirement)
    training = found.trainings[0]
    assert training.language == "en"
    learner = workspace.agents[training.agent]
    learnt = replace(learner, skills=(*learner.skills, Skill("en", "*")))
    after = solved(replace(workspace, agents={**workspace.agents, learner.name: learnt}), requirement)
    assert after.objective is not None
    assert before - after.objective >= training.worth - ROUNDING
    assert training.hours > 1


@pytest.mark.slow
def test_the_rule_that_binds_is_named_and_measured() -> None:
    workspace = make_workspace(agents=1, contracts=[make_contract(max_days_a_week=2)])
    found, _ = explained(workspace, asked(workspace, (PHONE, 1.0)))
    first = found.relaxations[0]
    assert first.rule.startswith("one working day more a week")
    assert (first.agents, first.tried, first.best) == (1, 1, "a1")
    # A shift of 8:30 that covers eight hours but for its break of half an hour.
    assert first.hours == pytest.approx(7.5)
    json.dumps(found.document())


@pytest.mark.slow
def test_a_window_says_what_the_able_do() -> None:
    low, high = day_bounds("Europe/Riga", MONDAY)
    absence = TimeOff("a2", low, high, (MONDAY,))
    workspace = make_workspace(agents=2, settings={"days": 1}, time_off=(absence,))
    found, _ = explained(workspace, asked(workspace, (PHONE, 2.0)))
    window, doings, sentence = found.windows[0]
    assert (window.start, window.end) == (instant(MONDAY, 540), instant(MONDAY, 1020))
    assert (doings.able, doings.away, doings.out_of_reach) == (2, 1, 0)
    assert doings.serving == pytest.approx(7.5 / 8)
    assert sentence.startswith("lv/lv/phone lacks 8.5 agent-hours on Mon 23 Mar 09:00–17:00: 2 agents have")
    assert "1 on leave or not employed" in sentence


@pytest.mark.slow
def test_a_smallest_conflict_is_found_and_the_way_out() -> None:
    start = instant(TUESDAY, 480)
    absences = [(day, *day_bounds("Europe/Riga", day)) for day in (MONDAY, WEDNESDAY)]
    workspace = make_workspace(
        contracts=[make_contract(min_days_running=2, max_nights=3)],
        fixed=(FixedWork("a1", start, start.replace(hour=start.hour + 8), "shift", "day"),),
        time_off=tuple(TimeOff("a1", low, high, (day,)) for day, low, high in absences),
    )
    conflict = find_conflict(workspace, make_requirement([]), "a1")
    assert conflict is not None
    assert [element.split(" of ")[0] for element in conflict.elements] == [
        "min_days_running 2",
        "leave from 2026-03-22 22:00 to 2026-03-23 22:00 UTC",
        "leave from 2026-03-24 22:00 to 2026-03-25 22:00 UTC",
        "the fixed shift at 2026-03-24 06:00 UTC",
    ]
    assert conflict.moves == ("min_days_running 1",)
    assert find_conflict(replace(workspace, time_off=()), make_requirement([]), "a1") is None
