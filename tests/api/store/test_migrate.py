"""Migrations: from empty to what the mapped classes say, on both databases."""

from __future__ import annotations

import threading

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from api.config import Config
from api.store.claims import claim_run
from api.store.database import Store, open_store, utc_now
from api.store.migrate import alembic_config, is_current, migrate
from api.store.plans import PlanShifts, find_shifts, get_plan, plan_table, save_plan
from api.store.publishing import publish_plan
from api.store.runs import create_run
from api.store.tables import Base, RunStatus
from api.store.workspaces import add_workspace
from tests.api.plans import finished_plan


def test_from_empty_to_the_mapped_tables(store: Store) -> None:
    assert is_current(store)
    with store.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again(store: Store) -> None:
    with store.writing() as session:
        command.downgrade(alembic_config(session.connection()), "base")
    assert inspect(store.engine).get_table_names() == ["alembic_version"]
    assert not is_current(store)
    migrate(store)
    assert is_current(store)


@pytest.mark.slow
def test_plans_of_before_are_kept_as_drafts(store: Store) -> None:
    """From the schema before publications, with rows in it: nothing goes, on the way up or down."""
    workspace = add_workspace(store, name="support", summary={}, content=b"zip")
    create_run(store, workspace_id=workspace.id, options={})
    claim = claim_run(store, lease_seconds=60)
    assert claim is not None
    plan_id = save_plan(
        store, run_id=claim.run_id, lease=claim.lease, plan=finished_plan(), run_status=RunStatus.DONE
    )
    with store.writing() as session:
        command.downgrade(alembic_config(session.connection()), "0001")
    assert "published_shifts" not in inspect(store.engine).get_table_names()
    migrate(store)
    plan = get_plan(store, plan_id)
    assert (plan.state, plan.summary) == ("draft", dict(finished_plan().summary))
    assert len(find_shifts(store, PlanShifts(plan_id), limit=9)) == 3
    assert plan_table(store, plan_id, "timeline").num_rows == 3
    assert publish_plan(store, plan_id).counts["added"] == 3


def test_starting_together_is_safe(config: Config) -> None:
    stores = [open_store(config, utc_now) for _ in range(8)]
    failures: list[Exception] = []

    def start(store: Store) -> None:
        try:
            migrate(store)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(is_current(store) for store in stores)
    for store in stores:
        store.close()
