"""Which rule keeps people away: each is left out for one agent at a time, and what that brings is measured.

An agent's tour is taken out and the best one put back, once under all rules and once without one;
everybody else keeps their shifts. What the second covers beyond the first is what the rule costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from forecasting.hours import ALWAYS_OPEN
from scheduler.agents import Agent
from scheduler.explaining.standing import Standing, presence_of
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.answer import Answers
from scheduler.rostering.duties import MINUTE
from scheduler.rostering.problem import Problem, compile_problem
from scheduler.rostering.tour import Tour
from scheduler.rules.shipped import NO_RULES
from scheduler.workspace import Workspace

__all__ = ["Relaxation", "relax"]

Floats = npt.NDArray[np.float64]
MOST_AGENTS, MOST_A_LANGUAGE = 9, 3
NOTICEABLE_HOURS = 0.25


@dataclass(frozen=True)
class Relaxation:
    """What it brings to leave out one rule.

    Parameters
    ----------
    rule
        What is left out, in planners' words.
    agents
        How many of those tried it helps.
    tried
        Of how many.
    best, hours
        Whom it helps most, and by how many agent-hours of shortage.
    """

    rule: str
    agents: int
    tried: int
    best: str
    hours: float

    @property
    def sentence(self) -> str:
        """The finding in one sentence."""
        many = f"it stands in the way of {self.agents} of {self.tried} agents tried"
        return f"{self.rule}: {self.best} could cover {self.hours:,.1f} agent-hours more; {many}."


@dataclass(frozen=True)
class _Rule:
    words: str
    binds: Callable[[Workspace, Agent], bool]
    without: Callable[[Workspace], Workspace]


def relax(standing: Standing, workspace: Workspace, requirement: StaffingRequirement) -> list[Relaxation]:
    """Return the rules that keep most covered hours away, those first."""
    tried = _tried(standing, workspace)
    numbers = {person.agent.name: number for number, person in enumerate(standing.problem.people)}
    value = {agent.name: standing.value_without(numbers[agent.name]) for agent in tried}
    usual = _best_tours(standing, workspace, requirement, tried, value)
    found = []
    for rule in RULES:
        bound = [agent for agent in tried if rule.binds(workspace, agent)]
        freed = _best_tours(standing, rule.without(workspace), requirement, bound, value)
        gains = {name: tour.promise - usual[name].promise for name, tour in freed.items()}
        helped = [name for name, hours in gains.items() if hours > NOTICEABLE_HOURS]
        if helped:
            best = max(helped, key=lambda name: (gains[name], name))
            number = numbers[best]
            before, after = (
                standing.try_tour(number, each[best].tour, instead_of=number).hours for each in (usual, freed)
            )
            if after - before > NOTICEABLE_HOURS:
                found.append(Relaxation(rule.words, len(helped), len(bound), best, after - before))
    return sorted(found, key=lambda each: (-each.hours, each.rule))


def _tried(standing: Standing, workspace: Workspace) -> list[Agent]:
    """Return a few agents who can serve the languages that are short: a sample by name."""
    hours: dict[str, float] = {}
    for key, short in zip(standing.problem.demand.queues, standing.short, strict=True):
        hours[key.language] = hours.get(key.language, 0.0) + short
    chosen: dict[str, Agent] = {}
    for language in sorted(hours, key=lambda each: -hours[each]):
        speakers = [
            agent
            for _, agent in sorted(workspace.agents.items())
            if any(skill.language == language for skill in agent.skills)
        ]
        step = max(1, len(speakers) // MOST_A_LANGUAGE)
        if hours[language] > NOTICEABLE_HOURS:
            chosen |= {agent.name: agent for agent in speakers[::step][:MOST_A_LANGUAGE]}
        if len(chosen) >= MOST_AGENTS:
            break
    return sorted(chosen.values(), key=lambda agent: agent.name)[:MOST_AGENTS]


@dataclass(frozen=True, eq=False)
class _Answer:
    """A best tour, and what it promises: what its presence is worth, in weighted agent-hours."""

    tour: Tour
    promise: float


def _best_tours(
    standing: Standing,
    workspace: Workspace,
    requirement: StaffingRequirement,
    agents: Sequence[Agent],
    value: Mapping[str, Floats],
) -> dict[str, _Answer]:
    """Return the best answer of each agent under a workspace's rules, in the slots of the rota's problem."""
    if not agents:
        return {}
    named = {agent.name: agent for agent in agents}
    fixed = tuple(work for work in workspace.fixed if work.agent in named)
    contracts = {agent.contract for agent in agents}
    shifts = {name for contract in contracts for name in workspace.contracts[contract].shifts}
    few = replace(
        workspace,
        agents=named,
        fixed=fixed,
        sites={agent.site: workspace.sites[agent.site] for agent in agents},
        shifts={name: template for name, template in workspace.shifts.items() if name in shifts},
        presence=(),
        activities=(),
    )
    problem = compile_problem(few, requirement)
    answers = Answers(problem)
    found = {}
    for place, person in enumerate(problem.people):
        name = person.agent.name
        own = value[name]
        tour = answers.best(place, _on_grid(own, standing.problem, problem))
        moved = _moved(tour, problem, standing.problem)
        promise = float(presence_of(standing.problem, moved) @ own) * problem.demand.hours
        found[name] = _Answer(moved, promise)
    return found


def _ahead(here: Problem, there: Problem) -> int:
    """Return by how many intervals one problem's grid begins before another's."""
    return int((there.demand.origin - here.demand.origin) // (here.demand.interval * MINUTE))


def _on_grid(value: Floats, here: Problem, there: Problem) -> Floats:
    """Return values of one problem's intervals on another's, 0 where it has none."""
    moved = np.zeros(len(there.demand.required))
    shift = _ahead(here, there)
    low, high = max(0, shift), min(len(value), shift + len(moved))
    moved[low - shift : high - shift] = value[low:high]
    return moved


def _moved(tour: Tour, here: Problem, there: Problem) -> Tour:
    """Return a tour of one problem in another's slots, as long or shorter; beyond them it serves nobody."""
    shift = _ahead(here, there) * there.slots_an_interval
    segments = np.clip(tour.segments * (here.slot // there.slot) - shift, 0, there.slots)
    return replace(tour, segments=segments[segments[:, 1] > segments[:, 0]])


def _contracts(**changes: Callable[[int | None, int], int | None]) -> Callable[[Workspace], Workspace]:
    """Return a change of these limits of all contracts, by their value and the longest shift's minutes."""

    def change(now: Workspace) -> Workspace:
        contracts = {}
        for name, contract in now.contracts.items():
            longest = max((now.shifts[each].max_minutes for each in contract.shifts), default=0)
            limits = {limit: to(getattr(contract, limit), longest) for limit, to in changes.items()}
            contracts[name] = replace(contract, **limits)  # type: ignore[arg-type]
        return replace(now, contracts=contracts)

    return change


def _one_more(value: int | None, _: int) -> int | None:
    return None if value is None else value + 1


def _one_shift_more(value: int | None, longest: int) -> int | None:
    return None if value is None else value + longest


def _none(_value: int | None, _longest: int) -> int | None:
    return None


def _open(now: Workspace) -> Workspace:
    return replace(now, sites={name: replace(site, hours=ALWAYS_OPEN) for name, site in now.sites.items()})


def _lawless(now: Workspace) -> Workspace:
    return replace(now, sites={name: replace(site, rules=NO_RULES) for name, site in now.sites.items()})


def _every_shift(now: Workspace) -> Workspace:
    return replace(
        now,
        contracts={
            name: replace(contract, shifts=tuple(sorted(now.shifts)))
            for name, contract in now.contracts.items()
        },
    )


def _has(table: str) -> Callable[[Workspace, Agent], bool]:
    return lambda workspace, agent: any(row.agent == agent.name for row in getattr(workspace, table))


def _always(_workspace: Workspace, _agent: Agent) -> bool:
    return True


def _limited(*limits: str) -> Callable[[Workspace, Agent], bool]:
    def binds(workspace: Workspace, agent: Agent) -> bool:
        contract = workspace.contracts[agent.contract]
        return any(getattr(contract, limit) is not None for limit in limits)

    return binds


def _rules() -> Iterator[_Rule]:
    yield _Rule(
        "one working day more a week, with the hours of a shift",
        _always,
        _contracts(
            max_days_a_week=_one_more, max_week_minutes=_one_shift_more, max_plan_minutes=_one_shift_more
        ),
    )
    yield _Rule(
        "two hours less rest between shifts",
        _always,
        _contracts(min_rest_minutes=lambda v, _: max(0, (v or 0) - 120)),
    )
    yield _Rule(
        "no limit on nights and weekends",
        _limited("max_nights", "weekends_off"),
        _contracts(max_nights=_none, weekends_off=_none),
    )
    yield _Rule(
        "starts at any time of the week",
        _limited("start_tolerance_minutes"),
        _contracts(start_tolerance_minutes=_none),
    )
    yield _Rule("all shift templates instead of the contract's", _always, _every_shift)
    yield _Rule("no time off", _has("time_off"), lambda now: replace(now, time_off=()))
    yield _Rule("any hours of availability", _has("availability"), lambda now: replace(now, availability=()))
    yield _Rule(
        "the site open at all hours",
        lambda workspace, agent: workspace.sites[agent.site].hours != ALWAYS_OPEN,
        _open,
    )
    yield _Rule(
        "no rule pack",
        lambda workspace, agent: workspace.sites[agent.site].rules != NO_RULES,
        _lawless,
    )


RULES = tuple(_rules())
