"""Why a rota is as it is, in one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from scheduler.check import Severity, check
from scheduler.coverage import measure_coverage
from scheduler.explaining.conflicts import Conflict, find_conflict
from scheduler.explaining.help import Hire, Training, find_help
from scheduler.explaining.relaxations import Relaxation, relax
from scheduler.explaining.standing import stand
from scheduler.explaining.windows import Doings, Scene, Window, find_windows, window_sentence
from scheduler.requirement import StaffingRequirement
from scheduler.rota import Rota
from scheduler.workspace import Workspace

__all__ = ["Explanation", "explain"]

MOST_WINDOWS, MOST_CONFLICTS = 12, 5
RUNS = frozenset({"min_days_running", "days_off_running", "max_days_off_running"})
"""Rules that leave and given work can make impossible; nobody is ever planned to break another."""


@dataclass(frozen=True)
class Explanation:
    """What stands in the way of a better rota, and what would help.

    Parameters
    ----------
    short_hours, edge_hours
        Agent-hours missing, and those beyond anybody's first and last possible shift.
    windows
        When which queue lacks most, and what its people do then.
    relaxations
        Which rules keep people away.
    conflicts
        Of agents whose rules cannot be kept together.
    hires, trainings
        Who would help most.
    """

    short_hours: float
    edge_hours: float
    windows: tuple[tuple[Window, Doings, str], ...]
    relaxations: tuple[Relaxation, ...]
    conflicts: tuple[Conflict, ...]
    hires: tuple[Hire, ...]
    trainings: tuple[Training, ...]

    def document(self) -> dict[str, object]:
        """Return all of it as JSON values."""
        return {
            "short_hours": self.short_hours,
            "edge_short_hours": self.edge_hours,
            "windows": [
                {
                    **window.queue._asdict(),
                    "start": window.start.isoformat(),
                    "end": window.end.isoformat(),
                    "short_hours": window.hours,
                    "most_missing": window.most,
                    "agents": asdict(doings),
                    "sentence": sentence,
                }
                for window, doings, sentence in self.windows
            ],
            "relaxations": [{**asdict(each), "sentence": each.sentence} for each in self.relaxations],
            "conflicts": [{**asdict(each), "sentence": each.sentence} for each in self.conflicts],
            "hires": [_plain(asdict(each)) for each in self.hires],
            "trainings": [_plain(asdict(each)) for each in self.trainings],
        }


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}


def explain(
    workspace: Workspace,
    requirement: StaffingRequirement,
    rota: Rota,
    *,
    most: int,
    tell: Callable[[str, float], None] = lambda _message, _done: None,
) -> Explanation:
    """Explain a rota.

    Parameters
    ----------
    most
        Hires and trainings to name.
    tell
        Is told what is done next, and the share that is done.
    """
    coverage = measure_coverage(workspace, requirement, rota.stretches)
    scene, found = Scene(workspace, rota), find_windows(coverage)
    looked = []
    for window in found[:MOST_WINDOWS]:
        doings = scene.doings(window)
        looked.append((window, doings, window_sentence(workspace, window, doings)))
    tell("Looking for rules that conflict", 0.05)
    conflicts = _conflicts(workspace, requirement, rota)
    hires: list[Hire] = []
    trainings: list[Training] = []
    relaxations: list[Relaxation] = []
    if found:
        tell("Leaving out one rule at a time", 0.1)
        relaxations = relax(stand(workspace, requirement, rota), workspace, requirement)
        tell("Trying further agents and languages", 0.5)
        hires, trainings = find_help(workspace, requirement, rota, most=most)
    return Explanation(
        coverage.short_hours,
        coverage.edge_short_hours,
        tuple(looked),
        tuple(relaxations),
        tuple(conflicts),
        tuple(hires),
        tuple(trainings),
    )


def _conflicts(workspace: Workspace, requirement: StaffingRequirement, rota: Rota) -> list[Conflict]:
    """Explain, for the first agents whose runs of days are broken, why that could not be helped."""
    report = check(workspace, requirement, rota)
    broken = {
        each.agent
        for each in report.violations
        if each.rule in RUNS and each.severity is Severity.VIOLATION and each.agent in workspace.agents
    }
    found = (find_conflict(workspace, requirement, agent) for agent in sorted(broken)[:MOST_CONFLICTS])
    return [each for each in found if each is not None]
