"""Who works on a run: claims, leases, progress and ends.

A claim gives its worker a secret, the lease. Every later change of the run names it, so that a worker that
was given up for dead, and comes back, changes nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from api.errors import LeaseLost
from api.store.database import Store
from api.store.runs import ENDED
from api.store.tables import PlanRow, RunRow, RunStatus
from api.store.webhooks import tell_of_run

__all__ = [
    "Claim",
    "Pulse",
    "abandoned",
    "claim_run",
    "end_run",
    "forget_ended_runs",
    "held_run",
    "read_pulse",
    "release_run",
    "renew_lease",
    "report_progress",
    "retry_or_fail",
    "sweep_runs",
]


@dataclass(frozen=True)
class Claim:
    """A run that the holder of ``lease`` works on; ``attempt`` counts from 1."""

    run_id: str
    lease: str
    attempt: int


@dataclass(frozen=True)
class Pulse:
    """Whether a run was asked to stop: why, and when."""

    stop_reason: str | None
    stop_asked: datetime | None


def claim_run(store: Store, *, lease_seconds: float) -> Claim | None:
    """Take the run that has waited longest, if any waits."""
    now = store.clock()
    with store.writing() as session:
        row = session.scalar(
            select(RunRow)
            .where(RunRow.status == RunStatus.QUEUED)
            .order_by(RunRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.status, row.attempt, row.lease = RunStatus.RUNNING, row.attempt + 1, secrets.token_hex(16)
        row.lease_until = now + timedelta(seconds=lease_seconds)
        row.started, row.updated = row.started or now, now
        row.progress, row.stage, row.message, row.best = 0.0, "start", "Starting", None
        return Claim(row.id, row.lease, row.attempt)


def held_run(session: Session, run_id: str, lease: str) -> RunRow:
    """Return the run for a change, if the lease still holds.

    Raises
    ------
    LeaseLost
    """
    row = session.scalar(
        select(RunRow)
        .where(RunRow.id == run_id, RunRow.lease == lease, RunRow.status == RunStatus.RUNNING)
        .with_for_update()
    )
    if row is None:
        raise LeaseLost(f"run {run_id} is no longer ours")
    return row


def renew_lease(store: Store, claim: Claim, *, lease_seconds: float) -> Pulse:
    """Say that the run goes on; hear whether it should stop.

    Raises
    ------
    LeaseLost
    """
    with store.writing() as session:
        row = held_run(session, claim.run_id, claim.lease)
        row.lease_until = store.clock() + timedelta(seconds=lease_seconds)
        return Pulse(row.stop_reason, row.stop_asked)


def read_pulse(store: Store, run_id: str, lease: str) -> Pulse:
    """Look whether the run should stop.

    Raises
    ------
    LeaseLost
    """
    with store.reading() as session:
        row = session.get(RunRow, run_id)
    if row is None or row.lease != lease or row.status != RunStatus.RUNNING:
        raise LeaseLost(f"run {run_id} is no longer ours")
    return Pulse(row.stop_reason, row.stop_asked)


def report_progress(
    store: Store, run_id: str, lease: str, *, progress: float, stage: str, message: str, best: float | None
) -> None:
    """Store how far the run is, 0–1.

    Raises
    ------
    LeaseLost
    """
    with store.writing() as session:
        row = held_run(session, run_id, lease)
        row.progress, row.stage, row.message, row.best = progress, stage, message, best
        row.updated = store.clock()


def end_run(
    store: Store,
    claim: Claim,
    status: RunStatus,
    *,
    message: str,
    problem: dict[str, Any] | None = None,
    trace: str | None = None,
) -> None:
    """End a run that made no plan.

    Parameters
    ----------
    problem
        ``code`` and ``detail`` for whoever asked for the run.
    trace
        For the operator only.

    Raises
    ------
    LeaseLost
    """
    with store.writing() as session:
        row = held_run(session, claim.run_id, claim.lease)
        _end(session, row, store.clock(), status, message=message, problem=problem, trace=trace)


def release_run(store: Store, claim: Claim) -> None:
    """Put a run back into the queue because its worker leaves in good order; no attempt is lost.

    Raises
    ------
    LeaseLost
    """
    with store.writing() as session:
        row = held_run(session, claim.run_id, claim.lease)
        _requeue(row, store.clock(), "Its worker was shut down; waiting for another")
        row.attempt -= 1


def retry_or_fail(store: Store, claim: Claim, *, attempts: int, problem: dict[str, Any]) -> None:
    """Try a run again whose process died, or fail it with the reason after its last attempt.

    Raises
    ------
    LeaseLost
    """
    with store.writing() as session:
        row = held_run(session, claim.run_id, claim.lease)
        _retry_or_fail(session, row, store.clock(), attempts=attempts, problem=problem)


def abandoned(now: datetime) -> ColumnElement[bool]:
    """Condition of runs whose worker has been silent for longer than its lease."""
    return and_(RunRow.status == RunStatus.RUNNING, RunRow.lease_until < now)


def sweep_runs(store: Store, *, attempts: int) -> int:
    """Requeue or fail the runs whose worker has been silent too long; return how many there were."""
    with store.reading() as session:
        if session.scalar(select(RunRow.id).where(abandoned(store.clock())).limit(1)) is None:
            return 0
    with store.writing() as session:
        now = store.clock()
        query = select(RunRow).where(abandoned(now)).with_for_update(skip_locked=True)
        rows = list(session.scalars(query))
        for row in rows:
            problem = {
                "code": "worker_lost",
                "detail": f"The worker died {row.attempt} times while at work on this run.",
            }
            _retry_or_fail(session, row, now, attempts=attempts, problem=problem)
        return len(rows)


def forget_ended_runs(store: Store, *, older_than_days: float) -> int:
    """Delete runs that ended long ago without a plan; return how many."""
    limit = store.clock() - timedelta(days=older_than_days)
    with store.writing() as session:
        result = session.execute(
            delete(RunRow).where(
                RunRow.status.in_(ENDED),
                RunRow.finished < limit,
                RunRow.id.not_in(select(PlanRow.run_id)),
            )
        )
        return int(result.rowcount)  # type: ignore[attr-defined]


def _retry_or_fail(
    session: Session, row: RunRow, now: datetime, *, attempts: int, problem: dict[str, Any]
) -> None:
    if row.stop_asked is not None:
        _end(session, row, now, RunStatus.STOPPED, message="Stopped; it had no result to hand in")
    elif row.attempt < attempts:
        _requeue(row, now, "Its worker died; trying again")
    else:
        _end(session, row, now, RunStatus.FAILED, message=problem["detail"], problem=problem)


def _requeue(row: RunRow, now: datetime, message: str) -> None:
    row.status, row.lease, row.lease_until = RunStatus.QUEUED, None, None
    row.progress, row.stage, row.message, row.best, row.updated = 0.0, "queued", message, None, now


def _end(
    session: Session,
    row: RunRow,
    now: datetime,
    status: RunStatus,
    *,
    message: str,
    problem: dict[str, Any] | None = None,
    trace: str | None = None,
) -> None:
    row.status, row.lease, row.lease_until = status, None, None
    row.stage, row.message, row.problem, row.trace = status.value, message, problem, trace
    row.finished = row.updated = now
    tell_of_run(session, now, row)
