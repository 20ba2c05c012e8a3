"""What a search for a rota may use, and what it hands back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from scheduler.rota import Rota

__all__ = ["Limits", "RotaResult", "RotaStatus"]


class RotaStatus(StrEnum):
    """How a search ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    STOPPED = "stopped"
    NO_SOLUTION = "no_solution"


@dataclass(frozen=True)
class Limits:
    """When a search ends at the latest; None: no such limit.

    Parameters
    ----------
    time_seconds
        By the clock handed to the search.
    work
        Units of work: one is an agent's answer, or 1/100 of CP-SAT's deterministic seconds. Equal
        inputs, seed and work give the same rota as long as no other limit strikes.
    gap
        Enough once (objective − bound) is at most this share of the required agent-hours.
    seed
        Of every random choice.
    workers
        Threads of CP-SAT.
    """

    time_seconds: float | None = None
    work: int | None = None
    gap: float | None = None
    seed: int = 0
    workers: int = 2

    def __post_init__(self) -> None:
        for name in ("time_seconds", "work", "gap"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name} must be 0 or more, got {value}")
        if self.workers < 1:
            raise ValueError(f"workers must be 1 or more, got {self.workers}")


@dataclass(frozen=True)
class RotaResult:
    """The best rota found, and what is proven about it.

    Parameters
    ----------
    objective
        Of the rota, in short agent-hours at priority 1; recomputed by :mod:`scheduler.check`.
    bound
        Proven lower limit on the objective of any rota; None where nothing is proven.
    reasons
        Why there is no rota, or which hard rules it cannot keep, in a planner's words.
    notes
        What else a planner should know about the search.
    work
        Units used, see :class:`Limits`.
    seconds
        By the clock handed to the search.
    prices
        What one agent more in an interval is worth at the best bound, in agent-hours, where that is not 0:
        columns :data:`scheduler.earlier.PRICE_COLUMNS`. None where no prices were found.
    """

    status: RotaStatus
    rota: Rota | None
    objective: float | None
    bound: float | None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    work: int = 0
    seconds: float = 0.0
    prices: pd.DataFrame | None = None
