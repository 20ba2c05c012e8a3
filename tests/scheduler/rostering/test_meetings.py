"""Activities are placed where they cost least, at one time where they are attended together, or told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from scheduler.check import check
from scheduler.coverage import measure_coverage
from scheduler.rostering.result import RotaStatus
from scheduler.rota import Rota, Shift, Stretch
from scheduler.team import Activity
from scheduler.workspace import Workspace
from tests.scheduler.checking.test_attended import cut
from tests.scheduler.factory import MONDAY, fill, instant, make_shift
from tests.scheduler.rostering.test_presence import brief, needs, solved

TALK = Activity("talk", 15, instant(MONDAY, 480), instant(MONDAY, 600), site="riga")
MINUTES = timedelta(minutes=1)
Day = tuple[Shift, tuple[Stretch, ...]]


def talking(agents: int, activity: Activity = TALK, seats: int | None = None) -> Workspace:
    return replace(brief(agents, seats=seats), activities=(activity,))


def days_of(workspace: Workspace, agent: str, *, attends: bool) -> Iterator[Day]:
    """Yield every shift of a day, with every place of the talk."""
    for minute, pause in product((480, 510, 540), (20, 25)):
        shift = make_shift(workspace, agent, minute=minute, break_starts=[pause])
        whole = fill(shift)
        if not attends:
            yield shift, whole
            continue
        for after in range(0, 50, 5):
            start = shift.start + after * MINUTES
            span = start, start + 15 * MINUTES
            if not any(own.start < span[1] and span[0] < own.end for own in shift.breaks):
                pieces = [piece for each in whole for piece in cut(each, agent, *span)]
                talk = Stretch(agent, *span, "talk")
                yield shift, tuple(sorted([*pieces, talk], key=lambda each: each.start))


PLANS = {
    "alone": talking(1),
    "one of two": talking(2, replace(TALK, site=None, agents=("a2",))),
    "in a window": talking(1, replace(TALK, window_start=instant(MONDAY, 521))),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_the_optimum_is_the_best_of_all_lawful_rotas(name: str) -> None:
    workspace, requirement = PLANS[name], needs(0.7, 0.4, 2, 1, 0.3, 1.5, 0.2)
    choices: list[list[Day | None]] = []
    for agent in workspace.agents.values():
        attends = workspace.activities[0].takes_part(agent)
        choices.append([*days_of(workspace, agent.name, attends=attends), *([] if attends else [None])])

    def objective(days: tuple[Day | None, ...]) -> float:
        worked = [day for day in days if day is not None]
        shifts = tuple(shift for shift, _ in worked)
        stretches = tuple(stretch for _, own in worked for stretch in own)
        if not check(workspace, requirement, Rota(shifts, stretches)).lawful:
            return float("inf")
        cost = sum(shift.paid_minutes / 60 * workspace.agents[shift.agent].hourly_cost for shift in shifts)
        return measure_coverage(workspace, requirement, stretches).weighted_short_hours + 0.001 * cost

    best = min(objective(days) for days in product(*choices))
    result = solved(workspace, requirement)
    assert result.rota is not None
    assert check(workspace, requirement, result.rota).lawful
    assert result.status is RotaStatus.OPTIMAL
    assert result.objective == pytest.approx(best, abs=1e-4)
    assert result.bound == pytest.approx(best, abs=1e-3)


def test_together_is_one_time_that_costs_least() -> None:
    workspace = talking(3, replace(TALK, together=True))
    requirement = needs(3, 3, 3, 0, 3, 3, 3)
    result = solved(workspace, requirement, work=300)
    assert result.rota is not None
    assert check(workspace, requirement, result.rota).lawful
    talks = [each for each in result.rota.stretches if each.activity == "talk"]
    assert {each.start for each in talks} == {instant(MONDAY, 525)}
    assert len(talks) == 3


def test_answers_alone_hold_a_talk_that_the_best_tour_would_miss() -> None:
    """Nobody is needed: without the talk the agent would stay at home, and no model is run."""
    workspace = talking(1)
    result = solved(workspace, needs(), work=0)
    assert result.rota is not None
    assert check(workspace, needs(), result.rota).lawful
    assert len(result.rota.shifts) == 1


@pytest.mark.slow
def test_together_in_turns_is_impossible_with_one_seat() -> None:
    workspace = talking(2, replace(TALK, together=True), seats=1)
    result = solved(workspace, needs(1))
    assert result.status is RotaStatus.INFEASIBLE
    (reason,) = result.reasons
    assert "talk is not attended; no rota keeps every rule" in reason
    apart = talking(2, seats=1)
    result = solved(apart, needs(1))
    assert result.rota is not None
    assert check(apart, needs(1), result.rota).lawful


@pytest.mark.slow
def test_what_no_shift_holds_is_told() -> None:
    workspace = talking(1, replace(TALK, window_start=instant(MONDAY, 590)))
    workspace = replace(
        workspace, activities=(replace(workspace.activities[0], window_end=instant(MONDAY, 605)),)
    )
    result = solved(workspace, needs(1))
    assert result.status is RotaStatus.INFEASIBLE
    assert result.reasons == ("agent a1: talk is not attended: no shift that could be worked holds it",)
