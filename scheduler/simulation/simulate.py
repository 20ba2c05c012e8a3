"""Simulate a system: replication after replication, on as many threads as are given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from scheduler.progress import Progress, ProgressReport
from scheduler.simulation.kernels import replication
from scheduler.simulation.kernels.gathering import RATIOS, gather
from scheduler.simulation.kernels.records import MEASURES, State
from scheduler.simulation.paths import rates_of
from scheduler.simulation.result import SimulationResult
from scheduler.simulation.routing import agent_records, make_tables, room_needed
from scheduler.simulation.state import new_state
from scheduler.simulation.system import System

__all__ = ["simulate"]

STAGE = "simulate"
SEEDS = 2**63


def simulate(
    system: System,
    *,
    replications: int = 100,
    seed: int = 1,
    workers: int = 1,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SimulationResult:
    """Return the service that a system gives, with its spread over independent replications.

    Parameters
    ----------
    replications
        Times that the whole horizon is played, at least 1.
    seed
        Names the random numbers, 0 … 2⁶³ − 1. Systems with the same queues and demand meet the same contacts,
        whatever their agents (common random numbers).
    workers
        Threads; each keeps one replication's counts in memory. The result does not depend on it.
    should_stop
        Asked between replications; what was done until then is the result.

    Raises
    ------
    ValueError
        If there are no replications or workers, or the seed is out of range.
    """
    if replications < 1 or workers < 1:
        raise ValueError(f"replications and workers must be at least 1, got {replications} and {workers}")
    if not 0 <= seed < SEEDS:
        raise ValueError(f"seed must be from 0 to 2^63 - 1, got {seed}")
    # Before there are threads, so that no two of them compile at once.
    replication.load()
    player = _Player(system, seed)
    day = np.ascontiguousarray(system.demand.day.T)
    intervals, queues = day.shape
    moments = np.zeros((intervals, queues, len(RATIOS), 5))
    days = np.zeros((replications, queues, len(system.demand.dates), len(MEASURES)))
    overrun = np.zeros((replications, len(system.agents.names), 2))
    done = 0
    with ThreadPoolExecutor(workers) as pool:
        running: deque[Future[State]] = deque()
        begun = 0
        while True:
            stop = should_stop is not None and should_stop()
            # One more than there are threads, so that none waits while counts are gathered.
            while not stop and begun < replications and len(running) <= workers:
                running.append(pool.submit(player.play, begun))
                begun += 1
            if not running:
                break
            # In order, whoever finishes first: sums of floating-point numbers depend on it.
            state = running.popleft().result()
            gather(state.stats, day, moments, days[done])
            overrun[done] = state.overrun
            done += 1
            if on_progress is not None:
                on_progress(
                    ProgressReport(STAGE, done / replications, f"{done} of {replications} replications")
                )
    return SimulationResult(system, seed, done, moments, days[:done], overrun[:done])


class _Player:
    """Plays replications of one system; it may be used by several threads."""

    def __init__(self, system: System, seed: int) -> None:
        self.demand = system.demand
        self.seed = seed
        self.tables = make_tables(system)
        self.agents = agent_records(system.agents)
        self.room = room_needed(system)

    def play(self, number: int) -> State:
        rates = rates_of(self.demand, seed=self.seed, replication=number)
        while True:
            room = self.room
            state = new_state(self.tables, self.agents, room)
            if replication.play(self.tables, state, self.seed, number, rates):
                return state
            # All random numbers are hashes: the same replication again, with more room for waiting contacts.
            self.room = max(self.room, 2 * room)
