"""Rules across agents in the engine: kept where that costs coverage, told where no rota keeps them."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from scheduler.check import check
from scheduler.coverage import measure_coverage
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.result import Limits, RotaResult, RotaStatus
from scheduler.rostering.solve import solve
from scheduler.rota import Rota, Shift
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.team import Presence
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    MONDAY,
    PHONE,
    RIGA,
    fill,
    instant,
    make_agent,
    make_requirement,
    make_shift,
    make_workspace,
)

BRIEF = ShiftTemplate("day", 480, 540, 60, 60, 30, 30, (BreakRule(10, False, 20, 35),))
EVERY = frozenset(range(7))


def brief(agents: int = 3, seats: int | None = None, presence: tuple[Presence, ...] = ()) -> Workspace:
    """Hours of work, at 08:00, 08:30 or 09:00, on one day."""
    return make_workspace(
        agents=[make_agent(f"a{number}", hourly_cost=100.0 * number) for number in range(1, agents + 1)],
        templates=[BRIEF],
        settings={"days": 1},
        sites=[replace(RIGA, seats=seats)],
        presence=presence,
    )


def needs(*agents: float) -> StaffingRequirement:
    """Require agents from 08:00 on, per quarter of an hour."""
    return make_requirement(
        [(PHONE, instant(MONDAY, 480 + 15 * step), need) for step, need in enumerate(agents)]
    )


def row(low: int, high: int, **changes: Any) -> Presence:
    return Presence(low, high, **{"weekdays": EVERY, "zone": "Europe/Riga", "site": "riga", **changes})


def solved(workspace: Workspace, requirement: StaffingRequirement, work: int = 3000) -> RotaResult:
    return solve(workspace, requirement, Limits(work=work), clock=time.monotonic)


CROWDS = {
    "seats": brief(2, seats=1),
    "most": brief(2, presence=(row(510, 515, most=1),)),
    "least": brief(2, presence=(row(560, 565, least=1),)),
    "both": brief(2, seats=1, presence=(row(480, 481, least=1), row(595, 596, least=1))),
    "a skill's": brief(2, presence=(row(480, 540, site=None, skill="lv:phone", least=1, most=1),)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CROWDS)
def test_the_optimum_is_the_best_of_all_lawful_rotas(name: str) -> None:
    workspace, requirement = CROWDS[name], needs(2, 1, 0.5, 2, 1, 0.3, 0.2)
    choices: list[list[Shift | None]] = [
        [None]
        + [
            make_shift(workspace, agent, minute=minute, break_starts=[pause])
            for minute in (480, 510, 540)
            for pause in (20, 25)
        ]
        for agent in ("a1", "a2")
    ]

    def objective(shifts: tuple[Shift | None, ...]) -> float:
        worked = tuple(shift for shift in shifts if shift is not None)
        stretches = tuple(stretch for shift in worked for stretch in fill(shift))
        if not check(workspace, requirement, Rota(worked, stretches)).lawful:
            return float("inf")
        hours = sum(shift.paid_minutes / 60 * workspace.agents[shift.agent].hourly_cost for shift in worked)
        return measure_coverage(workspace, requirement, stretches).weighted_short_hours + 0.001 * hours

    best = min(objective(shifts) for shifts in product(*choices))
    free = solved(replace(workspace, presence=(), sites={"riga": RIGA}), requirement)
    assert free.objective is not None
    assert free.objective < best - 1e-3, "the rule must bind"
    result = solved(workspace, requirement)
    assert result.rota is not None
    assert check(workspace, requirement, result.rota).lawful
    assert result.status is RotaStatus.OPTIMAL
    assert result.objective == pytest.approx(best, abs=1e-4)
    assert result.bound == pytest.approx(best, abs=1e-3)


def test_answers_alone_keep_seats_and_meet_a_least() -> None:
    """With no work left after the first sweep there is no model to put things right."""
    workspace = brief(3, seats=2, presence=(row(570, 580, least=1),))
    result = solved(workspace, needs(3, 3, 3, 3), work=0)
    assert result.rota is not None
    assert check(workspace, needs(3, 3, 3, 3), result.rota).lawful
    assert len(result.rota.shifts) >= 2


@pytest.mark.slow
def test_what_nobody_can_do_is_told() -> None:
    workspace = brief(2, presence=(row(500, 530, least=3),))
    result = solved(workspace, needs(1))
    assert result.status is RotaStatus.INFEASIBLE
    assert result.reasons == (
        "presence of site riga: at least 3 must be at work, 2 people who could be, "
        "from 2026-03-23T06:20Z to 2026-03-23T06:50Z (0.5 h in all)",
    )


@pytest.mark.slow
def test_rules_that_contradict_each_other_are_told() -> None:
    workspace = brief(2, seats=1, presence=(row(510, 530, least=2),))
    result = solved(workspace, needs(1))
    assert result.status is RotaStatus.INFEASIBLE
    assert result.rota is not None
    (reason,) = result.reasons
    assert "no rota keeps every rule" in reason
    report = check(workspace, needs(1), result.rota)
    assert [found.rule for found in report.violations] == ["presence_min"]


def test_what_the_proof_leaves_out_is_told() -> None:
    said = "The proof leaves out rules on who is at work at once"
    work = 10  # too little for the exact model
    bound_by_prices = solved(brief(4, seats=1), needs(4, 4, 4, 4), work)
    assert bound_by_prices.bound is not None
    assert [said in note for note in bound_by_prices.notes] == [True]
    assert not any(said in note for note in solved(brief(4), needs(4, 4, 4, 4), work).notes)
