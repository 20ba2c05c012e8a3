"""A run's process whose work is told by the run's options: real in all but the planning."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from api.jobs.execution import run_child
from api.jobs.inputs import RunInputs
from api.store.plans import FinishedPlan
from forecasting.errors import NotEnoughHistory
from scheduler.progress import Progress, ProgressReport
from tests.api.plans import finished_plan


def work(
    given: RunInputs, options: Mapping[str, Any], *, on_progress: Progress, should_stop: Callable[[], bool]
) -> FinishedPlan:
    """Do what ``options["act"]`` says; without it, make a plan at once."""
    assert given.content
    on_progress(ProgressReport("rota", 0.5, "Solving", best=10.0))
    match options.get("act", "plan"):
        case "plan":
            return finished_plan()
        case "plan, then leave slowly":
            atexit.register(time.sleep, 2)
            return finished_plan()
        case "until stopped":
            while not should_stop():
                time.sleep(0.02)
            return finished_plan(status="stopped")
        case "for ever":
            while True:
                time.sleep(1)
        case "briefly":
            time.sleep(options["seconds"])
            return finished_plan()
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "too little history":
            raise NotEnoughHistory("queue EU/de/phone has 3 days of history, 14 are needed")
        case "bug":
            raise RuntimeError("secret detail")
        case "memory":
            held = [b"x" * 300 * 1024 * 1024]
            while held:
                time.sleep(1)
    raise AssertionError(options)


if __name__ == "__main__":
    sys.exit(run_child(sys.argv[1:], work))
