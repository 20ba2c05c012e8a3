"""The whole chain in one call: forecast, staff, rota, check, simulate, report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forecasting.errors import InvalidInput
from forecasting.fan_out import FanOut, in_turn
from forecasting.forecast import ForecastResult
from forecasting.grouped import forecast_in_groups
from forecasting.overriding import apply_overrides
from forecasting.tables import ContactForecast
from scheduler.changes import Change, list_changes
from scheduler.check import CheckReport, check
from scheduler.not_yet import features_not_in_effect
from scheduler.options import PlanOptions, with_options
from scheduler.pooling.loop import PooledRota, solve_pooled
from scheduler.progress import Progress, ProgressReport
from scheduler.report import build_report
from scheduler.requirement import StaffingRequirement
from scheduler.results import PlanFiles, rota_table, timeline_table
from scheduler.rostering.result import Limits, RotaResult
from scheduler.rostering.solve import solve
from scheduler.service import service_part, simulate_plan
from scheduler.simulation.result import SimulationResult
from scheduler.staffing.options import Pooling, StaffingOptions
from scheduler.staffing.staff import staff
from scheduler.workspace import Workspace

__all__ = ["Plan", "make_plan", "plan_files"]

DEFAULT_TIME_LIMIT_SECONDS = 120.0


@dataclass(frozen=True, eq=False)
class Plan:
    """One run of the chain: what each step made, and the report on it."""

    workspace: Workspace
    forecast: ContactForecast | None
    requirement: StaffingRequirement
    result: RotaResult
    checked: CheckReport | None
    simulated: SimulationResult | None
    report: dict[str, object]


def limits_of(workspace: Workspace, options: PlanOptions) -> Limits:
    """Return the solver's limits: the options' own, else ``[solver]`` of ``plan.toml``, else defaults."""
    table = workspace.settings.solver

    def choose(given: float | None, name: str) -> float | None:
        stated = table.get(name)
        return given if given is not None else float(stated) if isinstance(stated, int | float) else None

    time_limit = choose(options.time_limit_seconds, "time_limit_seconds")
    work = choose(options.work_limit, "work_limit")
    if time_limit is None and work is None:
        time_limit = DEFAULT_TIME_LIMIT_SECONDS
    return Limits(
        time_seconds=time_limit,
        work=None if work is None else int(work),
        gap=choose(options.gap, "gap"),
        seed=int(choose(options.seed, "seed") or 0),
        workers=int(choose(options.workers, "workers") or 2),
    )


def forecast_and_staff(
    workspace: Workspace, *, fan_out: FanOut = in_turn, on_progress: Progress | None = None
) -> tuple[ForecastResult | None, StaffingRequirement, tuple[str, ...]]:
    """Return forecast (None where a requirement is given), requirement, and notes on both.

    Raises
    ------
    NotEnoughHistory
        If there is nothing to forecast from.
    """
    if workspace.requirement is not None:
        return None, workspace.requirement, ("The requirement was given; nothing was forecast.",)
    predicted = forecast_contacts(workspace, fan_out=fan_out, on_progress=on_progress)
    requirement, notes = staff_contacts(workspace, predicted.forecast, on_progress=on_progress)
    return predicted, requirement, (*predicted.notes, *notes)


def forecast_contacts(
    workspace: Workspace, *, fan_out: FanOut = in_turn, on_progress: Progress | None = None
) -> ForecastResult:
    """Forecast the contacts of the workspace's horizon, with the planners' overrides applied."""
    _tell(on_progress, "forecast", "Forecasting contacts")
    if workspace.history is None:
        raise InvalidInput("a forecast needs contacts.csv or tickets.csv")
    predicted = forecast_in_groups(
        workspace.history,
        queues=workspace.queues,
        regions=workspace.regions,
        events=workspace.events,
        start=workspace.settings.start,
        days=workspace.settings.days,
        interval_minutes=workspace.settings.interval_minutes,
        fan_out=fan_out,
    )
    return apply_overrides(predicted, workspace.overrides, queues=workspace.queues, regions=workspace.regions)


def staff_contacts(
    workspace: Workspace, predicted: ContactForecast, *, on_progress: Progress | None = None
) -> tuple[StaffingRequirement, tuple[str, ...]]:
    """Turn a forecast into the staffing requirement, with notes."""
    _tell(on_progress, "staff", "Turning contacts into agents")
    staffed = staff(
        predicted,
        queues=workspace.queues,
        regions=workspace.regions,
        agents=workspace.agents,
        sites=workspace.sites,
        contracts=workspace.contracts,
        redial_rate=StaffingOptions.of(workspace.settings.staffing).redial_rate,
    )
    return staffed.requirement, staffed.notes


def make_plan(
    workspace: Workspace,
    options: PlanOptions,
    *,
    clock: Callable[[], float],
    fan_out: FanOut = in_turn,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Plan:
    """Run the chain on a workspace.

    Parameters
    ----------
    clock
        Seconds of a monotonic clock; only differences count.
    fan_out
        Where groups of queues are forecast.
    on_progress
        Called with what is being done and how far it is.
    should_stop
        Asked now and then while the rota is built; once it says yes, the best rota so far is the result.

    Raises
    ------
    InvalidInput, NotEnoughHistory
        If the workspace cannot be planned; infeasible is a status in the report instead.
    """
    workspace = with_options(workspace, options)
    limits = limits_of(workspace, options)
    begun = clock()
    predicted, requirement, notes = forecast_and_staff(workspace, fan_out=fan_out, on_progress=on_progress)
    staffed = clock()
    pooled: PooledRota | None = None
    if predicted is not None and _pools(workspace):
        pooled = solve_pooled(
            workspace,
            predicted,
            requirement,
            limits,
            clock=clock,
            on_progress=on_progress,
            should_stop=should_stop,
        )
        requirement, result, notes = pooled.requirement, pooled.result, (*notes, pooled.note())
    else:
        result = solve(
            workspace, requirement, limits, clock=clock, on_progress=on_progress, should_stop=should_stop
        )
    solved = clock()
    _tell(on_progress, "check", "Checking every rule")
    checked = None if result.rota is None else check(workspace, requirement, result.rota)
    changes: tuple[Change, ...] = ()
    if result.rota is not None and checked is not None:
        changes = list_changes(workspace, requirement, result.rota, checked.coverage)
    verified = clock()
    simulated: SimulationResult | None = None
    untold: tuple[str, ...] = ()
    if predicted is not None and result.rota is not None:
        simulated, untold = simulate_plan(
            workspace,
            predicted,
            result.rota,
            seed=limits.seed,
            workers=limits.workers,
            on_progress=on_progress,
            should_stop=should_stop,
        )
    report = build_report(
        workspace,
        forecast=None if predicted is None else predicted.forecast,
        requirement=requirement,
        result=result,
        checked=checked,
        changes=changes,
        service=service_part(workspace, requirement, simulated),
        pooling=None if pooled is None else pooled.report(),
        dispersion={} if predicted is None else predicted.dispersion,
        warnings=(*notes, *untold, *features_not_in_effect(workspace)),
        seed=limits.seed,
        versions=options.versions,
        timings={
            "forecast_and_staffing_seconds": staffed - begun,
            "rota_seconds": solved - staffed,
            "check_seconds": verified - solved,
            "simulation_seconds": clock() - verified,
            "total_seconds": clock() - begun,
        },
    )
    _tell(on_progress, "done", "Done", 1.0)
    return Plan(
        workspace=workspace,
        forecast=None if predicted is None else predicted.forecast,
        requirement=requirement,
        result=result,
        checked=checked,
        simulated=simulated,
        report=report,
    )


def _pools(workspace: Workspace) -> bool:
    return StaffingOptions.of(workspace.settings.staffing).pooling == Pooling.SIMULATE


def plan_files(plan: Plan) -> PlanFiles:
    """Return the plan as the tables of its result files."""
    rota, checked = plan.result.rota, plan.checked
    return PlanFiles(
        forecast=None if plan.forecast is None else plan.forecast.frame,
        requirement=plan.requirement.frame,
        rota=None if rota is None else rota_table(rota, plan.workspace),
        timeline=None if rota is None else timeline_table(rota),
        coverage=None if checked is None else checked.coverage.frame,
        prices=plan.result.prices,
        report=plan.report,
    )


def _tell(on_progress: Progress | None, stage: str, message: str, done: float = 0.0) -> None:
    if on_progress is not None:
        on_progress(ProgressReport(stage=stage, done=done, message=message, best=None))
