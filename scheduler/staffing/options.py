"""What ``[staffing]`` of ``plan.toml`` chooses: which effects count, and how pooling is treated."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from scheduler.simulation.assumptions import Assumptions
from scheduler.tickets import measured_repeat_rates
from scheduler.workspace import Workspace

__all__ = [
    "Effect",
    "Pooling",
    "Repeats",
    "StaffingOptions",
    "simulation_assumptions",
    "with_measured_repeats",
    "without_effects",
]


class Pooling(StrEnum):
    """How the requirement treats agents who serve several queues."""

    FORMULAS = "formulas"
    SIMULATE = "simulate"


class Repeats(StrEnum):
    """Where the share of contacts that come back is taken from."""

    QUEUES = "queues"
    TICKETS = "tickets"


class Effect(StrEnum):
    """What changes the contacts that reach agents, or who may take them; a what-if leaves some out."""

    DEFLECTION = "deflection"
    REPEATS = "repeats"
    REDIALS = "redials"
    TRANSLATION = "translation"


@dataclass(frozen=True)
class StaffingOptions:
    """The settings, with their defaults.

    Parameters
    ----------
    pooling
        ``formulas``: each queue by itself, as if its agents served nobody else. ``simulate``: the requirement
        is moved to where the simulated rota meets every target with the fewest agents.
    repeats
        ``queues``: ``repeat_rate`` of queues.csv. ``tickets``: measured from ``reopened``, where recorded.
    redial_rate, redial_after_minutes
        Share of customers who abandoned that try again, and the mean time until then.
    """

    pooling: Pooling = Pooling.FORMULAS
    repeats: Repeats = Repeats.QUEUES
    redial_rate: float = 0.0
    redial_after_minutes: float = 10.0

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> StaffingOptions:
        """Return what a checked table of settings says."""
        return cls(**settings)  # type: ignore[arg-type]  # the reader has checked names, types and ranges


def simulation_assumptions(workspace: Workspace) -> Assumptions:
    """Return what the simulation assumes of customers, as the workspace states it."""
    options = StaffingOptions.of(workspace.settings.staffing)
    return Assumptions(redial_rate=options.redial_rate, redial_delay_minutes=options.redial_after_minutes)


def with_measured_repeats(workspace: Workspace) -> Workspace:
    """Return the workspace with repeat rates measured from its tickets, if it asks for that, and notes.

    What was measured of a queue takes the place of its ``repeat_rate``; a queue without a record keeps it.
    """
    options = StaffingOptions.of(workspace.settings.staffing)
    if options.repeats is not Repeats.TICKETS or workspace.tickets is None:
        return workspace
    rates = measured_repeat_rates(workspace.tickets)
    queues = {
        key: replace(queue, repeat_rate=rates[key]) if key in rates else queue
        for key, queue in workspace.queues.items()
    }
    notes = tuple(
        f"{key}: {rates[key]:.1%} of contacts come back, as measured from reopened tickets."
        for key in sorted(queues)
        if key in rates
    )
    return replace(workspace, queues=queues, notes=(*workspace.notes, *notes))


def without_effects(workspace: Workspace, effects: Collection[Effect]) -> Workspace:
    """Return the workspace as if these effects were none, and a note that says so."""
    if not effects:
        return workspace
    off: dict[Effect, dict[str, object]] = {
        Effect.DEFLECTION: {"deflection": 0.0},
        Effect.REPEATS: {"repeat_rate": 0.0},
        Effect.TRANSLATION: {"translation": ()},
    }
    changes = {name: value for effect in effects for name, value in off.get(effect, {}).items()}
    queues = {key: replace(queue, **changes) for key, queue in workspace.queues.items()}  # type: ignore[arg-type]
    settings = workspace.settings
    if Effect.REDIALS in effects:
        settings = replace(settings, staffing={**settings.staffing, "redial_rate": 0.0})
    note = f"What if: as though there were no {', no '.join(sorted(effects))}."
    return replace(workspace, queues=queues, settings=settings, notes=(*workspace.notes, note))
