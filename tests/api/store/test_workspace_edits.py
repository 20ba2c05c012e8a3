"""Edits of workspaces: next versions that keep only what they change."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.orm import Session

from api.errors import Conflict, NotFound
from api.store.audit import list_audit
from api.store.database import Store
from api.store.tables import WorkspaceRow
from api.store.workspaces import (
    Changed,
    Edit,
    add_workspace,
    delete_workspace,
    edit_workspace,
    newest_workspace,
    offered_workspaces,
    workspace_content,
    workspace_files,
)
from api.workspace.packed import pack, unpack
from tests.api.conftest import Clock

FILES = {"plan.toml": b"days = 1", "wishes.parquet": b"a", "time_off.csv": b"b"}


def writes(**files: bytes) -> Edit:
    """An edit that puts these tables in place."""
    return lambda _session, _row: Changed(
        {f"{name}.csv": content for name, content in files.items()},
        [("test.edit", None, {"files": len(files)})],
    )


def kept(store: Store, row: WorkspaceRow) -> dict[str, bytes]:
    return unpack(workspace_content(store, row.id))


def test_an_edit_is_the_next_version_and_its_base_stays(store: Store, clock: Clock) -> None:
    base = add_workspace(store, name="team", summary={"days": 1}, content=pack(FILES))
    clock.turn(1)
    first = edit_workspace(store, None, writes(wishes=b"c"))
    second = edit_workspace(store, "team", writes(time_off=b"d", fixed=b"e"))
    assert [(row.version, row.base_id) for row in (first, second)] == [(2, base.id), (3, base.id)]
    assert kept(store, base) == FILES
    assert kept(store, first) == {"plan.toml": b"days = 1", "wishes.csv": b"c", "time_off.csv": b"b"}
    assert kept(store, second) == {
        "plan.toml": b"days = 1",
        "wishes.csv": b"c",
        "time_off.csv": b"d",
        "fixed.csv": b"e",
    }
    assert unpack(second.content).keys() == {"wishes.csv", "time_off.csv", "fixed.csv"}
    with store.reading() as session:
        assert workspace_files(session, second, ["time_off"]) == {"time_off.csv": b"d"}
    assert second.summary == {"days": 1}
    assert newest_workspace(store, "team").id == second.id
    assert [row.id for row in offered_workspaces(store, limit=9)] == [second.id, base.id]
    entry = list_audit(store, limit=1)[0]
    assert (entry.action, entry.resource, entry.after) == (
        "test.edit",
        f"workspaces/{second.id}",
        {"files": 2},
    )


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_what_changes_nothing_makes_no_version(store: Store) -> None:
    base = add_workspace(store, name="team", summary={}, content=pack(FILES))
    assert edit_workspace(store, "team", lambda _session, _row: Changed({}, [])).id == base.id
    assert newest_workspace(store).version == 1
    with pytest.raises(NotFound):
        edit_workspace(store, "none", writes(wishes=b""))


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_an_edit_of_another_does_not_make_it_the_newest(store: Store, clock: Clock) -> None:
    add_workspace(store, name="one", summary={}, content=pack(FILES))
    clock.turn(1)
    other = add_workspace(store, name="other", summary={}, content=pack(FILES))
    clock.turn(1)
    edit_workspace(store, "one", writes(wishes=b"c"))
    assert newest_workspace(store).id == other.id


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_what_edits_rest_on_is_not_deleted(store: Store) -> None:
    base = add_workspace(store, name="team", summary={}, content=pack(FILES))
    edited = edit_workspace(store, "team", writes(wishes=b"c"))
    with pytest.raises(Conflict, match="edited"):
        delete_workspace(store, base.id)
    delete_workspace(store, edited.id)
    delete_workspace(store, base.id)


def test_edits_at_once_lose_nothing(store: Store) -> None:
    """Each adds a line to what it finds."""
    add_workspace(store, name="team", summary={}, content=pack(FILES))
    failures: list[Exception] = []

    def add_line(number: int) -> Edit:
        def edit(session: Session, row: WorkspaceRow) -> Changed:
            before = workspace_files(session, row, ["time_off"])["time_off.csv"]
            return Changed({"time_off.csv": before + b"%d\n" % number}, [])

        return edit

    def work(number: int) -> None:
        try:
            edit_workspace(store, "team", add_line(number))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    newest = newest_workspace(store)
    lines = kept(store, newest)["time_off.csv"].removeprefix(b"b").split()
    assert sorted(map(int, lines)) == list(range(8))
    assert newest.version == 9
