"""From a contact forecast to the staffing requirement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.errors import Fault, InvalidInput
from forecasting.opening import open_intervals
from forecasting.queues import ChannelKind, Queue, QueueKey, Region
from forecasting.tables import QUEUE_COLUMNS, ContactForecast
from scheduler.agents import Agent
from scheduler.contracts import Contract
from scheduler.requirement import StaffingRequirement
from scheduler.sites import Site
from scheduler.staffing.kernels import agents_for_all, service_of_all
from scheduler.staffing.shrinkage import mean_shrinkage
from scheduler.staffing.value import LiveRows
from scheduler.staffing.workload import (
    contacts_to_agents,
    deferred_work,
    lagged,
    offered_load,
    wait_for_opening,
)

__all__ = ["StaffingResult", "staff"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LAG_FROM = 0.5
"""Handle times longer than this share of an interval are no longer short beside it; shorter ones leave every
interval to its own contacts."""
DECIMALS = 4
"""Of required agents: after shrinkage they are no whole numbers."""


@dataclass(frozen=True, eq=False)
class StaffingResult:
    """The requirement, and what a planner should know about how it was made.

    Parameters
    ----------
    live
        Of each live queue, what its intervals hold, in the requirement's order: ``live[key].curves(most)``
        tells what each further agent adds to the service level.
    """

    requirement: StaffingRequirement
    notes: tuple[str, ...] = ()
    live: Mapping[QueueKey, LiveRows] = field(default_factory=dict)


def staff(
    forecast: ContactForecast,
    *,
    queues: Mapping[QueueKey, Queue],
    regions: Mapping[str, Region],
    agents: Mapping[str, Agent],
    sites: Mapping[str, Site],
    contracts: Mapping[str, Contract],
    redial_rate: float = 0.0,
) -> StaffingResult:
    """Return how many agents each queue needs in each interval of a forecast.

    Parameters
    ----------
    redial_rate
        Share of the live contacts who abandon that try again, as often as it takes, [0, 1).

    Notes
    -----
    Contacts first pass deflection and repeats (:func:`contacts_to_agents`).

    Live queues need the fewest whole agents that reach the service target under the occupancy cap
    (:mod:`scheduler.staffing.service`), and none where no contacts are expected. Where handle times are
    longer than half an interval, load counts when it weighs on agents (:func:`lagged`); overloaded intervals
    hand those who wait to the next one (:func:`agents_for_all`). Deferred queues need their
    work done, in agent-intervals; what arrives while closed waits for the next opening. Both are divided by
    1 − shrinkage and kept to four decimals: a queue that needs ten agents at their desks and has a
    shrinkage of 0.1 needs 11.1111 in the rota. ``min_agents`` are people in the rota whenever the queue is
    open, so that shrinkage does not raise them; on a deferred queue they are work for so many agents.
    Closed intervals need nobody.

    ``load_erlangs`` is what reaches agents before shrinkage, redials included. ``service_level`` is expected
    with the agents that the requirement leaves after shrinkage, in whole; NaN without contacts and on
    deferred queues, where the rota decides.

    Raises
    ------
    InvalidInput
        If a queue of the forecast is not known, or has contacts but no handle time.
    """
    frames, notes = [], []
    live: dict[QueueKey, LiveRows] = {}
    for key in forecast.queues:
        queue = queues.get(key)
        if queue is None:
            raise InvalidInput(Fault("the forecast's queues must be in queues.csv", value=str(key)))
        rows = forecast.of(key)
        starts = pd.DatetimeIndex(rows["interval_start"])
        is_open = open_intervals(queue.hours, regions[key.region], starts, forecast.interval_minutes)
        shrinkage = mean_shrinkage(queue, agents, sites, contracts)
        if shrinkage is None and agents:
            notes.append(f"{key}: no agent has the skill, so all of it will be short")
        table, told = _staff_queue(
            queue,
            rows,
            is_open,
            shrinkage=shrinkage or 0.0,
            interval_minutes=forecast.interval_minutes,
            redial_rate=redial_rate,
        )
        notes += [f"{key}: {note}" for note in told]
        if queue.kind is ChannelKind.LIVE:
            live[key] = _live_rows(queue, table, rows, forecast.interval_minutes)
        frames.append(table)
    columns = [*QUEUE_COLUMNS, "interval_start", *StaffingRequirement.columns]
    empty = forecast.frame[[*QUEUE_COLUMNS, "interval_start"]].iloc[:0].reindex(columns=columns)
    frame = pd.concat(frames, ignore_index=True) if frames else empty
    return StaffingResult(StaffingRequirement(frame, forecast.interval_minutes), tuple(notes), live)


def _staff_queue(
    queue: Queue,
    rows: pd.DataFrame,
    is_open: Bools,
    *,
    shrinkage: float,
    interval_minutes: int,
    redial_rate: float,
) -> tuple[pd.DataFrame, list[str]]:
    contacts = contacts_to_agents(queue, rows["contacts"].to_numpy(dtype=np.float64))
    aht = _handle_times(queue, rows)
    load = offered_load(contacts, aht, interval_minutes)
    notes = []
    if queue.kind is ChannelKind.LIVE:
        lost = float(contacts[~is_open].sum())
        if lost > 0:
            notes.append(f"{lost:,.1f} contacts expected outside its hours are not staffed")
        if _lags(load, aht, is_open, interval_minutes):
            notes.append(
                "handle times are longer than half an interval, so that load counts when it is worked on"
            )
            load = lagged(np.where(is_open, load, 0.0), aht, interval_minutes)
        load = np.where(is_open, load, 0.0)
        base, load = _live_agents(queue, load, aht, interval_minutes, redial_rate)
    else:
        load, left = wait_for_opening(load, is_open)
        if left > 0:
            hours = left * interval_minutes / 60 / queue.concurrency
            notes.append(f"{hours:,.1f} agent-hours arrive after its last opening and wait beyond the plan")
        base = deferred_work(queue, load)
    required = np.maximum(base / (1.0 - shrinkage), np.where(is_open, float(queue.min_agents), 0.0))
    required = np.round(required, DECIMALS)
    level = np.full(len(rows), np.nan)
    if queue.kind is ChannelKind.LIVE:
        # Rounding to four decimals must not take a whole agent away.
        present = np.floor(required * (1.0 - shrinkage) + 1e-3).astype(np.int64)
        level = _live_service(queue, present, load, aht)
    table = rows[[*QUEUE_COLUMNS, "interval_start"]].assign(
        agents=required, load_erlangs=load, service_level=level, weight=queue.priority
    )
    return table, notes


def _live_rows(queue: Queue, table: pd.DataFrame, rows: pd.DataFrame, interval_minutes: int) -> LiveRows:
    load = table["load_erlangs"].to_numpy(dtype=np.float64, copy=True)
    aht = _handle_times(queue, rows)
    contacts = load * 60.0 * interval_minutes / aht
    return LiveRows(load, *_in_handle_times(queue, aht), contacts, queue.concurrency)


def _handle_times(queue: Queue, rows: pd.DataFrame) -> Floats:
    """Return seconds per contact, shape (n,): the forecast's, else the queue's own."""
    aht = rows["aht_seconds"].to_numpy(dtype=np.float64, copy=True)
    unknown = ~(aht > 0)
    if queue.aht_seconds is not None:
        aht[unknown] = queue.aht_seconds
    elif (unknown & (rows["contacts"].to_numpy() > 0)).any():
        fault = Fault(
            f"{queue.key} needs aht_seconds, for its history has no handle times",
            file="queues.csv",
            column="aht_seconds",
        )
        raise InvalidInput(fault)
    # Where nothing comes, any handle time is as good; it divides the threshold.
    aht[~(aht > 0)] = 1.0
    return aht


def _lags(load: Floats, aht: Floats, is_open: Bools, interval_minutes: int) -> bool:
    """Tell whether the mean handle time of what comes is longer than half an interval."""
    weight = np.where(is_open, load, 0.0)
    return bool(weight.any()) and bool(np.average(aht, weights=weight) > LAG_FROM * 60 * interval_minutes)


def _live_agents(
    queue: Queue, load: Floats, aht: Floats, interval_minutes: int, redial_rate: float
) -> tuple[Floats, Floats]:
    """Return agents and the load that they are for, each of shape (n,)."""
    wait, patience = _in_handle_times(queue, aht)
    length = 60.0 * interval_minutes / aht
    found, carried = agents_for_all(
        load,
        wait,
        patience,
        length,
        redial_rate,
        queue.service_level,
        queue.max_occupancy,
        queue.concurrency,
    )
    return np.asarray(found, dtype=np.float64), np.asarray(carried, dtype=np.float64)


def _live_service(queue: Queue, agents: npt.NDArray[np.int64], load: Floats, aht: Floats) -> Floats:
    wait, patience = _in_handle_times(queue, aht)
    level = service_of_all(agents * queue.concurrency, load, wait, patience)
    return np.where(load > 0, level, np.nan)


def _in_handle_times(queue: Queue, aht: Floats) -> tuple[Floats, Floats]:
    """Return threshold and patience in units of the handle time; no patience given is 0."""
    return queue.answer_within_seconds / aht, (queue.patience_seconds or 0.0) / aht
