"""What of an agent's rules and given work cannot hold together: a smallest such set, and how far to move it.

The set is found by deletion (Chinneck 2008, "Feasibility and Infeasibility in Optimization", § 6.3): one
element after another is left out, and stays out where there is still no lawful tour. Whether there is one is
decided by CP-SAT for the agent alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from scheduler.agents import FixedWork, TimeOff
from scheduler.contracts import Contract
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.problem import compile_problem
from scheduler.rostering.reasons import mend
from scheduler.rostering.tour import breaches
from scheduler.workspace import Workspace

__all__ = ["Conflict", "find_conflict"]

Change = Callable[[Workspace], Workspace]

FREE: dict[str, tuple[int | None, int]] = {
    "max_week_minutes": (10_080, 30),
    "max_days_a_week": (7, 1),
    "max_days_running": (None, 1),
    "min_days_running": (None, -1),
    "days_off_running": (1, -1),
    "max_days_off_running": (None, 1),
    "min_rest_minutes": (0, -30),
    "max_plan_minutes": (None, 30),
    "max_nights": (None, 1),
    "weekends_off": (None, -1),
    "start_tolerance_minutes": (None, 30),
}
"""Of a contract's limits: the value that asks for nothing, and a step towards it."""
MOST_STEPS = 60


@dataclass(frozen=True)
class Conflict:
    """A set of rules and given work that no tour keeps together, though it keeps all but any one of them.

    Parameters
    ----------
    elements
        In planners' words.
    moves
        For each limit of the contract among them, the nearest value at which the others hold.
    """

    agent: str
    elements: tuple[str, ...]
    moves: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The conflict in one sentence."""
        said = f"agent {self.agent}: no tour keeps {'; '.join(self.elements)} together"
        return said + (f". Enough would be {' or '.join(self.moves)}." if self.moves else ".")


@dataclass(frozen=True)
class _Element:
    words: str
    without: Change
    limit: str | None = None


def find_conflict(workspace: Workspace, requirement: StaffingRequirement, agent: str) -> Conflict | None:
    """Return a smallest conflict among an agent's rules; None where a lawful tour exists."""
    person = workspace.agents[agent]
    templates = workspace.contracts[person.contract].shifts
    nothing = StaffingRequirement(requirement.frame.iloc[:0], requirement.interval_minutes)
    alone = replace(
        workspace,
        agents={agent: person},
        sites={person.site: workspace.sites[person.site]},
        shifts={name: workspace.shifts[name] for name in templates},
        presence=(),
        activities=(),
        availability=tuple(row for row in workspace.availability if row.agent == agent),
        time_off=tuple(row for row in workspace.time_off if row.agent == agent),
        wishes=(),
        fixed=tuple(row for row in workspace.fixed if row.agent == agent),
        worked=tuple(row for row in workspace.worked if row.agent == agent),
    )

    def holds(changed: Workspace) -> bool:
        problem = compile_problem(changed, nothing)
        mended = mend(problem, 0)
        return mended.chosen is not None and not breaches(problem, problem.people[0], mended.chosen)

    if holds(alone):
        return None
    elements = list(_elements(alone, agent))
    kept: list[_Element] = []
    now = alone
    for element in elements:
        less = element.without(now)
        if holds(less):
            kept.append(element)
        else:
            now = less
    moves = filter(None, (_move(now, agent, element, holds) for element in kept))
    return Conflict(agent, tuple(element.words for element in kept), tuple(moves))


def _elements(workspace: Workspace, agent: str) -> Iterator[_Element]:
    """Yield what may be left out: least telling first, so that the set names what planners can move."""
    contract = _contract(workspace, agent)
    site = workspace.sites[workspace.agents[agent].site]
    if site.rules != "none":
        yield _Element(f"rule pack {site.rules}", _with_site(site.name, rules="none"))
    if contract.forbidden_next:
        yield _Element("the shifts that must not follow each other", _with_contract(agent, forbidden_next=()))
    if workspace.availability:
        yield _Element("the hours of availability", lambda now: replace(now, availability=()))
    if workspace.worked:
        yield _Element("what was worked before the plan", lambda now: replace(now, worked=()))
    for limit, (free, _) in FREE.items():
        value = getattr(contract, limit)
        if value is not None and value != free:
            without = _with_contract(agent, **{limit: free})
            yield _Element(f"{limit} {value} of contract {contract.name}", without, limit)
    for absence in workspace.time_off:
        yield _Element(
            f"{absence.kind} from {absence.start:%Y-%m-%d %H:%M} to {absence.end:%Y-%m-%d %H:%M} UTC",
            _without_absence(absence),
        )
    for work in workspace.fixed:
        yield _Element(f"the fixed {work.activity} at {work.start:%Y-%m-%d %H:%M} UTC", _without_work(work))


def _contract(workspace: Workspace, agent: str) -> Contract:
    return workspace.contracts[workspace.agents[agent].contract]


def _with_contract(agent: str, **changes: object) -> Change:
    def change(now: Workspace) -> Workspace:
        contract = replace(_contract(now, agent), **changes)  # type: ignore[arg-type]
        return replace(now, contracts={**now.contracts, contract.name: contract})

    return change


def _with_site(name: str, **changes: object) -> Change:
    def change(now: Workspace) -> Workspace:
        site = replace(now.sites[name], **changes)  # type: ignore[arg-type]
        return replace(now, sites={**now.sites, name: site})

    return change


def _without_absence(absence: TimeOff) -> Change:
    return lambda now: replace(now, time_off=tuple(each for each in now.time_off if each != absence))


def _without_work(work: FixedWork) -> Change:
    return lambda now: replace(now, fixed=tuple(each for each in now.fixed if each != work))


def _move(
    workspace: Workspace, agent: str, element: _Element, holds: Callable[[Workspace], bool]
) -> str | None:
    """Return the nearest value of a limit at which the rest of the set holds."""
    if element.limit is None:
        return None
    step = FREE[element.limit][1]
    value = getattr(_contract(workspace, agent), element.limit)
    for _ in range(MOST_STEPS):
        value += step
        if holds(_with_contract(agent, **{element.limit: value})(workspace)):
            return f"{element.limit} {value}"
    return None
