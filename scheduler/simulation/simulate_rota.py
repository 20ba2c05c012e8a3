"""Simulate a rota: what service will customers get?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from forecasting.dispersion import Dispersion
from forecasting.queues import ChannelKind, Queue, QueueKey
from forecasting.tables import ContactForecast
from scheduler.progress import Progress
from scheduler.rota import Rota
from scheduler.simulation.assumptions import Assumptions
from scheduler.simulation.demand import forecast_demand, forecast_grid
from scheduler.simulation.presence import agent_arrays
from scheduler.simulation.result import SimulationResult
from scheduler.simulation.simulate import simulate
from scheduler.simulation.system import QueueArrays, System
from scheduler.workspace import Workspace

__all__ = ["rota_system", "simulate_rota"]


def simulate_rota(
    workspace: Workspace,
    forecast: ContactForecast,
    rota: Rota,
    *,
    dispersion: Mapping[QueueKey, Dispersion] | None = None,
    assumptions: Assumptions | None = None,
    replications: int = 100,
    seed: int = 1,
    workers: int = 1,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SimulationResult:
    """Return the service that a rota will give, with its spread.

    Parameters
    ----------
    dispersion
        How each queue's contacts vary (``ForecastResult.dispersion``). Queues that it lacks vary as forecasts
        of unknown history do.
    assumptions
        About customers, where the workspace does not say.
    replications, seed, workers, on_progress, should_stop
        As in :func:`scheduler.simulation.simulate.simulate`. Rotas simulated with one seed and forecast meet
        the same contacts.

    Raises
    ------
    InvalidInput
        If the forecast is empty, or has an unknown queue or contacts without a handle time.
    """
    system = rota_system(workspace, forecast, rota, dispersion=dispersion, assumptions=assumptions)
    return simulate(
        system,
        replications=replications,
        seed=seed,
        workers=workers,
        on_progress=on_progress,
        should_stop=should_stop,
    )


def rota_system(
    workspace: Workspace,
    forecast: ContactForecast,
    rota: Rota,
    *,
    dispersion: Mapping[QueueKey, Dispersion] | None = None,
    assumptions: Assumptions | None = None,
) -> System:
    """Return the system that :func:`simulate_rota` plays."""
    assumptions = assumptions or Assumptions()
    grid = forecast_grid(forecast)
    demand, notes = forecast_demand(
        workspace, forecast, grid, dispersion=dispersion or {}, assumptions=assumptions
    )
    queues = [workspace.queues[key] for key in forecast.queues]
    return System(
        queues=_queue_arrays(queues, assumptions),
        agents=agent_arrays(workspace, rota, tuple(forecast.queues), grid.start, grid.seconds),
        demand=demand,
        start=grid.start,
        interval_minutes=grid.interval_minutes,
        notes=notes,
    )


def _queue_arrays(queues: list[Queue], assumptions: Assumptions) -> QueueArrays:
    count = len(queues)
    deferred = np.array([queue.kind is ChannelKind.DEFERRED for queue in queues])
    patience = [np.inf if queue.patience_seconds is None else queue.patience_seconds for queue in queues]
    delay = assumptions.repeat_delay_minutes
    return QueueArrays(
        keys=tuple(queue.key for queue in queues),
        deferred=deferred,
        target=np.array([queue.service_level for queue in queues]),
        limit_seconds=np.where(
            deferred,
            [60.0 * queue.respond_within_minutes for queue in queues],
            [queue.answer_within_seconds for queue in queues],
        ),
        # Nobody stands in line for an e-mail.
        patience_seconds=np.where(deferred, np.inf, patience),
        concurrency=np.array([queue.concurrency for queue in queues]),
        priority=np.array([queue.priority for queue in queues]),
        handle_cv=np.full(count, assumptions.handle_cv),
        repeat_rate=np.array([0.0 if delay is None else queue.repeat_rate for queue in queues]),
        repeat_delay_seconds=np.full(count, 60.0 * (delay or 0.0)),
        redial_rate=np.full(count, assumptions.redial_rate),
        redial_delay_seconds=np.full(count, 60.0 * assumptions.redial_delay_minutes),
    )
