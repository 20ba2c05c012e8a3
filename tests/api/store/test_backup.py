"""Backups: what is restored equals what was there, on either database; nothing else is taken for one."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.config import load_config
from api.errors import SyncExpired
from api.store.backup import TABLES, restore, write_backup
from api.store.database import Store, open_store
from api.store.identity_tables import Role, TokenKind
from api.store.migrate import migrate
from api.store.people import PersonState, add_person
from api.store.published import pull_shifts
from api.store.publishing import publish_plan, revert_publication
from api.store.tokens import issue_token
from api.store.users import add_user
from api.store.webhook_tables import EventType
from api.store.webhooks import add_webhook
from forecasting.errors import InvalidInput
from tests.api.conftest import Clock
from tests.api.v1.conftest import plan_id, workspace_id

__all__ = ["plan_id", "workspace_id"]


def content(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with store.reading() as session:
        return {
            table.name: [
                dict(row)
                for row in session.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            ]
            for table in TABLES
        }


@pytest.fixture
def filled(store: Store, plan_id: str) -> Store:
    """A store with something in every table but that of keys of requests."""
    user = add_user(store, name="kim", role=Role.LEAD, sites=["Rīga"])
    key, _ = issue_token(store, TokenKind.KEY, name="payroll", permissions=["shifts:read"])
    issue_token(store, TokenKind.ACCESS, key_id=key.id)
    issue_token(store, TokenKind.SESSION, user_id=user.id)
    add_webhook(store, url="http://localhost:9", events=[EventType.SHIFT_CHANGED])
    add_person(store, PersonState("kim", "e-1", "kim", False, {"userName": "kim"}))
    publication = publish_plan(store, plan_id)
    revert_publication(store, publication.id)
    publish_plan(store, plan_id)
    return store


def emptied(folder: Path, clock: Clock) -> Store:
    """Another store, on SQLite."""
    opened = open_store(load_config({}, data_dir=folder), clock)
    migrate(opened)
    return opened


def test_what_is_restored_is_what_was_there(filled: Store, tmp_path: Path, clock: Clock) -> None:
    before = content(filled)
    token = pull_shifts(filled, None, limit=9).position
    counts = write_backup(filled, tmp_path / "backup.zip")
    assert counts == {name: len(rows) for name, rows in before.items()}
    assert [name for name, count in counts.items() if count == 0] == ["idempotency_keys"]
    other = emptied(tmp_path / "other", clock)
    assert restore(other, tmp_path / "backup.zip") == counts
    after = content(other)
    # No message of before is sent from here, and no copy of before goes on from here.
    assert {row.pop("state") for row in before["webhook_deliveries"]} == {"pending"}
    assert {row.pop("state") for row in after["webhook_deliveries"]} == {"failed"}
    assert before["feed"][0].pop("epoch") != after["feed"][0].pop("epoch")
    assert after == before
    with pytest.raises(SyncExpired):
        pull_shifts(other, token, limit=9)
    # It works on: numbers go on where they were.
    add_user(other, name="lou", role=Role.PLANNER)
    assert content(other)["audit"][-1]["id"] > before["audit"][-1]["id"]
    other.close()


@pytest.mark.postgres
@pytest.mark.parametrize("config", [pytest.param("postgres")], indirect=True)
def test_from_sqlite_to_postgresql(store: Store, tmp_path: Path, clock: Clock) -> None:
    first = emptied(tmp_path / "first", clock)
    add_user(first, name="kim", role=Role.PLANNER)
    write_backup(first, tmp_path / "backup.zip")
    restore(store, tmp_path / "backup.zip")
    assert content(store)["users"] == content(first)["users"]
    assert content(store)["audit"] == content(first)["audit"]
    add_user(store, name="lou", role=Role.PLANNER)
    first.close()


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_what_is_no_backup_changes_nothing(filled: Store, tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "backup.zip"
    write_backup(filled, path)
    assert path.stat().st_mode & 0o077 == 0
    before = content(filled)
    with pytest.raises(InvalidInput, match="must be empty"):
        restore(filled, path)
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_backup(filled, path)
    assert content(filled) == before
    other = emptied(tmp_path / "other", clock)
    empty = content(other)
    (tmp_path / "words.zip").write_text("words")
    with zipfile.ZipFile(path) as whole:
        names = whole.namelist()
        texts = {name: whole.read(name) for name in names}
    for file, changes, words in (
        ("words.zip", None, "whole backup"),
        ("none.zip", None, "whole backup"),
        ("older.zip", {"manifest.json": b'{"format": 1, "revision": "0001"}'}, "must be of this version"),
        ("part.zip", {"audit.ndjson": b""}, "rows are missing"),
        ("torn.zip", {"users.ndjson": b"{"}, "whole backup"),
    ):
        if changes is not None:
            with zipfile.ZipFile(tmp_path / file, "w") as archive:
                for name, text in (texts | changes).items():
                    archive.writestr(name, text)
        with pytest.raises(InvalidInput, match=words):
            restore(other, tmp_path / file)
        assert content(other) == empty
    other.close()
