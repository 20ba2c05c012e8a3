"""What a planner may choose for one plan; apart from the chain, whose engine takes seconds to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from forecasting.errors import InvalidInput
from forecasting.queues import ChannelKind, Queue, QueueKey
from scheduler.begun import with_begun_work
from scheduler.earlier import Earlier
from scheduler.staffing.options import Effect, with_measured_repeats, without_effects
from scheduler.workspace import Workspace

__all__ = ["PlanOptions", "with_options"]


@dataclass(frozen=True)
class PlanOptions:
    """What a planner may choose for one plan; None leaves it to ``plan.toml`` and its defaults.

    Parameters
    ----------
    start, days
        Another horizon.
    time_limit_seconds
        For the rota alone. Without it and without ``work_limit`` it is two minutes.
    work_limit
        Units of work for the rota: equal inputs, seed and work limit give the same rota.
    gap
        Stop when objective − bound is at most this share of the required agent-hours.
    service_level
        Another target for every live queue, 0–1.
    without
        Effects on volume and on who may serve to leave out, for a what-if.
    workers
        Cores to use.
    earlier
        A rota to begin with; what changes of it has a price, and some of it may have begun.
    versions
        Of the programs that take part, for the report.
    """

    start: date | None = None
    days: int | None = None
    time_limit_seconds: float | None = None
    work_limit: int | None = None
    gap: float | None = None
    seed: int | None = None
    service_level: float | None = None
    without: tuple[Effect, ...] = ()
    workers: int | None = None
    earlier: Earlier | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


def with_options(workspace: Workspace, options: PlanOptions) -> Workspace:
    """Return the workspace with the options' horizon, targets and earlier rota, and what it asks to measure.

    Raises
    ------
    InvalidInput
        If the horizon or the service level is out of range.
    """
    settings = workspace.settings
    days = settings.days if options.days is None else options.days
    if not 1 <= days <= 366:
        raise InvalidInput(f"days must be between 1 and 366, got {days}")
    settings = replace(settings, start=options.start or settings.start, days=days)
    queues = _with_service_level(workspace.queues, options.service_level)
    chosen = with_measured_repeats(replace(workspace, settings=settings, queues=queues))
    if options.earlier is not None:
        chosen = with_begun_work(replace(chosen, earlier=options.earlier))
    return without_effects(chosen, options.without)


def _with_service_level(
    queues: Mapping[QueueKey, Queue], service_level: float | None
) -> Mapping[QueueKey, Queue]:
    if service_level is None:
        return queues
    if not 0 < service_level < 1:
        raise InvalidInput(f"service_level must be between 0 and 1, got {service_level}")
    return {
        key: replace(queue, service_level=service_level) if queue.kind is ChannelKind.LIVE else queue
        for key, queue in queues.items()
    }
