"""The report's part on service: what customers will get, with its spread."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from forecasting.queues import ChannelKind
from scheduler.simulation.intervals import Estimate
from scheduler.simulation.result import SimulationResult

__all__ = ["service_report"]

DECIMALS = 4
COMMON_RATIOS = ("service_level", "asa_seconds", "abandonment")
QUEUE_RATIOS = (*COMMON_RATIOS, "occupancy")


def service_report(result: SimulationResult) -> dict[str, Any]:
    """Return the ``service`` part of ``report.json``.

    Each ratio is ``{"mean", "low", "high"}`` with the ends of its 95 % confidence interval; a day's service
    level also has its quantiles over replications (``p10``, ``p50``, ``p90``), which tell how the day itself
    may turn out. ``meets_target`` is the probability that a queue reaches its target on a date. Counts are
    means per replication. None stands where nothing is known, e.g. the wait of a queue without contacts.
    """
    queues = result.system.queues
    per_replication = 1.0 / max(1, result.replications)
    arrived, in_time = result.measure("arrived"), result.measure("in_time")
    overall = {ratio: result.of_horizon(ratio) for ratio in QUEUE_RATIOS}
    rows = _days(result)
    return {
        "replications": result.replications,
        "seed": result.seed,
        "live": _several(result, ~queues.deferred),
        "deferred": _several(result, queues.deferred),
        "overrun_minutes": _overrun(result),
        "queues": [
            {
                "region": key.region,
                "language": key.language,
                "channel": key.channel,
                "kind": (ChannelKind.DEFERRED if queues.deferred[place] else ChannelKind.LIVE).value,
                "target": _number(queues.target[place]),
                "contacts": _number(arrived[:, place].sum() * per_replication),
                "answered_in_time": _number(in_time[:, place].sum() * per_replication),
                **{ratio: _estimate(overall[ratio], place) for ratio in QUEUE_RATIOS},
                "days": rows[place],
            }
            for place, key in enumerate(queues.keys)
        ],
        "notes": list(result.system.notes),
    }


def _several(result: SimulationResult, chosen: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return the service of all live or of all deferred queues together: their waits are not to be mixed."""
    counts = {
        name: _number(result.measure(measure)[:, chosen].sum() / max(1, result.replications))
        for name, measure in (("contacts", "arrived"), ("answered_in_time", "in_time"))
    }
    return counts | {ratio: _estimate(result.of_several(ratio, chosen), ()) for ratio in COMMON_RATIOS}


def _days(result: SimulationResult) -> list[list[dict[str, Any]]]:
    """Return each queue's dates."""
    ratios = {ratio: result.of_days(ratio) for ratio in (*QUEUE_RATIOS, "backlog")}
    spread = result.spread_of_days("service_level")
    chance = result.chance_of_target()
    arrived, in_time = (result.measure(name).sum(axis=0) for name in ("arrived", "in_time"))
    per_replication = 1.0 / max(1, result.replications)
    rows: list[list[dict[str, Any]]] = [[] for _ in result.system.queues.keys]
    for q, d in np.argwhere(result.counted_dates).tolist():
        day: dict[str, Any] = {
            "date": result.system.demand.dates[d].isoformat(),
            "contacts": _number(arrived[q, d] * per_replication),
            "answered_in_time": _number(in_time[q, d] * per_replication),
            **{ratio: _estimate(estimate, (q, d)) for ratio, estimate in ratios.items()},
            "meets_target": _estimate(chance, (q, d)),
        }
        day["service_level"] |= {name: _number(values[q, d]) for name, values in spread.items()}
        rows[q].append(day)
    return rows


def _overrun(result: SimulationResult) -> dict[str, float | None]:
    """Return minutes per replication that agents work on for the contact in hand."""
    means = result.overrun_seconds.sum(axis=(0, 1)) / 60.0 / max(1, result.replications)
    return {"after_shifts": _number(means[0]), "into_breaks": _number(means[1])}


def _estimate(estimate: Estimate, place: object) -> dict[str, float | None]:
    mean, low, high = estimate.at(place)
    return {"mean": _number(mean), "low": _number(low), "high": _number(high)}


def _number(value: float) -> float | None:
    return round(float(value), DECIMALS) if math.isfinite(value) else None
