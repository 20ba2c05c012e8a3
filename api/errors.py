"""Errors of the service's edges; the tree is drawn in :mod:`forecasting.errors`."""

from __future__ import annotations

from forecasting.errors import SunrotaError

__all__ = ["Conflict", "LeaseLost", "NotFound"]


class NotFound(SunrotaError):
    """There is no such thing, or no longer."""

    code = "not_found"


class Conflict(SunrotaError):
    """What was asked for does not fit the state that the thing is in."""

    code = "conflict"


class LeaseLost(SunrotaError):
    """The run was given to another worker, or has ended: whoever sees this must let go of it."""

    code = "lease_lost"
