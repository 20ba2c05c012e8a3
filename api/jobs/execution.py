"""What the process of one run does around the work itself.

Whatever comes of the run is stored by this process in one transaction; if it dies before that, its worker
sees to the run.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from api.config import load_config
from api.errors import LeaseLost
from api.jobs.beacon import Beacon
from api.jobs.inputs import RunInputs, read_inputs
from api.jobs.patience import patiently
from api.jobs.processes import die_with_parent
from api.logs import log_to_stderr
from api.store.claims import Claim, end_run
from api.store.database import Store, open_store
from api.store.plans import FinishedPlan, save_plan
from api.store.runs import get_run
from api.store.tables import RunStatus
from forecasting.errors import SunrotaError
from scheduler.progress import Progress, ProgressReport

__all__ = ["Work", "run_child"]

logger = logging.getLogger(__name__)


class Work(Protocol):
    """What a run does with a workspace."""

    def __call__(
        self,
        given: RunInputs,
        options: Mapping[str, Any],
        *,
        on_progress: Progress,
        should_stop: Callable[[], bool],
    ) -> FinishedPlan:
        """Make the plan.

        Parameters
        ----------
        given
            What the run works from.
        options
            As given with the run.
        """
        ...


def run_child(arguments: Sequence[str], work: Work) -> int:
    """Do the work of one run; return the exit status: 0 whenever its end is stored."""
    run_id, lease, parent = arguments[0], arguments[1], int(arguments[2])
    die_with_parent(parent)
    config = load_config(os.environ)
    log_to_stderr(config.log_level)
    store = open_store(config)
    try:
        _execute(store, run_id, lease, parent, work)
    except LeaseLost as error:
        logger.warning("%s", error)
    finally:
        store.close()
    return 0


def _execute(store: Store, run_id: str, lease: str, parent: int, work: Work) -> None:
    run = patiently(lambda: get_run(store, run_id))
    claim = Claim(run_id, lease, run.attempt)
    beacon = Beacon(store, run_id, lease, parent)
    try:
        plan = work(
            patiently(lambda: read_inputs(store, run)),
            run.options,
            on_progress=beacon.on_progress,
            should_stop=beacon.should_stop,
        )
        beacon.on_progress(ProgressReport("save", 0.0, "Storing the plan"))
    except SunrotaError as error:
        beacon.close()
        problem = {"code": error.code, "detail": str(error)}
        _fail(store, claim, problem, traceback.format_exc())
        return
    except Exception:
        beacon.close()
        logger.exception("Run %s failed", run_id)
        detail = f"The run met a fault in Sunrota; the operator finds it in the log under {run_id}."
        _fail(store, claim, {"code": "internal_error", "detail": detail}, traceback.format_exc())
        return
    beacon.close()
    status = RunStatus.STOPPED if beacon.should_stop() else RunStatus.DONE
    patiently(lambda: save_plan(store, run_id=run_id, lease=lease, plan=plan, run_status=status))


def _fail(store: Store, claim: Claim, problem: dict[str, Any], trace: str) -> None:
    failed = RunStatus.FAILED
    patiently(lambda: end_run(store, claim, failed, message=problem["detail"], problem=problem, trace=trace))
