"""Writing the result files: all of them or none."""

from __future__ import annotations

import csv
import errno
import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from api.results.snapshots import SNAPSHOT_FILES, is_snapshot, write_snapshot
from api.results.swap import replace_folder
from forecasting.errors import Fault, InvalidInput
from scheduler.results import OPTIONAL_COLUMNS, REPORT_FILE, TABLE_COLUMNS, PlanFiles

__all__ = ["RESULT_FILES", "number_text", "write_results"]

RESULT_FILES = frozenset({*TABLE_COLUMNS, REPORT_FILE})


def write_results(files: PlanFiles, directory: Path) -> None:
    """Write result files into a directory, which afterwards holds these and the snapshots of old forecasts.

    A crash at any moment leaves the directory as it was, or new as a whole.

    Parameters
    ----------
    directory
        Made if absent. Results that it holds already are replaced.

    Raises
    ------
    InvalidInput
        If the directory is a file, holds anything but results, or cannot be written.
    """
    directory = Path(directory)
    try:
        _refuse_strangers(directory)
        replace_folder(directory, lambda folder: _write(files, folder, directory))
    except OSError as error:
        hint = "; name a new folder inside it" if error.errno in (errno.EBUSY, errno.EXDEV) else ""
        rule = f"the results cannot be written: {error.strerror}{hint}"
        raise InvalidInput(Fault(rule, file=str(directory), code="unwritable")) from error


def _refuse_strangers(directory: Path) -> None:
    """Refuse to replace what is not Sunrota's own."""
    if not directory.exists():
        return
    if not directory.is_dir():
        raise InvalidInput(Fault("results go into a folder", file=str(directory), code="unwritable"))
    strangers = sorted(entry.name for entry in directory.iterdir() if not _is_result(entry.name))
    if strangers:
        rule = "results replace a folder only if it is empty or holds nothing but results"
        raise InvalidInput(Fault(rule, file=str(directory), value=strangers[0], code="not_empty"))


def _is_result(name: str) -> bool:
    return name in RESULT_FILES or is_snapshot(name)


def _write(files: PlanFiles, folder: Path, old: Path) -> None:
    for snapshot in sorted(old.glob(SNAPSHOT_FILES)):
        shutil.copy2(snapshot, folder)
    if files.snapshot is not None:
        write_snapshot(files.snapshot, folder)
    for file, frame in files.tables.items():
        more = [name for name in OPTIONAL_COLUMNS.get(file, ()) if name in frame.columns]
        _write_table(folder / file, frame[[*TABLE_COLUMNS[file], *more]])
    if files.report is not None:
        text = json.dumps(dict(files.report), indent=2, ensure_ascii=False, allow_nan=False)
        (folder / REPORT_FILE).write_text(text + "\n", encoding="utf-8")


def _write_table(path: Path, frame: pd.DataFrame) -> None:
    columns = [_texts(frame[name]) for name in frame.columns]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows(zip(*columns, strict=True))


def _texts(cells: pd.Series[Any]) -> list[str]:
    """Return cells as text: instants as RFC 3339 in UTC, numbers so that they read back the same."""
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        return [str(text) for text in cells.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")]
    if pd.api.types.is_float_dtype(cells.dtype):
        return [number_text(number) for number in cells.to_numpy(dtype=np.float64).tolist()]
    return [str(cell) for cell in cells]


def number_text(number: float) -> str:
    """Return a number as the result files hold it: shortest text that reads back the same; blank for NaN."""
    if math.isnan(number):
        return ""
    return str(int(number)) if number.is_integer() else repr(number)
