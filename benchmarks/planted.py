"""Rota problems in which nothing need be short: they require what a rota covers that was made first.

Agents, shifts and rules are those of :mod:`benchmarks.rota_problems`. Everybody is given the tour that is
best for made-up values of the hours, which have nothing to do with any demand, and serves one queue of his
own from break to break. Only missing coverage counts, so that the least objective is 0.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.rota_problems import Size, rota_problem
from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.answer import Answers
from scheduler.rostering.problem import Problem, compile_problem
from scheduler.rostering.tour import Tour
from scheduler.settings import Weights
from scheduler.workspace import Workspace

__all__ = ["planted_problem"]

ONLY_SHORT = Weights(
    cost=0, wish=0, night=0, fairness=0, stability=0, translation=0, under_contract=0, overstaffing=0
)


def planted_problem(size: Size, seed: int) -> tuple[Workspace, StaffingRequirement]:
    """Return a workspace without contacts, and a requirement that its agents can cover whole."""
    workspace, asked = rota_problem(size, seed)
    workspace = replace(workspace, settings=replace(workspace.settings, weights=ONLY_SHORT))
    problem = compile_problem(workspace, asked)
    served = _served(problem, _tours(problem, np.random.default_rng([seed, 1])), np.random.default_rng(seed))
    frame = asked.frame.copy()
    step = pd.Timedelta(minutes=asked.interval_minutes)
    row = np.asarray((frame["interval_start"] - problem.demand.origin) // step, dtype=np.int64)
    place = {key: at for at, key in enumerate(problem.demand.queues)}
    column = [place[QueueKey(*key)] for key in frame[QUEUE_COLUMNS].itertuples(index=False)]
    frame["agents"] = served[row, column]
    return workspace, StaffingRequirement(frame, asked.interval_minutes)


def _tours(problem: Problem, random: np.random.Generator) -> list[Tour]:
    """Return a lawful tour of everybody that has nothing to do with what is asked for."""
    answers = Answers(problem)
    steps = len(problem.demand.required)
    blocks = -(-steps // 8)
    return [
        answers.best(number, np.repeat(random.uniform(0.5, 1.5, blocks), 8)[:steps])
        for number in range(len(problem.people))
    ]


def _served(problem: Problem, tours: list[Tour], random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return whole intervals served per interval and queue, (T, Q)."""
    served = np.zeros(problem.demand.required.shape)
    each, kinds = problem.slots_an_interval, problem.kinds
    for person, tour in zip(problem.people, tours, strict=True):
        edges = slice(int(kinds.kind_first[person.kind]), int(kinds.kind_first[person.kind + 1]))
        own = kinds.edge_queue[edges]
        for low, high in tour.segments.tolist():
            if len(own):
                served[-(-low // each) : high // each, own[int(random.integers(len(own)))]] += 1
    return served
