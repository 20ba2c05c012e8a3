"""Snapshots as files: one Parquet file a forecast, never changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from forecasting.errors import Fault, InvalidInput
from forecasting.snapshots import Snapshot
from forecasting.tables import ContactForecast

__all__ = ["SNAPSHOT_FILES", "find_snapshots", "is_snapshot", "read_snapshot", "write_snapshot"]

SNAPSHOT_FILES = "snapshot_*.parquet"
_NAME = re.compile(r"snapshot_\d{8}T\d{12}Z\.parquet", re.ASCII)
_INSTANT = pa.timestamp("us", "UTC")
_NUMBERS = ("contacts", "p10", "p50", "p90", "aht_seconds", "model_contacts")
SCHEMA = pa.schema(
    [
        ("made_at", _INSTANT),
        ("cutoff", _INSTANT),
        ("interval_minutes", pa.int64()),
        ("interval_start", _INSTANT),
        ("region", pa.string()),
        ("language", pa.string()),
        ("channel", pa.string()),
        *((name, pa.float64()) for name in _NUMBERS),
        ("override", pa.string()),
    ]
)
"""Columns of a snapshot. ``made_at`` and ``interval_minutes`` are alike in all rows, ``cutoff`` in those of
a region."""


def is_snapshot(name: str) -> bool:
    """Tell whether a file's name is that of a snapshot."""
    return _NAME.fullmatch(name) is not None


def write_snapshot(snapshot: Snapshot, folder: Path) -> Path:
    """Write a snapshot into a folder, under a name that says when the forecast was made."""
    frame = snapshot.frame.assign(
        made_at=pd.Timestamp(snapshot.made_at),
        cutoff=snapshot.forecast.frame["region"].map(dict(snapshot.cutoff)),
        interval_minutes=snapshot.forecast.interval_minutes,
    )
    table = pa.Table.from_pandas(frame[SCHEMA.names], schema=SCHEMA, preserve_index=False, safe=False)
    file = folder / f"snapshot_{snapshot.made_at:%Y%m%dT%H%M%S%f}Z.parquet"
    pq.write_table(table.replace_schema_metadata(None), file, compression="zstd")
    return file


def find_snapshots(places: Sequence[Path]) -> list[Path]:
    """Return the snapshot files among files, in folders and in the folders directly inside those.

    Raises
    ------
    InvalidInput
        If a place does not exist, or none holds a snapshot.
    """
    faults, found = [], set()
    for place in places:
        if place.is_dir():
            for pattern in (SNAPSHOT_FILES, f"*/{SNAPSHOT_FILES}"):
                found |= {file.resolve() for file in place.glob(pattern) if is_snapshot(file.name)}
        elif place.is_file():
            found.add(place.resolve())
        else:
            faults.append(
                Fault("must be a folder with snapshots, or one", file=str(place), code="unreadable")
            )
    if not faults and not found:
        rule = "no snapshot was found; forecast, staff and plan leave one in their --out folder"
        faults.append(Fault(rule, file=str(places[0]), code="missing_file"))
    if faults:
        raise InvalidInput(faults)
    return sorted(found)


def read_snapshot(file: Path) -> Snapshot:
    """Read a snapshot.

    Raises
    ------
    InvalidInput
        If the file is none.
    """
    try:
        table = pq.read_table(file)
        frame = table.select(SCHEMA.names).cast(SCHEMA).to_pandas()
        return _snapshot(frame)
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = str(error).partition("\n")[0][:200]
        rule = f"must be a snapshot as sunrota writes them: {reason}"
        raise InvalidInput(Fault(rule, file=str(file), code="unreadable")) from error


def _snapshot(frame: pd.DataFrame) -> Snapshot:
    if frame.empty:
        raise ValueError("it has no rows")
    made_at, minutes = _only(frame["made_at"]), int(_only(frame["interval_minutes"]))
    cutoff = {str(region): _only(rows).to_pydatetime() for region, rows in frame.groupby("region")["cutoff"]}
    counts = frame[["contacts", "model_contacts"]].to_numpy(dtype=np.float64)
    if not (np.isfinite(counts) & (counts >= 0)).all():
        raise ValueError("contacts must be numbers of at least 0")
    return Snapshot(ContactForecast(frame, minutes), made_at.to_pydatetime(), cutoff)


def _only(cells: pd.Series[Any]) -> Any:
    distinct = cells.dropna().unique()
    if len(distinct) != 1:
        raise ValueError(f"{cells.name} must be one and the same")
    return distinct[0]
