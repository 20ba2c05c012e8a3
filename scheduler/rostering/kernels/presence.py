"""Presence of agents, in units per interval."""

from __future__ import annotations

from numba import njit

__all__ = ["add_presence"]


@njit("void(i8[:, ::1], i8, i8, i8, i8, i4[:, ::1], b1[::1])", cache=True)
def add_presence(segments, kind, slots_an_interval, units, sign, present, dirty):  # type: ignore[no-untyped-def]
    """Add (or with sign −1 take away) an agent's working segments, half-open in slots of ``units`` units."""
    for row in range(len(segments)):
        for slot in range(segments[row, 0], segments[row, 1]):
            step = slot // slots_an_interval
            present[step, kind] += sign * units
            dirty[step] = True
