"""A contract's counters as states: what each day off or shift does to them, worked out once.

States are all that the rules of runs, weeks, plan, nights and weekends may yet read; symbols are a day off,
each class of shift (paid minutes, night, fixed, Sunday) on ordinary dates and on weekends that count, and
what else happens between dates. Rest and forbidden successions are not in it: see
:mod:`scheduler.rostering.itinerary`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from scheduler.rostering.kernels.labels import (
    COUNTERS,
    LIMITS,
    NEVER,
    NO_END,
    SPAN,
    finish,
    leave,
    rest,
    work,
)

__all__ = ["BETWEEN", "Automaton", "ShiftClass", "build_automaton"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ShiftClass = tuple[int, int, int, int]
"""Paid minutes, night, fixed, Sunday: what the counters read of a shift."""
BETWEEN = ("new week", "new weekend", "rest had", "rest owed", "given work", "not employed")
"""What else happens than days off and shifts: the last symbols. A weekly rest is had, or owed to the week
before; given work after the horizon counts in the last week; and dates without employment."""
AT = {name: place for place, name in enumerate(COUNTERS)}
LIMIT = {name: place for place, name in enumerate(LIMITS)}


@dataclass(frozen=True, eq=False)
class Automaton:
    """States 0 … S − 1 and symbols: 0 off; 1 + 2c a shift of class c, and 2 + 2c on a weekend that counts;
    then :data:`BETWEEN`.

    Attributes
    ----------
    trans, price
        Next state (−1: not allowed) and what broken rules cost, (S, symbols).
    minutes, plan, need
        Paid minutes of the week and of the plan, and what the weekly rest still needs, (S,).
    last
        Price of ending in a state, (S,).
    start
        State of each beginning, as given.
    symbol
        First symbol of each class.
    """

    trans: npt.NDArray[np.int32]
    price: Floats
    minutes: Ints
    plan: Ints
    need: Ints
    last: Floats
    start: tuple[int, ...]
    symbol: dict[ShiftClass, int]


def build_automaton(
    limits: Ints,
    classes: Sequence[ShiftClass],
    starts: Iterable[Ints],
    *,
    after: Ints,
    ahead: Ints,
    week_min: float,
    plan_min: float,
    most: int,
    leaves: bool,
) -> Automaton | None:
    """Return the states that can be reached from the beginnings; None where there are more than ``most``.

    Parameters
    ----------
    limits
        See :data:`scheduler.rostering.kernels.labels.LIMITS`.
    starts
        Counters before the first date, in the order of
        :data:`scheduler.rostering.kernels.labels.COUNTERS`.
    after, ahead
        Given work after the horizon, as :data:`scheduler.rostering.kernels.labels.SPAN` has the last week's
        and :func:`scheduler.rostering.kernels.labels.finish` reads it.
    week_min, plan_min
        Minutes beyond which nobody is under contract.
    leaves
        Whether anybody has dates without employment.
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
        for (paid, night, fixed, sunday), weekend in options:
            option = np.array([0, 0, paid, night, 0, -1, fixed, sunday], dtype=np.int64)
            cost = float(work(label, option, limits, forbidden, weekend, new))
            costs.append(max(cost, NEVER))
            targets.append(-1 if cost <= NEVER else number(new))
        for change in _between(label, limits, after):
            new[:] = label
            for name, value in change.items():
                new[AT[name]] = value
            costs.append(0.0)
            targets.append(number(new))
        if leaves:
            leave(label, new)
        costs.append(0.0)
        targets.append(number(new) if leaves else -1)
        trans.append(targets)
        price.append(costs)
    return Automaton(
        np.array(trans, dtype=np.int32),
        np.array(price, dtype=np.float64),
        np.array([label[AT["week"]] for label in labels], dtype=np.int64),
        np.array([label[AT["plan"]] for label in labels], dtype=np.int64),
        np.array([label[AT["need"]] for label in labels], dtype=np.int64),
        np.array([finish(label, limits, ahead) for label in labels], dtype=np.float64),
        beginnings,
        symbol,
    )


def _between(label: Ints, limits: Ints, after: Ints) -> Iterator[dict[str, int]]:
    """Yield what each of :data:`BETWEEN` changes of a label."""
    counts = bool(limits[LIMIT["weekly_rest"]] >= 0)
    sundays = int(label[AT["sundays"]]) + 1 if label[AT["sunday"]] else 0
    yield {"week": 0, "days": 0, "sundays": sundays, "sunday": 0, "need": int(counts)}
    yield {"here": 0}
    yield {"need": 0} if counts else {}
    begun = bool(label[AT["week"]] or label[AT["days"]])
    yield {"need": 2} if counts and not begun else {}
    taken = {name: int(after[SPAN.index(name)]) for name in ("days", "sunday")}
    minutes = int(after[SPAN.index("minutes")])
    yield {"week": minutes, **taken} if taken["days"] and not begun else {}


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
        "sundays": limits[LIMIT["max_sundays"]] >= 0,
        "sunday": limits[LIMIT["max_sundays"]] >= 0,
        "need": limits[LIMIT["weekly_rest"]] >= 0,
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
        ("sundays", "max_sundays", 0.0),
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
