"""Finished plans: kept whole, in the same moment in which their run ends."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Row, Select, insert, select

from api.errors import NotFound
from api.store.claims import held_run
from api.store.database import Store
from api.store.ids import new_id
from api.store.shift_columns import shift_columns
from api.store.tables import PlanFileRow, PlanRow, RunStatus, ShiftRow
from api.store.webhooks import tell_of_run

__all__ = [
    "FinishedPlan",
    "PlanShifts",
    "find_shifts",
    "get_plan",
    "list_plans",
    "plan_batches",
    "plan_report",
    "plan_table",
    "save_plan",
    "stream_shifts",
    "table_digest",
]

BATCH = 2000


@dataclass(frozen=True, eq=False)
class FinishedPlan:
    """What a run hands in.

    Parameters
    ----------
    status
        The rota's: optimal, feasible, infeasible, stopped or no_solution.
    settings
        What was asked for, defaults filled in.
    summary
        The few figures that lists show.
    report
        The whole report; holds nothing that JSON cannot say (no NaN).
    shifts
        Rows of ``plan_shifts`` without plan and number, by agent and start.
    tables
        Long tables by name: forecast, requirement, timeline, coverage.
    """

    status: str
    settings: Mapping[str, Any]
    timings: Mapping[str, Any]
    summary: Mapping[str, Any]
    report: Mapping[str, Any]
    shifts: Sequence[Mapping[str, Any]]
    tables: Mapping[str, pa.Table]


def save_plan(store: Store, *, run_id: str, lease: str, plan: FinishedPlan, run_status: RunStatus) -> str:
    """Keep the plan and end its run, both or neither; return the plan's id.

    Raises
    ------
    LeaseLost
        If the run is no longer the caller's; nothing was kept.
    """
    now = store.clock()
    plan_id = new_id(now)
    # Packed before the transaction begins: other writers of SQLite wait for it to end.
    files = [_packed(plan_id, name, table) for name, table in plan.tables.items()]
    shifts = [{**shift, "plan_id": plan_id, "number": number} for number, shift in enumerate(plan.shifts)]
    with store.writing() as session:
        run = held_run(session, run_id, lease)
        session.add(
            PlanRow(
                id=plan_id,
                run_id=run_id,
                workspace_id=run.workspace_id,
                created=now,
                status=plan.status,
                settings=dict(plan.settings),
                timings=dict(plan.timings),
                summary=dict(plan.summary),
                report=dict(plan.report),
            )
        )
        session.flush()
        session.add_all(files)
        if shifts:
            session.execute(insert(ShiftRow), shifts)
        run.status, run.lease, run.lease_until = run_status, None, None
        run.progress, run.stage = 1.0, run_status.value
        run.message = "Stopped; the best rota so far is kept" if run_status is RunStatus.STOPPED else "Done"
        run.finished = run.updated = now
        tell_of_run(session, now, run, plan_id)
    return plan_id


def _packed(plan_id: str, name: str, table: pa.Table) -> PlanFileRow:
    target = io.BytesIO()
    pq.write_table(table, target, compression="zstd")
    content = target.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    return PlanFileRow(plan_id=plan_id, name=name, rows=table.num_rows, digest=digest, content=content)


def get_plan(store: Store, plan_id: str) -> PlanRow:
    """Return a plan without its report and tables.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        row = session.get(PlanRow, plan_id)
    if row is None:
        raise NotFound(f"there is no plan {plan_id}")
    return row


def list_plans(store: Store, *, limit: int, before: str | None = None) -> list[PlanRow]:
    """Return plans, newest first, from the one after ``before`` on."""
    query = select(PlanRow).order_by(PlanRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(PlanRow.id < before)
    with store.reading() as session:
        return list(session.scalars(query))


def plan_report(store: Store, plan_id: str) -> dict[str, Any]:
    """Return the report of a plan.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        report: dict[str, Any] | None = session.scalar(select(PlanRow.report).where(PlanRow.id == plan_id))
    if report is None:
        raise NotFound(f"there is no plan {plan_id}")
    return report


def plan_table(store: Store, plan_id: str, name: str) -> pa.Table:
    """Return one of the plan's long tables.

    Raises
    ------
    NotFound
        If there is no such plan, or it has no such table (no forecast where the requirement was given,
        no timeline where there was no solution).
    """
    return pq.read_table(_packed_table(store, plan_id, name))


def table_digest(store: Store, plan_id: str, name: str) -> str | None:
    """Return what tells one of the plan's tables from what it was before; None where there is none."""
    with store.reading() as session:
        return session.scalar(
            select(PlanFileRow.digest).where(PlanFileRow.plan_id == plan_id, PlanFileRow.name == name)
        )


def plan_batches(store: Store, plan_id: str, name: str) -> Iterator[pa.Table]:
    """Return one of the plan's long tables a few rows at a time.

    Raises
    ------
    NotFound
        As :func:`plan_table`.
    """
    batches = pq.ParquetFile(_packed_table(store, plan_id, name)).iter_batches(BATCH)
    return (pa.Table.from_batches([batch]) for batch in batches)


def _packed_table(store: Store, plan_id: str, name: str) -> pa.BufferReader:
    with store.reading() as session:
        content = session.scalar(
            select(PlanFileRow.content).where(PlanFileRow.plan_id == plan_id, PlanFileRow.name == name)
        )
    if content is None:
        get_plan(store, plan_id)
        raise NotFound(f"plan {plan_id} has no {name}")
    return pa.BufferReader(content)


@dataclass(frozen=True)
class PlanShifts:
    """Which shifts of a plan; None does not filter.

    Parameters
    ----------
    after
        Only those of a higher number.
    window_from, window_until
        Only shifts that share some time with the half-open window [from, until).
    """

    plan_id: str
    after: int = -1
    agent: str | None = None
    site: str | None = None
    window_from: datetime | None = None
    window_until: datetime | None = None


def find_shifts(store: Store, wanted: PlanShifts, *, limit: int) -> Sequence[Row[Any]]:
    """Return shifts of a plan by agent and start.

    Rows hold ``number`` and what :func:`api.store.shift_columns.shift_columns` gives.

    Raises
    ------
    NotFound
        If there is no such plan.
    """
    get_plan(store, wanted.plan_id)
    with store.reading() as session:
        return session.execute(_shifts(wanted).limit(limit)).all()


def stream_shifts(store: Store, wanted: PlanShifts) -> Generator[Row[Any], None, None]:
    """Return the same, all of them, read as they are asked for.

    Raises
    ------
    NotFound
        If there is no such plan.
    """
    get_plan(store, wanted.plan_id)
    return store.stream(_shifts(wanted))


def _shifts(wanted: PlanShifts) -> Select[Any]:
    query = select(*shift_columns(ShiftRow, "number")).where(
        ShiftRow.plan_id == wanted.plan_id, ShiftRow.number > wanted.after
    )
    if wanted.agent is not None:
        query = query.where(ShiftRow.agent == wanted.agent)
    if wanted.site is not None:
        query = query.where(ShiftRow.site == wanted.site)
    if wanted.window_from is not None:
        query = query.where(ShiftRow.end > wanted.window_from)
    if wanted.window_until is not None:
        query = query.where(ShiftRow.start < wanted.window_until)
    return query.order_by(ShiftRow.number)
