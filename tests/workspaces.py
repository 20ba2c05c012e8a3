"""A minimal valid workspace on disk, whose tables a test may replace, extend or leave out.

``write_workspace(folder)`` writes one London site with three agents, a phone and an email queue, and eight
weeks of hourly contacts before the plan's two weeks from Monday 2026-03-02.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from forecasting.timegrid import to_local

__all__ = ["Rows", "contacts_table", "minimal_tables", "write_table", "write_workspace"]

Rows = Sequence[Mapping[str, object]]
"""A table as rows of cells by column name; absent cells are blank."""

PLAN = 'start = 2026-03-02\ndays = 14\ninterval_minutes = 30\ncurrency = "GBP"\n'

_TABLES: dict[str, Rows] = {
    "regions": [{"region": "gb", "time_zone": "Europe/London", "country": "GB"}],
    "queues": [
        {"region": "gb", "language": "en", "channel": "phone", "aht_seconds": 240},
        {"region": "gb", "language": "en", "channel": "email", "aht_seconds": 300},
    ],
    "sites": [{"site": "london", "time_zone": "Europe/London", "country": "GB"}],
    "contracts": [
        {"contract": "full", "max_week_minutes": 2400, "shifts": "day"},
        {"contract": "part", "max_week_minutes": 1200, "shifts": "day"},
    ],
    "shifts": [
        {
            "shift": "day",
            "earliest_start": "08:00",
            "latest_start": "10:00",
            "min_minutes": 480,
            "max_minutes": 540,
            "breaks": "unpaid 30 after 180 before 330",
        }
    ],
    "agents": [
        {"agent": "ann", "site": "london", "contract": "full", "skills": "en:phone;en:email"},
        {"agent": "bob", "site": "london", "contract": "full", "skills": "en:*"},
        {"agent": "cyd", "site": "london", "contract": "part", "skills": "en:phone@0.8"},
    ],
}


def contacts_table(
    start: datetime = datetime(2026, 1, 5, tzinfo=UTC),
    days: int = 56,
    *,
    interval_minutes: int = 60,
    queues: Sequence[tuple[str, str, str]] = (("gb", "en", "phone"), ("gb", "en", "email")),
    zone: str = "Europe/London",
) -> Rows:
    """Return contacts of whole days: a bell over the local working day, less at weekends, no randomness."""
    rows: list[dict[str, object]] = []
    for step in range(days * 1440 // interval_minutes):
        instant = start + timedelta(minutes=step * interval_minutes)
        local = to_local(instant, zone)
        hour = local.hour + local.minute / 60
        level = max(0.0, 20 - 2 * abs(hour - 13)) * (0.4 if local.weekday() >= 5 else 1.0)
        for number, (region, language, channel) in enumerate(queues):
            contacts = round(level * interval_minutes / 60) // (number + 1)
            rows.append(
                {
                    "interval_start": f"{instant:%Y-%m-%dT%H:%M:%SZ}",
                    "region": region,
                    "language": language,
                    "channel": channel,
                    "contacts": contacts,
                    "aht_seconds": 240 if contacts else "",
                }
            )
    return rows


def minimal_tables() -> dict[str, Rows]:
    """Return fresh copies of the tables by name, contacts left out, to change and hand to write_workspace."""
    return {name: [dict(row) for row in rows] for name, rows in _TABLES.items()}


def write_table(rows: Rows) -> str:
    """Return rows as CSV text; the columns are those of all rows, in order of appearance."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def write_workspace(folder: Path, *, plan: str | None = PLAN, **tables: Rows | str | bytes | None) -> Path:
    """Write the minimal workspace.

    Parameters
    ----------
    folder
        Made if absent.
    plan
        Text of ``plan.toml``; None leaves it out.
    tables
        By table name, instead of or beside the minimal ones: rows, or the file's text or bytes; None
        leaves the table out. ``contacts`` are made by :func:`contacts_table` unless given.

    Returns
    -------
    Path
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if plan is not None:
        (folder / "plan.toml").write_text(plan, encoding="utf-8")
    contents: dict[str, Rows | str | bytes | None] = {**_TABLES, **tables}
    if "contacts" not in tables:
        contents["contacts"] = contacts_table()
    for name, content in contents.items():
        if content is not None:
            (folder / f"{name}.csv").write_bytes(_as_bytes(content))
    return folder


def _as_bytes(content: Rows | str | bytes) -> bytes:
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else write_table(content)).encode()
