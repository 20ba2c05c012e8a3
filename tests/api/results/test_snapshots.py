"""Snapshots as files: they come back the same, are never replaced, and nothing else passes for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from api.results.snapshots import find_snapshots, read_snapshot, write_snapshot
from api.results.write import write_results
from forecasting.errors import InvalidInput
from forecasting.snapshots import Snapshot
from forecasting.tables import ContactForecast
from scheduler.results import PlanFiles

NOON = datetime(2026, 3, 1, 12, 30, 15, 250, tzinfo=UTC)
CUTOFF = {"gb": datetime(2026, 3, 1, 0, tzinfo=UTC), "in": datetime(2026, 2, 28, 18, 30, tzinfo=UTC)}


def made(made_at: datetime = NOON, *, overridden: bool = False) -> Snapshot:
    frame = pd.DataFrame(
        {
            "region": ["gb", "gb", "in"],
            "language": ["en", "en", "hi"],
            "channel": ["phone", "phone", 'chat "vip", <b>'],
            "interval_start": pd.DatetimeIndex([NOON.replace(minute=0, second=0, microsecond=0)] * 3)
            + pd.to_timedelta([0, 30, 30], unit="min"),
            "contacts": [1.5, 0.1 + 0.2, 0.0],
            "p10": [0.0, 0.0, 0.0],
            "p50": [1.0, 0.0, 0.0],
            "p90": [3.0, 1.0, float("nan")],
            "aht_seconds": [180.0, 180.0, 240.0],
        }
    )
    if overridden:
        frame = frame.assign(model_contacts=[1.0, 0.3, 0.0], override=["Fair; =1+1", "", ""])
    return Snapshot(ContactForecast(frame, 30), made_at, CUTOFF)


@pytest.mark.parametrize("overridden", [False, True])
def test_a_snapshot_comes_back_the_same(tmp_path: Path, overridden: bool) -> None:
    snapshot = made(overridden=overridden)
    file = write_snapshot(snapshot, tmp_path)
    assert file.name == "snapshot_20260301T123015000250Z.parquet"
    again = read_snapshot(file)
    assert (again.made_at, dict(again.cutoff)) == (NOON, CUTOFF)
    assert again.forecast.interval_minutes == 30
    pd.testing.assert_frame_equal(again.frame, snapshot.frame, check_exact=True)


def test_new_results_keep_the_snapshots_of_old_forecasts(tmp_path: Path) -> None:
    out = tmp_path / "out"
    snapshots = [made(NOON + timedelta(days=day)) for day in range(3)]
    for snapshot in snapshots[:2]:
        write_results(PlanFiles(forecast=snapshot.forecast.frame, snapshot=snapshot), out)
    first = {file.name: file.read_bytes() for file in out.glob("snapshot*")}
    write_results(PlanFiles(report={"status": "done"}), out)
    assert {file.name: file.read_bytes() for file in out.iterdir() if file.suffix == ".parquet"} == first
    assert not (out / "forecast.csv").exists()
    write_results(PlanFiles(snapshot=snapshots[2]), out)
    assert [read_snapshot(file).made_at for file in find_snapshots([out])] == [s.made_at for s in snapshots]


def test_snapshots_are_found_in_folders_and_in_the_folders_in_them(tmp_path: Path) -> None:
    (tmp_path / "plans" / "one").mkdir(parents=True)
    (tmp_path / "plans" / "snapshot_of_my_cat.parquet").write_bytes(b"")
    deep = write_snapshot(made(), tmp_path / "plans" / "one")
    near = write_snapshot(made(NOON + timedelta(days=1)), tmp_path / "plans")
    assert find_snapshots([tmp_path / "plans"]) == sorted([deep.resolve(), near.resolve()])
    assert find_snapshots([deep, deep.parent, near]) == sorted([deep.resolve(), near.resolve()])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="no snapshot was found"):
        find_snapshots([tmp_path / "empty"])
    with pytest.raises(InvalidInput, match="must be a folder with snapshots"):
        find_snapshots([tmp_path / "nowhere", deep])


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda table: table.drop_columns(["override"]), "override"),
        (lambda table: table.slice(0, 0), "no rows"),
        (lambda table: pa.concat_tables([table, table]), "two rows for one queue"),
        (lambda table: with_column(table, "contacts", [1.0, -1.0, 0.0]), "at least 0"),
        (lambda table: with_column(table, "contacts", ["a", "b", "c"]), "a"),
        (lambda table: with_column(table, "interval_minutes", [30, 15, 30]), "interval_minutes"),
        (lambda table: with_column(table, "cutoff", [NOON, NOON - timedelta(days=1), NOON]), "cutoff"),
    ],
)
def test_anything_else_is_refused_by_name(tmp_path: Path, harm: object, words: str) -> None:
    file = write_snapshot(made(), tmp_path)
    pq.write_table(harm(pq.read_table(file)), file)  # type: ignore[operator]
    with pytest.raises(InvalidInput, match=rf"must be a snapshot.*{words}"):
        read_snapshot(file)


def with_column(table: pa.Table, name: str, values: list[object]) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, pa.array(values))


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "snapshot_20260301T123015000250Z.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(InvalidInput, match="must be a snapshot as sunrota writes them"):
        read_snapshot(*find_snapshots([tmp_path]))
