"""The life of a run with a real worker, real processes and real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest

from api.config import Config
from api.jobs.queue import open_queue
from api.store.database import Store, open_store, utc_now
from api.store.migrate import migrate
from api.store.plans import get_plan
from api.store.runs import ENDED, ask_to_stop, create_run, get_run, plan_of_run
from api.store.tables import RunRow, RunStatus
from api.store.workspaces import add_workspace
from tests.processes import ROOT, running

QUICK = {
    "lease_seconds": 5.0,
    "renew_seconds": 0.5,
    "sweep_seconds": 1.0,
    "run_grace_seconds": 60.0,
    "run_memory_limit_bytes": 300 * 1024 * 1024,
}

# What differs between the databases is claiming, sweeping and waking; the rest is watched on one of them.
on_sqlite = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def quick(config: Config) -> Config:
    """The same settings with short times."""
    return config.model_copy(update=QUICK)


@pytest.fixture
def live_store(quick: Config) -> Iterator[Store]:
    """A store by the machine's clock, which the worker's processes go by too."""
    opened = open_store(quick, utc_now)
    migrate(opened)
    yield opened
    opened.close()


@contextmanager
def worker(config: Config) -> Iterator[subprocess.Popen[str]]:
    """A worker process; killed in the end if it has not left by itself."""
    environment = {**os.environ, **config.environment(), "PYTHONPATH": str(ROOT)}
    with running([sys.executable, "-m", "tests.api.jobs.worker_main"], env=environment) as process:
        yield process


def ask(store: Store, config: Config, act: str, **options: object) -> str:
    """Ask for a run."""
    workspace = add_workspace(store, name="support", summary={}, content=b"zip")
    run = create_run(store, workspace_id=workspace.id, options={"act": act, **options})
    queue = open_queue(config)
    queue.wake()
    queue.close()
    return run.id


def wait_for(store: Store, run_id: str, holds: Callable[[RunRow], bool], seconds: float = 90) -> RunRow:
    """Wait until something holds of the run."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        run = get_run(store, run_id)
        if holds(run):
            return run
        time.sleep(0.05)
    pytest.fail(f"after {seconds} s the run is {run.status}, attempt {run.attempt}: {run.message}")


def ended(run: RunRow) -> bool:
    return run.status in ENDED


def solving(run: RunRow) -> bool:
    return run.stage == "rota"


def child_of(process: subprocess.Popen[str]) -> psutil.Process:
    """The process of the run that the worker is at."""
    (child,) = psutil.Process(process.pid).children()
    return child


@pytest.mark.slow
def test_a_run_makes_a_plan(quick: Config, live_store: Store) -> None:
    with worker(quick):
        run_id = ask(live_store, quick, "plan")
        run = wait_for(live_store, run_id, ended)
    assert (run.status, run.progress, run.attempt) == (RunStatus.DONE, 1.0, 1)
    plan_id = plan_of_run(live_store, run_id)
    assert plan_id is not None
    assert get_plan(live_store, plan_id).status == "optimal"


@on_sqlite
@pytest.mark.slow
def test_a_process_that_has_handed_in_its_plan_leaves_in_peace(
    quick: Config, live_store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    with worker(quick):
        run_id = ask(live_store, quick, "plan, then leave slowly")
        wait_for(live_store, run_id, ended)
        told, deadline = "", time.monotonic() + 30
        while "its process" not in told and time.monotonic() < deadline:
            told += capfd.readouterr().err
            time.sleep(0.1)
    assert "ended with exit status 0" in told
    assert "taken from this worker" not in told


@pytest.mark.slow
def test_a_waiting_worker_is_woken_at_once(quick: Config, live_store: Store) -> None:
    patient = quick.model_copy(update={"sweep_seconds": 600.0})
    with worker(patient):
        wait_for(live_store, ask(live_store, patient, "plan"), ended)
        time.sleep(1)
        asked = time.monotonic()
        wait_for(live_store, ask(live_store, patient, "plan"), lambda run: run.started is not None)
        assert time.monotonic() - asked < 5


@on_sqlite
@pytest.mark.slow
def test_the_sweep_finds_a_run_that_nobody_was_woken_for(quick: Config, live_store: Store) -> None:
    with worker(quick):
        workspace = add_workspace(live_store, name="support", summary={}, content=b"zip")
        run = create_run(live_store, workspace_id=workspace.id, options={"act": "plan"})
        assert wait_for(live_store, run.id, ended).status == RunStatus.DONE


@on_sqlite
@pytest.mark.slow
def test_what_a_planner_can_mend_is_told(quick: Config, live_store: Store) -> None:
    with worker(quick):
        run = wait_for(live_store, ask(live_store, quick, "too little history"), ended)
    assert (run.status, run.attempt) == (RunStatus.FAILED, 1)
    assert run.problem == {
        "code": "not_enough_history",
        "detail": "queue EU/de/phone has 3 days of history, 14 are needed",
    }


@on_sqlite
@pytest.mark.slow
def test_a_bug_is_kept_for_the_operator_only(quick: Config, live_store: Store) -> None:
    with worker(quick):
        run = wait_for(live_store, ask(live_store, quick, "bug"), ended)
    assert (run.status, run.attempt) == (RunStatus.FAILED, 1)
    assert run.problem is not None
    assert run.problem["code"] == "internal_error"
    assert "secret" not in run.problem["detail"] + run.message
    with live_store.reading() as session:
        row = session.get_one(RunRow, run.id)
        assert row.trace is not None
        assert "RuntimeError: secret detail" in row.trace


@on_sqlite
@pytest.mark.slow
def test_stopping_keeps_the_best_so_far(quick: Config, live_store: Store) -> None:
    with worker(quick):
        run_id = ask(live_store, quick, "until stopped")
        run = wait_for(live_store, run_id, solving)
        assert (run.status, run.message, run.best) == (RunStatus.RUNNING, "Solving", 10.0)
        assert 0.25 < run.progress < 1
        ask_to_stop(live_store, run_id)
        run = wait_for(live_store, run_id, ended)
    assert run.status == RunStatus.STOPPED
    plan_id = plan_of_run(live_store, run_id)
    assert plan_id is not None
    assert get_plan(live_store, plan_id).status == "stopped"


@on_sqlite
@pytest.mark.slow
def test_whoever_does_not_stop_is_ended(quick: Config, live_store: Store) -> None:
    strict = quick.model_copy(update={"run_grace_seconds": 1.0})
    with worker(strict) as process:
        run_id = ask(live_store, strict, "for ever")
        wait_for(live_store, run_id, solving)
        child = child_of(process)
        ask_to_stop(live_store, run_id)
        run = wait_for(live_store, run_id, ended)
        assert not child.is_running()
    assert (run.status, run.message) == (RunStatus.STOPPED, "Stopped; it had no result to hand in")
    assert plan_of_run(live_store, run_id) is None


@on_sqlite
@pytest.mark.slow
def test_the_time_limit_keeps_what_there_is(quick: Config, live_store: Store) -> None:
    limited = quick.model_copy(update={"run_time_limit_seconds": 2.0})
    with worker(limited):
        run_id = ask(live_store, limited, "until stopped")
        run = wait_for(live_store, run_id, ended)
    assert (run.status, run.stop_reason) == (RunStatus.STOPPED, "time_limit")
    assert plan_of_run(live_store, run_id) is not None


@on_sqlite
@pytest.mark.slow
def test_the_time_limit_ends_who_has_nothing(quick: Config, live_store: Store) -> None:
    limited = quick.model_copy(update={"run_time_limit_seconds": 2.0, "run_grace_seconds": 1.0})
    with worker(limited):
        run = wait_for(live_store, ask(live_store, limited, "for ever"), ended)
    assert run.status == RunStatus.FAILED
    assert run.problem == {"code": "time_limit", "detail": "The run took longer than 2 s."}


@on_sqlite
@pytest.mark.slow
def test_the_memory_limit_ends_a_run(quick: Config, live_store: Store) -> None:
    with worker(quick):
        run = wait_for(live_store, ask(live_store, quick, "memory"), ended)
    assert (run.status, run.attempt) == (RunStatus.FAILED, 1)
    assert run.problem == {"code": "memory_limit", "detail": "The run used more than 300 MiB of memory."}


@on_sqlite
@pytest.mark.slow
def test_a_crash_is_tried_again_then_told(quick: Config, live_store: Store) -> None:
    with worker(quick):
        run = wait_for(live_store, ask(live_store, quick, "segfault"), ended)
    assert (run.status, run.attempt) == (RunStatus.FAILED, 2)
    assert run.problem == {
        "code": "process_died",
        "detail": "The process of the run was ended by SIGSEGV (attempt 2).",
    }


@pytest.mark.slow
def test_a_killed_worker_leaves_no_solver_and_its_run_is_tried_again(
    quick: Config, live_store: Store
) -> None:
    with worker(quick) as process:
        run_id = ask(live_store, quick, "until stopped")
        wait_for(live_store, run_id, solving)
        child = child_of(process)
        process.kill()
        process.wait()
        child.wait(5)
    with worker(quick) as process:
        run = wait_for(live_store, run_id, lambda run: run.attempt == 2 and solving(run))
        assert run.status == RunStatus.RUNNING
        process.kill()
    with worker(quick):
        run = wait_for(live_store, run_id, ended)
    assert run.status == RunStatus.FAILED
    assert run.problem == {
        "code": "worker_lost",
        "detail": "The worker died 2 times while at work on this run.",
    }


@on_sqlite
@pytest.mark.slow
def test_a_worker_that_leaves_in_good_order(quick: Config, live_store: Store) -> None:
    short = quick.model_copy(update={"run_slots": 2, "run_grace_seconds": 10.0})
    with worker(short) as process:
        long_run = ask(live_store, short, "for ever")
        wait_for(live_store, long_run, solving)
        short_run = ask(live_store, short, "briefly", seconds=1.0)
        wait_for(live_store, short_run, solving)
        process.terminate()
        assert process.wait(60) == 0
    assert get_run(live_store, short_run).status == RunStatus.DONE, "what can be finished is"
    run = get_run(live_store, long_run)
    assert (run.status, run.attempt) == (RunStatus.QUEUED, 0), "the rest waits for another worker"


@on_sqlite
@pytest.mark.slow
def test_a_worker_that_was_frozen_lets_go(quick: Config, live_store: Store) -> None:
    with worker(quick) as frozen:
        run_id = ask(live_store, quick, "until stopped")
        wait_for(live_store, run_id, solving)
        child = child_of(frozen)
        frozen.send_signal(signal.SIGSTOP)
        child.suspend()
        with worker(quick):
            wait_for(live_store, run_id, lambda run: run.attempt == 2 and solving(run))
            frozen.send_signal(signal.SIGCONT)
            child.resume()
            child.wait(10)
            assert get_run(live_store, run_id).attempt == 2
            ask_to_stop(live_store, run_id)
            run = wait_for(live_store, run_id, ended)
    assert run.status == RunStatus.STOPPED
    assert plan_of_run(live_store, run_id) is not None
