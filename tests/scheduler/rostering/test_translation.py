"""Machine translation in the rota: the last resort, at its speed, at its price."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from forecasting.queues import Queue, QueueKey, Translation
from forecasting.timegrid import interval_grid
from scheduler.agents import Agent, Skill
from scheduler.check import CheckReport, check
from scheduler.coverage import measure_coverage
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.answer import Answers
from scheduler.rostering.kernels.translation import translate
from scheduler.rostering.problem import compile_problem
from scheduler.rostering.result import Limits
from scheduler.rostering.solve import solve
from scheduler.rostering.state import State
from scheduler.rota import WORK, Rota
from scheduler.settings import Weights
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    EMAIL,
    MONDAY,
    fill,
    instant,
    make_agent,
    make_queue,
    make_requirement,
    make_rota,
    make_shift,
    make_workspace,
)

BRIEF = ShiftTemplate("day", 480, 480, 60, 60, 15, 30, (BreakRule(15, False, 15, 60),))
LATE = replace(BRIEF, name="late", earliest_start=600, latest_start=600)
CHAT = QueueKey("lv", "lv", "chat")
ENGLISH = QueueKey("lv", "en", "email")
NATIVE = make_agent("a1", skills=(Skill("lv", "*"),))
FOREIGN = make_agent("a2", skills=(Skill("en", "*"),))
BY_ENGLISH = (Translation("en", 0.6),)


def office(agents: list[Agent], queues: list[Queue], **tables: Any) -> Workspace:
    return make_workspace(
        agents=agents, queues=queues, **{"templates": [BRIEF], "settings": {"days": 1}, **tables}
    )


def an_hour(*needs: tuple[QueueKey, float]) -> StaffingRequirement:
    """Require agents from 08:00 to 09:00."""
    grid = interval_grid(instant(MONDAY, 480), instant(MONDAY, 540), 15)
    return make_requirement(
        [(key, moment.to_pydatetime(), agents) for key, agents in needs for moment in grid]
    )


def solved(workspace: Workspace, requirement: StaffingRequirement) -> tuple[CheckReport, float]:
    """Return the check of the rota, whose objective is the engine's, and its bound."""
    result = solve(workspace, requirement, Limits(work=20), clock=time.monotonic)
    assert result.rota is not None
    report = check(workspace, requirement, result.rota)
    assert report.violations == ()
    assert result.objective == pytest.approx(report.objective.total)
    assert result.bound is not None
    assert result.bound <= report.objective.total + 1e-6
    return report, result.bound


@pytest.mark.parametrize("key", [pytest.param(EMAIL, marks=pytest.mark.slow), CHAT])
def test_who_knows_a_listed_language_serves_slower_and_at_a_price(key: QueueKey) -> None:
    queue = make_queue(key, translation=BY_ENGLISH)
    report, bound = solved(office([FOREIGN], [queue]), an_hour((key, 0.6)))
    # All but the break of a quarter of an hour is spent on 0.6 agents.
    assert report.objective.quantities["translation"] == pytest.approx(0.75)
    assert report.coverage.short_hours == pytest.approx(0.15)
    assert report.objective.total == pytest.approx(0.15 + 0.075)
    assert bound == pytest.approx(0.225, rel=1e-3)
    without, _ = solved(office([FOREIGN], [make_queue(key)]), an_hour((key, 0.6)))
    assert without.objective.total == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("needed", "translated", "short"),
    [
        # The native's break takes a third of one interval and two of the next: two units make up for the one,
        # three for 0.6 of the other.
        (1.0, 5 / 12, 1 / 60),
        (1.6, 0.75, 0.25 + 0.15),  # the native has three quarters, and so has the other
    ],
)
def test_natives_come_first(needed: float, translated: float, short: float) -> None:
    agents = [NATIVE, FOREIGN]
    report, _ = solved(office(agents, [make_queue(CHAT, translation=BY_ENGLISH)]), an_hour((CHAT, needed)))
    assert report.objective.quantities["translation"] == pytest.approx(translated)
    assert report.coverage.short_hours == pytest.approx(short)


def test_deferred_work_waits_for_natives_who_come_later_but_in_time() -> None:
    contracts = [make_workspace().contracts["full"], replace(make_workspace().contracts["full"], name="late")]
    contracts[1] = replace(contracts[1], shifts=("late",))
    agents = [replace(NATIVE, contract="late"), FOREIGN]
    for minutes, translated in ((240, 0.0), (60, 0.5)):
        queue = make_queue(EMAIL, translation=BY_ENGLISH, respond_within_minutes=minutes)
        workspace = office(agents, [queue], templates=[BRIEF, LATE], contracts=contracts)
        report, _ = solved(workspace, an_hour((EMAIL, 0.3)))
        assert report.objective.quantities["translation"] == pytest.approx(translated, abs=0.26)
        assert report.coverage.short_hours == pytest.approx(0.0)
        assert (report.objective.quantities["translation"] > 0) == (translated > 0)


def test_it_is_not_used_where_it_costs_more_than_it_gains() -> None:
    dear = {"settings": {"days": 1, "weights": Weights(translation=0.7)}}
    report, _ = solved(
        office([FOREIGN], [make_queue(CHAT, translation=BY_ENGLISH)], **dear), an_hour((CHAT, 1))
    )
    assert report.objective.quantities["translation"] == 0


@pytest.mark.slow
def test_own_work_goes_before_translation() -> None:
    queues = [make_queue(CHAT, translation=BY_ENGLISH), make_queue(ENGLISH)]
    report, _ = solved(office([FOREIGN], queues), an_hour((CHAT, 1.0), (ENGLISH, 0.5)))
    short = report.coverage.by_queue().set_index("language")["short"]
    assert short["en"] == pytest.approx(0.0, abs=1e-6)
    assert 0.1 < report.objective.quantities["translation"] < 0.26


def translated_rota(workspace: Workspace, agent: str, key: QueueKey) -> Rota:
    rota = make_rota([make_shift(workspace, agent)], key)
    tiles = tuple(replace(each, translated=each.activity == WORK) for each in rota.stretches)
    return Rota(rota.shifts, tiles)


def test_coverage_counts_translated_work_at_its_speed() -> None:
    workspace = office([NATIVE, FOREIGN], [make_queue(CHAT, translation=BY_ENGLISH)])
    for tiles, served in (
        (translated_rota(workspace, "a2", CHAT).stretches, 0.6),
        (fill(make_shift(workspace, "a2"), CHAT), 0.0),
    ):
        found = measure_coverage(workspace, an_hour((CHAT, 1.0)), tiles)
        assert found.frame["scheduled"].tolist() == pytest.approx([served, 0.0, served, served])


@pytest.mark.parametrize(
    ("agent", "translation", "lawful"),
    [
        ("a2", BY_ENGLISH, True),
        ("a2", (Translation("ru", 0.6),), False),
        ("a2", (), False),
        ("a1", BY_ENGLISH, False),
    ],
)
def test_the_checker_knows_who_may_translate(
    agent: str, translation: tuple[Translation, ...], lawful: bool
) -> None:
    workspace = office([NATIVE, FOREIGN], [make_queue(CHAT, translation=translation)])
    report = check(workspace, an_hour((CHAT, 1.0)), translated_rota(workspace, agent, CHAT))
    assert {found.rule for found in report.violations} == (set() if lawful else {"skill"})
    assert report.objective.terms["translation"] == pytest.approx(0.1 * 0.75)


def test_deferred_work_is_counted_first_in_first_out_with_everyone() -> None:
    # One unit an interval may translate at 0.5; an interval's work may be done until the end of the next.
    required = np.array([[1.0], [0.0], [1.0], [0.0]])
    short, served = required.copy(), np.zeros((4, 1))
    one, nobody = np.ones((4, 1), dtype=np.int32), np.zeros((4, 0), dtype=np.int32)
    zero, translated = np.zeros(1, dtype=np.int64), np.zeros((4, 1), dtype=np.int32)
    translate(
        one, nobody, np.zeros(2, dtype=np.int64), zero, zero, np.array([0.5]), zero, required,
        np.ones((4, 1)), np.ones(1), np.array([2]), 1.0, 0.1, 0.0, one.copy(), translated, served, short,
    )  # fmt: skip
    assert translated.ravel().tolist() == [1, 1, 1, 1]
    assert served.ravel().tolist() == [0.5] * 4
    assert short.ravel().tolist() == [0.0] * 4


def test_undoing_is_exact() -> None:
    queues = [make_queue(CHAT, translation=BY_ENGLISH), make_queue(EMAIL, translation=BY_ENGLISH)]
    state = State(compile_problem(office([NATIVE, FOREIGN], queues), an_hour((CHAT, 1.0), (EMAIL, 1.0))))
    state.settle()
    answers = Answers(state.problem)
    for person in (1, 0):
        kind = state.problem.people[person].kind
        before = state.short.copy(), state.translated.copy(), state.objective
        state.save()
        tour = answers.best(person, state.values(kind, 0.0))
        state.take_out(person)
        state.put_in(person, tour)
        state.settle()
        assert state.objective < before[2] - 0.1
        state.restore()
        assert np.array_equal(state.short, before[0])
        assert np.array_equal(state.translated, before[1])
        assert state.objective == before[2]
        state.put_in(person, tour)
        state.settle()
    assert state.translation_hours > 0.2
