"""Contact centres made by hand, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from forecasting.queues import QueueKey
from scheduler.simulation.system import AgentArrays, Demand, QueueArrays, System

__all__ = ["EXPONENTIAL", "FIRST_DATE", "Line", "Person", "centre"]

FIRST_DATE = date(2026, 1, 5)
HOURS_A_DAY = 24
EXPONENTIAL = float("nan")
"""Coefficient of variation that stands for exponential handle times."""


@dataclass(frozen=True)
class Line:
    """A queue and the contacts that come to it.

    ``per_hour`` is a rate, or one for each interval; ``limit`` is in seconds.
    """

    per_hour: float | Sequence[float] = 0.0
    aht: float = 180.0
    deferred: bool = False
    target: float = 0.8
    limit: float = 20.0
    patience: float = float("inf")
    concurrency: int = 1
    priority: float = 1.0
    cv: float = EXPONENTIAL
    repeat: tuple[float, float] = (0.0, 0.0)
    redial: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Person:
    """An agent: speeds per queue, hours of presence (None: always), whether the shift goes on after each."""

    speeds: tuple[float, ...] = (1.0,)
    present: tuple[tuple[float, float], ...] | None = None
    absence: float = 0.0
    goes_on: tuple[bool, ...] = ()


def centre(
    lines: Sequence[Line],
    people: Sequence[Person],
    *,
    days: int = 1,
    interval_minutes: int = 15,
    day_variance: float = 0.0,
    interval_variance: float = 0.0,
    paths: npt.NDArray[np.floating] | None = None,
) -> System:
    """Return a system whose dates are days in UTC."""
    intervals = days * HOURS_A_DAY * 60 // interval_minutes
    rates = [np.broadcast_to(np.asarray(line.per_hour, dtype=np.float64), (intervals,)) for line in lines]
    segments, owner, goes_on = [], [], []
    for place, person in enumerate(people):
        present = ((0.0, float(days * HOURS_A_DAY)),) if person.present is None else person.present
        for number, (start, end) in enumerate(present):
            segments.append((start * 3600.0, end * 3600.0))
            owner.append(place)
            goes_on.append(number < len(person.goes_on) and person.goes_on[number])
    return System(
        queues=QueueArrays(
            keys=tuple(QueueKey("r", "en", f"q{place}") for place in range(len(lines))),
            deferred=np.array([line.deferred for line in lines]),
            target=np.array([line.target for line in lines]),
            limit_seconds=np.array([line.limit for line in lines]),
            patience_seconds=np.array([line.patience for line in lines]),
            concurrency=np.array([line.concurrency for line in lines]),
            priority=np.array([line.priority for line in lines]),
            handle_cv=np.array([line.cv for line in lines]),
            repeat_rate=np.array([line.repeat[0] for line in lines]),
            repeat_delay_seconds=np.array([line.repeat[1] for line in lines]),
            redial_rate=np.array([line.redial[0] for line in lines]),
            redial_delay_seconds=np.array([line.redial[1] for line in lines]),
        ),
        agents=AgentArrays(
            names=tuple(f"a{place}" for place in range(len(people))),
            speed=np.array([person.speeds for person in people], dtype=np.float64).reshape(-1, len(lines)),
            absence=np.array([person.absence for person in people], dtype=np.float64),
            segments=np.array(segments, dtype=np.float64).reshape(-1, 2),
            segment_agent=np.array(owner, dtype=np.int64),
            shift_goes_on=np.array(goes_on, dtype=bool),
        ),
        demand=Demand(
            contacts=np.stack(rates) * interval_minutes / 60.0,
            aht_seconds=np.array([np.full(intervals, line.aht) for line in lines]),
            day=np.tile(np.repeat(np.arange(days), intervals // days), (len(lines), 1)),
            dates=tuple(FIRST_DATE + timedelta(days=step) for step in range(days)),
            day_variance=np.full(len(lines), day_variance),
            interval_variance=np.full((len(lines), intervals), interval_variance),
            paths=paths,
        ),
        start=datetime.combine(FIRST_DATE, datetime.min.time(), tzinfo=UTC),
        interval_minutes=interval_minutes,
    )
