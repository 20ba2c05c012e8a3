"""A rota in the engine's books, so that one more or another agent can be tried in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from scheduler.agents import Agent
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.demand import build_kinds
from scheduler.rostering.duties import MINUTE
from scheduler.rostering.problem import Person, Problem, compile_problem
from scheduler.rostering.state import State
from scheduler.rostering.tour import OFF, Tour
from scheduler.rota import IDLE, WORK, Rota
from scheduler.workspace import Workspace

__all__ = ["Standing", "Trial", "presence_of", "stand", "with_kinds"]

Spans = list[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Trial:
    """What a change of the rota brings.

    Parameters
    ----------
    hours
        Agent-hours of shortage that it takes away.
    worth
        The same, each weighed as the objective does; translation and overstaffing count too.
    by_queue
        ``hours`` by queue, (Q,).
    """

    hours: float
    worth: float
    by_queue: tuple[float, ...]


class Standing:
    """A settled state in which everyone has the tour of a rota, and further people have none yet.

    Attributes
    ----------
    problem
        With the further people at the end.
    """

    def __init__(self, problem: Problem, tours: Sequence[Tour]) -> None:
        self.problem = problem
        self.state = State(problem)
        for number, tour in enumerate(tours):
            self.state.put_in(number, tour)
        self.state.settle()

    @property
    def short(self) -> tuple[float, ...]:
        """Agent-hours short that the objective counts, by queue."""
        demand = self.problem.demand
        return tuple(((self.state.short * (demand.weight > 0)).sum(axis=0) * demand.hours).tolist())

    @property
    def _worth(self) -> float:
        weights = self.problem.weights
        return self.state.shortage + weights.translation * self.state.translation_hours

    def value_without(self, number: int) -> npt.NDArray[np.float64]:
        """Return what somebody's presence is worth in each interval while they have no tour, (T,)."""
        state = self.state
        state.save()
        state.take_out(number)
        state.settle()
        value = state.values(self.problem.people[number].kind, 0.0)
        state.restore()
        return value

    def try_tour(self, number: int, tour: Tour, *, instead_of: int | None = None) -> Trial:
        """Return what it brings if somebody works a tour, and somebody else none; nothing stays changed."""
        state = self.state
        short, worth = self.short, self._worth
        state.save()
        if instead_of is not None:
            state.take_out(instead_of)
        state.put_in(number, tour)
        state.settle()
        by_queue = tuple(before - after for before, after in zip(short, self.short, strict=True))
        trial = Trial(sum(by_queue), worth - self._worth, by_queue)
        state.restore()
        return trial


def stand(
    workspace: Workspace, requirement: StaffingRequirement, rota: Rota, further: Iterable[Agent] = ()
) -> Standing:
    """Put a rota into the engine's books, rules across agents left aside.

    Parameters
    ----------
    further
        Agents beside the workspace's, who have no tour in the rota; their names are no agent's.
    """
    more = {agent.name: agent for agent in further}
    whole = replace(workspace, agents={**workspace.agents, **more}, presence=(), activities=())
    problem = compile_problem(whole, requirement)
    spans = _working(rota)
    moments = {
        (moment - problem.demand.origin) // MINUTE
        for own in spans.values()
        for each in own
        for moment in each
    }
    if any(moment % problem.slot for moment in moments):
        problem = compile_problem(whole, requirement, finest=True)
    people = sorted(problem.people, key=lambda person: (person.agent.name in more, person.agent.name))
    problem = replace(problem, people=tuple(people), presence=None)
    return Standing(
        problem,
        [_tour(problem, spans[person.agent.name]) for person in people if person.agent.name not in more],
    )


def _working(rota: Rota) -> dict[str, Spans]:
    """Return when each agent serves or could: work and idle time, joined."""
    spans: dict[str, Spans] = defaultdict(list)
    for each in sorted(rota.stretches, key=lambda stretch: (stretch.agent, stretch.start)):
        if each.activity in (WORK, IDLE):
            own = spans[each.agent]
            if own and own[-1][1] == each.start:
                own[-1] = (own[-1][0], each.end)
            else:
                own.append((each.start, each.end))
    return spans


def _tour(problem: Problem, spans: Spans) -> Tour:
    origin = problem.demand.origin
    rows = [[(moment - origin) // MINUTE // problem.slot for moment in span] for span in spans]
    days = len(problem.dates)
    return Tour(
        np.full(days, OFF, dtype=np.int64),
        ((),) * days,
        np.array(rows, dtype=np.int64).reshape(-1, 2),
        0.0,
        0.0,
    )


def with_kinds(problem: Problem, people: Sequence[tuple[Person, Agent]]) -> Problem:
    """Return the problem with further people, each one's options with the skills of an agent."""
    queues = [problem.workspace.queues[key] for key in problem.demand.queues]
    agents = [person.agent for person in problem.people]
    kinds, kind_of = build_kinds([*agents, *(agent for _, agent in people)], queues)
    known = [replace(person, kind=kind) for person, kind in zip(problem.people, kind_of, strict=False)]
    more = [
        replace(person, agent=agent, kind=kind)
        for (person, agent), kind in zip(people, kind_of[len(agents) :], strict=True)
    ]
    return replace(problem, kinds=kinds, people=(*known, *more))


def presence_of(problem: Problem, tour: Tour) -> npt.NDArray[np.float64]:
    """Return the share of each interval in which a tour can serve, (T,)."""
    slots = np.zeros(problem.slots + 1)
    np.add.at(slots, tour.segments[:, 0], 1.0)
    np.add.at(slots, tour.segments[:, 1], -1.0)
    shares: npt.NDArray[np.float64] = (
        np.cumsum(slots[:-1]).reshape(-1, problem.slots_an_interval).mean(axis=1)
    )
    return shares
