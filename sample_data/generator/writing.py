"""Files that come out the same, byte for byte, whenever the same rows go in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["instant", "write_csv", "write_parquet", "write_text"]


def instant(moment: datetime) -> str:
    """Return a UTC instant as RFC 3339."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def write_text(path: Path, text: str) -> None:
    """Write text with line feeds, whatever the machine."""
    path.write_text(text, encoding="utf-8", newline="\n")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one table; None is a blank cell, and numbers have no needless zeros."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else value


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write one table with zstd, in one row group, without pandas' own metadata.

    The bytes depend on nothing but the frame and pyarrow's version, which Parquet records in the file.
    """
    labels = [name for name in frame.columns if name != "interval_start"]
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(
        table,
        path,
        compression="zstd",
        use_dictionary=labels,
        column_encoding={"interval_start": "DELTA_BINARY_PACKED"},
        compression_level=19,
        row_group_size=len(frame),
        coerce_timestamps="ms",
        store_schema=False,
    )
