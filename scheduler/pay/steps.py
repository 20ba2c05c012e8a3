"""The paid time of shifts, cut into steps of five minutes and read off a site's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.timegrid import WallClock, wall_clock
from scheduler.rota import Shift
from scheduler.rules.values import STEP_MINUTES

__all__ = ["PaidSteps", "cut_paid_time"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STEP = timedelta(minutes=STEP_MINUTES)


@dataclass(frozen=True, eq=False)
class PaidSteps:
    """Paid time of shifts as m steps, by shift and time.

    Attributes
    ----------
    shift
        Place of each step's shift in the sequence given, (m,).
    clock
        What the site's clock shows when the step begins.
    minutes
        Paid minutes of the step, (m,): 5, or what it has of the minutes that fixed work states.
    before
        Paid minutes of the shift before the step, (m,).
    """

    shift: Ints
    clock: WallClock
    minutes: Floats
    before: Floats

    def sum_by_shift(self, values: Floats, shifts: int) -> Floats:
        """Return Σ values over the steps of each shift, (shifts,)."""
        return np.bincount(self.shift, weights=values, minlength=shifts).astype(np.float64)


def cut_paid_time(shifts: Sequence[Shift], zone_name: str) -> PaidSteps:
    """Cut the time outside unpaid breaks into steps.

    Paid minutes that fixed work states are spread evenly over this time.
    """
    spans = [(place, *span) for place, shift in enumerate(shifts) for span in _paid_spans(shift)]
    lengths = np.array([(end - start) // STEP for _, start, end in spans], dtype=np.int64)
    owner = np.repeat(np.array([place for place, _, _ in spans], dtype=np.int64), lengths)
    starts = pd.DatetimeIndex([start for _, start, _ in spans], tz="UTC").repeat(lengths)
    within = np.arange(lengths.sum()) - np.repeat(lengths.cumsum() - lengths, lengths)
    steps = starts + pd.to_timedelta(within * STEP_MINUTES, unit="min")
    counts = np.bincount(owner, minlength=len(shifts))
    stated = np.array([shift.paid_minutes for shift in shifts], dtype=np.float64)
    minutes = (stated / np.maximum(counts, 1))[owner]
    first = (counts.cumsum() - counts)[owner]
    before = minutes * (np.arange(len(owner)) - first)
    return PaidSteps(owner, wall_clock(steps, zone_name), minutes, before)


def _paid_spans(shift: Shift) -> list[tuple[datetime, datetime]]:
    """Return the shift's time outside its unpaid breaks, which a faulty rota may have anywhere."""
    spans = []
    begin = shift.start
    for pause in sorted(shift.breaks, key=lambda pause: pause.start):
        if not pause.paid:
            spans.append((begin, min(pause.start, shift.end)))
            begin = max(begin, pause.end)
    return [(start, end) for start, end in (*spans, (begin, shift.end)) if start < end]
