"""Runs in the store: queue, leases, ends; on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, StatementError

from api.errors import Conflict, LeaseLost, NotFound
from api.store.claims import (
    Claim,
    claim_run,
    end_run,
    forget_ended_runs,
    release_run,
    renew_lease,
    report_progress,
    retry_or_fail,
    sweep_runs,
)
from api.store.database import Store
from api.store.plans import save_plan
from api.store.runs import ask_to_stop, create_run, get_run, list_runs
from api.store.tables import RunStatus, WorkspaceRow
from api.store.workspaces import add_workspace, delete_workspace, get_workspace, list_workspaces
from tests.api.conftest import Clock
from tests.api.plans import finished_plan

LEASE = 20.0
PROBLEM = {"code": "worker_lost", "detail": "The worker died."}


@pytest.fixture
def workspace_id(store: Store) -> str:
    return add_workspace(store, name="support", summary={}, content=b"zip").id


def queued(store: Store, workspace_id: str) -> str:
    return create_run(store, workspace_id=workspace_id, options={"seed": 1}).id


def claimed(store: Store) -> Claim:
    claim = claim_run(store, lease_seconds=LEASE)
    assert claim is not None
    return claim


def test_a_name_given_again_is_the_next_version(store: Store, workspace_id: str, clock: Clock) -> None:
    clock.turn(1)
    second = add_workspace(store, name="support", summary={}, content=b"other")
    clock.turn(1)
    other = add_workspace(store, name="sales", summary={}, content=b"zip")
    assert (second.version, other.version) == (2, 1)
    assert [row.id for row in list_workspaces(store, limit=2)] == [other.id, second.id]
    assert [row.id for row in list_workspaces(store, limit=5, before=second.id)] == [workspace_id]


def test_runs_are_claimed_in_the_order_of_asking(store: Store, workspace_id: str, clock: Clock) -> None:
    ids = []
    for _ in range(3):
        ids.append(queued(store, workspace_id))
        clock.turn(1)
    assert [claimed(store).run_id for _ in ids] == ids
    assert claim_run(store, lease_seconds=LEASE) is None
    assert [run.id for run in list_runs(store, limit=9)] == ids[::-1]


def test_uploads_at_the_same_moment_get_versions_of_their_own(store: Store) -> None:
    def upload(_: int) -> int:
        return add_workspace(store, name="support", summary={}, content=b"zip").version

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(upload, range(8))) == list(range(1, 9))


def test_a_run_of_no_workspace_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="there is no workspace nowhere"):
        create_run(store, workspace_id="nowhere", options={})


def test_many_workers_share_the_runs_without_taking_one_twice(store: Store, workspace_id: str) -> None:
    wanted = {queued(store, workspace_id) for _ in range(24)}
    taken: list[str] = []

    def work() -> None:
        while (claim := claim_run(store, lease_seconds=LEASE)) is not None:
            taken.append(claim.run_id)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # PostgreSQL skips rows that another claim holds at that moment, so a worker may leave early.
    work()
    assert sorted(taken) == sorted(wanted)


def test_a_silent_worker_loses_the_run_and_can_change_nothing(
    store: Store, workspace_id: str, clock: Clock
) -> None:
    run_id = queued(store, workspace_id)
    lost = claimed(store)
    clock.turn(LEASE - 1)
    assert sweep_runs(store, attempts=2) == 0
    renew_lease(store, lost, lease_seconds=LEASE)
    clock.turn(LEASE + 1)
    assert sweep_runs(store, attempts=2) == 1
    assert get_run(store, run_id).status == RunStatus.QUEUED
    again = claimed(store)
    assert (again.run_id, again.attempt) == (run_id, 2)
    with pytest.raises(LeaseLost):
        renew_lease(store, lost, lease_seconds=LEASE)
    with pytest.raises(LeaseLost):
        report_progress(store, run_id, lost.lease, progress=0.5, stage="rota", message="", best=None)
    with pytest.raises(LeaseLost):
        end_run(store, lost, RunStatus.FAILED, message="")
    clock.turn(LEASE + 1)
    assert sweep_runs(store, attempts=2) == 1
    run = get_run(store, run_id)
    assert run.status == RunStatus.FAILED
    assert run.problem == {
        "code": "worker_lost",
        "detail": "The worker died 2 times while at work on this run.",
    }
    assert run.finished == clock.now


def test_leaving_in_good_order_costs_no_attempt(store: Store, workspace_id: str) -> None:
    run_id = queued(store, workspace_id)
    release_run(store, claimed(store))
    assert get_run(store, run_id).status == RunStatus.QUEUED
    assert claimed(store).attempt == 1


def test_stopping(store: Store, workspace_id: str, clock: Clock) -> None:
    waiting, working = queued(store, workspace_id), None
    assert ask_to_stop(store, waiting).status == RunStatus.STOPPED
    working = queued(store, workspace_id)
    claim = claimed(store)
    assert claim.run_id == working
    assert renew_lease(store, claim, lease_seconds=LEASE).stop_asked is None
    asked = clock.now
    assert ask_to_stop(store, working).status == RunStatus.RUNNING
    clock.turn(2)
    ask_to_stop(store, working)
    pulse = renew_lease(store, claim, lease_seconds=LEASE)
    assert (pulse.stop_reason, pulse.stop_asked) == ("asked", asked), "the second asking changes nothing"
    retry_or_fail(store, claim, attempts=2, problem=PROBLEM)
    assert get_run(store, working).status == RunStatus.STOPPED, "whoever was asked to stop is not retried"


def test_a_failed_run_keeps_its_reason(store: Store, workspace_id: str) -> None:
    run_id = queued(store, workspace_id)
    claim = claimed(store)
    report_progress(store, run_id, claim.lease, progress=0.5, stage="rota", message="Solving", best=12.5)
    run = get_run(store, run_id)
    assert (run.progress, run.stage, run.message, run.best) == (0.5, "rota", "Solving", 12.5)
    end_run(store, claim, RunStatus.FAILED, message="no", problem=PROBLEM, trace="Traceback")
    run = get_run(store, run_id)
    assert (run.status, run.problem, run.message) == (RunStatus.FAILED, PROBLEM, "no")


def test_old_runs_without_a_plan_are_forgotten(store: Store, workspace_id: str, clock: Clock) -> None:
    old = queued(store, workspace_id)
    end_run(store, claimed(store), RunStatus.FAILED, message="")
    planned = queued(store, workspace_id)
    claim = claimed(store)
    save_plan(store, run_id=planned, lease=claim.lease, plan=finished_plan(), run_status=RunStatus.DONE)
    clock.turn(31 * 24 * 3600)
    young = queued(store, workspace_id)
    end_run(store, claimed(store), RunStatus.FAILED, message="")
    waiting = queued(store, workspace_id)
    assert forget_ended_runs(store, older_than_days=30) == 1
    assert {run.id for run in list_runs(store, limit=9)} == {young, waiting, planned}
    with pytest.raises(NotFound):
        get_run(store, old)


def test_no_row_points_at_nothing(store: Store, workspace_id: str) -> None:
    queued(store, workspace_id)
    with pytest.raises(IntegrityError), store.writing() as session:
        session.execute(delete(WorkspaceRow))
    assert get_workspace(store, workspace_id).name == "support", "a change that fails changes nothing"


def test_an_instant_has_a_zone(store: Store, workspace_id: str) -> None:
    with pytest.raises(StatementError, match="has no time zone"), store.writing() as session:
        session.get_one(WorkspaceRow, workspace_id).created = datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001


def test_a_workspace_at_work_is_kept(store: Store, workspace_id: str) -> None:
    queued(store, workspace_id)
    with pytest.raises(Conflict, match="a run is at work"):
        delete_workspace(store, workspace_id)
    end_run(store, claimed(store), RunStatus.FAILED, message="")
    delete_workspace(store, workspace_id)
    with pytest.raises(NotFound):
        get_workspace(store, workspace_id)
