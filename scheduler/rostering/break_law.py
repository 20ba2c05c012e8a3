"""Where the breaks of a shift may lie so that a rule pack is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.values import tier_value

__all__ = ["BreakWindows", "lawful_windows"]

STEP = 5
"""Breaks lie on whole five minutes: one that does not touch an end of the shift lies so far from it."""
Window = tuple[int, int, int]
"""Minutes, earliest and latest start of a break, in minutes of the shift."""


@dataclass(frozen=True)
class BreakWindows:
    """Windows within which any placing keeps the pack.

    Parameters
    ----------
    exact
        Whether no placing outside them keeps it too.
    """

    windows: tuple[Window, ...]
    exact: bool = True


class _Unlawful(Exception):
    """No placing keeps the pack; ``proven``: that is certain."""

    def __init__(self, *, proven: bool) -> None:
        super().__init__()
        self.proven = proven


def lawful_windows(
    windows: Sequence[Window], paid: Sequence[bool], length: int, minutes: int, rules: LabourRules
) -> BreakWindows | None:
    """Tighten a shift's break windows to what a pack asks for.

    Where the choice which break serves a rule is open, it is made once and for all (``exact`` is then false).

    Parameters
    ----------
    paid
        Whether each break is paid.
    length, minutes
        Elapsed and paid minutes of the shift.

    Returns
    -------
    BreakWindows or None
        None where no placing keeps the pack; empty windows, not exact, where none was found.
    """
    shift = _Shift([list(window) for window in windows], length)
    least, least_paid = rules.min_break_minutes or 0, rules.min_paid_break_minutes or 0
    counting = [at for at, window in enumerate(windows) if window[0] >= least]
    unpaid = [at for at in counting if not paid[at]]
    resting = [at for at, window in enumerate(windows) if paid[at] and window[0] >= least_paid]
    edge = max(STEP, rules.paid_break_edge_minutes or 0)
    try:
        shift.ask(resting, tier_value(rules.paid_break_minutes, minutes), edge, length)
        for tiers, group in ((rules.break_minutes, counting), (rules.unpaid_break_minutes, unpaid)):
            shift.ask(group, tier_value(tiers, minutes), STEP, length)
            for tier, latest in zip(tiers, rules.break_latest_starts, strict=False):
                if tier.applies(minutes):
                    shift.ask(group, tier.value, STEP, latest)
        if rules.max_continuous_minutes is not None:
            shift.interrupt(counting, rules.max_continuous_minutes)
    except _Unlawful as found:
        return None if found.proven else BreakWindows((), exact=False)
    return BreakWindows(tuple((window[0], window[1], window[2]) for window in shift.windows), shift.exact)


class _Shift:
    """Windows being tightened."""

    def __init__(self, windows: list[list[int]], length: int) -> None:
        self.windows = windows
        self.length = length
        self.exact = True

    def ask(self, group: Sequence[int], wanted: float, edge: int, latest: int) -> None:
        """Let breaks of a group make up ``wanted`` minutes, ``edge`` from both ends, begun by ``latest``."""
        if wanted <= 0:
            return
        bounds = {at: (edge, min(latest, self.length - edge - self.windows[at][0])) for at in group}
        able = [at for at in group if self._cut(at, *bounds[at])]
        total = sum(self.windows[at][0] for at in able)
        if total < wanted:
            raise _Unlawful(proven=self.exact)
        inside = [at for at in able if self._cut(at, *bounds[at]) == self.windows[at][1:]]
        has = sum(self.windows[at][0] for at in inside)
        for at in sorted((at for at in able if at not in inside), key=lambda at: self.windows[at][1]):
            if has >= wanted:
                break
            has += self.windows[at][0]
            if total - self.windows[at][0] >= wanted:
                self.exact = False
            self.windows[at][1:] = self._cut(at, *bounds[at])

    def _cut(self, at: int, low: int, high: int) -> list[int]:
        """Return a window within bounds; empty where nothing is left of it."""
        _, earliest, latest = self.windows[at]
        cut = [max(earliest, low), min(latest, high)]
        return cut if cut[0] <= cut[1] else []

    def interrupt(self, counting: Sequence[int], most: int) -> None:
        """Let no more than ``most`` minutes lie between the shift's ends and the counting breaks."""
        order = sorted(counting, key=lambda at: self.windows[at][1])
        before: int | None = None
        edge = 0
        apart = all(self.windows[first][2] < self.windows[second][1] for first, second in pairwise(order))
        for at in [*order, None]:
            # The shift's end asks as a break of no length would that lies there.
            low, high = self.windows[at][1:] if at is not None else (self.length, self.length)
            if before is not None and low > edge + most:
                edge += self._delay(before, low - edge - most)
                self.exact = self.exact and apart
            if low > edge + most:
                raise _Unlawful(proven=self.exact and apart)
            if at is None:
                break
            if high > edge + most:
                self.windows[at][2] = edge + most
                self.exact = self.exact and apart and before is None
            before, edge = at, low + self.windows[at][0]

    def _delay(self, at: int, minutes: int) -> int:
        """Let a break begin so much later at the earliest, as far as it may; return by how much."""
        _, low, high = self.windows[at]
        self.windows[at][1] = min(high, low + minutes)
        return self.windows[at][1] - low
