"""Archives and Parquet: the same workspace in another dress, and what is dangerous in them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from api.workspace import parquet_table, source
from api.workspace.read import Need, read_workspace
from scheduler.workspace import Workspace
from tests.api.workspace.loading import load_faults, short_contacts
from tests.workspaces import minimal_tables, write_workspace


def pack(folder: Path, archive: Path, prefix: str = "", more: Mapping[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as stream:
        for file in folder.iterdir():
            stream.write(file, prefix + file.name)
        for name, content in (more or {}).items():
            stream.writestr(name, content)
    return archive


def assert_same(one: Workspace, other: Workspace) -> None:
    assert (one.queues, one.agents, one.shifts) == (other.queues, other.agents, other.shifts)
    assert one.history is not None
    assert other.history is not None
    pd.testing.assert_frame_equal(one.history.frame, other.history.frame)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_workspace(tmp_path / "in", contacts=short_contacts())


@pytest.mark.parametrize("prefix", ["", "my plan/"])
def test_an_archive_reads_like_its_folder(folder: Path, tmp_path: Path, prefix: str) -> None:
    more = {"__MACOSX/._agents.csv": b"\0", f"{prefix}README.md": b"x", f"{prefix}old/rota.csv": b"x"}
    archive = pack(folder, tmp_path / "in.zip", prefix, more)
    assert_same(read_workspace(archive), read_workspace(folder))


def test_a_member_without_a_name_is_left_out(folder: Path, tmp_path: Path) -> None:
    archive = pack(folder, tmp_path / "in.zip")
    with zipfile.ZipFile(archive, "a") as stream:
        member = zipfile.ZipInfo("x")
        member.filename = ""
        stream.writestr(member, "nothing")
    assert_same(read_workspace(archive), read_workspace(folder))


@pytest.mark.parametrize(
    "name", ["../agents.csv", "/agents.csv", "a/../../agents.csv", "C:/x.csv", "a\\b.csv"]
)
def test_paths_that_leave_the_archive_are_refused(folder: Path, tmp_path: Path, name: str) -> None:
    archive = pack(folder, tmp_path / "in.zip", more={name: b"x"})
    with zipfile.ZipFile(archive) as stream:
        stored = stream.namelist()[-1]
    (fault,) = load_faults(archive)
    assert (fault.file, fault.value, fault.code) == ("in.zip", stored, "unsafe_path")


def test_archives_that_unpack_to_too_much_are_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = pack(folder, tmp_path / "in.zip", more={"wishes.csv": b"a" * 200_000})
    monkeypatch.setattr(source, "MAX_TOTAL_BYTES", 100_000)
    (fault,) = load_faults(archive)
    assert (fault.code, fault.rule) == ("too_large", "must hold at most 100,000 bytes in all")


def test_an_archive_that_lies_about_its_sizes_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = pack(folder, tmp_path / "in.zip", more={"wishes.csv": b"a" * 200_000})
    content = archive.read_bytes()
    assert content.count(struct.pack("<L", 200_000)) == 2
    archive.write_bytes(content.replace(struct.pack("<L", 200_000), struct.pack("<L", 10)))
    monkeypatch.setattr(source, "MAX_TOTAL_BYTES", 100_000)
    (fault,) = load_faults(archive)
    assert fault.code in ("too_large", "unreadable")


def test_too_many_files_are_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_MEMBERS", 5)
    (fault,) = load_faults(pack(folder, tmp_path / "in.zip"))
    assert fault.rule == "must hold at most 5 files"


def test_what_is_no_archive_is_refused(folder: Path, tmp_path: Path) -> None:
    archive = pack(folder, tmp_path / "in.zip")
    whole = archive.read_bytes()
    for content in (b"", b"PK", whole[: len(whole) // 2], b"a,b\n"):
        archive.write_bytes(content)
        (fault,) = load_faults(archive)
        assert fault.code == "unreadable"
    damaged = bytearray(whole)
    damaged[60:90] = bytes(30)
    archive.write_bytes(damaged)
    assert load_faults(archive)[0].code == "unreadable"


def test_a_file_twice_in_an_archive_is_refused(folder: Path, tmp_path: Path) -> None:
    archive = pack(folder, tmp_path / "in.zip")
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(archive, "a") as stream:
        stream.writestr("agents.csv", b"x")
    assert load_faults(archive)[0].rule == "must hold each file once"


def parquet_bytes(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def contacts_frame() -> pd.DataFrame:
    frame = pd.DataFrame(short_contacts())
    frame["interval_start"] = pd.to_datetime(frame["interval_start"])
    frame["aht_seconds"] = pd.to_numeric(frame["aht_seconds"], errors="coerce")
    frame["channel"] = frame["channel"].astype("category")
    return frame


@pytest.mark.slow
def test_parquet_reads_like_csv(folder: Path, tmp_path: Path) -> None:
    other = write_workspace(tmp_path / "parquet", contacts=None, agents=None)
    contacts_frame().to_parquet(other / "contacts.parquet")
    agents = pa.Table.from_pylist([dict(row) for row in minimal_tables()["agents"]])
    (other / "agents.parquet").write_bytes(parquet_bytes(agents))
    assert_same(read_workspace(other), read_workspace(folder))


def test_types_of_every_column_come_through_parquet(tmp_path: Path) -> None:
    folder = write_workspace(tmp_path, contacts=short_contacts())
    days = pa.table(
        {
            "agent": ["ann", "bob"],
            "date": pa.array([20_500, 20_501], pa.date32()),
            "worked_minutes": pa.array([480.0, float("nan")]),
            "night": pa.array([True, None]),
            "end": pa.array([1_771_257_600_000, None], pa.timestamp("ms", tz="Europe/London")),
        }
    )
    (folder / "history.parquet").write_bytes(parquet_bytes(days))
    hours = pa.table(
        {
            "agent": ["ann"],
            "weekday": ["mon"],
            "from": pa.array([8 * 3600], pa.time32("s")),
            "to": pa.array([18 * 3600 * 10**6], pa.time64("us")),
        }
    )
    (folder / "availability.parquet").write_bytes(parquet_bytes(hours))
    workspace = read_workspace(folder)
    first, second = workspace.worked
    assert (first.day.isoformat(), first.worked_minutes, first.night) == ("2026-02-16", 480, True)
    assert first.end is not None
    assert first.end.isoformat() == "2026-02-16T16:00:00+00:00"
    assert (second.worked_minutes, second.night, second.end) == (0, None, None)
    (window,) = workspace.availability
    assert (window.from_minute, window.until_minute) == (480, 1080)


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (pa.table({"agent": [["a", "b"]]}), "wrong_type"),
        (pa.table({"agent": [b"\xff"]}), "wrong_type"),
        (pa.table({"agent": [{"a": 1}]}), "wrong_type"),
        (pa.table({"agent": pa.array(["{}"], pa.json_())}), "wrong_type"),
        (pa.table([["a"], ["b"]], names=["agent", "agent"]), "header"),
        (pa.table({"agent": ["x" * 100_001]}), "too_large"),
    ],
)
def test_what_no_cell_can_hold_is_refused(tmp_path: Path, table: pa.Table, code: str) -> None:
    folder = write_workspace(tmp_path, contacts=short_contacts(), agents=None)
    (folder / "agents.parquet").write_bytes(parquet_bytes(table))
    (fault,) = load_faults(folder)
    assert (fault.file, fault.column, fault.code) == ("agents.parquet", "agent", code)


def test_instants_without_a_zone_are_refused_in_parquet_too(tmp_path: Path) -> None:
    folder = write_workspace(tmp_path, contacts=None)
    frame = contacts_frame()
    frame["interval_start"] = frame["interval_start"].dt.tz_localize(None)
    frame.head(3).to_parquet(folder / "contacts.parquet")
    faults = load_faults(folder)
    assert {(fault.column, fault.row) for fault in faults} == {("interval_start", 2), ("interval_start", 4)}


def test_a_damaged_and_a_swollen_parquet_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_workspace(tmp_path, contacts=None)
    contacts_frame().to_parquet(folder / "contacts.parquet")
    monkeypatch.setattr(parquet_table, "MAX_ROWS", 50)
    (fault,) = load_faults(folder, Need.FORECAST)
    assert fault.code == "too_large"
    content = (folder / "contacts.parquet").read_bytes()
    (folder / "contacts.parquet").write_bytes(content[:-10] + bytes(10))
    (fault,) = load_faults(folder, Need.FORECAST)
    assert fault.code == "unreadable"
