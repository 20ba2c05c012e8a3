"""Errors of the scheduler; the tree is drawn in :mod:`forecasting.errors`."""

from __future__ import annotations

from forecasting.errors import SunrotaError

__all__ = ["SolverFailure"]


class SolverFailure(SunrotaError):
    """A bug or crash in solving, with the run kept. Infeasible is a result, never this."""

    code = "solver_failure"
