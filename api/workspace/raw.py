"""A table as it was written: every cell text, every row with the number that a spreadsheet shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["MAX_CELL_CHARACTERS", "RawTable"]

MAX_CELL_CHARACTERS = 100_000


@dataclass(frozen=True)
class RawTable:
    """Cells of one file as text.

    Attributes
    ----------
    file
        Name of the file, for faults.
    columns
        Arrow string arrays of n cells by column name; a blank cell is ``""``.
    rows
        int64, shape (n,): number of each row, the header being row 1.
    """

    file: str
    columns: dict[str, pa.ChunkedArray]
    rows: npt.NDArray[np.int64]
