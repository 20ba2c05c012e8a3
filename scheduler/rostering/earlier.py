"""The rows of an agent's options that an earlier rota has, and what it costs to leave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from scheduler.earlier import Earlier
from scheduler.rostering.duties import MINUTE
from scheduler.rostering.fixed import SHIFT, FixedDay
from scheduler.rostering.options import NEVER, Options
from scheduler.rota import Shift

__all__ = ["rows_as_before", "with_stability"]

Bools = npt.NDArray[np.bool_]
Work = tuple[datetime, datetime, str | None]


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
    before = earlier.by_agent.get(agent, {})
    base, off = options.base.copy(), options.off.copy()
    for number, day in enumerate(dates):
        if not earlier.counts(day):
            continue
        here = slice(int(options.first[number]), int(options.first[number + 1]))
        base[here] -= price * ~rows_as_before(options, number, before.get(day, ()), names, origin)
        if before.get(day) and off[number] > NEVER:
            off[number] -= price
    return replace(options, base=base, off=off)


def rows_as_before(
    options: Options, number: int, shifts: Sequence[Shift], names: Sequence[str], origin: datetime
) -> Bools:
    """Tell which options of a date (its number) are the shifts of an earlier rota: times and templates."""
    here = slice(int(options.first[number]), int(options.first[number + 1]))
    same = np.zeros(here.stop - here.start, dtype=bool)
    rows = options.rows[here]
    given = options.pattern[here] < 0
    if len(shifts) == 1:
        (shift,) = shifts
        template = names.index(shift.template) if shift.template in names else -1
        times = (shift.start - origin) // MINUTE, (shift.end - origin) // MINUTE
        same = (rows[:, 0] == times[0]) & (rows[:, 1] == times[1]) & (rows[:, 5] == template) & ~given
    same[given] = _given(options.fixed, number) == {(each.start, each.end, each.template) for each in shifts}
    return same


def _given(fixed: Mapping[int, FixedDay], number: int) -> set[Work]:
    works = fixed[number].shifts if number in fixed else ()
    return {(work.start, work.end, work.shift if work.activity == SHIFT else None) for work in works}
