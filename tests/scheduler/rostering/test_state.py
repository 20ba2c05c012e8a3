"""Books that are mended as agents come and go say what books begun anew say, and undo is exact."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.queues import QueueKey
from scheduler.agents import Skill
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.answer import Answers
from scheduler.rostering.problem import compile_problem
from scheduler.rostering.state import State
from scheduler.workspace import Workspace
from tests.scheduler.factory import MONDAY, instant, make_agent, make_queue, make_requirement, make_workspace

CHANNELS = ("phone", "chat", "email")
"""E-mail may wait."""


def centre(
    seed: int, *, speeds: tuple[float, ...] = (1.0,), channels: tuple[str, ...] = CHANNELS
) -> tuple[Workspace, StaffingRequirement]:
    """Six agents with some skills each, two days."""
    random = np.random.default_rng(seed)
    agents = []
    for number in range(6):
        mine = random.permutation(channels)[: random.integers(1, len(channels) + 1)]
        skills = tuple(Skill("lv", str(name), float(random.choice(speeds))) for name in mine)
        agents.append(make_agent(f"a{number}", skills=skills))
    keys = [QueueKey("lv", "lv", name) for name in channels]
    rows = [
        (key, instant(MONDAY, 480 + 15 * step), float(random.integers(0, 4)))
        for key in keys
        for step in range(96)
    ]
    workspace = make_workspace(agents=agents, queues=[make_queue(key) for key in keys], settings={"days": 2})
    return workspace, make_requirement(rows)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("speeds", [(1.0,), (1.0, 0.8)])
@pytest.mark.parametrize("channels", [CHANNELS, CHANNELS[:2]])
def test_mended_books_are_as_good_as_new_ones(
    seed: int, speeds: tuple[float, ...], channels: tuple[str, ...]
) -> None:
    state = State(compile_problem(*centre(seed, speeds=speeds, channels=channels)))
    state.settle()
    answers = Answers(state.problem)
    random = np.random.default_rng(seed)
    for _ in range(30):
        person = int(random.integers(6))
        undone = random.random() < 0.5
        before = (state.x.copy(), state.short.copy(), state.present.copy(), state.merit, list(state.tours))
        state.save()
        state.take_out(person)
        if random.random() < 0.8:
            state.settle()
            kind = state.problem.people[person].kind
            state.put_in(person, answers.best(person, state.values(kind, float(random.random()))))
        state.settle()
        if undone:
            state.restore()
            x, short, present, merit, tours = before
            assert np.array_equal(state.present, present)
            assert state.tours == tours
            assert state.merit == pytest.approx(merit, abs=1e-9)
            if channels == CHANNELS:
                assert np.array_equal(state.x, x)
                assert np.array_equal(state.short, short)
        fresh = State(state.problem)
        for number, tour in enumerate(state.tours):
            if tour is not None:
                fresh.put_in(number, tour)
        fresh.settle()
        assert state.objective == pytest.approx(fresh.objective)
