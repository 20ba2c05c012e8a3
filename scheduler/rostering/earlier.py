"""The rows of an agent's options that an earlier rota has, and what it costs to leave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from scheduler.earlier import Earlier
from scheduler.rostering.duties import MINUTE
from scheduler.rostering.fixed import SHIFT
from scheduler.rostering.options import NEVER, Options
from scheduler.rota import Shift

__all__ = ["rows_as_before", "with_stability"]

Bools = npt.NDArray[np.bool_]


def with_stability(
    options: Options,
    earlier: Earlier,
    agent: str,
    *,
    price: float,
    dates: Sequence[date],
    names: Sequence[str],
    origin: datetime,
) -> Options:
    """Return the options less ``price`` on every date on which they are not as in the earlier rota."""
    counted = np.array([earlier.counts(day) for day in dates], dtype=bool)
    before = earlier.by_agent.get(agent, {})
    worked = np.array([bool(before.get(day)) for day in dates], dtype=bool)
    changed = ~rows_as_before(options, before, dates, names, origin) & counted[_day_of(options)]
    base = options.base - price * changed
    off = np.where(counted & worked & (options.off > NEVER), options.off - price, options.off)
    return replace(options, base=base, off=off)


def rows_as_before(
    options: Options,
    before: Mapping[date, Sequence[Shift]],
    dates: Sequence[date],
    names: Sequence[str],
    origin: datetime,
) -> Bools:
    """Tell which options are an earlier rota's shifts of their date: times and templates."""
    number = {name: at for at, name in enumerate(names)}
    wanted = np.full((len(dates), 3), -2, dtype=np.int64)
    for at, day in enumerate(dates):
        shifts = before.get(day, ())
        if len(shifts) == 1:
            (shift,) = shifts
            times = (shift.start - origin) // MINUTE, (shift.end - origin) // MINUTE
            wanted[at] = (*times, number.get(shift.template or "", -1))
    same = (options.rows[:, [0, 1, 5]] == wanted[_day_of(options)]).all(axis=1) & (options.pattern >= 0)
    for at, fixed in options.fixed.items():
        here = slice(int(options.first[at]), int(options.first[at + 1]))
        given = {
            (work.start, work.end, work.shift if work.activity == SHIFT else None) for work in fixed.shifts
        }
        shifts = before.get(dates[at], ())
        alike = given == {(each.start, each.end, each.template) for each in shifts}
        same[here] |= (options.pattern[here] < 0) & alike
    return np.asarray(same, dtype=bool)


def _day_of(options: Options) -> npt.NDArray[np.int64]:
    return np.repeat(np.arange(len(options.off)), np.diff(options.first))
