"""Whole numbers for CP-SAT that never overstate what a rota costs, so that its bound stays a bound.

Requirements are rounded down and speeds up, to 1/``FINE`` of a unit; coefficients of the objective are
rounded down at ``SCALE`` to the agent-hour. Every rota therefore costs at most as much in the model as it
does in truth.
"""

from __future__ import annotations

from math import ceil, floor

__all__ = ["FINE", "MINUTE_PARTS", "SCALE", "cost_down", "need_down", "speed_up"]

SCALE = 1_200_000_000
"""Of the objective: an agent-hour at priority 1."""
FINE = 100_000
"""Parts of a unit of presence."""
MINUTE_PARTS = 100
"""Parts of a contract minute."""
DUST = 1e-7


def cost_down(value: float) -> int:
    """Return a cost in the model's unit, rounded down."""
    return floor(value * SCALE + DUST)


def need_down(units: float) -> int:
    """Return required units of presence in parts, rounded down."""
    return floor(units * FINE + DUST)


def speed_up(speed: float) -> int:
    """Return what a unit of presence serves in parts, rounded up."""
    return ceil(speed * FINE - DUST)
