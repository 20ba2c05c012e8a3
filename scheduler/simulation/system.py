"""A contact centre as arrays: queues, agents, their presence, and the contacts that are expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from forecasting.queues import QueueKey

__all__ = ["AgentArrays", "Demand", "QueueArrays", "System"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class QueueArrays:
    """What was promised to whom, and how they behave; every array has shape (Q,).

    Parameters
    ----------
    keys
        Names, in the order of all arrays.
    deferred
        Whether contacts may wait for their deadline.
    target
        Share of contacts to be in time, 0–1.
    limit_seconds
        Live: the threshold within which a contact is to be picked up. Deferred: the time from arrival within
        which its reply is to be sent.
    patience_seconds
        Mean of the exponential time that a customer waits; inf: nobody abandons.
    concurrency
        Contacts that one agent holds at once, at least 1.
    priority
        A higher one is served first among live queues.
    handle_cv
        Coefficient of variation of the lognormal handle time; NaN makes it exponential, as the Erlang
        formulas assume.
    repeat_rate, repeat_delay_seconds
        Share of handled contacts that come back, and the mean of the exponential time until then.
    redial_rate, redial_delay_seconds
        The same of customers who abandoned.
    """

    keys: tuple[QueueKey, ...]
    deferred: Flags
    target: Floats
    limit_seconds: Floats
    patience_seconds: Floats
    concurrency: Ints
    priority: Floats
    handle_cv: Floats
    repeat_rate: Floats
    repeat_delay_seconds: Floats
    redial_rate: Floats
    redial_delay_seconds: Floats

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            _check_shape(f"queues.{name}", getattr(self, name), (len(self.keys),))
        _check("queues.target must be in [0, 1]", (self.target >= 0) & (self.target <= 1))
        _check("queues.concurrency must be at least 1", self.concurrency >= 1)
        _check("queues.handle_cv must not be negative", ~(self.handle_cv < 0))
        for name in ("limit_seconds", "patience_seconds", "repeat_delay_seconds", "redial_delay_seconds"):
            _check(f"queues.{name} must not be negative", getattr(self, name) >= 0)
        for name in ("repeat_rate", "redial_rate"):
            rate = getattr(self, name)
            _check(f"queues.{name} must be in [0, 1)", (rate >= 0) & (rate < 1))


@dataclass(frozen=True, eq=False)
class AgentArrays:
    """Who can serve what, how fast, and when.

    Parameters
    ----------
    names
        Of A agents.
    speed
        Shape (A, Q): relative to a full agent; 0 without the skill.
    absence
        Shape (A,): probability that an agent misses a whole segment, [0, 1).
    segments
        Shape (S, 2): start and end of each time ready for contacts, in seconds from the horizon's start,
        inside the horizon; those of one agent neither overlap nor touch.
    segment_agent
        Shape (S,).
    shift_goes_on
        Shape (S,): whether a break or an activity follows, rather than the end of the shift.
    translates
        Shape (A, Q): where ``speed`` is that of machine translation, by which an agent serves a queue only
        while nobody is present who knows its language, or the rota plans it. None: nowhere.
    relief, relief_queue
        Shapes (R, 2) and (R,): start and end of each time, in seconds from the horizon's start, in which the
        rota plans that somebody translates a queue; those of one queue do not overlap. None: never.
    """

    names: tuple[str, ...]
    speed: Floats
    absence: Floats
    segments: Floats
    segment_agent: Ints
    shift_goes_on: Flags
    translates: Flags | None = None
    relief: Floats | None = None
    relief_queue: Ints | None = None

    def __post_init__(self) -> None:
        count = len(self.segments)
        _check_shape("agents.speed", self.speed, (len(self.names), self.speed.shape[-1]))
        _check_shape("agents.absence", self.absence, (len(self.names),))
        _check_shape("agents.segments", self.segments, (count, 2))
        _check_shape("agents.segment_agent", self.segment_agent, (count,))
        _check_shape("agents.shift_goes_on", self.shift_goes_on, (count,))
        if self.translates is not None:
            _check_shape("agents.translates", self.translates, self.speed.shape)
        if self.relief is not None and self.relief_queue is not None:
            _check_shape("agents.relief", self.relief, (len(self.relief_queue), 2))
            _check("agents.relief must end after its start", self.relief[:, 0] < self.relief[:, 1])
        _check("agents.speed must not be negative", self.speed >= 0)
        _check("agents.absence must be in [0, 1)", (self.absence >= 0) & (self.absence < 1))
        _check("agents.segment_agent must name an agent", self.segment_agent < len(self.names))
        _check("agents.segments must end after their start", self.segments[:, 0] < self.segments[:, 1])
        order = np.lexsort((self.segments[:, 0], self.segment_agent))
        same = np.diff(self.segment_agent[order]) == 0
        apart = self.segments[order[1:], 0] > self.segments[order[:-1], 1]
        _check("agents.segments of one agent must lie apart", apart | ~same)


@dataclass(frozen=True, eq=False)
class Demand:
    """Contacts that are expected, and how they vary from day to day.

    Parameters
    ----------
    contacts
        Shape (Q, I): mean first contacts of each interval.
    aht_seconds
        Shape (Q, I): mean handle time at speed 1, of contacts that arrive in the interval.
    day
        Shape (Q, I): place in ``dates`` of the queue's local date, −1 where none is counted.
    dates
        Local dates.
    day_variance, interval_variance
        Shapes (Q,) and (Q, I): variances of the gamma factors, of mean 1, that all contacts of a queue's date
        have in common, and that each interval has for itself, besides Poisson noise: the model of
        :mod:`forecasting.dispersion` (Avramidis, Deslauriers & L'Ecuyer 2004). 0.01 is a coefficient of
        variation of 10 %.
    shared, persistence
        Shape (Q,): share of a date's luck that all queues have in common, and correlation of successive
        intervals' own factors, as :mod:`forecasting.paths` joins them. None: 0, all by itself.
    paths
        Shape (R, Q, I): sample paths of expected contacts, one a replication, then again from the first.
        Where given, they stand instead of ``contacts`` and of the factors.
    """

    contacts: Floats
    aht_seconds: Floats
    day: Ints
    dates: tuple[date, ...]
    day_variance: Floats
    interval_variance: Floats
    shared: Floats | None = None
    persistence: Floats | None = None
    paths: npt.NDArray[np.floating] | None = None

    def __post_init__(self) -> None:
        shape = self.contacts.shape
        _check_shape("demand.aht_seconds", self.aht_seconds, shape)
        _check_shape("demand.day", self.day, shape)
        _check("demand.contacts must be finite and not negative", _sane(self.contacts))
        _check("demand.aht_seconds must be finite and not negative", _sane(self.aht_seconds))
        _check("demand.day must name a date or be -1", (self.day >= -1) & (self.day < len(self.dates)))
        _check_shape("demand.day_variance", self.day_variance, shape[:1])
        _check_shape("demand.interval_variance", self.interval_variance, shape)
        for name in ("day_variance", "interval_variance"):
            _check(f"demand.{name} must be finite and not negative", _sane(getattr(self, name)))
        for name in ("shared", "persistence"):
            if (share := getattr(self, name)) is not None:
                _check_shape(f"demand.{name}", share, shape[:1])
                _check(f"demand.{name} must be in [0, 1]", (share >= 0) & (share <= 1))
        if self.paths is not None:
            _check_shape("demand.paths", self.paths, (len(self.paths), *shape))
            _check("demand.paths must hold a path", np.asarray([len(self.paths) > 0]))
            _check("demand.paths must be finite and not negative", _sane(self.paths))


@dataclass(frozen=True, eq=False)
class System:
    """All that a simulation needs: queues, agents, demand, and when the first interval starts (UTC).

    ``notes`` tell, in a planner's words, what was left out or assumed in building it.
    """

    queues: QueueArrays
    agents: AgentArrays
    demand: Demand
    start: datetime
    interval_minutes: int
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        queues, intervals = self.demand.contacts.shape
        if queues != len(self.queues.keys) or queues != self.agents.speed.shape[1]:
            raise ValueError("demand, queues and agents must know the same queues")
        end = intervals * self.step_seconds
        inside = (self.agents.segments >= 0) & (self.agents.segments <= end)
        _check("agents.segments must lie inside the horizon", inside)

    @property
    def step_seconds(self) -> float:
        """Length of an interval."""
        return 60.0 * self.interval_minutes

    @property
    def intervals(self) -> int:
        """Number of intervals."""
        return int(self.demand.contacts.shape[1])


def _sane(values: npt.NDArray[np.floating]) -> Flags:
    sane: Flags = np.isfinite(values) & (values >= 0)
    return sane


def _check_shape(name: str, value: object, shape: tuple[int, ...]) -> None:
    got = value.shape if isinstance(value, np.ndarray) else (len(value),)  # type: ignore[arg-type]
    if got != shape:
        raise ValueError(f"{name} must have shape {shape}, got {got}")


def _check(rule: str, holds: Flags) -> None:
    if not np.all(holds):
        raise ValueError(f"{rule}; it does not hold at {tuple(np.argwhere(~holds)[0].tolist())}")
