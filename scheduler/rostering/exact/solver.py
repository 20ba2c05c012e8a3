"""CP-SAT without its own way of taking Ctrl-C."""

from __future__ import annotations

from ortools.sat.python import cp_model

__all__ = ["new_solver"]


def new_solver() -> cp_model.CpSolver:
    """Return a solver that leaves SIGINT to who called it.

    By itself CP-SAT takes the signal over as long as it solves, for the thread that solves only: in any
    other one it aborts the process. Afterwards nobody has it, and the next Ctrl-C ends the process.
    """
    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False
    return solver
