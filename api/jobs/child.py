"""The process of one run: ``python -m api.jobs.child RUN_ID LEASE PARENT_PID``, started by a worker."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from api.jobs.beginning import earlier_rota
from api.jobs.directory import with_people
from api.jobs.execution import run_child
from api.jobs.inputs import RunInputs
from api.jobs.outcome import finish_plan
from api.store.plans import FinishedPlan
from api.versions import program_versions
from api.workspace.read import read_workspace
from forecasting.timegrid import parse_instant
from scheduler.options import PlanOptions
from scheduler.plan import make_plan
from scheduler.progress import Progress
from scheduler.staffing.options import Effect
from scheduler.workspace import Workspace

__all__ = ["plan_run"]


def plan_run(
    given: RunInputs, options: Mapping[str, Any], *, on_progress: Progress, should_stop: Callable[[], bool]
) -> FinishedPlan:
    """Plan a stored workspace, as the company's directory has its people, with the options of a run."""
    workspace = with_people(_unpack(given.content), given.people)
    earlier = None
    if given.earlier is not None:
        keep_before = options.get("keep_before")
        instant = None if keep_before is None else parse_instant(keep_before)
        earlier = earlier_rota(given.earlier, workspace, instant)
    plan = make_plan(
        workspace,
        replace(_plan_options(options), earlier=earlier),
        clock=time.monotonic,
        on_progress=on_progress,
        should_stop=should_stop,
    )
    return finish_plan(
        plan.workspace,
        options=options,
        forecast=plan.forecast,
        requirement=plan.requirement,
        rota=plan.result.rota,
        coverage=None if plan.checked is None else plan.checked.coverage,
        report=plan.report,
    )


def _unpack(content: bytes) -> Workspace:
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "workspace.zip"
        archive.write_bytes(content)
        return read_workspace(archive)


def _plan_options(options: Mapping[str, Any]) -> PlanOptions:
    start = options.get("start")
    names = ("days", "time_limit_seconds", "work_limit", "gap", "seed", "service_level")
    return PlanOptions(
        start=None if start is None else date.fromisoformat(start),
        without=tuple(Effect(name) for name in options.get("without") or ()),
        versions=program_versions(),
        **{name: options[name] for name in names if options.get(name) is not None},
    )


if __name__ == "__main__":
    sys.exit(run_child(sys.argv[1:], plan_run))
