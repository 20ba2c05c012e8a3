"""Publishing, superseding and reverting; on both databases."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from api.errors import Conflict, NotFound, RulesBroken, SyncExpired
from api.store.claims import claim_run
from api.store.database import Store
from api.store.feed import forget_changes, list_changes
from api.store.plans import get_plan, save_plan
from api.store.preparing import prepare_plan, prepare_revert
from api.store.published import ShiftFilter, SyncPosition, find_published, pull_shifts
from api.store.publishing import get_publication, list_publications, publish_plan, revert_publication
from api.store.runs import create_run
from api.store.tables import RunStatus
from api.store.workspaces import add_workspace
from tests.api.conftest import Clock
from tests.api.plans import FIRST, finished_plan, shift

DAY = timedelta(days=1)


@pytest.fixture
def workspace_id(store: Store) -> str:
    return add_workspace(store, name="support", summary={}, content=b"zip").id


def kept(store: Store, workspace_id: str, shifts: Sequence[dict[str, Any]] | None = None, **more: Any) -> str:
    """Id of a plan with these shifts."""
    create_run(store, workspace_id=workspace_id, options={})
    claim = claim_run(store, lease_seconds=60)
    assert claim is not None
    plan = finished_plan()
    plan = replace(plan, shifts=plan.shifts if shifts is None else shifts, **more)
    return save_plan(store, run_id=claim.run_id, lease=claim.lease, plan=plan, run_status=RunStatus.DONE)


def night(agent: str, day: int, **more: Any) -> dict[str, Any]:
    """A shift in Berlin that begins on a day of March 2026."""
    start = datetime(2026, 3, day, 21, tzinfo=UTC)
    return shift(agent, "Berlin", "Europe/Berlin", start, date(2026, 3, day), **more)


def horizon(start: int, days: int) -> dict[str, Any]:
    return {"settings": {"start": f"2026-03-{start:02}", "days": days}}


def in_effect(store: Store) -> list[tuple[str, int, int]]:
    """Agent, day and revision of what is published."""
    rows = find_published(store, ShiftFilter(), limit=1000)
    return sorted((row.agent, row.local_date.day, row.revision) for row in rows)


def test_a_plan_is_put_into_effect_whole(store: Store, workspace_id: str, clock: Clock) -> None:
    plan_id = kept(store, workspace_id)
    assert get_plan(store, plan_id).state == "draft"
    publication = publish_plan(store, plan_id)
    assert publication.counts == {"added": 3, "changed": 0, "cancelled": 0, "same": 0}
    assert (publication.first_date, publication.last_date) == (date(2026, 3, 28), date(2026, 3, 30))
    assert get_plan(store, plan_id).state == "published"
    rows = find_published(store, ShiftFilter(), limit=10)
    assert [row.start for row in rows] == [FIRST, FIRST, FIRST + DAY]
    assert {row.updated for row in rows} == {clock.now}
    by_agent = {(row.agent, row.local_date.day): row for row in rows}
    assert by_agent["ann", 28].queues == ";EU:de:phone;"
    assert by_agent["ann", 30].queues == ""
    assert json.loads(by_agent["ann", 28].breaks) == finished_plan().shifts[0]["breaks"]
    with pytest.raises(Conflict, match="in effect already"):
        publish_plan(store, plan_id)
    with pytest.raises(NotFound):
        publish_plan(store, "none")


def test_a_later_plan_supersedes_only_what_it_changes(store: Store, workspace_id: str) -> None:
    first = kept(store, workspace_id, [night("ann", 2), night("bo", 2), night("cy", 2)], **horizon(2, 1))
    publish_plan(store, first)
    later = night("bo", 2, end=datetime(2026, 3, 3, 6, tzinfo=UTC))
    second = kept(store, workspace_id, [night("ann", 2), later, night("di", 2)], **horizon(2, 1))
    counts = publish_plan(store, second).counts
    assert counts == {"added": 1, "changed": 1, "cancelled": 1, "same": 1}
    assert in_effect(store) == [("ann", 2, 1), ("bo", 2, 2), ("di", 2, 1)]
    assert (get_plan(store, first).state, get_plan(store, second).state) == ("superseded", "published")
    assert [(one.action, one.agent, one.revision) for one in list_changes(store, limit=9, after=4)] == [
        ("added", "di", 1),
        ("changed", "bo", 2),
        ("cancelled", "cy", 2),
    ]
    # A shift that comes back is the same shift, once more revised.
    publish_plan(store, first)
    assert in_effect(store) == [("ann", 2, 1), ("bo", 2, 3), ("cy", 2, 3)]


def test_plans_of_other_dates_and_workspaces_stay(store: Store, workspace_id: str, clock: Clock) -> None:
    march = kept(store, workspace_id, [night("ann", day) for day in range(2, 8)], **horizon(2, 6))
    publish_plan(store, march)
    other = add_workspace(store, name="sales", summary={}, content=b"zip").id
    publish_plan(store, kept(store, other, [night("ann", 3)], **horizon(3, 1)))
    clock.turn(60)
    overlapping = kept(store, workspace_id, [night("bo", 6), night("bo", 9)], **horizon(6, 4))
    assert publish_plan(store, overlapping).counts == {"added": 2, "changed": 0, "cancelled": 2, "same": 0}
    support = find_published(store, ShiftFilter(workspace="support"), limit=99)
    assert [(row.agent, row.local_date.day) for row in support] == [
        *(("ann", day) for day in range(2, 6)),
        ("bo", 6),
        ("bo", 9),
    ]
    assert len(find_published(store, ShiftFilter(workspace="sales"), limit=99)) == 1
    # It is in effect still, on the dates before.
    assert get_plan(store, march).state == "published"


def test_a_publication_reverted_leaves_what_would_be_without_it(store: Store, workspace_id: str) -> None:
    first = kept(store, workspace_id, [night("ann", 2), night("ann", 3)], **horizon(2, 2))
    second = kept(store, workspace_id, [night("bo", 3), night("bo", 4)], **horizon(3, 2))
    early, late = publish_plan(store, first), publish_plan(store, second)
    assert in_effect(store) == [("ann", 2, 1), ("bo", 3, 1), ("bo", 4, 1)]
    assert revert_publication(store, late.id).reverted is not None
    assert in_effect(store) == [("ann", 2, 1), ("ann", 3, 3)]
    assert (get_plan(store, first).state, get_plan(store, second).state) == ("published", "draft")
    with pytest.raises(Conflict, match="reverted before"):
        revert_publication(store, late.id)
    revert_publication(store, early.id)
    assert in_effect(store) == []
    assert get_plan(store, first).state == "draft"
    assert [one.id for one in list_publications(store, limit=5)] == [late.id, early.id]
    assert list_publications(store, limit=5, plan_id=first)[0].id == early.id
    with pytest.raises(NotFound):
        revert_publication(store, "none")


def test_broken_rules_need_a_reason(store: Store, workspace_id: str) -> None:
    broken = kept(store, workspace_id, summary={"violations": 2})
    with pytest.raises(RulesBroken, match="2 rules are broken"):
        publish_plan(store, broken)
    assert in_effect(store) == []
    publication = publish_plan(store, broken, reason="agreed with the works council")
    kept_row = get_publication(store, publication.id)
    assert (kept_row.violations, kept_row.reason) == (2, "agreed with the works council")
    clean = kept(store, workspace_id, **horizon(28, 3))
    assert publish_plan(store, clean, reason="not needed").reason is None
    with pytest.raises(Conflict, match="no rota"):
        publish_plan(store, kept(store, workspace_id, [], summary={}))


def test_what_was_prepared_is_dropped_once_something_else_was_published(
    store: Store, workspace_id: str, clock: Clock
) -> None:
    plan_id = kept(store, workspace_id, [night("ann", 2)], **horizon(2, 1))
    prepared = prepare_plan(store, plan_id)
    with store.writing() as session:
        prepared.hold_feed(session)
    assert prepared.known == {}
    publication = publish_plan(store, plan_id)
    prepared = prepare_revert(store, publication.id)
    assert prepared.known is not None
    assert [place[1] for place in prepared.known] == ["ann"]
    publish_plan(store, kept(store, workspace_id, [night("bo", 3)], **horizon(3, 1)))
    with store.writing() as session:
        prepared.hold_feed(session)
    assert prepared.known is None
    # Neither is one who was cancelled brought back by a row that is no longer there.
    revert_publication(store, publication.id)
    prepared = prepare_plan(store, plan_id)
    clock.turn(3600)
    forget_changes(store, older_than_days=0.001)
    with store.writing() as session:
        prepared.hold_feed(session)
    assert prepared.known is None
    assert prepare_plan(store, "none").known is None


def test_nothing_is_published_by_halves(store: Store, workspace_id: str) -> None:
    plan_id = kept(store, workspace_id)

    def refuse(_: object) -> None:
        raise Conflict("seen otherwise")

    with pytest.raises(Conflict, match="seen otherwise"):
        publish_plan(store, plan_id, require=refuse)
    assert in_effect(store) == []
    assert list_publications(store, limit=5) == []
    assert get_plan(store, plan_id).state == "draft"


def test_all_that_changes_is_written_at_once(store: Store, workspace_id: str) -> None:
    publish_plan(store, kept(store, workspace_id, [night(name, day) for name in "abc" for day in (10, 11)]))
    later = [night("a", 10), *(night(name, day, paid_minutes=60 + day) for name in "bd" for day in (10, 11))]
    plan_id = kept(store, workspace_id, later, **horizon(10, 2))
    many: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_more: Any) -> None:
        many.extend([statement] if _more[2] else [])

    event.listen(store.engine, "before_cursor_execute", see)
    counts = publish_plan(store, plan_id).counts
    event.remove(store.engine, "before_cursor_execute", see)
    assert many == []
    assert counts == {"added": 2, "changed": 2, "cancelled": 3, "same": 1}
    rows = find_published(store, ShiftFilter(), limit=9)
    found = {(row.agent, row.local_date): row for row in rows}
    for wanted in later:
        row = found.pop((wanted["agent"], wanted["local_date"]))
        assert json.loads(row.breaks) == wanted["breaks"]
        assert {name: getattr(row, name) for name in wanted if name != "breaks"} == {
            name: value for name, value in wanted.items() if name != "breaks"
        }
    assert found == {}


def test_shifts_are_found_by_window_person_site_and_queue(
    store: Store, workspace_id: str, clock: Clock
) -> None:
    publish_plan(store, kept(store, workspace_id))
    shown = FIRST, FIRST + timedelta(hours=8)

    def found(**wanted: Any) -> list[tuple[str, int]]:
        rows = find_published(store, ShiftFilter(**wanted), limit=9)
        return [(row.agent[:3], row.local_date.day) for row in rows]

    assert found(agent="ann") == [("ann", 28), ("ann", 30)]
    assert found(site="Lord Howe") == [("bea", 29)]
    assert found(queue=("EU", "de", "phone")) == [("ann", 28)]
    assert found(queue=("EU", "de", "%")) == []
    # Half-open: a shift that ends when the window begins is not in it, nor one that begins at its end.
    assert found(window_from=shown[1], agent="ann") == [("ann", 30)]
    assert found(window_from=shown[1] - timedelta(seconds=1), agent="ann") == [("ann", 28), ("ann", 30)]
    assert found(window_until=shown[0]) == []
    assert found(window_until=shown[0] + timedelta(seconds=1), agent="ann") == [("ann", 28)]
    assert len(found(updated_since=clock.now)) == 3
    assert found(updated_since=clock.now + timedelta(seconds=1)) == []
    page = find_published(store, ShiftFilter(), limit=2)
    rest = find_published(store, ShiftFilter(), limit=2, after=(page[-1].start, page[-1].id))
    assert len({row.id for row in (*page, *rest)}) == 3


def pulled(store: Store, copy: dict[str, int], position: SyncPosition | None, limit: int) -> SyncPosition:
    """Bring a client's copy up to date; return where it is."""
    while True:
        page = pull_shifts(store, position, limit=limit)
        for row in page.rows:
            if row.cancelled:
                copy.pop(row.id, None)
            else:
                copy[row.id] = row.revision
        position = page.position
        if not page.more:
            return position


def held(store: Store) -> dict[str, int]:
    return {row.id: row.revision for row in find_published(store, ShiftFilter(), limit=1000)}


def test_a_copy_kept_by_positions_equals_the_store(store: Store, workspace_id: str) -> None:
    copy: dict[str, int] = {}
    position = pulled(store, copy, None, 2)
    plans = [
        kept(
            store,
            workspace_id,
            [night(agent, day) for day in range(2, 6) for agent in agents],
            **horizon(2, 4),
        )
        for agents in ("ab", "bc", "abc")
    ]
    for plan_id in (*plans, *plans[:2]):
        publish_plan(store, plan_id)
        position = pulled(store, copy, position, 3)
        assert copy == held(store)
    fresh: dict[str, int] = {}
    pulled(store, fresh, None, 1)
    assert fresh == copy
    # One who began has had a page when what was on it is cancelled: it is told.
    begun = pull_shifts(store, None, limit=2)
    late = {row.id: row.revision for row in begun.rows}
    publish_plan(store, plans[2])
    publish_plan(store, kept(store, workspace_id, [], **horizon(2, 4)))
    pulled(store, late, begun.position, 2)
    assert late == held(store) == {}


def test_a_position_expires_with_the_changes_after_it(store: Store, workspace_id: str, clock: Clock) -> None:
    plan_id = kept(store, workspace_id)
    empty = pull_shifts(store, None, limit=9).position
    publication = publish_plan(store, plan_id)
    before = pull_shifts(store, None, limit=9).position
    clock.turn(3600)
    revert_publication(store, publication.id)
    current = pull_shifts(store, before, limit=9).position
    clock.turn(3600)
    assert forget_changes(store, older_than_days=1.5 / 24) == 3
    with pytest.raises(SyncExpired):
        pull_shifts(store, empty, limit=9)
    assert len(pull_shifts(store, before, limit=9).rows) == 3
    clock.turn(3600)
    assert forget_changes(store, older_than_days=1.5 / 24) == 3
    with pytest.raises(SyncExpired):
        pull_shifts(store, before, limit=9)
    assert pull_shifts(store, current, limit=9).rows == []
    assert pull_shifts(store, None, limit=9).rows == []
    assert forget_changes(store, older_than_days=0.1) == 0
    with pytest.raises(SyncExpired):
        pull_shifts(store, SyncPosition("another store", 10, 10), limit=9)


@pytest.mark.slow
def test_readers_lose_nothing_while_others_publish(store: Store, workspace_id: str) -> None:
    other = add_workspace(store, name="sales", summary={}, content=b"zip").id
    plans = [
        [
            kept(store, one, [night(agent, day) for day in range(2, 8) for agent in agents], **horizon(2, 6))
            for agents in ("abc", "cde")
        ]
        for one in (workspace_id, other)
    ]
    done = threading.Event()
    copies: list[dict[str, int]] = [{} for _ in range(3)]

    def follow(copy: dict[str, int]) -> None:
        position = None
        while not done.is_set():
            position = pulled(store, copy, position, 4)
        pulled(store, copy, position, 4)

    def publish(pair: list[str]) -> None:
        for turn in range(6):
            publish_plan(store, pair[turn % 2])

    with ThreadPoolExecutor(5) as pool:
        followers = [pool.submit(follow, copy) for copy in copies]
        publishers = [pool.submit(publish, pair) for pair in plans]
        wait(publishers)
        done.set()
        for publisher in publishers:
            publisher.result()
        for follower in followers:
            follower.result()
    assert len(held(store)) == 36
    assert all(copy == held(store) for copy in copies)
    sequences = [one.sequence for one in list_changes(store, limit=10_000)]
    assert sequences == sorted(set(sequences))
