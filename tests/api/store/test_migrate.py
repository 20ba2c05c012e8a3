"""Migrations: from empty to what the mapped classes say, on both databases."""

from __future__ import annotations

import threading

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from api.config import Config
from api.store.database import Store, open_store, utc_now
from api.store.migrate import alembic_config, is_current, migrate
from api.store.tables import Base


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
