"""What the service promised under faults, held against what its store has in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import func, select

from api.client import ShiftCopy
from api.store.database import Store
from api.store.feed import FEED_ID
from api.store.owners import owners
from api.store.planned import plan_shifts
from api.store.publication_tables import ChangeRow, FeedRow, PublicationRow, PublishedShiftRow
from api.store.published import ShiftFilter, find_published
from api.store.runs import ENDED
from api.store.shift_changes import placed
from api.store.tables import PlanFileRow, PlanRow, RunRow, RunStatus
from api.v1.publication_models import PublishedShiftModel
from api.v1.shift_items import published_item

__all__ = ["Ledger", "found_in"]

ALL = 10_000_000


@dataclass
class Ledger:
    """What was accepted, by id; and what went wrong, in words."""

    publications: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @staticmethod
    def going_on(store: Store) -> int:
        """Return how many runs have not ended."""
        with store.reading() as session:
            return session.scalar(select(func.count()).where(RunRow.status.not_in(ENDED))) or 0


def found_in(store: Store, ledger: Ledger, copies: Sequence[ShiftCopy]) -> dict[str, Any]:
    """Return figures, and under ``wrong`` whatever is not as it was promised."""
    wrong = [*ledger.wrong, *_of_runs(store, ledger.runs), *_of_publications(store, ledger.publications)]
    wrong += _of_copies(store, copies)
    with store.reading() as session:
        states = Counter(session.scalars(select(RunRow.status).where(RunRow.id.in_(ledger.runs))))
        published = session.scalar(select(func.count()).select_from(PublicationRow))
    return {
        "runs_accepted": len(ledger.runs),
        "runs_ended": dict(states),
        "publications_accepted": len(ledger.publications),
        "publications_kept": published,
        "copies": len(copies),
        "shifts_in_the_end": len(find_published(store, ShiftFilter(), limit=ALL)),
        "wrong": wrong,
    }


def _of_runs(store: Store, accepted: Iterable[str]) -> Iterable[str]:
    with store.reading() as session:
        runs = {run.id: run for run in session.scalars(select(RunRow))}
        plans = {plan.run_id: plan for plan in session.scalars(select(PlanRow))}
        for run_id in accepted:
            if run_id not in runs:
                yield f"run {run_id} was accepted and is lost"
        for run in runs.values():
            if run.status not in ENDED:
                yield f"run {run.id} is still {run.status}"
            if run.status == RunStatus.FAILED and not (run.problem or {}).get("code"):
                yield f"run {run.id} failed for no reason"
            if run.status == RunStatus.DONE and run.id not in plans:
                yield f"run {run.id} is done and has no plan"
        for plan in plans.values():
            files = select(func.count()).where(PlanFileRow.plan_id == plan.id)
            if runs[plan.run_id].status not in (RunStatus.DONE, RunStatus.STOPPED) or not session.scalar(
                files
            ):
                yield f"plan {plan.id} is there by half"


def _of_publications(store: Store, accepted: Iterable[str]) -> Iterable[str]:
    with store.reading() as session:
        publications = list(session.scalars(select(PublicationRow)))
        known = {publication.id for publication in publications}
        yield from (f"publication {each} was accepted and is lost" for each in accepted if each not in known)
        for publication in publications:
            logged = session.scalar(select(func.count()).where(ChangeRow.publication_id == publication.id))
            counted = sum(publication.counts[name] for name in ("added", "changed", "cancelled"))
            if logged != counted:
                yield f"publication {publication.id} has {logged} changes of {counted}"
        feed = session.get_one(FeedRow, FEED_ID)
        changes = session.scalar(select(func.count()).select_from(ChangeRow)) or 0
        if feed.last != changes + len(publications):
            yield f"the feed is at {feed.last}, with {changes} changes and {len(publications)} publications"
        for workspace in {publication.workspace for publication in publications}:
            wanted = set()
            by_plan: dict[str, set[Any]] = {}
            for day, plan_id in owners(session, workspace).items():
                by_plan.setdefault(plan_id, set()).add(day)
            for plan_id, days in by_plan.items():
                shifts = plan_shifts(session, plan_id)
                chosen = [shift for shift in shifts if shift["local_date"] in days]
                wanted |= {(place, shift["start"]) for place, shift in placed(chosen).items()}
            row = PublishedShiftRow
            query = select(row.local_date, row.agent, row.ordinal, row.start)
            in_effect = session.execute(query.where(row.workspace == workspace, row.cancelled.is_(False)))
            there = {((day, agent, ordinal), start) for day, agent, ordinal, start in in_effect}
            if there != wanted:
                yield f"{len(there ^ wanted)} shifts of {workspace} are not as published"


def _of_copies(store: Store, copies: Sequence[ShiftCopy]) -> Iterable[str]:
    rows = find_published(store, ShiftFilter(), limit=ALL)
    items = (orjson.dumps(published_item(row), option=orjson.OPT_UTC_Z) for row in rows)
    truth = {shift.id: shift for shift in map(PublishedShiftModel.model_validate_json, items)}
    for number, copy in enumerate(copies):
        if copy.shifts != truth:
            yield f"copy {number} has {len(copy.shifts)} shifts, the store {len(truth)}"
