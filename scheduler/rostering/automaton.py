"""A contract's counters as states: what each day off or shift does to them, worked out once.

States are all that the rules of runs, weeks, plan, nights and weekends may yet read; symbols are a day off,
each class of shift (paid minutes, night, fixed) on ordinary dates and on weekends that count, a new week
and a new weekend. Rest and forbidden successions are not in it: see :mod:`scheduler.rostering.itinerary`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from scheduler.rostering.kernels.tours import COUNTERS, LIMITS, NEVER, NO_END, rest, work

__all__ = ["Automaton", "ShiftClass", "build_automaton"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ShiftClass = tuple[int, int, int]
"""Paid minutes, night, fixed: what the counters read of a shift."""
AT = {name: place for place, name in enumerate(COUNTERS)}
LIMIT = {name: place for place, name in enumerate(LIMITS)}


@dataclass(frozen=True, eq=False)
class Automaton:
    """States 0 … S − 1 and symbols: 0 off; 1 + 2c a shift of class c, and 2 + 2c on a weekend that counts;
    then a new week, a new weekend.

    Attributes
    ----------
    trans, price
        Next state (−1: not allowed) and what broken rules cost, (S, symbols).
    minutes, plan
        Paid minutes of the week and of the plan, (S,).
    start
        State of each beginning, as given.
    symbol
        First symbol of each class.
    """

    trans: npt.NDArray[np.int32]
    price: Floats
    minutes: Ints
    plan: Ints
    start: tuple[int, ...]
    symbol: dict[ShiftClass, int]


def build_automaton(
    limits: Ints,
    classes: Sequence[ShiftClass],
    starts: Iterable[Ints],
    *,
    week_min: float,
    plan_min: float,
    most: int,
) -> Automaton | None:
    """Return the states that can be reached from the beginnings; None where there are more than ``most``.

    Parameters
    ----------
    limits
        See :data:`scheduler.rostering.kernels.tours.LIMITS`.
    starts
        Counters before the first date, in the order of
        :data:`scheduler.rostering.kernels.tours.COUNTERS`.
    week_min, plan_min
        Minutes beyond which nobody is under contract.
    """
    kept = _kept(limits)
    cap = _caps(limits, week_min, plan_min)
    symbol = {each: 1 + 2 * number for number, each in enumerate(classes)}
    options = [(each, weekend) for each in classes for weekend in (False, True)]
    forbidden = np.zeros((1, 1), dtype=np.bool_)
    found: dict[bytes, int] = {}
    labels: list[Ints] = []

    def number(label: Ints) -> int:
        plain = _bare(label, kept, cap)
        key = plain.tobytes()
        if key not in found:
            found[key] = len(labels)
            labels.append(plain)
        return found[key]

    beginnings = tuple(number(start) for start in starts)
    trans: list[list[int]] = []
    price: list[list[float]] = []
    new = np.empty(len(COUNTERS), dtype=np.int64)
    at = 0
    while at < len(labels):
        if len(labels) > most:
            return None
        label = labels[at]
        at += 1
        costs = [float(rest(label, limits, new))]
        targets = [number(new)]
        for (paid, night, fixed), weekend in options:
            option = np.array([0, 0, paid, night, 0, -1, fixed], dtype=np.int64)
            cost = float(work(label, option, limits, forbidden, weekend, new))
            costs.append(max(cost, NEVER))
            targets.append(-1 if cost <= NEVER else number(new))
        for names, value in ((("week", "days"), 0), (("here",), 0)):
            new[:] = label
            for name in names:
                new[AT[name]] = value
            costs.append(0.0)
            targets.append(number(new))
        trans.append(targets)
        price.append(costs)
    return Automaton(
        np.array(trans, dtype=np.int32),
        np.array(price, dtype=np.float64),
        np.array([label[AT["week"]] for label in labels], dtype=np.int64),
        np.array([label[AT["plan"]] for label in labels], dtype=np.int64),
        beginnings,
        symbol,
    )


def _kept(limits: Ints) -> npt.NDArray[np.bool_]:
    """Tell which counters any rule may yet read."""
    read = {
        "run": True,
        "free": True,
        "week": limits[LIMIT["week_counts"]] > 0,
        "days": limits[LIMIT["max_days_week"]] < 7,
        "plan": limits[LIMIT["plan_counts"]] > 0,
        "nights": limits[LIMIT["max_nights"]] >= 0,
        "weekends": limits[LIMIT["max_weekends"]] >= 0,
        "here": limits[LIMIT["max_weekends"]] >= 0,
    }
    return np.array([bool(read.get(name, False)) for name in COUNTERS])


def _caps(limits: Ints, week_min: float, plan_min: float) -> Ints:
    """Return where counters may stop: at a limit, whatever comes is excess and costs the same."""
    cap = np.full(len(COUNTERS), 1 << 40, dtype=np.int64)
    for name, limit, least in (
        ("week", "max_week", week_min),
        ("days", "max_days_week", 0.0),
        ("plan", "max_plan", plan_min),
        ("nights", "max_nights", 0.0),
        ("weekends", "max_weekends", 0.0),
    ):
        cap[AT[name]] = max(int(limits[LIMIT[limit]]), ceil(least), 0)
    return cap


def _bare(label: Ints, kept: npt.NDArray[np.bool_], cap: Ints) -> Ints:
    """Return the label without what no rule reads; the last shift's end so far back that rest holds."""
    plain = np.minimum(np.where(kept, label, 0), cap)
    plain[AT["end"]] = NO_END
    plain[AT["template"]] = -1
    plain[AT["low"]], plain[AT["high"]] = 1 << 20, -(1 << 20)
    return plain
