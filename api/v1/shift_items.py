"""Shifts as JSON and CSV, straight from columns: a request may be for tens of thousands of them.

What is made here is held to :class:`~api.v1.models.ShiftModel` and
:class:`~api.v1.publication_models.PublishedShiftModel`, which the document shows, by tests.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Row

from api.store.published import PUBLISHED_COLUMNS, PublishedShift
from api.store.shift_columns import SHIFT_COLUMNS
from api.v1.times import instant_text
from scheduler.results import ROTA_FILE, TABLE_COLUMNS

__all__ = ["CELLS", "published_item", "shift_cells", "shift_item"]

CELLS = TABLE_COLUMNS[ROTA_FILE]
PLAN_COLUMNS = ("number", *SHIFT_COLUMNS)
NOT_SHOWN = ("sequence", "cancelled")


def shift_item(row: Row[Any]) -> dict[str, Any]:
    """Return a shift of a plan, in what ``orjson`` writes as a ``ShiftModel``."""
    item = dict(zip(PLAN_COLUMNS, row, strict=True))
    item["breaks"] = orjson.Fragment(_breaks(item["breaks"]))
    del item["number"]
    return item


def published_item(row: PublishedShift) -> dict[str, Any]:
    """Return a published shift, in what ``orjson`` writes as a ``PublishedShiftModel``."""
    item = dict(zip(PUBLISHED_COLUMNS, row, strict=True))
    item["state"] = "cancelled" if item["cancelled"] else "published"
    item["fixed"] = bool(item["fixed"])
    item["queues"] = _queues(item["queues"])
    item["breaks"] = orjson.Fragment(_breaks(item["breaks"]))
    for name in NOT_SHOWN:
        del item[name]
    return item


def shift_cells(row: Row[Any]) -> list[object]:
    """Return the shift's row of ``rota.csv``."""
    cells = {name: getattr(row, name) for name in CELLS}
    cells["start"], cells["end"] = instant_text(row.start), instant_text(row.end)
    cells["breaks"] = ";".join(
        f"{pause['start']}/{pause['end']}/{'paid' if pause['paid'] else 'unpaid'}"
        for pause in orjson.loads(_breaks(row.breaks))
    )
    return list(cells.values())


def _breaks(text: str) -> str:
    """Return kept breaks with instants as the API writes them: they are in UTC."""
    return text.replace("+00:00", "Z")


@lru_cache(maxsize=10_000)
def _queues(text: str) -> orjson.Fragment:
    names = ("region", "language", "channel")
    queues = [dict(zip(names, queue.split(":"), strict=True)) for queue in text.split(";") if queue]
    return orjson.Fragment(orjson.dumps(queues))
